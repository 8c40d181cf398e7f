//! JSON text into whatever format serde writes. Must not know records.

use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use super::DEEPEST;
use crate::compare::same_number;
use crate::{Kind, Raw, Reader};

/// Writes JSON text into any format: to the letter through `serde_json`, elsewhere value by value.
///
/// No trait tells the format, so the name of the serializer's type does. A `serde_json` that is wrapped goes unnoticed
/// and is written value by value too, which only matters to the digits of long numbers.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn emit<S: Serializer>(raw: Raw<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    if std::any::type_name::<S>().trim_start_matches("&mut ").starts_with("serde_json::") {
        // The text was checked by the same grammar, which the raw value asks for again.
        return serde_json::from_str::<&RawValue>(raw.get()).map_err(S::Error::custom)?.serialize(serializer);
    }
    Emitted { raw, depth: 0 }.serialize(serializer)
}

struct Emitted<'a> {
    raw: Raw<'a>,
    depth: usize,
}

impl Serialize for Emitted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { raw, depth } = *self;
        match raw.kind() {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool => serializer.serialize_bool(raw.get() == "true"),
            Kind::Number => emit_number(raw, serializer),
            // Half a surrogate pair is no text: it stays escaped.
            Kind::Text => match raw.as_text() {
                Some(text) => serializer.serialize_str(&text),
                None => serializer.serialize_str(&raw.get()[1..raw.get().len() - 1]),
            },
            // What is nested deeper stays JSON, as text: better than the stack's end or none of the document.
            Kind::Array | Kind::Object if depth == DEEPEST => serializer.serialize_str(raw.get()),
            Kind::Array => {
                let elements = raw.elements().unwrap_or_default();
                let mut out = serializer.serialize_seq(Some(elements.len()))?;
                for raw in elements {
                    out.serialize_element(&Self { raw, depth: depth + 1 })?;
                }
                out.end()
            }
            Kind::Object => {
                let members = raw.members().unwrap_or_default();
                let mut out = serializer.serialize_map(Some(members.len()))?;
                for (name, raw) in members {
                    out.serialize_entry(&*name, &Self { raw, depth: depth + 1 })?;
                }
                out.end()
            }
        }
    }
}

/// As an integer or a binary number where that names the same decimal, else as text: its digits are worth more than its
/// type, and every number here is read from text too.
fn emit_number<S: Serializer>(raw: Raw<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = raw.get();
    if let Ok(number) = text.parse::<u64>() {
        return serializer.serialize_u64(number);
    }
    if let Ok(number) = text.parse::<i64>() {
        return serializer.serialize_i64(number);
    }
    let float = text.parse::<f64>().ok().filter(|float| {
        serde_json::to_string(float).is_ok_and(|shortest| {
            Reader::new(&shortest).skip().is_ok_and(|shortest| same_number(raw, shortest))
        })
    });
    match float {
        Some(float) => serializer.serialize_f64(float),
        None => serializer.serialize_str(text),
    }
}
