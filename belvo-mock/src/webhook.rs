//! The bodies of webhooks, in the three generations of which there are samples.
//! Source: developers.belvo.com, `resources-webhooks-aggregation`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use provider_mock::deliveries::Rules;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::behaviour::WebhookGeneration;
use super::instance::Hook;

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

/// Pause before the first repetition, and by how much each further one is longer. How long they are in reality is not
/// documented.
pub(crate) const RETRY_STEP: Duration = Duration::from_secs(1);

/// How Belvo sends; the headers are those of the hook that is set at the time. Source: developers.belvo.com, integration
/// checklist and `webhooks`. Nothing says that redirects are followed.
pub(crate) fn rules(hook: Arc<Mutex<Hook>>) -> Rules {
    Rules {
        timeout: Duration::from_secs(5),
        retries: 5,
        pause: |step, retry| step.saturating_mul(retry),
        redirects: 0,
        headers: Box::new(move |_, _, _| {
            let hook = hook.lock().unwrap_or_else(PoisonError::into_inner);
            hook.authorization.clone().map(|value| (AUTHORIZATION, value)).into_iter().collect()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_by_the_step() {
        let rules = rules(Arc::default());
        let pauses: Vec<_> =
            (1..=rules.retries).map(|retry| (rules.pause)(RETRY_STEP, retry).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 3, 4, 5]);
    }
}
