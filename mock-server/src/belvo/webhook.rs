//! The bodies of webhooks, in the three generations of which there are samples.
//! Source: developers.belvo.com, `resources-webhooks-aggregation`.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::behaviour::WebhookGeneration;

/// Why a webhook about data is sent.
pub(super) const HISTORICAL: &str = "historical_update";
pub(super) const RECURRENT: &str = "recurrent_update";

/// What a webhook tells.
pub(crate) struct News {
    pub(crate) webhook_type: String,
    pub(crate) webhook_code: String,
    pub(crate) process_type: Option<&'static str>,
    pub(crate) link_id: String,
    pub(crate) external_id: Option<String>,
    /// The call or update that it comes from.
    pub(crate) request_id: Uuid,
    pub(crate) data: Value,
}

impl News {
    /// The body, under an id of its own.
    pub(crate) fn body(&self, generation: WebhookGeneration, webhook_id: &str) -> Bytes {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("webhook_id", json!(webhook_id));
        put("webhook_type", json!(self.webhook_type));
        if generation == WebhookGeneration::Current
            && let Some(process_type) = self.process_type
        {
            put("process_type", json!(process_type));
        }
        put("webhook_code", json!(self.webhook_code));
        put("link_id", json!(self.link_id));
        if generation != WebhookGeneration::Oldest {
            // The samples of consents have none.
            if self.webhook_type != "CONSENT" {
                put("request_id", json!(self.request_id.to_string()));
            }
            put("external_id", json!(self.external_id));
        }
        put("data", self.data.clone());
        Value::Object(body).to_string().into()
    }
}
