//! The receiver: its settings, its three entrances and their one pipeline, and the answers.
//!
//! Must not know which provider sends, nor how a store keeps entries.

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
use crate::ingress::arrived::{Arrived, NotTaken};
use crate::ingress::inspector::{Inspector, Subject};
use crate::ingress::memory::{Memory, OutOfMemory};
use crate::ingress::refusals::Refusals;
use crate::telemetry::DeliveryMetrics;
use crate::{
    Answer, Clock, Delivery, InspectionRate, Provider, Routing, SourceError, SourceGuard, Split, Store,
    Stored, Unverified, Verified, VerifyError,
};

/// Twelve months of a busy company's statement were observed at tens of megabytes.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// A slower sender is not a provider: those give an attempt 5 to 10 seconds.
const BODY_TIME: Duration = Duration::from_secs(15);

/// Two of the largest bodies with a copy each; a partner with many customers needs more.
const MEMORY: usize = 4 * MAX_BODY;

/// Why a delivery from another address is refused, and how it gets in.
const NOT_ON_THE_LIST: &str = "the address is not on the list: SourceGuard::allow adds it, in the command --allow or \
                               --no-allow-list";

/// Receives deliveries: verifies, splits and stores them, and returns the answer.
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
    pub(super) inbox: Arc<dyn Store>,
    pub(super) guard: Option<SourceGuard>,
    pub(super) memory: Memory,
    pub(super) refusals: Arc<Refusals>,
    pub(super) store_health: Arc<StoreHealth>,
    pub(super) metrics: Arc<DeliveryMetrics>,
    pub(super) inspector: Option<Inspector>,
    pub(super) routing: Option<Routing>,
    pub(super) max_body: usize,
    pub(super) body_time: Duration,
    pub(super) clock: Clock,
}

impl Receiver {
    /// A receiver of this provider's deliveries that stores them in this inbox.
    ///
    /// Where the provider [publishes the addresses](Provider::addresses) that it sends from, all other addresses are refused.
    pub fn new(provider: impl Provider, inbox: Arc<dyn Store>) -> Self {
        let addresses = provider.addresses();
        let inner = Inner {
            guard: (!addresses.is_empty()).then(|| SourceGuard::new(addresses)),
            memory: Memory::new(MEMORY),
            refusals: Arc::new(Refusals::new(provider.name())),
            store_health: Arc::default(),
            metrics: Arc::new(DeliveryMetrics::new(provider.name())),
            inspector: None,
            routing: None,
            provider: Arc::new(provider),
            inbox,
            max_body: MAX_BODY,
            body_time: BODY_TIME,
            clock: Clock::system(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Accepts deliveries from the addresses of this guard instead of those that the provider publishes.
    ///
    /// GET and HEAD, which carry nothing, are answered for every address.
    #[must_use]
    pub fn guard(mut self, guard: SourceGuard) -> Self {
        Arc::make_mut(&mut self.inner).guard = Some(guard);
        self
    }

    /// Accepts deliveries from every address, even if the provider publishes its own: the proof of the sender decides
    /// alone.
    #[must_use]
    pub fn unguarded(mut self) -> Self {
        Arc::make_mut(&mut self.inner).guard = None;
        self
    }

    /// The memory budget of all deliveries together, in bytes, from their arrival until they are stored; 256 MiB by
    /// default. A body counts once, and twice while there is a [second copy](Self::memory_for) of it: while chunks of
    /// unannounced length are joined, and while an inbox packs it. Of a delivery with several entries each counts 2 KiB
    /// more; with more than [`Split::MOST_ENTRIES`] it is quarantined as a whole.
    ///
    /// A body that does not fit now is answered with 503 at once, one that can never fit with 413. The last quarter is
    /// left to bodies that have begun and to small ones. Until they are verified, several bodies from one address hold at
    /// most half of the budget, so that one untrusted peer cannot hold all of it; a peer behind trusted proxies counts
    /// by its own address.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).memory = Memory::new(bytes);
        self
    }

    /// The smallest [`memory`](Self::memory) budget in which a body of that many bytes fits, in bytes: two copies.
    ///
    /// ```
    /// # use klavi_webhook::Receiver;
    /// assert_eq!(Receiver::memory_for(50 << 20), 100 << 20);
    /// ```
    pub const fn memory_for(body: usize) -> usize {
        Memory::least_for(body)
    }

    /// How many bytes of the [`memory`](Self::memory) budget are in use. For metrics.
    pub fn memory_in_use(&self) -> usize {
        self.inner.memory.in_use()
    }

    /// Whether the inbox stores deliveries: `false` for half a minute after one could not be stored, or until one is
    /// stored again. For readiness: a full disk can still be read.
    pub fn is_storing(&self) -> bool {
        !self.inner.store_health.is_failing(self.inner.clock.now())
    }

    /// Refuses bodies above that many bytes; 64 MiB by default.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).max_body = bytes;
        self
    }

    /// Stores each entry for the targets that the routing names, instead of the [default](crate::Target::default) one.
    #[must_use]
    pub fn routing(mut self, routing: Routing) -> Self {
        Arc::make_mut(&mut self.inner).routing = Some(routing);
        self
    }

    /// How long a body may take to arrive; 15 seconds by default.
    #[must_use]
    pub fn body_time(mut self, time: Duration) -> Self {
        Arc::make_mut(&mut self.inner).body_time = time;
        self
    }

    /// Inspects the new entries of all deliveries, or of one in so many, after the answer; off by default.
    ///
    /// An inspection finds what this version does not know: unmapped members, unknown words, malformed fields. They are
    /// counted ([metrics](crate#metrics)), and each place is logged once, by its path and without any value. That is how
    /// you notice early that a provider has changed something.
    ///
    /// No delivery waits for it: deliveries are inspected one after the other, in 64 MiB of memory beside that of
    /// [`memory`](Self::memory). Those above a sixth of it, and those for which there is no memory, are left out and
    /// counted. An inspection takes four times as long as decoding the entry, up to ten times for one of megabytes, so
    /// that a receiver of many deliveries should inspect a sample.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use klavi_webhook::{InspectionRate, MemoryInbox, Receiver, klavi::Klavi};
    /// # let receiver = Receiver::new(Klavi::new("the secretKey"), Arc::new(MemoryInbox::new()));
    /// let receiver = receiver.inspect(InspectionRate::one_in(100));
    /// # let _ = receiver;
    /// ```
    #[must_use]
    pub fn inspect(mut self, rate: InspectionRate) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        inner.inspector = Inspector::new(inner.provider.clone(), rate);
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
        match self.take(headers, peer, body) {
            Ok(arrived) => self.take_in(arrived).await,
            Err(answer) => answer,
        }
    }

