//! The logins of Open Data: what each institution asks its user for. Must not know what is collected.

use klavi_types::legacy::LegacyReportType;

/// How the user logs in at an institution, and what is collected there.
pub(crate) struct Login {
    pub(crate) code: &'static str,
    /// What is asked for beside the CPF. The last one decides what comes of it.
    pub(crate) fields: &'static [LoginField],
    /// The reports, in the order in which they are sent.
    pub(crate) reports: &'static [LegacyReportType],
}

/// A field of a login.
pub(crate) struct LoginField {
    pub(crate) name: &'static str,
    /// In Portuguese and in English.
    pub(crate) label: [&'static str; 2],
    /// The rule, in a few words for the user, in both.
    pub(crate) rule: [&'static str; 2],
    pub(crate) is_secret: bool,
    pub(crate) fits: fn(&str) -> bool,
}

/// What every institution of Open Data gives here. Products of which only the name is known (`gig_economy`, `fgts`,
/// `investment`) are not made up.
const BASIC: &[LegacyReportType] = &[LegacyReportType::Identity, LegacyReportType::Balance];

/// Every report whose schema is known.
const OF_A_BANK: &[LegacyReportType] = &[
    LegacyReportType::CategoryChecking,
    LegacyReportType::CategoryCreditcard,
    LegacyReportType::Balance,
    LegacyReportType::Identity,
    LegacyReportType::Income,
    LegacyReportType::Liabilities,
    LegacyReportType::FinancialInsight,
    LegacyReportType::ScoreK1,
    LegacyReportType::KLabel,
];

const LOGINS: &[Login] = &[
    open_data(
        "3001",
        &[
            field(
                "account",
                ["E-mail ou celular", "E-mail or phone"],
                ["e-mail, ou celular só com números", "e-mail, or phone in digits"],
                |text| is_email(text) || is_digits(text, 10, 11),
            ),
            password(["8 caracteres ou mais", "8 characters or more"], |text| {
                has_length(text, 8, usize::MAX)
            }),
        ],
    ),
    open_data(
        "3002",
        &[
            field("account", ["Celular", "Phone"], ["11 números", "11 digits"], |text| {
                is_digits(text, 11, 11)
            }),
            password(["6 a 16 caracteres", "6 to 16 characters"], |text| has_length(text, 6, 16)),
        ],
    ),
    open_data(
        "3003",
        &[
            email("username"),
            password(
                [
                    "6 ou mais letras e números, com número, maiúscula e minúscula",
                    "6 or more letters and digits, with a digit, a capital and a small letter",
                ],
                |text| {
                    has_length(text, 6, usize::MAX)
                        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
                        && text.bytes().any(|byte| byte.is_ascii_digit())
                        && text.bytes().any(|byte| byte.is_ascii_uppercase())
                        && text.bytes().any(|byte| byte.is_ascii_lowercase())
                },
            ),
        ],
    ),
    open_data("3004", &[email("email")]),
    open_data("5001", &[password(["6 a 8 números", "6 to 8 digits"], |text| is_digits(text, 6, 8))]),
    open_data(
        "5002",
        &[password(["8 a 70 caracteres", "8 to 70 characters"], |text| has_length(text, 8, 70))],
    ),
    open_data(
        "140",
        &[password(["4 caracteres ou mais", "4 characters or more"], |text| has_length(text, 4, usize::MAX))],
    ),
    open_data(
        "102",
        &[
            field(
                "account",
                ["Código do cliente", "Customer code"],
                ["1 a 10 números", "1 to 10 digits"],
                |text| is_digits(text, 1, 10),
            ),
            password(["6 números ou mais", "6 digits or more"], |text| is_digits(text, 6, usize::MAX)),
        ],
    ),
    open_data("208", &[password(["6 a 8 caracteres", "6 to 8 characters"], |text| has_length(text, 6, 8))]),
    open_data(
        "4001",
        &[password(["8 a 16 caracteres", "8 to 16 characters"], |text| has_length(text, 8, 16))],
    ),
];

/// The banks of the first generation's Link page. Which fields their logins have is on no page that was found.
/// Source of the codes: docs.klavi.ai, first quick start.
pub(crate) const LINK_BANKS: &[Login] =
    &[link_bank("001"), link_bank("237"), link_bank("104"), link_bank("341"), link_bank("033")];

const fn open_data(code: &'static str, fields: &'static [LoginField]) -> Login {
    Login { code, fields, reports: BASIC }
}

const fn link_bank(code: &'static str) -> Login {
    const FIELDS: &[LoginField] = &[
        field("agency", ["Agência", "Branch"], ["4 números", "4 digits"], |text| is_digits(text, 4, 4)),
        field(
            "account",
            ["Conta com dígito", "Account with check digit"],
            ["2 a 13 números", "2 to 13 digits"],
            |text| is_digits(text, 2, 13),
        ),
        password(["4 caracteres ou mais", "4 characters or more"], |text| has_length(text, 4, usize::MAX)),
    ];
    Login { code, fields: FIELDS, reports: OF_A_BANK }
}

const fn field(
    name: &'static str,
    label: [&'static str; 2],
    rule: [&'static str; 2],
    fits: fn(&str) -> bool,
) -> LoginField {
    LoginField { name, label, rule, is_secret: false, fits }
}

const fn email(name: &'static str) -> LoginField {
    field(
        name,
        ["E-mail", "E-mail"],
        ["um endereço, como ana@cliente.example", "an address such as ana@cliente.example"],
        is_email,
    )
}

const fn password(rule: [&'static str; 2], fits: fn(&str) -> bool) -> LoginField {
    LoginField { name: "password", label: ["Senha", "Password"], rule, is_secret: true, fits }
}

/// The login at an institution of Open Data or at a bank of the Link page.
pub(crate) fn login(code: &str) -> Option<&'static Login> {
    LOGINS.iter().chain(LINK_BANKS).find(|login| login.code == code)
}

fn is_digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_length(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
}

fn is_email(text: &str) -> bool {
    let shaped = |(local, domain): (&str, &str)| !local.is_empty() && domain.contains('.');
    text.split_once('@').is_some_and(shaped) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use synthetic_data::institutions::{OPEN_DATA, find};

    use super::*;

    #[test]
    fn each_institution_has_a_login() {
        for institution in OPEN_DATA {
            assert!(login(institution.code).is_some(), "{}", institution.code);
        }
        assert_eq!(LOGINS.len(), OPEN_DATA.len());
        assert!(LINK_BANKS.iter().all(|bank| find(bank.code).is_some()));
    }

    #[test]
    fn the_documented_formats_are_judged() {
        for (code, field, good, bad) in [
            ("3001", "account", &["ana@a.example", "11912345678"][..], &["ana", "1191234-5678"][..]),
            ("3001", "password", &["12345678"], &["1234567"]),
            ("3002", "account", &["11912345678"], &["1191234567", "ana@a.example"]),
            ("3002", "password", &["123456", "1234567890123456"], &["12345", "12345678901234567"]),
            ("3003", "username", &["ana@a.example"], &["11912345678"]),
            ("3003", "password", &["Senha1"], &["senha1", "SENHA1", "Senhas", "Sen1", "Senha 1"]),
            ("3004", "email", &["ana@a.example"], &["ana@example", "@a.example", "a b@a.example"]),
            ("5001", "password", &["123456", "12345678"], &["12345", "123456789", "12345a"]),
            ("5002", "password", &["12345678"], &["1234567"]),
            ("140", "password", &["1234"], &["123"]),
            ("102", "account", &["1", "1234567890"], &["12345678901", "a", ""]),
            ("102", "password", &["123456"], &["12345", "12345a"]),
            ("208", "password", &["123456", "çççççççç"], &["12345", "123456789"]),
            ("4001", "password", &["12345678"], &["1234567", "12345678901234567"]),
        ] {
            let fields = login(code).unwrap().fields;
            let field = fields.iter().find(|known| known.name == field).unwrap();
            assert!(good.iter().all(|text| (field.fits)(text)), "{code} {}", field.name);
            for text in bad {
                assert!(!(field.fits)(text), "{code} {} {text}", field.name);
            }
        }
    }
}
