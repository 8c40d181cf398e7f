use provider_wire::{Date, DateTime, Flag, List, Text, record};

use crate::reports::{Filiation, MaritalStatus, OtherDocument, Passport, PersonPhone, Sex};

record! {
    /// Who a person is, as one bank has it (Open Finance customers).
    pub struct PersonalCustomerIdentification {
        /// When the bank last changed it.
        pub update_date_time: Option<DateTime> => "updateDateTime",
        /// Id of the person at the bank.
        pub personal_id: Option<Text> => "personalId",
        /// Brand, as the bank reports it.
        pub brand_name: Option<Text> => "brandName",
        /// Full civil name.
        pub civil_name: Option<Text> => "civilName",
        /// Name the person goes by.
        pub social_name: Option<Text> => "socialName",
        /// Day of birth.
        pub birth_date: Option<Date> => "birthDate",
        /// Marital status.
        pub marital_status_code: Option<MaritalStatus> => "maritalStatusCode",
        /// Explanation where that is `OUTRO`.
        pub marital_status_additional_info: Option<Text> => "maritalStatusAdditionalInfo",
        /// Sex.
        pub sex: Option<Sex> => "sex",
        /// CNPJ of the companies that hold the data.
        pub companies_cnpj: List<Text> => "companiesCnpj",
        /// CPF and passport.
        pub documents: Option<CustomerDocuments> => "documents",
        /// Other documents.
        pub other_documents: List<CustomerOtherDocument> => "otherDocuments",
        /// Whether the person is Brazilian.
        pub has_brazilian_nationality: Option<Flag> => "hasBrazilianNationality",
        /// Other nationalities.
        pub nationality: List<CustomerNationality> => "nationality",
        /// Parents.
        pub filiation: List<CustomerFiliation> => "filiation",
        /// How to reach the person.
        pub contacts: Option<CustomerContacts> => "contacts",
    }
}

record! {
    /// CPF and passport of a person.
    pub struct CustomerDocuments {
        /// CPF, 11 digits.
        pub cpf_number: Option<Text> => "cpfNumber",
        /// Passport.
        pub passport: Option<Passport> => "passport",
    }
}

record! {
    /// Another document of a person.
    pub struct CustomerOtherDocument {
        ..document: OtherDocument,
        /// Explanation where the kind is `OUTROS`.
        pub type_additional_info: Option<Text> => "typeAdditionalInfo",
    }
}

record! {
    /// A nationality other than Brazilian.
    pub struct CustomerNationality {
        /// Country, ISO 3166-1 alpha-3.
        pub other_nationalities_info: Option<Text> => "otherNationalitiesInfo",
        /// Documents of that country.
        pub documents: List<NationalityDocument> => "documents",
    }
}

record! {
    /// A document of another country.
    pub struct NationalityDocument {
        /// Kind, free text: `SOCIAL SEC`.
        pub document_type: Option<Text> => "type",
        /// Number.
        pub number: Option<Text> => "number",
        /// Valid until.
        pub expiration_date: Option<Date> => "expirationDate",
        /// Given out on.
        pub issue_date: Option<Date> => "issueDate",
        /// Country that gave it out.
        pub country: Option<Text> => "country",
        /// Free text.
        pub additional_info: Option<Text> => "additionalInfo",
    }
}

record! {
    /// A parent.
    pub struct CustomerFiliation {
        ..filiation: Filiation,
        /// Name the parent goes by.
        pub social_name: Option<Text> => "socialName",
    }
}

record! {
    /// How to reach a person.
    pub struct CustomerContacts {
        /// Addresses.
        pub postal_addresses: List<PostalAddress> => "postalAddresses",
        /// Phones.
        pub phones: List<CustomerPhone> => "phones",
        /// E-mail addresses.
        pub emails: List<CustomerEmail> => "emails",
    }
}

record! {
    /// A postal address.
    pub struct PostalAddress {
        /// Whether it is the main one.
        pub is_main: Option<Flag> => "isMain",
        /// Street and number.
        pub address: Option<Text> => "address",
        /// Flat and the like.
        pub additional_info: Option<Text> => "additionalInfo",
        /// Neighbourhood.
        pub district_name: Option<Text> => "districtName",
        /// Town.
        pub town_name: Option<Text> => "townName",
        /// Code of the town at IBGE, 7 digits.
        pub ibge_town_code: Option<Text> => "ibgeTownCode",
        /// State, `SP`.
        pub country_sub_division: Option<Text> => "countrySubDivision",
        /// CEP, 8 digits.
        pub post_code: Option<Text> => "postCode",
        /// Country, its name.
        pub country: Option<Text> => "country",
        /// Country, ISO 3166-1 alpha-3.
        pub country_code: Option<Text> => "countryCode",
        /// Where it lies.
        pub geographic_coordinates: Option<GeographicCoordinates> => "geographicCoordinates",
    }
}

record! {
    /// A place in degrees, as text.
    pub struct GeographicCoordinates {
        /// North is positive.
        pub latitude: Option<Text> => "latitude",
        /// East is positive.
        pub longitude: Option<Text> => "longitude",
    }
}

record! {
    /// A phone.
    pub struct CustomerPhone {
        ..phone: PersonPhone,
        /// Whether it is the main one.
        pub is_main: Option<Flag> => "isMain",
    }
}

record! {
    /// An e-mail address.
    pub struct CustomerEmail {
        /// Whether it is the main one.
        pub is_main: Option<Flag> => "isMain",
        /// The address.
        pub email: Option<Text> => "email",
    }
}
