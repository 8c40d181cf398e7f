//! Tolerant JSON records: nothing refused, nothing lost, nothing shown in `Debug`.
//!
//! Data providers add fields, misspell keys, send numbers as text and text as numbers. A backend that refuses such
//! a body loses data it cannot ask for again; one that swallows it silently is worse. The types here take the third
//! way:
//!
//! - a [`record`](macro@record) is a struct in which every field may be absent, and unknown members survive in [`Extra`];
//! - an [`open_enum`](macro@open_enum) keeps words it does not know;
//! - a field of the wrong type costs that field alone: [`decode`] skips what it cannot read, reports it with path and raw
//!   value ([`Malformed`]), and goes on behind it;
//! - `Serialize` and `Deserialize` work in every self-describing format, also inside tagged, untagged and flattened types
//!   ([`deserialize`] says how lenient they are);
//! - [`Amount`] keeps every digit, [`DateTime`] keeps "no zone" as no zone, [`Secret`] keeps quiet;
//! - [`inspect`] says what was not understood and proves that nothing was lost;
//! - with the feature `json-schema` every type has a JSON Schema of what is received, for readers in other languages;
//! - a [`Check`] collects what is wrong with a request before it is sent, in one error;
//! - `Debug` shows which fields are there and the words of enumerations, never a value.
//!
//! ```
//! use provider_wire::{Amount, List, Text, decode, record};
//!
//! /// One account.
//! #[record(rename_all = "camelCase")]
//! pub struct Account {
//!     /// Number of the account.
//!     pub account_number: Option<Text>,
//!     /// Balance in reais; read from text or number.
//!     #[wire(or = "saldo")]
//!     pub balance: Option<Amount>,
//!     /// Names of the owners.
//!     pub owners: List<Text>,
//! }
//!
//! let body = r#"{"accountNumber": 7, "saldo": 12345678901234567.8912, "owners": true, "colour": "blue"}"#;
//! let decoded = decode::<Account>(body.as_bytes())?;
//!
//! assert_eq!(decoded.value.balance.unwrap().to_string(), "12345678901234567.8912");
//! assert_eq!(decoded.value.extra().get("colour"), Some("\"blue\""));
//! assert_eq!(decoded.value.account_number.unwrap(), "7");
//! assert_eq!(decoded.malformed[0].path.to_string(), "owners");
//! # Ok::<(), provider_wire::DecodeError>(())
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod amount;
mod check;
mod compare;
mod date_time;
mod decode;
mod elements;
mod extra;
mod flag;
mod inspect;
mod integer;
mod json;
mod json_text;
mod list;
mod list_stream;
mod map;
mod money;
mod notes;
mod one_or_many;
mod open_enum;
mod path;
mod raw;
mod reader;
mod record;
mod schema;
mod secret;
mod text;
mod value;
mod window;

pub use amount::{Amount, ParseAmountError};
pub use check::{Check, InvalidRequest, Problem};
pub use date_time::{Date, DateTime, ParseDateTimeError};
pub use decode::{DecodeError, Decoded, decode, decode_text, deserialize, text_of};
pub use extra::Extra;
pub use flag::Flag;
pub use inspect::{Inspection, inspect};
pub use integer::Integer;
pub use json::Json;
pub use list::List;
pub use list_stream::{Element, ListStream};
pub use map::Map;
pub use money::Money;
pub use notes::{Malformed, UnknownWord};
pub use one_or_many::OneOrMany;
pub use open_enum::UnknownValue;
pub use path::Path;
pub use provider_wire_macros::{open_enum, record, string_id, value_schema};
pub use raw::Raw;
pub use reader::{Elements, Fault, Kind, Members, Reader};
pub use record::{Record, read_record, read_record_onto, write_record};
/// What an [`Amount`] is made of, for arithmetic beyond sums.
pub use rust_decimal::Decimal;
#[cfg(feature = "json-schema")]
pub use schema::json_schema;
/// The crate whose `JsonSchema` the types have with the feature `json-schema`.
#[cfg(feature = "json-schema")]
pub use schemars;
pub use secret::Secret;
pub use text::Text;
pub use value::{Field, Value};
pub use window::StreamError;

/// What the attributes name; not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use serde;

    pub use crate::open_enum::from_word;
    #[cfg(feature = "json-schema")]
    pub use crate::schema::{all_optional, open_words, said_of, text_or_number};
    pub use crate::value::write_field;
}
