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
/// exactly then.
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

/// `JsonSchema` of a type whose [`Value`](crate::Value) is written by hand, where there is a schema at all: its JSON,
/// or that of another type, with what is to be said of it.
///
/// ```
/// use provider_wire::{Integer, value_schema};
///
/// struct Answer(bool);
/// value_schema!(Answer, {"description": "Yes or no.", "enum": ["yes", "no"]});
///
/// struct Year(Integer);
/// value_schema!(Year, Integer, "A year.");
/// # let _ = (Answer(true).0, Year(2000.into()).0);
/// ```
#[macro_export]
macro_rules! value_schema {
    ($name:ident, $other:ty, $description:literal) => {
        $crate::value_schema!(@ $name, generator, {
            let schema = <$other as $crate::schemars::JsonSchema>::json_schema(generator);
            $crate::__private::said_of(schema, $description)
        });
    };
    ($name:ident, {$($schema:tt)*}) => {
        $crate::value_schema!(@ $name, _generator, $crate::schemars::json_schema!({$($schema)*}));
    };
    (@ $name:ident, $generator:ident, $schema:expr) => {
        $crate::if_json_schema! {
            impl $crate::schemars::JsonSchema for $name {
                fn schema_name() -> ::std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn schema_id() -> ::std::borrow::Cow<'static, str> {
                    concat!(module_path!(), "::", stringify!($name)).into()
                }

                fn json_schema($generator: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                    $schema
                }
            }
        }
    };
}
