use provider_wire::{Text, record};

use super::{BankAccount, DataHead};

record! {
    /// `data` of report type `identity`: registration data at one bank.
    ///
    /// Schema complete (observed, V1).
    ///
    /// ```
    /// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
    ///
    /// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"identity","identity":
    /// #     {"name":"ANA EXEMPLO","correspondence_address":{"city":"Recife"}}}}"#;
    /// let AnyLegacyReport::Identity(report) = decode_legacy_report(body)?.value else { return Ok(()) };
    /// let person = report.data.unwrap().person.unwrap();
    /// assert_eq!(person.correspondence_address.unwrap().city.unwrap(), "Recife");
    /// # Ok::<(), klavi_types::DecodeError>(())
    /// ```
    pub struct Identity {
        ..head: DataHead,
        /// The person.
        pub person: Option<Person> => "identity" | "Identity",
    }
}

record! {
    /// A person as the bank knows them.
    pub struct Person {
        ..account: BankAccount,
        /// Name.
        pub name: Option<Text> => "name",
        /// Mobile phone.
        pub cellphone: Option<Text> => "cellphone",
        /// E-mail address.
        pub email: Option<Text> => "email",
        /// Where letters go. camelCase in bodies, snake_case in a partner's code.
        pub correspondence_address: Option<Address> => "correspondenceAddress" | "correspondence_address",
    }
}

record! {
    /// A postal address.
    pub struct Address {
        /// CEP.
        pub postcode: Option<Text> => "postcode",
        /// Street.
        pub address: Option<Text> => "address",
        /// Number in the street.
        pub address_number: Option<Text> => "address_number",
        /// Neighbourhood.
        pub neighborhood: Option<Text> => "neighborhood",
        /// Flat and the like.
        pub complement: Option<Text> => "complement",
        /// Town.
        pub city: Option<Text> => "city",
        /// State.
        pub state: Option<Text> => "state",
        /// Country.
        pub country: Option<Text> => "country",
    }
}
