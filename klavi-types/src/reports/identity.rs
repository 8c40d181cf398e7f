use provider_wire::{
    Date, DateTime, Integer, Json, List, Money, OneOrMany, Text, open_enum, record, value_schema,
};

use super::raw_json_newtype::raw_json_newtype;
use super::{AccountSubtype, AccountType, Content, Emails, PostalAddress};
use crate::ProductName;

/// Content of `pf_identity` (level not stated; it shows one institution): registration data of a person.
///
/// From the example of V1.1, docs.klavi.ai/link/wrq5-v11, which was seen up to `phone.type`; the rest of the
/// phone from Open Finance Brasil, customers 2.3.0. `socialName`, addresses and e-mails are inferred from there too: their
/// names at Klavi were not seen. Income and patrimony in reais.
///
/// ```
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_identity","identity":{"civilName":"Ana Exemplo","birthDate":"1989-06-23"}}"#;
/// let AnyReport::Identity(report) = decode_report(body)?.value else { return Ok(()) };
/// let identity = report.content.identity.unwrap();
/// assert_eq!(identity.birth_date.unwrap().to_string(), "1989-06-23");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct IdentityReport {
    /// The person.
    pub identity: Option<Identity>,
}

impl Content for IdentityReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::Identity];
}

/// Registration data of a person at one institution.
#[record(rename_all = "camelCase")]
pub struct Identity {
    /// Brand, as the bank reports it.
    pub brand_name: Option<Text>,
    /// Name of the bank at the Central Bank.
    pub bacen_name: Option<Text>,
    /// Bank code of 3 digits.
    pub compe_code: Option<Text>,
    /// CNPJ of the bank.
    pub company_cnpj: Option<Text>,
    /// Since when the person is a customer.
    pub start_date: Option<DateTime>,
    /// The person's accounts there.
    pub accounts: List<IdentityAccount>,
    /// CPF digits (V1) or the encoded text (V1.1).
    pub cpf_number: Option<Text>,
    /// Passport.
    pub passport: Option<Passport>,
    /// Other documents.
    pub other_documents: List<OtherDocument>,
    /// Full civil name.
    pub civil_name: Option<Text>,
    /// Name the person goes by (inferred from Open Finance).
    pub social_name: Option<Text>,
    /// Day of birth.
    pub birth_date: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality: text in the example, a list of objects in Open Finance.
    pub nationality: Option<Nationality>,
    /// Marital status.
    pub marital_status_code: Option<MaritalStatus>,
    /// Occupation, free text.
    pub occupation: Option<Text>,
    /// Income as the person stated it.
    pub informed_income: Option<InformedIncome>,
    /// Wealth as the person stated it.
    pub informed_patrimony: Option<InformedPatrimony>,
    /// Parents.
    pub filiations: List<Filiation>,
    /// Phone: one object in the example, a list in Open Finance.
    pub phone: Option<OneOrMany<PersonPhone>>,
    /// Postal address: one object, or a list as in Open Finance (inferred, also the name).
    #[wire(or = "postalAddresses")]
    pub postal_address: Option<OneOrMany<PostalAddress>>,
    /// E-mail addresses (inferred, also the name).
    #[wire("email", or = "emails")]
    pub emails: Option<Emails>,
}

/// An account of the person.
#[record(rename_all = "camelCase")]
pub struct IdentityAccount {
    /// Branch.
    pub branch_code: Option<Text>,
    /// Account number.
    pub number: Option<Text>,
    /// Check digit, one character.
    pub check_digit: Option<Text>,
    /// Kind of account.
    #[wire("type")]
    pub account_type: Option<AccountType>,
    /// Who may dispose of it.
    pub subtype: Option<AccountSubtype>,
}

/// A passport.
#[record(rename_all = "camelCase")]
pub struct Passport {
    /// Number.
    pub number: Option<Text>,
    /// Country that gave it out, ISO 3166-1 alpha-3.
    pub country: Option<Text>,
    /// Valid until.
    pub expiration_date: Option<Date>,
    /// Given out on.
    pub issue_date: Option<Date>,
}

/// Another document.
#[record(rename_all = "camelCase")]
pub struct OtherDocument {
    /// Which.
    #[wire("type")]
    pub document_type: Option<OtherDocumentType>,
    /// Number.
    pub number: Option<Text>,
    /// Check digit; may be a letter.
    pub check_digit: Option<Text>,
    /// Who gave it out.
    pub additional_info: Option<Text>,
    /// Given out on. Not a field of Open Finance.
    pub issue_date: Option<Date>,
    /// Valid until.
    pub expiration_date: Option<Date>,
}

