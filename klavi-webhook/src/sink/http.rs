//! Hands entries on to an HTTP endpoint of your own, in whatever language, signed after the
//! [Standard Webhooks specification](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).

mod answer;
mod key;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use jiff::Timestamp;
use provider_call::{Credential, CredentialSource, DiscardBody, Renewal, Transport};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

pub use self::key::ForwardKey;
use crate::{BoxFuture, Clock, Entry, Sink, SinkError};

/// How long an attempt may take, unless said otherwise: as long as senders of webhooks usually wait.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A sink that posts each entry, its bytes unchanged, to an endpoint.
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
/// | answer | the entry |
/// |---|---|
/// | 2xx | is settled, whatever becomes of the body of the answer |
/// | 429, 503 | is retried, not before `Retry-After`; the target may be [down](SinkError::unavailable) |
/// | another 5xx, no connection, no answer in time | is retried; the target may be [down](SinkError::unavailable) |
/// | 410, a failure of TLS or of the name, an address that the egress rule forbids | waits: the target [is down](SinkError::outage) |
/// | a redirect, another 4xx | is retried by the [`RetrySchedule`](crate::RetrySchedule). Redirects are not followed |
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
pub struct Forward(Arc<Endpoint>);

#[derive(Clone, Debug)]
struct Endpoint {
    uri: Uri,
    key: ForwardKey,
    transport: Arc<dyn Transport>,
    clock: Clock,
    timeout: Duration,
    headers: HeaderMap,
    credentials: Option<Arc<dyn CredentialSource>>,
}

/// What is wrong with a key, an endpoint or a header. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidForward {
    /// The key is not `whsec_` and the Base64 of 24 to 64 bytes.
    #[error("the key is not `whsec_` and the Base64 of 24 to 64 bytes")]
    Key,
    /// The endpoint is no absolute `http` or `https` address.
    #[error("the endpoint is no absolute http or https address")]
    Endpoint,
    /// The header is one that the sink or the transport sets.
    #[error("the header {0} cannot be set: each delivery has its own")]
    Header(HeaderName),
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
        Ok(Self(Arc::new(Endpoint {
            uri: endpoint,
            key,
            transport,
            clock: Clock::system(),
            timeout: TIMEOUT,
            headers: HeaderMap::new(),
            credentials: None,
        })))
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.endpoint().clock = clock;
        self
    }

    /// How long one attempt may take until the headers of its answer are there; 30 seconds unless said otherwise. The
    /// [lease](crate::Dispatcher::lease) of the dispatcher has to be longer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.endpoint().timeout = timeout;
        self
    }

    /// Sends this header with each delivery. No log shows its value.
    ///
    /// # Errors
    /// If each delivery has its own: `webhook-…`, `inbox-…`, `content-type`, and those of the connection.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Result<Self, InvalidForward> {
        let is_own = ["webhook-", "inbox-"].iter().any(|prefix| name.as_str().starts_with(prefix))
            || [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, HOST].contains(&name);
        if is_own {
            return Err(InvalidForward::Header(name));
        }
        value.set_sensitive(true);
        self.endpoint().headers.append(name, value);
        Ok(self)
    }

    /// Sends a credential of this source in `Authorization`, such as the token of an OAuth 2 client. After a 401 it is
    /// renewed once.
    #[must_use]
    pub fn credentials(mut self, source: impl CredentialSource + 'static) -> Self {
        self.endpoint().credentials = Some(Arc::new(source));
        self
    }

    fn endpoint(&mut self) -> &mut Endpoint {
        Arc::make_mut(&mut self.0)
    }
}

impl Endpoint {
    async fn post(&self, entry: &Entry) -> Result<(), SinkError> {
        let mut credential = self.credential(None).await?;
        let mut answer = self.send(entry, credential.as_ref()).await?;
        if answer.status() == StatusCode::UNAUTHORIZED
            && let (Some(source), Some(refused)) = (&self.credentials, &credential)
            && source.refused(refused) == Renewal::Possible
        {
            credential = self.credential(credential.as_ref()).await?;
            answer = self.send(entry, credential.as_ref()).await?;
        }
        answer::judge(answer.status(), answer.headers(), self.clock.now())
    }

    /// Another one than that which was refused.
    async fn credential(&self, refused: Option<&Credential>) -> Result<Option<Credential>, SinkError> {
        let Some(source) = &self.credentials else { return Ok(None) };
        let found = source.credential(self.timeout, refused).wait().await;
        found.map_err(|error| answer::no_token(&error))
    }

    async fn send(
        &self,
        entry: &Entry,
        credential: Option<&Credential>,
    ) -> Result<Response<Bytes>, SinkError> {
        let mut request = Request::new(entry.body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers(entry, self.clock.now());
        if let Some(credential) = credential {
            request.headers_mut().insert(AUTHORIZATION, credential.authorization().clone());
        }
        request.extensions_mut().insert(DiscardBody);
        self.transport.send(request).await.map_err(|error| answer::no_answer(&error))
    }

    fn headers(&self, entry: &Entry, now: Timestamp) -> HeaderMap {
        // The sender's ids need not be fit for a header.
        let id = format!("msg_{}", &HEXLOWER.encode(&Sha256::digest(&entry.dedup_key))[..32]);
        let timestamp = now.as_second();
        let mut headers = self.headers.clone();
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
        let endpoint = Arc::clone(&self.0);
        Box::pin(async move {
            timeout(endpoint.timeout, endpoint.post(&entry)).await.unwrap_or_else(|_| {
                let text = format!("no answer within {:?}", endpoint.timeout);
                Err(SinkError::unavailable(text).shown())
            })
        })
    }
}
