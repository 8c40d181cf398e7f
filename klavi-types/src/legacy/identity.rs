use provider_wire::{Text, record};

use super::{BankAccount, DataHead};

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
#[record]
pub struct Identity {
    #[wire(flatten)]
    pub head: DataHead,
    /// The person.
    #[wire("identity", or = "Identity")]
    pub person: Option<Person>,
}

/// A person as the bank knows them.
#[record(rename_all = "camelCase")]
pub struct Person {
    #[wire(flatten)]
    pub account: BankAccount,
    /// Name.
    pub name: Option<Text>,
    /// Mobile phone.
    pub cellphone: Option<Text>,
    /// E-mail address.
    pub email: Option<Text>,
    /// Where letters go. `camelCase` in bodies, `snake_case` in a partner's code.
    #[wire(or = "correspondence_address")]
    pub correspondence_address: Option<Address>,
}

/// A postal address.
#[record]
pub struct Address {
    /// CEP.
    pub postcode: Option<Text>,
    /// Street.
    pub address: Option<Text>,
    /// Number in the street.
    pub address_number: Option<Text>,
    /// Neighbourhood.
    pub neighborhood: Option<Text>,
    /// Flat and the like.
    pub complement: Option<Text>,
    /// Town.
    pub city: Option<Text>,
    /// State.
    pub state: Option<Text>,
    /// Country.
    pub country: Option<Text>,
}