/// Income as the person stated it.
#[record]
pub struct InformedIncome {
    /// How often.
    pub frequency: Option<IncomeFrequency>,
    /// How much.
    pub amount: Option<Money>,
    /// Year it is of. Open Finance has a date here; both are read.
    pub year: Option<YearOrDate>,
}

/// Wealth as the person stated it.
#[record]
pub struct InformedPatrimony {
    /// How much.
    pub amount: Option<Money>,
    /// Year it is of.
    pub year: Option<YearOrDate>,
}

/// A parent.
#[record(rename_all = "camelCase")]
pub struct Filiation {
    /// Which.
    #[wire("type")]
    pub filiation_type: Option<FiliationType>,
    /// Full civil name.
    pub civil_name: Option<Text>,
}

/// A phone of the person. Only `type` was seen; the rest is Open Finance's.
#[record(rename_all = "camelCase")]
pub struct PersonPhone {
    /// Kind.
    #[wire("type")]
    pub phone_type: Option<PhoneType>,
    /// Country code, `55`.
    pub country_calling_code: Option<Text>,
    /// Area code, `11`.
    pub area_code: Option<Text>,
    /// Number.
    pub number: Option<Text>,
    /// Extension.
    pub phone_extension: Option<Text>,
    /// Explanation where the kind is `OUTRO`.
    pub additional_info: Option<Text>,
}

/// Kind of document (Open Finance customers).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OtherDocumentType {
    /// Driver's licence.
    Cnh,
    /// Identity card.
    Rg,
    /// Foreign tax id.
    Nif,
    /// Foreigner's registration.
    Rne,
    /// Another.
    Outros,
}

/// Sex (Open Finance customers).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE", personal)]
pub enum Sex {
    /// Female.
    Feminino,
    /// Male.
    Masculino,
    /// Other.
    Outro,
}

/// Marital status (Open Finance customers).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE", personal)]
pub enum MaritalStatus {
    /// Single.
    Solteiro,
    /// Married.
    Casado,
    /// Widowed.
    Viuvo,
    /// Separated by court.
    SeparadoJudicialmente,
    /// Divorced.
    Divorciado,
    /// Stable union.
    UniaoEstavel,
    /// Other.
    Outro,
}

/// How often an income comes (Open Finance customers).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IncomeFrequency {
    /// Daily.
    Diaria,
    /// Weekly.
    Semanal,
    /// Every two weeks.
    Quinzenal,
    /// Monthly.
    Mensal,
    /// Every two months.
    Bimestral,
    /// Every three months.
    Trimestral,
    /// Every six months.
    Semestral,
    /// Yearly.
    Anual,
    /// Otherwise.
    Outros,
}

/// Which parent (Open Finance customers).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FiliationType {
    /// Mother.
    Mae,
    /// Father.
    Pai,
}

/// Kind of phone (Open Finance customers).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PhoneType {
    /// Landline.
    Fixo,
    /// Mobile.
    Movel,
    /// Other.
    Outro,
}

/// The year of a statement, which comes as a number, as text, or as a date. Written as received.
#[value_schema({"description": "a year or a date", "type": ["integer", "string"]})]
#[derive(Clone, PartialEq)]
pub struct YearOrDate(Json);

impl YearOrDate {
    /// The year, also of a date.
    pub fn year(&self) -> Option<i16> {
        let year = self.0.parse::<Integer>().ok().and_then(|year| i16::try_from(year.get()).ok());
        year.or_else(|| self.date().map(|date| date.civil().year()))
    }

    /// The date, where one came.
    pub fn date(&self) -> Option<Date> {
        self.0.parse().ok()
    }
}

/// A nationality: text, or Open Finance's list of objects. Written as received.
#[value_schema({"description": "text or a list of objects", "type": ["string", "array", "object"]})]
#[derive(Clone, PartialEq)]
pub struct Nationality(Json);

impl Nationality {
    /// The text, `BRASIL`, where it came as text.
    pub fn as_text(&self) -> Option<Text> {
        self.0.parse().ok()
    }

    /// The JSON as received.
    pub fn json(&self) -> &Json {
        &self.0
    }
}

raw_json_newtype!(YearOrDate, |value| value.year().is_some(), "a year or a date");
raw_json_newtype!(
    Nationality,
    |value| value.0.get().starts_with(['"', '[', '{']),
    "text or a list of objects"
);