    /// Takes in one HTTP request, reading its body within the limits.
    pub(crate) async fn request(&self, request: Request, peer: Option<IpAddr>) -> Answer {
        match *request.method() {
            // Consoles of providers and load balancers probe the URL with them.
            Method::GET | Method::HEAD => return Answer::Ping,
            Method::POST => {}
            _ => return self.answered(Answer::WrongMethod, RequestContext { source: peer, bytes: 0 }),
        }
        let begin = Instant::now();
        let (head, body) = request.into_parts();
        let answer = match self.read(head.headers, peer, body).await {
            Ok(arrived) => self.take_in(arrived).await,
            Err(answer) => answer,
        };
        self.inner.metrics.took(begin);
        answer
    }

    /// Verifies the sender of a delivery.
    ///
    /// # Errors
    /// The reason, for the log; the sender should not learn it.
    pub fn verify(&self, delivery: Delivery<Unverified>) -> Result<Delivery<Verified>, VerifyError> {
        delivery.verify(&*self.inner.provider, self.inner.clock.now())
    }

    /// Stores a verified delivery.
    pub async fn store(&self, delivery: &Delivery<Verified>) -> Answer {
        let context = RequestContext::of(delivery);
        // A clone shares the bytes and their memory.
        let (receiver, delivery) = (self.clone(), delivery.clone());
        match run_blocking(context.bytes, move || receiver.split(&delivery)).await {
            Ok(Ok(split)) => self.keep(split, context).await,
            Ok(Err(OutOfMemory)) | Err(_) => self.answered(Answer::Unavailable, context),
        }
    }

    async fn take_in(&self, arrived: Arrived) -> Answer {
        let context = arrived.context();
        match self.verified(arrived, |receiver, delivery| receiver.split(&delivery)).await {
            Ok(split) => self.keep(split, context).await,
            Err(answer) => answer,
        }
    }

