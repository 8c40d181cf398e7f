//! Hands entries of the inbox to their handlers: at least once, with retries, dead letters last.

mod schedule;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinSet;

use crate::clock::later;
use crate::measure;
use crate::{BoxFuture, Clock, Entry, Inbox, InboxError, Leased, Order};

pub use schedule::RetrySchedule;

/// Works on one entry.
pub trait Handle: Send + Sync + 'static {
    /// Handles it. Handling is at least once: after a crash or a lost lease the same entry comes again.
    fn handle(&self, entry: Entry) -> BoxFuture<'static, Result<(), HandlerError>>;
}

/// Why a handler did not handle an entry, and whether another attempt may help.
///
/// Made by `?` from every error, and then tried again. Its text is kept with the entry, so it should hold nothing
/// personal.
#[derive(Debug)]
pub struct HandlerError {
    cause: Box<dyn std::error::Error + Send + Sync>,
    permanent: bool,
}

impl HandlerError {
    /// Another attempt may help.
    pub fn retry(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), permanent: false }
    }

    /// No attempt can help: the entry becomes a dead letter at once.
    pub fn permanent(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), permanent: true }
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

// No `Error` for HandlerError itself, or this could not stand beside the standard library's `From<T> for T`.
impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for HandlerError {
    fn from(cause: E) -> Self {
        Self::retry(cause)
    }
}

/// How long a handler may take before its entry is handed out again.
const LEASE: Duration = Duration::from_secs(60);

/// How long to wait before looking into an inbox that cannot tell of arrivals, and for retries that fall due.
const LOOK: Duration = Duration::from_millis(500);

/// Hands due entries to handlers until told to stop.
#[derive(Debug)]
pub struct Dispatcher {
    work: Work,
    concurrency: usize,
    order: Order,
    look: Duration,
}

#[derive(Clone)]
struct Work {
    inbox: Arc<dyn Inbox>,
    handle: Arc<dyn Handle>,
    schedule: RetrySchedule,
    lease: Duration,
    clock: Clock,
}

impl Dispatcher {
    /// Hands the entries of this inbox to these handlers.
    pub fn new(inbox: Arc<dyn Inbox>, handle: impl Handle) -> Self {
        let work = Work {
            inbox,
            handle: Arc::new(handle),
            schedule: RetrySchedule::default(),
            lease: LEASE,
            clock: Clock::system(),
        };
        Self { work, concurrency: 8, order: Order::Free, look: LOOK }
    }

    /// How many handlers run at once; 8 unless said otherwise.
    #[must_use]
    pub fn concurrency(mut self, handlers: usize) -> Self {
        self.concurrency = handlers.max(1);
        self
    }

    /// Which entries may be handled beside one another; any unless said otherwise.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// When failed entries are tried again and when they are given up.
    #[must_use]
    pub fn schedule(mut self, schedule: RetrySchedule) -> Self {
        self.work.schedule = schedule;
        self
    }

    /// How long a handler may take; then it is stopped and the entry tried again. A minute unless said otherwise.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.work.lease = lease;
        self
    }

    /// How often to look for what falls due and, where the inbox cannot tell, for arrivals; twice a second unless said
    /// otherwise.
    #[must_use]
    pub fn look_every(mut self, pause: Duration) -> Self {
        self.look = pause;
        self
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.work.clock = clock;
        self
    }

    /// Works until `stop` completes, then lets running handlers end. Each ends within its lease.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop.fuse());
        let mut running = JoinSet::new();
        loop {
            if let Err(error) = self.start(&mut running).await {
                tracing::error!(cause = error.cause(), "{error}");
            }
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = self.work.inbox.arrivals(), if running.len() < self.concurrency => {}
                () = tokio::time::sleep(self.look) => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Works on everything that is due now and returns how many handlers ran. For tests, jobs and trials.
    ///
    /// # Errors
    /// Where the inbox could not hand out entries.
    pub async fn run_due(&self) -> Result<usize, InboxError> {
        let mut running = JoinSet::new();
        let mut ran = 0;
        loop {
            ran += self.start(&mut running).await?;
            if running.join_next().await.is_none() {
                return Ok(ran);
            }
        }
    }

    async fn start(&self, running: &mut JoinSet<()>) -> Result<usize, InboxError> {
        let free = self.concurrency - running.len();
        if free == 0 {
            return Ok(0);
        }
        let due = self.work.inbox.lease(self.work.clock.now(), self.work.lease, free, self.order).await?;
        let count = due.len();
        for leased in due {
            running.spawn(self.work.clone().settle(leased));
        }
        Ok(count)
    }
}

impl Work {
    async fn settle(self, leased: Leased) {
        let Leased { entry, ticket } = leased;
        let attempt = entry.attempts;
        let tried = if self.schedule.is_used_up(attempt) {
            Err(HandlerError::permanent("every attempt ended without a result"))
        } else {
            self.attempt(entry).await
        };
        let settled = match tried {
            Ok(()) => {
                measure::handled("done");
                self.inbox.complete(ticket).await
            }
            Err(error) => {
                let pause = if error.permanent { None } else { self.schedule.pause_after(attempt) };
                measure::handled(if pause.is_some() { "retry" } else { "dead" });
                tracing::warn!(entry = %ticket.id, attempt, dead = pause.is_none(), "handler failed");
                match pause {
                    Some(pause) => {
                        let at = later(self.clock.now(), pause);
                        self.inbox.retry(ticket, at, &error.to_string()).await
                    }
                    None => self.inbox.bury(ticket, &error.to_string()).await,
                }
            }
        };
        match settled {
            Ok(true) => {}
            Ok(false) => tracing::warn!(entry = %ticket.id, "the lease was lost before the handler ended"),
            Err(error) => tracing::error!(entry = %ticket.id, cause = error.cause(), "{error}"),
        }
    }

    /// Runs the handler; a panic or a lease that runs out is a failed attempt like any other. The handler is stopped
    /// while the lease still holds, so that the entry is not handed out beside it.
    async fn attempt(&self, entry: Entry) -> Result<(), HandlerError> {
        let handling = async { self.handle.handle(entry).await };
        let handler = std::panic::AssertUnwindSafe(handling).catch_unwind();
        match tokio::time::timeout(self.lease.mul_f64(0.9), handler).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(HandlerError::retry("the handler panicked")),
            Err(_) => Err(HandlerError::retry("the handler took longer than its lease")),
        }
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("inbox", &self.inbox)
            .field("schedule", &self.schedule)
            .finish_non_exhaustive()
    }
}
