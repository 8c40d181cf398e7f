//! What pages tell whoever embeds them: names and payloads by docs.klavi.ai/connect/web-tracking-events. How they get
//! there is not documented; here `postMessage` to the parent window carries `{eventName, payload}`, sent by `page.js`.

use klavi_types::api::Institution;
use serde_json::{Value, json};

pub(crate) struct Event {
    name: &'static str,
    payload: Value,
}

impl Event {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, payload: json!({}) }
    }

    pub(crate) fn with(name: &'static str, payload: Value) -> Self {
        Self { name, payload }
    }

    pub(crate) fn about(name: &'static str, institution: &Institution) -> Self {
        Self::with(
            name,
            json!({
                "institutionCode": institution.institution_code,
                "institutionName": institution.name,
            }),
        )
    }

    /// Adds the kind of institution, as the institution list has it.
    pub(crate) fn and_type(mut self, institution: &Institution) -> Self {
        self.payload["institutionType"] = json!(institution.institution_type);
        self
    }

    /// For the attribute that `page.js` reads.
    pub(crate) fn json(&self) -> String {
        json!({"eventName": self.name, "payload": self.payload}).to_string()
    }

    /// What every page tells when it is left.
    pub(crate) fn last() -> String {
        Self::new("page_duration").json()
    }

    pub(crate) fn list(events: &[Self]) -> String {
        let events: Vec<_> = events.iter().map(Self::json).collect();
        format!("[{}]", events.join(","))
    }
}
