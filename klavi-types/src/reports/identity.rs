use provider_wire::{Date, DateTime, Integer, Json, List, Money, OneOrMany, Text, open_enum, record};

use super::as_it_came::kept_as_it_came;
use super::{AccountSubtype, AccountType, Content};
use crate::ProductName;

record! {
    /// Content of `pf_identity` (level not stated; it shows one institution): registration data of a person.
    ///
    /// From the example of V1.1, docs.klavi.ai/link/wrq5-v11, which was seen up to `phone.type`; the rest of the
    /// phone from Open Finance Brasil, customers 2.2.1. What comes after it (e-mail, address) stays in `extra`.
    /// Income and patrimony in reais.
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
    pub struct IdentityReport {
        /// The person.
        pub identity: Option<Identity> => "identity",
    }
}

impl Content for IdentityReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::Identity];
}

record! {
    /// Registration data of a person at one institution.
    pub struct Identity {
        /// Brand, as the bank reports it.
        pub brand_name: Option<Text> => "brandName",
        /// Name of the bank at the Central Bank.
        pub bacen_name: Option<Text> => "bacenName",
        /// Bank code of 3 digits.
        pub compe_code: Option<Text> => "compeCode",
        /// CNPJ of the bank.
        pub company_cnpj: Option<Text> => "companyCnpj",
        /// Since when the person is a customer.
        pub start_date: Option<DateTime> => "startDate",
        /// The person's accounts there.
        pub accounts: List<IdentityAccount> => "accounts",
        /// CPF digits (V1) or the encoded text (V1.1).
        pub cpf_number: Option<Text> => "cpfNumber",
        /// Passport.
        pub passport: Option<Passport> => "passport",
        /// Other documents.
        pub other_documents: List<OtherDocument> => "otherDocuments",
        /// Full civil name.
        pub civil_name: Option<Text> => "civilName",
        /// Day of birth.
        pub birth_date: Option<Date> => "birthDate",
        /// Sex.
        pub sex: Option<Sex> => "sex",
        /// Nationality: text in the example, a list of objects in Open Finance.
        pub nationality: Option<Nationality> => "nationality",
        /// Marital status.
        pub marital_status_code: Option<MaritalStatus> => "maritalStatusCode",
        /// Occupation, free text.
        pub occupation: Option<Text> => "occupation",
        /// Income as the person stated it.
        pub informed_income: Option<InformedIncome> => "informedIncome",
        /// Wealth as the person stated it.
        pub informed_patrimony: Option<InformedPatrimony> => "informedPatrimony",
        /// Parents.
        pub filiations: List<Filiation> => "filiations",
        /// Phone: one object in the example, a list in Open Finance.
        pub phone: Option<OneOrMany<PersonPhone>> => "phone",
    }
}

record! {
    /// An account of the person.
    pub struct IdentityAccount {
        /// Branch.
        pub branch_code: Option<Text> => "branchCode",
        /// Account number.
        pub number: Option<Text> => "number",
        /// Check digit, one character.
        pub check_digit: Option<Text> => "checkDigit",
        /// Kind of account.
        pub account_type: Option<AccountType> => "type",
        /// Who may dispose of it.
        pub subtype: Option<AccountSubtype> => "subtype",
    }
}

record! {
    /// A passport.
    pub struct Passport {
        /// Number.
        pub number: Option<Text> => "number",
        /// Country that gave it out, ISO 3166-1 alpha-3.
        pub country: Option<Text> => "country",
        /// Valid until.
        pub expiration_date: Option<Date> => "expirationDate",
        /// Given out on.
        pub issue_date: Option<Date> => "issueDate",
    }
}

record! {
    /// Another document.
    pub struct OtherDocument {
        /// Which.
        pub document_type: Option<OtherDocumentType> => "type",
        /// Number.
        pub number: Option<Text> => "number",
        /// Check digit; may be a letter.
        pub check_digit: Option<Text> => "checkDigit",
        /// Who gave it out.
        pub additional_info: Option<Text> => "additionalInfo",
        /// Given out on. Not a field of Open Finance.
        pub issue_date: Option<Date> => "issueDate",
        /// Valid until.
        pub expiration_date: Option<Date> => "expirationDate",
    }
}

record! {
    /// Income as the person stated it.
    pub struct InformedIncome {
        /// How often.
        pub frequency: Option<IncomeFrequency> => "frequency",
        /// How much.
        pub amount: Option<Money> => "amount",
        /// Year it is of. Open Finance has a date here; both are read.
        pub year: Option<YearOrDate> => "year",
    }
}

