use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, Method};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::{Answer, Clock, Delivery, Inbox, Provider, Split, Stored, Unverified, Verified, VerifyError};

/// Twelve months of a busy company's statement have been seen at tens of megabytes; receivers that work take 50.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Takes deliveries in: checks, splits and stores them, and says what to answer.
///
/// Cheap to clone. [`into_router`](Self::into_router) puts it into an axum application, [`handle`](Self::handle) into
/// anything else.
#[derive(Clone, Debug)]
pub struct Receiver {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    provider: Arc<dyn Provider>,
    inbox: Arc<dyn Inbox>,
    max_body: usize,
    clock: Clock,
}

impl Receiver {
    /// Takes deliveries of this provider into this inbox.
    pub fn new(provider: impl Provider, inbox: Arc<dyn Inbox>) -> Self {
        let inner = Inner { provider: Arc::new(provider), inbox, max_body: MAX_BODY, clock: Clock::system() };
        Self { inner: Arc::new(inner) }
    }

    /// Refuses bodies above that many bytes; 64 MiB unless said otherwise.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).max_body = bytes;
        self
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        Arc::make_mut(&mut self.inner).clock = clock;
        self
    }

    /// Takes in one POST whose body is already in memory.
    pub async fn handle(&self, headers: HeaderMap, source: Option<IpAddr>, body: Bytes) -> Answer {
        if is_encoded(&headers) {
            return self.answered(Answer::Encoded);
        }
        if body.len() > self.inner.max_body {
            return self.answered(Answer::TooLarge);
        }
        self.take_in(headers, source, body).await
    }

    /// Takes in one HTTP request, reading its body within the limit.
    pub(crate) async fn request<B>(&self, request: http::Request<B>, source: Option<IpAddr>) -> Answer
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        match *request.method() {
            // Klavi's console and load balancers look whether the address answers.
            Method::GET | Method::HEAD => return Answer::Ping,
            Method::POST => {}
            _ => return self.answered(Answer::WrongMethod),
        }
        let (head, body) = request.into_parts();
        match self.read(&head.headers, body).await {
            Ok(body) => self.take_in(head.headers, source, body).await,
            Err(answer) => self.answered(answer),
        }
    }

    /// Reads a body within the limit, refusing by its announced length first.
    pub(crate) async fn read<B>(&self, headers: &HeaderMap, body: B) -> Result<Bytes, Answer>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if is_encoded(headers) {
            return Err(Answer::Encoded);
        }
        let announced =
            headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced
            .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > self.inner.max_body))
        {
            return Err(Answer::TooLarge);
        }
        match Limited::new(body, self.inner.max_body).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(Answer::TooLarge),
            Err(_) => Err(Answer::Broken),
        }
    }

    /// Checks that the sender is who it says.
    ///
    /// # Errors
    /// The reason, for the log; the sender should not learn it.
    pub fn verify(&self, delivery: Delivery<Unverified>) -> Result<Delivery<Verified>, VerifyError> {
        delivery.verify(&*self.inner.provider, self.inner.clock.now())
    }

    /// Stores an authentic delivery.
    pub async fn store(&self, delivery: &Delivery<Verified>) -> Answer {
        let entries = match self.inner.provider.split(delivery) {
            Split::Ping => return self.answered(Answer::Ping),
            Split::Entries(entries) => entries,
        };
        let quarantined = entries.iter().all(|entry| entry.quarantine.is_some());
        let count = entries.len();
        match self.inner.inbox.store(entries).await {
            Ok(stored)
                if !stored.is_empty()
                    && stored.iter().all(|stored| matches!(stored, Stored::Duplicate(_))) =>
            {
                self.answered(Answer::Duplicate)
            }
            Ok(_) if quarantined => self.answered(Answer::Quarantined),
            Ok(_) => {
                tracing::debug!(provider = self.inner.provider.name(), entries = count, "delivery stored");
                self.answered(Answer::Accepted)
            }
            Err(error) => {
                tracing::error!(provider = self.inner.provider.name(), cause = error.cause(), "{error}");
                self.answered(Answer::Unavailable)
            }
        }
    }

    async fn take_in(&self, headers: HeaderMap, source: Option<IpAddr>, body: Bytes) -> Answer {
        if body.is_empty() {
            // The console's connectivity test is unsigned and carries nothing that could be stored.
            return self.answered(Answer::Ping);
        }
        let mut delivery = Delivery::new(body, headers);
        if let Some(source) = source {
            delivery = delivery.from_source(source);
        }
        match self.verify(delivery) {
            Ok(delivery) => self.store(&delivery).await,
            Err(error) => {
                tracing::warn!(provider = self.inner.provider.name(), reason = %error, "delivery refused");
                self.answered(Answer::Unauthorised)
            }
        }
    }

    fn answered(&self, answer: Answer) -> Answer {
        tracing::trace!(provider = self.inner.provider.name(), answer = answer.as_str(), "delivery answered");
        answer
    }
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
