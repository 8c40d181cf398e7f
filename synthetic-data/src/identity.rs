//! The person behind an account in the shape of `identity`.

use jiff::civil::Date as Day;
use jiff::civil::date;
use klavi_types::reports::{
    AccountType, Filiation, FiliationType, Identity, IdentityAccount, IdentityReport, IncomeFrequency,
    InformedIncome, InformedPatrimony, MaritalStatus, OtherDocument, OtherDocumentType, Passport,
    PersonPhone, PhoneType, Sex,
};
use klavi_types::{Date, List, OneOrMany};
use serde::de::DeserializeOwned;

use super::account::Account;
use super::customer::{self, Customer};
use super::money::Centavos;
use super::scope::Scope;
use crate::Subject;
use crate::seeded;

const OCCUPATIONS: [&str; 4] =
    ["Publicitário (a)", "Engenheiro (a)", "Professor (a)", "Analista de sistemas"];
const STATUSES: [MaritalStatus; 4] =
    [MaritalStatus::Solteiro, MaritalStatus::Casado, MaritalStatus::Divorciado, MaritalStatus::UniaoEstavel];

/// Of the person, or of who acts for a company: what `pj_identity` holds was never seen.
pub(crate) fn report(scope: &Scope<'_>, accounts: &[Account<'_>]) -> IdentityReport {
    let mut report = IdentityReport::default();
    report.identity = accounts.first().map(|account| match scope.subject {
        Subject::Company { cpf: Some(cpf), .. } => {
            let person = Customer::new(scope.seed, &Subject::Person { cpf: cpf.clone() });
            identity(&person, account, scope.shown_cpf())
        }
        Subject::Company { cpf: None, .. } | Subject::Person { .. } => {
            identity(account.customer, account, scope.shown_cpf())
        }
    });
    report
}

pub(crate) fn identity(customer: &Customer, account: &Account<'_>, cpf: Option<&str>) -> Identity {
    let mut rng = customer.rng(&["identity"]);
    let mut person = Identity::default();
    person.brand_name = Some(account.institution.name.into());
    person.bacen_name = Some(account.institution.legal_name.into());
    person.compe_code = Some(account.institution.code.into());
    person.company_cnpj = Some(account.institution.cnpj().into());
    person.start_date = format!("{}T08:30:00Z", past(&mut rng, 2012, 2022)).parse().ok();
    person.accounts = List::from(vec![known_account(account)]);
    person.cpf_number = cpf.map(Into::into);
    person.passport = Some(passport(&mut rng));
    person.other_documents = List::from(vec![licence(&mut rng)]);
    person.civil_name = Some(customer.civil_name().into());
    person.birth_date = Some(Date::from(past(&mut rng, 1960, 2002)));
    person.sex = Some(if customer::is_woman(customer.civil_name()) { Sex::Feminino } else { Sex::Masculino });
    person.nationality = read("\"BRASIL\"");
    person.marital_status_code = Some(STATUSES[rng.usize(..STATUSES.len())].clone());
    person.occupation = Some(OCCUPATIONS[rng.usize(..OCCUPATIONS.len())].into());
    let mut income = InformedIncome::default();
    income.frequency = Some(IncomeFrequency::Mensal);
    income.amount = Some(customer.income.money());
    income.year = read("2025");
    person.informed_income = Some(income);
    let mut patrimony = InformedPatrimony::default();
    patrimony.amount = Some(Centavos(customer.income.0 * rng.i64(5..60)).money());
    patrimony.year = read("2025");
    person.informed_patrimony = Some(patrimony);
    let parents =
        [(FiliationType::Mae, customer::woman(&mut rng)), (FiliationType::Pai, customer::man(&mut rng))];
    person.filiations = parents
        .into_iter()
        .map(|(kind, name)| {
            let mut parent = Filiation::default();
            parent.filiation_type = Some(kind);
            parent.civil_name = Some(name.into());
            parent
        })
        .collect();
    let mut phone = PersonPhone::default();
    phone.phone_type = Some(PhoneType::Movel);
    phone.country_calling_code = Some("55".into());
    phone.area_code = Some("11".into());
    phone.number = Some(format!("9{}", seeded::digits(&mut rng, 8)).into());
    person.phone = Some(OneOrMany::One(phone));
    person
}

fn known_account(account: &Account<'_>) -> IdentityAccount {
    let mut known = IdentityAccount::default();
    known.branch_code = account.branch_code().map(Into::into);
    known.number = Some(account.number.as_str().into());
    known.check_digit = Some(account.check_digit.as_str().into());
    known.account_type = Some(AccountType::ContaDepositoAVista);
    known.subtype = account.holder().subtype;
    known
}

fn passport(rng: &mut fastrand::Rng) -> Passport {
    let issued = past(rng, 2018, 2023);
    let mut passport = Passport::default();
    passport.number = Some(format!("SX{}", seeded::digits(rng, 6)).into());
    passport.country = Some("BRA".into());
    passport.issue_date = Some(Date::from(issued));
    passport.expiration_date = Some(Date::from(ten_years_after(issued)));
    passport
}

fn licence(rng: &mut fastrand::Rng) -> OtherDocument {
    let issued = past(rng, 2018, 2023);
    let mut licence = OtherDocument::default();
    licence.document_type = Some(OtherDocumentType::Cnh);
    licence.number = Some(seeded::digits(rng, 10).into());
    licence.check_digit = Some(seeded::digits(rng, 1).into());
    licence.additional_info = Some("SSP/SP".into());
    licence.issue_date = Some(Date::from(issued));
    licence.expiration_date = Some(Date::from(ten_years_after(issued)));
    licence
}

/// A day of those years; never one that some years do not have.
fn past(rng: &mut fastrand::Rng, from: i16, to: i16) -> Day {
    date(rng.i16(from..=to), rng.i8(1..=12), rng.i8(1..=28))
}

fn ten_years_after(day: Day) -> Day {
    date(day.year() + 10, day.month(), day.day())
}

/// For types that can only be read.
fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}
