use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use bytes::Bytes;
use http::{HeaderMap, Method};
use tokio::time::Instant;

use super::store_health::StoreHealth;
use crate::blocking::run_blocking;
use crate::ingress::RequestContext;
use crate::ingress::inspector::{Inspector, Subject};
use crate::ingress::memory::{Full, Memory};
use crate::ingress::refusals::Refusals;
use crate::telemetry;
use crate::{
    Answer, Claim, Clock, Delivery, Inbox, Provider, SourceError, SourceGuard, Split, Stored, Unverified,
    Verified, VerifyError,
};

/// Twelve months of a busy company's statement have been seen at tens of megabytes; receivers that work take 50.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Providers give an attempt 5 to 10 seconds; a sender that needs longer is none.
const BODY_TIME: Duration = Duration::from_secs(15);

/// One of the largest bodies and some beside it; the receiver of a partner with many customers deserves more.
const MEMORY: usize = 4 * MAX_BODY;

/// Takes deliveries in: checks, splits and stores them, and says what to answer.
///
/// Cheap to clone. [`into_router`](Self::into_router) puts it into an axum application, [`handle`](Self::handle) into
/// anything else.
#[derive(Clone, Debug)]
pub struct Receiver {
    pub(super) inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
pub(super) struct Inner {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) guard: Option<SourceGuard>,
    pub(super) memory: Memory,
    pub(super) refusals: Arc<Refusals>,
    pub(super) trouble: Arc<StoreHealth>,
    pub(super) inspector: Option<Inspector>,
    pub(super) max_body: usize,
    pub(super) body_time: Duration,
    pub(super) clock: Clock,
}

