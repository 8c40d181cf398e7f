//! JSON Schema of what is received, with the feature `json-schema`: every member may be missing or `null`, members and
//! words beyond the known ones pass.

#[cfg(feature = "json-schema")]
mod document;
#[cfg(feature = "json-schema")]
mod leaves;

#[cfg(feature = "json-schema")]
pub use document::json_schema;
#[cfg(feature = "json-schema")]
pub use document::{all_optional, open_words, said_of, text_or_number};

/// Keeps items where this crate has its feature `json-schema`, whatever the features of the calling crate.
///
/// For the `JsonSchema` of a type whose [`Value`](crate::Value) is written by hand: a record that holds one needs it
/// exactly then. Where JSON says it all, the attribute [`value_schema`](macro@crate::value_schema) is shorter.
///
/// ```
/// provider_wire::if_json_schema! {
///     impl provider_wire::schemars::JsonSchema for Answer {
///         fn schema_name() -> std::borrow::Cow<'static, str> {
///             "Answer".into()
///         }
///
///         fn json_schema(_: &mut provider_wire::schemars::SchemaGenerator) -> provider_wire::schemars::Schema {
///             provider_wire::schemars::json_schema!({"enum": ["yes", "no"]})
///         }
///     }
/// }
///
/// struct Answer(bool);
/// # let _ = Answer(true).0;
/// ```
#[cfg(feature = "json-schema")]
#[macro_export]
macro_rules! if_json_schema {
    ($($item:item)*) => { $($item)* };
}

/// Keeps items where this crate has its feature `json-schema`: here it has not.
#[cfg(not(feature = "json-schema"))]
#[macro_export]
macro_rules! if_json_schema {
    ($($item:tt)*) => {};
}
