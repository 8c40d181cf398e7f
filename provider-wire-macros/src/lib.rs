//! The attributes that make an ordinary struct or enum a type of `provider-wire`.
//!
//! Depend on `provider-wire`, which re-exports them: the code that they generate refers to `::provider_wire`. This crate
//! knows wire names and the shape of Rust types, and nothing about reading JSON.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;

mod docs;
mod open_enum;
mod record;
mod rename;
mod string_id;
mod value_schema;
mod wire;

/// Makes a struct a record: a JSON object in which every member may be absent and unknown members survive.
///
/// Every field is an `Option<T>` or a `List<T>` of a type that implements `Value`. The attribute adds the private field
/// `extra` with its accessor `extra()`, `#[non_exhaustive]`, `Clone`, `Default`, `PartialEq`, `Serialize`,
/// `Deserialize`, `Record`, `Value`, a `Debug` that shows no values and, with the feature `json-schema`, `JsonSchema`.
/// It also adds the wire name to the documentation of each field.
///
/// # Wire names
/// A member has the name of its field, or what `rename_all` makes of it by serde's rules: `lowercase`, `UPPERCASE`,
/// `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case` or `SCREAMING-KEBAB-CASE`. On a field:
///
/// - `#[wire("name")]` gives the documented name, under which the field is read and written;
/// - `#[wire(or = "name")]` gives another name under which it is read; there may be several;
/// - `#[wire(flatten)]` takes in all members of another record, which stand in the same object.
///
/// Members are written in the order of the fields, unknown ones last. Reading is fastest when they come in this order.
///
/// # Type parameters
/// A record may have type parameters: `struct Page<T: Value> { results: List<T> }`. The struct states their bounds: `Value`
/// for a parameter in a field, `Record + Value` for a flattened one. A flattened parameter gives the JSON Schema its
/// description.
///
/// # Examples
/// ```
/// use provider_wire::{Amount, Text, decode, record};
///
/// /// A bank.
/// #[record(rename_all = "camelCase")]
/// pub struct Bank {
///     /// Its code, 3 digits.
///     #[wire(or = "code")]
///     pub bank_code: Option<Text>,
/// }
///
/// /// An account.
/// #[record(rename_all = "camelCase")]
/// pub struct Account {
///     #[wire(flatten)]
///     pub bank: Bank,
///     /// Balance in reais.
///     #[wire("saldo", or = "balance", or = "availableAmount")]
///     pub balance: Option<Amount>,
/// }
///
/// let account = decode::<Account>(br#"{"balance":"10.50","code":"033","colour":"blue"}"#)?.value;
/// assert_eq!(account.bank.bank_code.as_ref().unwrap(), "033");
/// assert_eq!(account.extra().get("colour"), Some("\"blue\""));
/// assert_eq!(format!("{account:?}"), "Account { bank: Bank { bank_code: Text(..) }, balance: Amount(..), \
///     extra: Extra(1 members) }");
/// let json = serde_json::to_string(&account).unwrap();
/// assert_eq!(json, r#"{"bankCode":"033","saldo":"10.50","colour":"blue"}"#);
/// # Ok::<(), provider_wire::DecodeError>(())
/// ```
///
/// A field that cannot be absent does not compile:
/// ```compile_fail
/// /// A bank.
/// #[provider_wire::record]
/// pub struct Bank {
///     /// Its code.
///     pub code: provider_wire::Text,
/// }
/// ```
#[proc_macro_attribute]
pub fn record(options: TokenStream, item: TokenStream) -> TokenStream {
    tokens(record::expand(options.into(), item.into()))
}

/// Makes an enum an open enumeration: text of which some words are known, and the others are kept.
///
/// The attribute adds the variant `Unknown(UnknownValue)`, the constant `ALL` of all known values, `as_str()`,
/// `is_known()`, `#[non_exhaustive]`, `Clone`, `Eq`, `Ord`, `Hash`, `From<&str>`, `FromStr`, `Display`, `Serialize`,
/// `Deserialize`, `Value`, `Debug` and, with the feature `json-schema`, `JsonSchema`. It also adds the wire value to the
/// documentation of each variant.
///
/// Case does not matter when a word is read; the documented word is written. `Debug` shows the word. With the option
/// `personal` it does not: for words that say something about a person.
///
/// # Wire values
/// The word is the name of its variant, or what `rename_all` makes of it by serde's rules (see [`macro@record`]).
/// `#[wire("WORD")]` gives the documented word, `#[wire(or = "WORD")]` another one that is read.
///
/// # Examples
/// ```
/// use provider_wire::open_enum;
///
/// /// Status of a consent.
/// #[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
/// pub enum Status {
///     /// Granted.
///     #[wire(or = "AUTHORIZED")]
///     Authorised,
///     /// Refused by the customer.
///     CustomerRejected,
/// }
///
/// assert_eq!(Status::from("authorized"), Status::Authorised);
/// assert_eq!(Status::CustomerRejected.as_str(), "CUSTOMER_REJECTED");
/// let future = Status::from("PAUSED");
/// assert!(!future.is_known());
/// assert_eq!(future.as_str(), "PAUSED");
/// assert_eq!(format!("{:?} {future:?}", Status::Authorised), "AUTHORISED Unknown(..)");
///
/// /// Marital status.
/// #[open_enum(personal)]
/// pub enum MaritalStatus {
///     /// Married.
///     #[wire("CASADO")]
///     Married,
/// }
/// assert_eq!(format!("{:?}", MaritalStatus::Married), "MaritalStatus(..)");
/// ```
#[proc_macro_attribute]
pub fn open_enum(options: TokenStream, item: TokenStream) -> TokenStream {
    tokens(open_enum::expand(options.into(), item.into()))
}

/// Makes a unit struct an id that the provider gave: opaque text, never refused for its shape.
///
/// `Display` shows the id, so that it can be logged on purpose. `Debug` does not, so that nothing is logged by chance.
///
/// # Examples
/// ```
/// use provider_wire::string_id;
///
/// /// Id of a link.
/// #[string_id]
/// pub struct LinkId;
///
/// let id = LinkId::from("4437b139");
/// assert_eq!(id.to_string(), "4437b139");
/// assert_eq!(format!("{id:?}"), "LinkId(..)");
/// ```
#[proc_macro_attribute]
pub fn string_id(options: TokenStream, item: TokenStream) -> TokenStream {
    tokens(string_id::expand(&options.into(), item.into()))
}

/// Gives a type whose `Value` is written by hand its `JsonSchema`, where `provider-wire` has its feature `json-schema`.
///
/// A record that holds such a type needs the schema exactly then. The schema is written as JSON, or is that of another
/// type with another description.
///
/// # Examples
/// ```
/// use provider_wire::{Integer, json_schema, value_schema};
///
/// #[value_schema({"description": "Yes or no.", "enum": ["yes", "no"]})]
/// struct Answer(bool);
///
/// #[value_schema(like = Integer, description = "A year.")]
/// struct Year(Integer);
///
/// assert_eq!(json_schema::<Answer>()["enum"][0], "yes");
/// assert_eq!(json_schema::<Year>()["description"], "A year.");
/// # let _ = (Answer(true).0, Year(2000.into()).0);
/// ```
#[proc_macro_attribute]
pub fn value_schema(options: TokenStream, item: TokenStream) -> TokenStream {
    tokens(value_schema::expand(options.into(), item.into()))
}

fn tokens(expanded: syn::Result<Tokens>) -> TokenStream {
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
