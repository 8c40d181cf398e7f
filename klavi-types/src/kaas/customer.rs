use provider_wire::{Date, DateTime, Flag, List, Text, record};

use crate::reports::{
    EmailAddress, Filiation, MaritalStatus, OtherDocument, Passport, PersonPhone, PostalAddress, Sex,
};

/// Who a person is, as one bank has it (Open Finance customers).
#[record(rename_all = "camelCase")]
pub struct PersonalCustomerIdentification {
    /// When the bank last changed it.
    pub update_date_time: Option<DateTime>,
    /// Id of the person at the bank.
    pub personal_id: Option<Text>,
    /// Brand, as the bank reports it.
    pub brand_name: Option<Text>,
    /// Full civil name.
    pub civil_name: Option<Text>,
    /// Name the person goes by.
    pub social_name: Option<Text>,
    /// Day of birth.
    pub birth_date: Option<Date>,
    /// Marital status.
    pub marital_status_code: Option<MaritalStatus>,
    /// Explanation where that is `OUTRO`.
    pub marital_status_additional_info: Option<Text>,
    /// Sex.
    pub sex: Option<Sex>,
    /// CNPJ of the companies that hold the data.
    pub companies_cnpj: List<Text>,
    /// CPF and passport.
    pub documents: Option<CustomerDocuments>,
    /// Other documents.
    pub other_documents: List<CustomerOtherDocument>,
    /// Whether the person is Brazilian.
    pub has_brazilian_nationality: Option<Flag>,
    /// Other nationalities.
    pub nationality: List<CustomerNationality>,
    /// Parents.
    pub filiation: List<CustomerFiliation>,
    /// How to reach the person.
    pub contacts: Option<CustomerContacts>,
}

/// CPF and passport of a person.
#[record(rename_all = "camelCase")]
pub struct CustomerDocuments {
    /// CPF, 11 digits.
    pub cpf_number: Option<Text>,
    /// Passport.
    pub passport: Option<Passport>,
}

/// Another document of a person.
#[record(rename_all = "camelCase")]
pub struct CustomerOtherDocument {
    #[wire(flatten)]
    pub document: OtherDocument,
    /// Explanation where the kind is `OUTROS`.
    pub type_additional_info: Option<Text>,
}

/// A nationality other than Brazilian.
#[record(rename_all = "camelCase")]
pub struct CustomerNationality {
    /// Country, ISO 3166-1 alpha-3.
    pub other_nationalities_info: Option<Text>,
    /// Documents of that country.
    pub documents: List<NationalityDocument>,
}

/// A document of another country.
#[record(rename_all = "camelCase")]
pub struct NationalityDocument {
    /// Kind, free text: `SOCIAL SEC`.
    #[wire("type")]
    pub document_type: Option<Text>,
    /// Number.
    pub number: Option<Text>,
    /// Valid until.
    pub expiration_date: Option<Date>,
    /// Given out on.
    pub issue_date: Option<Date>,
    /// Country that gave it out.
    pub country: Option<Text>,
    /// Free text.
    pub additional_info: Option<Text>,
}

/// A parent.
#[record(rename_all = "camelCase")]
pub struct CustomerFiliation {
    #[wire(flatten)]
    pub filiation: Filiation,
    /// Name the parent goes by.
    pub social_name: Option<Text>,
}

/// How to reach a person.
#[record(rename_all = "camelCase")]
pub struct CustomerContacts {
    /// Addresses.
    pub postal_addresses: List<PostalAddress>,
    /// Phones.
    pub phones: List<CustomerPhone>,
    /// E-mail addresses.
    pub emails: List<EmailAddress>,
}

/// A phone.
#[record(rename_all = "camelCase")]
pub struct CustomerPhone {
    #[wire(flatten)]
    pub phone: PersonPhone,
    /// Whether it is the main one.
    pub is_main: Option<Flag>,
}