record! {
    /// Wealth as the person stated it.
    pub struct InformedPatrimony {
        /// How much.
        pub amount: Option<Money> => "amount",
        /// Year it is of.
        pub year: Option<YearOrDate> => "year",
    }
}

record! {
    /// A parent.
    pub struct Filiation {
        /// Which.
        pub filiation_type: Option<FiliationType> => "type",
        /// Full civil name.
        pub civil_name: Option<Text> => "civilName",
    }
}

record! {
    /// A phone of the person. Only `type` was seen; the rest is Open Finance's.
    pub struct PersonPhone {
        /// Kind.
        pub phone_type: Option<PhoneType> => "type",
        /// Country code, `55`.
        pub country_calling_code: Option<Text> => "countryCallingCode",
        /// Area code, `11`.
        pub area_code: Option<Text> => "areaCode",
        /// Number.
        pub number: Option<Text> => "number",
        /// Extension.
        pub phone_extension: Option<Text> => "phoneExtension",
        /// Explanation where the kind is `OUTRO`.
        pub additional_info: Option<Text> => "additionalInfo",
    }
}

open_enum! {
    /// Kind of document (Open Finance customers).
    pub enum OtherDocumentType {
        /// Driver's licence.
        Cnh => "CNH",
        /// Identity card.
        Rg => "RG",
        /// Foreign tax id.
        Nif => "NIF",
        /// Foreigner's registration.
        Rne => "RNE",
        /// Another.
        Outros => "OUTROS",
    }
}

open_enum! {
    /// Sex (Open Finance customers).
    pub personal enum Sex {
        /// Female.
        Feminino => "FEMININO",
        /// Male.
        Masculino => "MASCULINO",
        /// Other.
        Outro => "OUTRO",
    }
}

open_enum! {
    /// Marital status (Open Finance customers).
    pub personal enum MaritalStatus {
        /// Single.
        Solteiro => "SOLTEIRO",
        /// Married.
        Casado => "CASADO",
        /// Widowed.
        Viuvo => "VIUVO",
        /// Separated by court.
        SeparadoJudicialmente => "SEPARADO_JUDICIALMENTE",
        /// Divorced.
        Divorciado => "DIVORCIADO",
        /// Stable union.
        UniaoEstavel => "UNIAO_ESTAVEL",
        /// Other.
        Outro => "OUTRO",
    }
}

open_enum! {
    /// How often an income comes (Open Finance customers).
    pub enum IncomeFrequency {
        /// Daily.
        Diaria => "DIARIA",
        /// Weekly.
        Semanal => "SEMANAL",
        /// Every two weeks.
        Quinzenal => "QUINZENAL",
        /// Monthly.
        Mensal => "MENSAL",
        /// Every two months.
        Bimestral => "BIMESTRAL",
        /// Every three months.
        Trimestral => "TRIMESTRAL",
        /// Every six months.
        Semestral => "SEMESTRAL",
        /// Yearly.
        Anual => "ANUAL",
        /// Otherwise.
        Outros => "OUTROS",
    }
}

open_enum! {
    /// Which parent (Open Finance customers).
    pub enum FiliationType {
        /// Mother.
        Mae => "MAE",
        /// Father.
        Pai => "PAI",
    }
}

open_enum! {
    /// Kind of phone (Open Finance customers).
    pub enum PhoneType {
        /// Landline.
        Fixo => "FIXO",
        /// Mobile.
        Movel => "MOVEL",
        /// Other.
        Outro => "OUTRO",
    }
}

/// The year of a statement, which comes as a number, as text, or as a date. Written as it came.
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

/// A nationality: text, or Open Finance's list of objects. Written as it came.
#[derive(Clone, PartialEq)]
pub struct Nationality(Json);

impl Nationality {
    /// The text, `BRASIL`, where it came as text.
    pub fn as_text(&self) -> Option<Text> {
        self.0.parse().ok()
    }

    /// What came, in whatever form.
    pub fn json(&self) -> &Json {
        &self.0
    }
}

kept_as_it_came!(YearOrDate, |value| value.year().is_some(), "a year or a date", ["integer", "string"]);
kept_as_it_came!(
    Nationality,
    |value| value.0.get().starts_with(['"', '[', '{']),
    "text or a list of objects",
    ["string", "array", "object"]
);