    /// Verifies what has arrived and works on the delivery. All of it is one job of the blocking pool if it is large.
    pub(super) async fn verified<T: Send + 'static>(
        &self,
        arrived: Arrived,
        then: impl FnOnce(&Self, Delivery<Verified>) -> Result<T, OutOfMemory> + Send + 'static,
    ) -> Result<T, Answer> {
        let context = arrived.context();
        let receiver = self.clone();
        let work = move || {
            let delivery = arrived.verify(receiver.inner.clock.now())?;
            then(&receiver, delivery).map_err(NotTaken::OutOfMemory)
        };
        match run_blocking(context.bytes, work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(NotTaken::Unverified(reason))) => Err(self.refused(&reason, context)),
            Ok(Err(NotTaken::OutOfMemory(_))) | Err(_) => Err(self.answered(Answer::Unavailable, context)),
        }
    }

    async fn keep(&self, split: Split, context: RequestContext) -> Answer {
        let entries = match split {
            Split::Ping => return self.answered(Answer::Ping, context),
            Split::Entries(entries) => entries,
        };
        let mut entries = entries;
        if let Some(routing) = &self.inner.routing {
            entries.iter_mut().for_each(|entry| entry.targets = routing.targets(entry));
        }
        let quarantined = entries.iter().all(|entry| entry.quarantine.is_some());
        let inspector = self.inner.inspector.as_ref().filter(|inspector| inspector.takes_next());
        let subjects = inspector.map(|_| entries.iter().map(Subject::from).collect::<Vec<_>>());
        let stored = self.inner.inbox.store(entries).await;
        if let (Some(inspector), Some(subjects), Ok(stored)) = (inspector, subjects, &stored) {
            inspector.take_in(subjects, stored);
        }
        let first = self.inner.store_health.note(stored.is_err(), || self.inner.clock.now());
        match stored {
            Ok(stored)
                if !stored.is_empty()
                    && stored.iter().all(|stored| matches!(stored, Stored::Duplicate(_))) =>
            {
                self.answered(Answer::Duplicate, context)
            }
            Ok(_) if quarantined => self.answered(Answer::Quarantined, context),
            Ok(_) => self.answered(Answer::Accepted, context),
            Err(error) => {
                let (provider, cause) = (self.inner.provider.name(), error.cause());
                // The others are summed up as refusals.
                if first {
                    tracing::error!(provider, cause, "{error}");
                } else {
                    tracing::debug!(provider, cause, "{error}");
                }
                self.answered(Answer::Unavailable, context)
            }
        }
    }

    pub(crate) fn refused(&self, reason: &VerifyError, context: RequestContext) -> Answer {
        self.refuse(Answer::Unauthorised, Some(reason.to_string()), context)
    }

    pub(super) fn forbidden(&self, reason: SourceError, peer: Option<IpAddr>) -> Answer {
        let (source, reason) = match reason {
            // The address is logged as the source.
            SourceError::NotAllowed(source) => (Some(source), NOT_ON_THE_LIST.to_owned()),
            _ => (peer, reason.to_string()),
        };
        self.refuse(Answer::Forbidden, Some(reason), RequestContext { source, bytes: 0 })
    }

    pub(super) fn answered(&self, answer: Answer, context: RequestContext) -> Answer {
        let bytes = context.bytes;
        let (provider, answered) = (self.inner.provider.name(), answer.as_str());
        if !answer.is_settled() {
            return self.refuse(answer, None, context);
        }
        self.inner.metrics.answered(answer, bytes);
        self.inner.refusals.log_due(|| self.inner.clock.now());
        if answer == Answer::Quarantined {
            tracing::warn!(provider, bytes, "delivery quarantined: authentic, but not understood");
        } else {
            tracing::debug!(provider, answer = answered, bytes, "delivery answered");
        }
        answer
    }

    /// Counts and logs a refusal. The log is rate-limited, since anyone can cause refusals.
    fn refuse(&self, answer: Answer, reason: Option<String>, context: RequestContext) -> Answer {
        let (provider, answered) = (self.inner.provider.name(), answer.as_str());
        let RequestContext { source, bytes } = context;
        self.inner.metrics.answered(answer, bytes);
        let shown = source.map(tracing::field::display);
        tracing::debug!(
            provider,
            answer = answered,
            reason = reason.as_deref(),
            bytes,
            source = shown,
            "delivery refused"
        );
        self.inner.refusals.add(answer, reason, context, self.inner.clock.now());
        answer
    }
}
