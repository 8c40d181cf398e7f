use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use url::Url;
use utoipa::ToSchema;

use super::{Attempt, AttemptOutcome, Delivery, Redirect};

/// A delivery as the control API shows it: without the body.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeliveryView {
    id: u64,
    kind: String,
    name: String,
    key: String,
    #[schema(required)]
    request_id: Option<String>,
    #[schema(required)]
    url: Option<Url>,
    bytes: u64,
    created_at: Timestamp,
    state: String,
    #[schema(required)]
    resend_of: Option<u64>,
    attempts: Vec<AttemptView>,
}

/// One attempt of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AttemptView {
    at: Timestamp,
    duration_ms: u64,
    /// `null` where there was no answer; `error` then says why.
    #[schema(required)]
    status: Option<u16>,
    #[schema(required)]
    error: Option<String>,
    /// Names in lower case.
    headers: BTreeMap<String, String>,
    redirects: Vec<RedirectView>,
    /// How the body of the answer begins.
    answer: String,
}

/// One redirect that an attempt followed.
#[derive(Serialize, ToSchema)]
struct RedirectView {
    status: u16,
    method: String,
    url: Url,
}

impl DeliveryView {
    /// Number of the delivery.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }
}

impl From<&Delivery> for DeliveryView {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id,
            kind: delivery.kind.as_str().to_owned(),
            name: delivery.name.clone(),
            key: delivery.key.clone(),
            request_id: delivery.request_id.clone(),
            url: delivery.url.clone(),
            bytes: delivery.bytes,
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
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Self {
            at: attempt.at,
            duration_ms: u64::try_from(attempt.duration.as_millis()).unwrap_or(u64::MAX),
            status,
            error,
            headers: attempt.headers.iter().map(header).collect(),
            redirects: attempt.redirects.iter().map(RedirectView::from).collect(),
            answer: attempt.answer.clone(),
        }
    }
}

impl From<&Redirect> for RedirectView {
    fn from(redirect: &Redirect) -> Self {
        Self { status: redirect.status, method: redirect.method.to_string(), url: redirect.url.clone() }
    }
}

impl Serialize for Delivery {
    /// As the control API shows it: without the body.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        DeliveryView::from(self).serialize(serializer)
    }
}
