use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, Method};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::{Answer, Clock, Delivery, Inbox, Provider, Split, Stored, Unverified, Verified, VerifyError};

/// Twelve months of a busy company's statement have been seen at tens of megabytes; receivers that work take 50.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Klavi gives an attempt 10 seconds; a sender that needs longer is none.
const BODY_TIME: Duration = Duration::from_secs(15);

/// From this size on hashing and splitting go to a thread of their own, so that other connections need not wait.
const HEAVY: usize = 256 * 1024;

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
    body_time: Duration,
    clock: Clock,
}

impl Receiver {
    /// Takes deliveries of this provider into this inbox.
    pub fn new(provider: impl Provider, inbox: Arc<dyn Inbox>) -> Self {
        let inner = Inner {
            provider: Arc::new(provider),
            inbox,
            max_body: MAX_BODY,
            body_time: BODY_TIME,
            clock: Clock::system(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Refuses bodies above that many bytes; 64 MiB unless said otherwise.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).max_body = bytes;
        self
    }

    /// How long a body may take to arrive; 15 seconds unless said otherwise.
    #[must_use]
    pub fn body_time(mut self, time: Duration) -> Self {
        Arc::make_mut(&mut self.inner).body_time = time;
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
            return self.answered(Answer::Encoded, body.len());
        }
        if body.len() > self.inner.max_body {
            return self.answered(Answer::TooLarge, body.len());
        }
        self.take_in(headers, source, body).await
    }

    /// Takes in one HTTP request, reading its body within the limits.
    pub(crate) async fn request(&self, request: Request, source: Option<IpAddr>) -> Answer {
        match *request.method() {
            // Klavi's console and load balancers look whether the address answers.
            Method::GET | Method::HEAD => return Answer::Ping,
            Method::POST => {}
            _ => return self.answered(Answer::WrongMethod, 0),
        }
        let (head, body) = request.into_parts();
        match self.read(&head.headers, body).await {
            Ok(body) => self.take_in(head.headers, source, body).await,
            Err(answer) => answer,
        }
    }

    /// Reads a body within the limits, refusing first what the headers give away.
    pub(crate) async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Answer> {
        let announced =
            headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let size = announced.map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
        if is_encoded(headers) {
            return Err(self.answered(Answer::Encoded, size));
        }
        if size > self.inner.max_body {
            return Err(self.answered(Answer::TooLarge, size));
        }
        let claim = self.inner.provider.check_head(headers);
        // Without a claim there is only one thing left to be: the empty connectivity test.
        let limit = if claim.is_ok() { self.inner.max_body } else { 0 };
        let collected = tokio::time::timeout(self.inner.body_time, Limited::new(body, limit).collect()).await;
        match collected {
            Ok(Ok(collected)) => Ok(collected.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(match claim {
                Ok(()) => self.answered(Answer::TooLarge, limit),
                Err(reason) => self.refused(&reason, size),
            }),
            Ok(Err(_)) => Err(self.answered(Answer::Broken, size)),
            Err(_) => Err(self.answered(Answer::TooSlow, size)),
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
        self.keep(self.inner.provider.split(delivery), delivery.body().len()).await
    }

    async fn take_in(&self, headers: HeaderMap, source: Option<IpAddr>, body: Bytes) -> Answer {
        let bytes = body.len();
        if bytes == 0 {
            // The console's connectivity test is unsigned and carries nothing that could be stored.
            return self.answered(Answer::Ping, 0);
        }
        let mut delivery = Delivery::new(body, headers);
        if let Some(source) = source {
            delivery = delivery.from_source(source);
        }
        let receiver = self.clone();
        let look = move || receiver.verify(delivery).map(|delivery| receiver.inner.provider.split(&delivery));
        let looked = if bytes < HEAVY {
            look()
        } else {
            match tokio::task::spawn_blocking(look).await {
                Ok(looked) => looked,
                Err(_) => return self.answered(Answer::Unavailable, bytes),
            }
        };
        match looked {
            Ok(split) => self.keep(split, bytes).await,
            Err(reason) => self.refused(&reason, bytes),
        }
    }

    async fn keep(&self, split: Split, bytes: usize) -> Answer {
        let entries = match split {
            Split::Ping => return self.answered(Answer::Ping, bytes),
            Split::Entries(entries) => entries,
        };
        let quarantined = entries.iter().all(|entry| entry.quarantine.is_some());
        match self.inner.inbox.store(entries).await {
            Ok(stored)
                if !stored.is_empty()
                    && stored.iter().all(|stored| matches!(stored, Stored::Duplicate(_))) =>
            {
                self.answered(Answer::Duplicate, bytes)
            }
            Ok(_) if quarantined => self.answered(Answer::Quarantined, bytes),
            Ok(_) => self.answered(Answer::Accepted, bytes),
            Err(error) => {
                tracing::error!(provider = self.inner.provider.name(), cause = error.cause(), "{error}");
                self.answered(Answer::Unavailable, bytes)
            }
        }
    }

    pub(crate) fn refused(&self, reason: &VerifyError, bytes: usize) -> Answer {
        tracing::warn!(provider = self.inner.provider.name(), %reason, bytes, "delivery refused");
        Answer::Unauthorised
    }

    /// Whatever Klavi may not send again is worth a line that is seen.
    fn answered(&self, answer: Answer, bytes: usize) -> Answer {
        let (provider, answered) = (self.inner.provider.name(), answer.as_str());
        if answer.is_settled() && answer != Answer::Quarantined {
            tracing::debug!(provider, answer = answered, bytes, "delivery answered");
        } else {
            tracing::warn!(provider, answer = answered, bytes, "delivery not taken in as usual");
        }
        answer
    }
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
