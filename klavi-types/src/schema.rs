//! JSON Schema of whole bodies.

use provider_wire::json_schema;
use provider_wire::schemars::JsonSchema;
use serde_json::{Value, json};

/// The schema of a type under another title.
pub(crate) fn titled<T: JsonSchema>(title: &str) -> Value {
    let mut schema = json_schema::<T>();
    schema["title"] = title.into();
    schema
}

/// The schema of a type, titled by the words that a member of it may have; `place` points to the member.
pub(crate) fn narrowed<T: JsonSchema>(words: &[&str], place: &str) -> Value {
    let mut schema = titled::<T>(&words.join(", "));
    if let Some(member) = schema.pointer_mut(place) {
        *member = json!({"description": member["description"], "type": "string", "enum": words});
    }
    schema
}
