//! What the widget tells whoever embeds it, by `postMessage` to the parent window. Mind `metadata` beside `meta_data`:
//! both are Belvo's.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::institutions::Institution;

/// What a page tells, as JSON.
pub(super) fn list(messages: &[Value]) -> String {
    Value::from(messages).to_string()
}

pub(super) fn page_load(page: &str, from: &str, institution: Option<&Institution>) -> Value {
    let name = institution.map_or("", |institution| institution.name);
    json!({"eventName": "PAGE_LOAD", "metadata": {"page": page, "from": from, "institution_name": name}})
}

pub(super) fn error(code: &str, message: &str, institution: Option<&Institution>, now: Timestamp) -> Value {
    json!({
        "eventName": "ERROR",
        "request_id": Uuid::new_v4().simple().to_string(),
        "meta_data": {
            "error_code": code,
            "error_message": message,
            "institution_name": institution.map_or("", |institution| institution.name),
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string(),
        },
    })
}