impl Receiver {
    /// Takes deliveries of this provider into this inbox.
    ///
    /// Where the provider [publishes the addresses](Provider::addresses) that it sends from, no other address gets in.
    pub fn new(provider: impl Provider, inbox: Arc<dyn Inbox>) -> Self {
        let addresses = provider.addresses();
        let inner = Inner {
            guard: (!addresses.is_empty()).then(|| SourceGuard::new(addresses)),
            memory: Memory::new(MEMORY),
            refusals: Arc::new(Refusals::new(provider.name())),
            trouble: Arc::default(),
            inspector: None,
            provider: Arc::new(provider),
            inbox,
            max_body: MAX_BODY,
            body_time: BODY_TIME,
            clock: Clock::system(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Lets in whom this guard lets in, in place of the addresses that the provider publishes.
    ///
    /// GET and HEAD, which bring nothing, are answered to everybody.
    #[must_use]
    pub fn guard(mut self, guard: SourceGuard) -> Self {
        Arc::make_mut(&mut self.inner).guard = Some(guard);
        self
    }

    /// Lets every address in, also where the provider publishes its own: what a delivery proves itself by decides alone.
    #[must_use]
    pub fn unguarded(mut self) -> Self {
        Arc::make_mut(&mut self.inner).guard = None;
        self
    }

    /// How many bytes of memory all deliveries may take together, from their arrival until they are stored; 256 MiB
    /// unless said otherwise. A body counts [three times](Self::memory_for): it is there twice while it is put together
    /// and while it is packed, and allocators do not give everything back at once. Of a delivery with several entries each
    /// counts 2 KiB more; with more than [`Split::MOST_ENTRIES`] it is quarantined as a whole.
    ///
    /// What does not fit now is answered with 503 at once, what could never fit with 413. Once three quarters are taken,
    /// the rest is left to bodies that have begun and to small ones.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).memory = Memory::new(bytes);
        self
    }

    /// How much [`memory`](Self::memory) a body of that many bytes takes, in bytes. Less than that is too little for a
    /// receiver that is to take such bodies.
    ///
    /// ```
    /// # use klavi_webhook::Receiver;
    /// assert_eq!(Receiver::memory_for(50 << 20), 150 << 20);
    /// ```
    pub const fn memory_for(body: usize) -> usize {
        Memory::least_for(body)
    }

    /// How many bytes of it are taken now. For metrics.
    pub fn memory_in_use(&self) -> usize {
        self.inner.memory.in_use()
    }

    /// Whether the inbox takes deliveries in, as far as those told that came last: `false` for half a minute after one
    /// could not be stored, or until one can. For readiness: a disk that is full can still be read.
    pub fn is_storing(&self) -> bool {
        !self.inner.trouble.is_there(self.inner.clock.now())
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

    /// Looks into every new entry after the answer, for what this version does not know: new members, new words, leaves
    /// that cannot be read. They are counted ([metrics](crate#metrics)), and each place is told of once in the log, by
    /// its path and without any value. That is how a change of the sender's is noticed early.
    ///
    /// Nothing waits for it: one delivery is looked at after the other, in 64 MiB of memory beside that of
    /// [`memory`](Self::memory), and what is too much or too large (a sixth of that) is left out and counted. It takes
    /// four times as long as reading the entry as a type, up to ten times for one of megabytes.
    #[must_use]
    pub fn inspect(mut self) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        inner.inspector = Some(Inspector::new(inner.provider.clone()));
        self
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        Arc::make_mut(&mut self.inner).clock = clock;
        self
    }

    /// Takes in one POST whose body is already in memory; `peer` is the other end of the socket.
    pub async fn handle(&self, headers: HeaderMap, peer: Option<IpAddr>, body: Bytes) -> Answer {
        let source = match self.admit(&headers, peer, body.len()) {
            Ok(source) => source,
            Err(answer) => return answer,
        };
        if body.is_empty() {
            // A console's connectivity test proves nothing and carries nothing that could be stored.
            return self.answered(Answer::Ping, RequestContext { source, bytes: 0 });
        }
        let mut share = self.inner.memory.share();
        if share.grow_to(body.len()).is_err() {
            return self.answered(Answer::Unavailable, RequestContext { source, bytes: body.len() });
        }
        let delivery = Delivery::new(body, headers).counted(share);
        let delivery = source.into_iter().fold(delivery, Delivery::from_source);
        self.take_in(delivery, Self::verify).await
    }

    /// Takes in one HTTP request, reading its body within the limits.
    pub(crate) async fn request(&self, request: Request, peer: Option<IpAddr>) -> Answer {
        match *request.method() {
            // Consoles of providers and load balancers look whether the address answers.
            Method::GET | Method::HEAD => return Answer::Ping,
            Method::POST => {}
            _ => return self.answered(Answer::WrongMethod, RequestContext { source: peer, bytes: 0 }),
        }
        let begin = Instant::now();
        let (head, body) = request.into_parts();
        let answer = match self.read(head.headers, peer, body).await {
            Ok((delivery, claim)) => {
                self.take_in(delivery, |receiver, delivery| receiver.prove(delivery, claim)).await
            }
            Err(answer) => answer,
        };
        telemetry::took(self.inner.provider.name(), begin);
        answer
    }

    /// Checks that the sender is who it says.
    ///
    /// # Errors
    /// The reason, for the log; the sender should not learn it.
    pub fn verify(&self, delivery: Delivery<Unverified>) -> Result<Delivery<Verified>, VerifyError> {
        delivery.verify(&*self.inner.provider, self.inner.clock.now())
    }

    /// The same for a claim that has seen the body arrive.
    pub(crate) fn prove(
        &self,
        delivery: Delivery<Unverified>,
        claim: Box<dyn Claim>,
    ) -> Result<Delivery<Verified>, VerifyError> {
        delivery.prove(claim, self.inner.clock.now())
    }

    /// Checks a delivery that has arrived within the limits.
    pub(crate) async fn proved(
        &self,
        delivery: Delivery<Unverified>,
        claim: Box<dyn Claim>,
    ) -> Result<Delivery<Verified>, Answer> {
        let came = RequestContext::of(&delivery);
        let receiver = self.clone();
        match run_blocking(came.bytes, move || receiver.prove(delivery, claim)).await {
            Ok(Ok(delivery)) => Ok(delivery),
            Ok(Err(reason)) => Err(self.refused(&reason, came)),
            Err(_) => Err(self.answered(Answer::Unavailable, came)),
        }
    }

    /// Stores an authentic delivery.
    pub async fn store(&self, delivery: &Delivery<Verified>) -> Answer {
        let came = RequestContext::of(delivery);
        // A clone shares the bytes and their memory.
        let (receiver, delivery) = (self.clone(), delivery.clone());
        match run_blocking(came.bytes, move || receiver.split(&delivery)).await {
            Ok(Ok(split)) => self.keep(split, came).await,
            Ok(Err(Full)) | Err(_) => self.answered(Answer::Unavailable, came),
        }
    }

    async fn take_in<P>(&self, delivery: Delivery<Unverified>, prove: P) -> Answer
    where
        P: FnOnce(&Self, Delivery<Unverified>) -> Result<Delivery<Verified>, VerifyError> + Send + 'static,
    {
        let came = RequestContext::of(&delivery);
        let receiver = self.clone();
        let look = move || prove(&receiver, delivery).map(|delivery| receiver.split(&delivery));
        match run_blocking(came.bytes, look).await {
            Ok(Ok(Ok(split))) => self.keep(split, came).await,
            Ok(Err(reason)) => self.refused(&reason, came),
            Ok(Ok(Err(Full))) | Err(_) => self.answered(Answer::Unavailable, came),
        }
    }

    async fn keep(&self, split: Split, came: RequestContext) -> Answer {
        let entries = match split {
            Split::Ping => return self.answered(Answer::Ping, came),
            Split::Entries(entries) => entries,
        };
        let quarantined = entries.iter().all(|entry| entry.quarantine.is_some());
        let inspector = self.inner.inspector.as_ref();
        let subjects = inspector.map(|_| entries.iter().map(Subject::from).collect::<Vec<_>>());
        let stored = self.inner.inbox.store(entries).await;
        if let (Some(inspector), Some(subjects), Ok(stored)) = (inspector, subjects, &stored) {
            inspector.take_in(subjects, stored);
        }
        let first = self.inner.trouble.note(stored.is_err(), || self.inner.clock.now());
        match stored {
            Ok(stored)
                if !stored.is_empty()
                    && stored.iter().all(|stored| matches!(stored, Stored::Duplicate(_))) =>
            {
                self.answered(Answer::Duplicate, came)
            }
            Ok(_) if quarantined => self.answered(Answer::Quarantined, came),
            Ok(_) => self.answered(Answer::Accepted, came),
            Err(error) => {
                let (provider, cause) = (self.inner.provider.name(), error.cause());
                // The others are summed up as refusals.
                if first {
                    tracing::error!(provider, cause, "{error}");
                } else {
                    tracing::debug!(provider, cause, "{error}");
                }
                self.answered(Answer::Unavailable, came)
            }
        }
    }

    pub(crate) fn refused(&self, reason: &VerifyError, came: RequestContext) -> Answer {
        self.refuse(Answer::Unauthorised, Some(reason.reason()), came)
    }

    pub(super) fn shut_out(&self, reason: SourceError, peer: Option<IpAddr>) -> Answer {
        let source = match reason {
            SourceError::NotAllowed(source) => Some(source),
            _ => peer,
        };
        self.refuse(Answer::Forbidden, Some(reason.reason()), RequestContext { source, bytes: 0 })
    }

    pub(super) fn answered(&self, answer: Answer, came: RequestContext) -> Answer {
        let bytes = came.bytes;
        let (provider, answered) = (self.inner.provider.name(), answer.as_str());
        if !answer.is_settled() {
            return self.refuse(answer, None, came);
        }
        telemetry::answered(provider, answer, bytes);
        self.inner.refusals.tell_due(|| self.inner.clock.now());
        if answer == Answer::Quarantined {
            tracing::warn!(provider, bytes, "delivery quarantined: authentic, but not understood");
        } else {
            tracing::debug!(provider, answer = answered, bytes, "delivery answered");
        }
        answer
    }

    /// Whatever a provider may not send again is worth a line that is seen; whoever else knocks, not a line each time.
    fn refuse(&self, answer: Answer, reason: Option<&'static str>, came: RequestContext) -> Answer {
        let (provider, answered) = (self.inner.provider.name(), answer.as_str());
        let RequestContext { source, bytes } = came;
        telemetry::answered(provider, answer, bytes);
        let shown = source.map(tracing::field::display);
        tracing::debug!(provider, answer = answered, reason, bytes, source = shown, "delivery refused");
        self.inner.refusals.add(answer, reason, came, self.inner.clock.now());
        answer
    }
}
