use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use crate::deliveries::{Attempt, AttemptOutcome, DeliveryState};

/// What is to be sent.
pub(crate) struct Parcel {
    pub(crate) webhook_type: String,
    pub(crate) webhook_code: String,
    pub(crate) webhook_id: String,
    pub(crate) link_id: String,
    /// `None` where no webhook is set.
    pub(crate) url: Option<Url>,
    /// The value of `Authorization`, as it was set.
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) body: Bytes,
    pub(crate) duplicates: u32,
}

/// One webhook that a mock of Belvo sent, is sending, or had no address for.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// Number, counted from 1 in the order of creation.
    pub id: u64,
    /// `TRANSACTIONS`, `LINK`, …
    pub webhook_type: String,
    /// `historical_update`, `token_required`, …
    pub webhook_code: String,
    /// As in the body.
    pub webhook_id: String,
    /// The link that it is about.
    pub link_id: String,
    /// Where it goes; may carry a token of the receiver's. `None` where nothing was set.
    pub url: Option<Url>,
    /// What is sent, to the byte.
    pub body: Bytes,
    /// When it was made, in the mock's time.
    pub created_at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
    /// Every attempt so far: six at most, and one for each duplicate that was asked for.
    pub attempts: Vec<Attempt>,
    /// The delivery that it repeats, where somebody had it sent again.
    pub resend_of: Option<u64>,
    pub(super) authorization: Option<HeaderValue>,
    pub(super) duplicates: u32,
}

impl Delivery {
    /// Without a number yet.
    pub(super) fn new(created_at: Timestamp, parcel: Parcel) -> Self {
        Self {
            id: 0,
            webhook_type: parcel.webhook_type,
            webhook_code: parcel.webhook_code,
            webhook_id: parcel.webhook_id,
            link_id: parcel.link_id,
            state: if parcel.url.is_some() { DeliveryState::Pending } else { DeliveryState::Unaddressed },
            url: parcel.url,
            body: parcel.body,
            created_at,
            attempts: Vec::new(),
            resend_of: None,
            authorization: parcel.authorization,
            duplicates: parcel.duplicates,
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.state == DeliveryState::Pending
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Debug for Delivery {
    /// Without address and body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("webhook_type", &self.webhook_type)
            .field("webhook_code", &self.webhook_code)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// A delivery as the control API shows it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    id: u64,
    webhook_type: String,
    webhook_code: String,
    webhook_id: String,
    link_id: String,
    url: Option<String>,
    #[schema(value_type = Object)]
    body: serde_json::Value,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// `pending`, `delivered`, `failed` or `unaddressed`.
    state: String,
    resend_of: Option<u64>,
    attempts: Vec<AttemptView>,
}

/// One attempt of it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Attempt)]
struct AttemptView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    duration_ms: u64,
    /// `null` where there was no answer; `error` then says why.
    status: Option<u16>,
    error: Option<String>,
    /// Names in lower case; the value of `authorization` is left out.
    headers: BTreeMap<String, String>,
}

impl From<&Delivery> for DeliveryView {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id,
            webhook_type: delivery.webhook_type.clone(),
            webhook_code: delivery.webhook_code.clone(),
            webhook_id: delivery.webhook_id.clone(),
            link_id: delivery.link_id.clone(),
            url: delivery.url.as_ref().map(Url::to_string),
            body: delivery.json(),
            created_at: delivery.created_at,
            state: delivery.state.as_str().to_owned(),
            resend_of: delivery.resend_of,
            attempts: delivery.attempts.iter().map(AttemptView::from).collect(),
        }
    }
}

impl From<&Attempt> for AttemptView {
    fn from(attempt: &Attempt) -> Self {
        let (status, error) = match attempt.outcome {
            AttemptOutcome::Status(status) => (Some(status), None),
            AttemptOutcome::Error(error) => (None, Some(error.to_owned())),
        };
        let shown = |value: &HeaderValue| match value.is_sensitive() {
            true => "..".to_owned(),
            false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        let headers =
            attempt.headers.iter().map(|(name, value)| (name.as_str().to_owned(), shown(value))).collect();
        let duration_ms = u64::try_from(attempt.duration.as_millis()).unwrap_or(u64::MAX);
        Self { at: attempt.at, duration_ms, status, error, headers }
    }
}
