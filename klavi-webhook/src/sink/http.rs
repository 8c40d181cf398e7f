//! Hands entries on to an HTTP endpoint of your own, in whatever language, signed after the
//! [Standard Webhooks specification](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).

use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use jiff::Timestamp;
use provider_call::Transport;
use provider_wire::Secret;
use sha2::Sha256;

use crate::publish::message_id;
use crate::{BoxFuture, Clock, Entry, Sink, SinkError};

/// A handler that posts each entry, its bytes as they came, to an endpoint.
///
/// | header | holds |
/// |---|---|
/// | `webhook-id` | what makes handling idempotent: the same for every attempt at an entry |
/// | `webhook-timestamp` | Unix seconds of this attempt |
/// | `webhook-signature` | `v1,` and the Base64 of the HMAC-SHA-256 over `id.timestamp.body` |
/// | `inbox-entry`, `inbox-attempt` | number of the entry, of the attempt |
/// | `inbox-kind`, `inbox-name` | `report`, `event`, `expectation` …; product or event, `pf_balance` |
/// | `inbox-received-at` | when it came, RFC 3339 |
///
/// Of an [`Expectation`](crate::Expectation) that is overdue the body says what did not come, without the members that
/// it has nothing for: `{"kind", "requestId", "linkId", "consentId", "products", "missing", "deadline"}`, where `kind` says
/// what should have answered it if that is no report.
///
/// Any 2xx settles the entry. `410` says that the endpoint wants no more: a dead letter at once. Everything else,
/// redirects too, is tried again by the [`RetrySchedule`](crate::RetrySchedule).
///
/// ```no_run
/// use std::sync::Arc;
///
/// use klavi_webhook::{Dispatcher, Forward, MemoryInbox};
/// use provider_call::{ReqwestTransport, TransportOptions};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = ReqwestTransport::new(&TransportOptions::new())?;
/// let key = std::env::var("FORWARD_SECRET")?.parse()?; // whsec_…
/// let forward = Forward::new("http://127.0.0.1:3000/klavi".parse()?, key, Arc::new(transport))?;
/// Dispatcher::new(Arc::new(MemoryInbox::new()), forward).run(std::future::pending()).await;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Forward {
    endpoint: Uri,
    key: ForwardKey,
    transport: Arc<dyn Transport>,
    clock: Clock,
}

/// The key that both sides have: `whsec_` and the Base64 of 24 to 64 random bytes, as
/// `echo "whsec_$(openssl rand -base64 32)"` makes one.
#[derive(Clone, Debug)]
pub struct ForwardKey(Secret);

/// What is wrong with a key or an endpoint. Never holds the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidForward {
    /// The key is not `whsec_` and the Base64 of 24 to 64 bytes.
    #[error("the key is not `whsec_` and the Base64 of 24 to 64 bytes")]
    Key,
    /// The endpoint is no absolute `http` or `https` address.
    #[error("the endpoint is no absolute http or https address")]
    Endpoint,
}

impl FromStr for ForwardKey {
    type Err = InvalidForward;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
        match bytes {
            Some(bytes) if (24..=64).contains(&bytes.len()) => Ok(Self(text.into())),
            _ => Err(InvalidForward::Key),
        }
    }
}

impl ForwardKey {
    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let key = self.0.expose().strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&key.unwrap_or_default()).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl Forward {
    /// Forwards to this endpoint. Plain `http` is meant for the same machine or network: the body is personal data.
    ///
    /// # Errors
    /// Where the endpoint is no absolute address.
    pub fn new(
        endpoint: Uri,
        key: ForwardKey,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, InvalidForward> {
        if !matches!(endpoint.scheme_str(), Some("http" | "https")) || endpoint.host().is_none() {
            return Err(InvalidForward::Endpoint);
        }
        Ok(Self { endpoint, key, transport, clock: Clock::system() })
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    async fn post(self, entry: Entry) -> Result<(), SinkError> {
        let mut request = Request::new(entry.body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        *request.headers_mut() = self.headers(&entry, self.clock.now());
        // The causes below are about the network and the status alone.
        let status =
            self.transport.send(request).await.map_err(|error| SinkError::retry(error).shown())?.status();
        match status {
            status if status.is_success() => Ok(()),
            StatusCode::GONE => {
                Err(SinkError::permanent("the endpoint answered 410: it wants no more").shown())
            }
            status => Err(SinkError::retry(format!("the endpoint answered {}", status.as_u16())).shown()),
        }
    }

    fn headers(&self, entry: &Entry, now: Timestamp) -> HeaderMap {
        let id = message_id(&entry.dedup_key);
        let timestamp = now.as_second();
        let mut headers = HeaderMap::new();
        let mut add = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        add("webhook-signature", self.key.sign(&id, timestamp, &entry.body));
        add("webhook-id", id);
        add("webhook-timestamp", timestamp.to_string());
        add("inbox-entry", entry.id.to_string());
        add("inbox-attempt", (entry.attempts + 1).to_string());
        add("inbox-kind", entry.kind.as_str().to_owned());
        add("inbox-received-at", entry.received_at.to_string());
        if let Some(name) = &entry.name {
            add("inbox-name", name.clone());
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers
    }
}

impl Sink for Forward {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        Box::pin(self.clone().post(entry))
    }
}
