//! Hands entries of the inbox to their handlers: at least once, with retries, dead letters last.

mod clock_watch;
mod overdue;
mod schedule;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::clock::later;
use crate::telemetry;
use crate::{BoxFuture, Clock, Entry, EntryKind, Inbox, InboxError, Leased, Order, Ticket};

use clock_watch::ClockWatch;
use overdue::Reckoned;
pub use schedule::RetrySchedule;

/// Works on one entry.
pub trait Handle: Send + Sync + 'static {
    /// Handles it. Handling is at least once: after a crash, a stop or a lost lease the same entry comes again. A handler
    /// that takes too long is dropped at its next await.
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
    shown: bool,
}

impl HandlerError {
    /// Another attempt may help.
    pub fn retry(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), permanent: false, shown: false }
    }

    /// No attempt can help: the entry becomes a dead letter at once.
    pub fn permanent(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: cause.into(), permanent: true, shown: false }
    }

    /// Its text may stand in logs: it holds no secret and nobody's data. Without this it stands in the inbox alone.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.shown = true;
        self
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

/// How long running handlers may take to end after a stop.
const GRACE: Duration = Duration::from_secs(20);

/// How long the inbox may take to have entries back whose handlers were stopped.
const GIVE_BACK: Duration = Duration::from_secs(5);

/// Stands with an entry whose handler was stopped.
const STOPPED: &str = "the dispatcher stopped before the handler had ended";

/// Hands due entries to handlers until told to stop.
///
/// Leases and pauses end by the clock, which may be wrong. One that is turned forward ends them early: handlers may run
/// twice. One that is turned back would put off what was leased or failed before: the dispatcher notices, and none of
/// it waits longer than a lease or the longest pause. What another dispatcher with a wrong clock has put off is brought
/// forward within a minute where that is more than an hour. Deadlines of expectations stay where they are; one that a clock
/// ran past is told of early, once.
#[derive(Debug)]
pub struct Dispatcher {
    work: Work,
    concurrency: usize,
    order: Order,
    look: Duration,
    grace: Duration,
    watch: ClockWatch,
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
        let watch = ClockWatch::default();
        Self { work, concurrency: 8, order: Order::Free, look: LOOK, grace: GRACE, watch }
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

    /// How long handlers that run get to end once it is told to stop; 20 seconds unless said otherwise. Those that have
    /// not ended by then are stopped, and their entries are due again at once, for whoever works next. The attempt
    /// counts.
    #[must_use]
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.work.clock = clock;
        self
    }

    /// Works until `stop` completes, then hands out no more, lets running handlers end within the
    /// [grace](Self::grace) and returns. An inbox that does not answer holds it up for five seconds more.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (mut running, cut) = (JoinSet::new(), CancellationToken::new());
        let stop = stop.shared();
        let grace_is_over = async {
            stop.clone().await;
            sleep(self.grace).await;
        };
        tokio::select! {
            biased;
            () = self.work_until(stop.clone(), &mut running, &cut) => return,
            () = grace_is_over => {}
        }
        tracing::warn!(handlers = running.len(), "handlers under way were stopped");
        cut.cancel();
        if timeout(GIVE_BACK, all(&mut running)).await.is_err() {
            tracing::warn!(entries = running.len(), "entries come again when their leases have run out");
        }
    }

    async fn work_until(
        &self,
        stop: impl Future<Output = ()>,
        running: &mut JoinSet<()>,
        cut: &CancellationToken,
    ) {
        let mut stop = std::pin::pin!(stop);
        loop {
            if let Err(error) = self.start(running, cut).await {
                tracing::error!(cause = error.cause(), "{error}");
            }
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = self.work.inbox.arrivals(), if running.len() < self.concurrency => {}
                () = sleep(self.look) => {}
            }
        }
        all(running).await;
    }

    /// Works on everything that is due now and returns how many entries that were. For tests, jobs and trials.
    ///
    /// # Errors
    /// Where the inbox could not hand out entries.
    pub async fn run_due(&self) -> Result<usize, InboxError> {
        let (mut running, never) = (JoinSet::new(), CancellationToken::new());
        let mut ran = 0;
        loop {
            ran += self.start(&mut running, &never).await?;
            if running.join_next().await.is_none() {
                return Ok(ran);
            }
        }
    }

    async fn start(&self, running: &mut JoinSet<()>, cut: &CancellationToken) -> Result<usize, InboxError> {
        let free = self.concurrency - running.len();
        if free == 0 {
            return Ok(0);
        }
        self.watch.look(&self.work).await;
        // Before the inbox is asked: to read large bodies takes time of the lease as well.
        let begin = Instant::now();
        let due = self.work.inbox.lease(self.work.clock.now(), self.work.lease, free, self.order).await?;
        let (count, until) = (due.len(), begin + self.work.lease.mul_f64(0.9));
        for leased in due {
            running.spawn(self.work.clone().settle(leased, until, cut.clone()));
        }
        Ok(count)
    }
}

/// Waits for all of them.
async fn all(running: &mut JoinSet<()>) {
    while running.join_next().await.is_some() {}
}

impl Work {
    async fn settle(self, leased: Leased, until: Instant, cut: CancellationToken) {
        let Leased { entry, ticket } = leased;
        let attempt = entry.attempts;
        let Some(worked) = cut.run_until_cancelled(self.work_on(entry, until)).await else {
            return self.give_back(ticket).await;
        };
        let settled = match worked {
            Ok(result) => {
                telemetry::handled(result);
                self.inbox.complete(ticket).await
            }
            Err(error) => {
                let pause = if error.permanent { None } else { self.schedule.pause_after(attempt) };
                telemetry::handled(if pause.is_some() { "retry" } else { "dead" });
                let shown = error.shown.then(|| error.to_string());
                let retry_in = pause.map(|pause| pause.as_secs_f32());
                tracing::warn!(entry = %ticket.id, attempt, retry_in, error = shown, "handler failed");
                match pause {
                    Some(pause) => {
                        let at = later(self.clock.now(), pause);
                        self.inbox.retry(ticket, at, &error.to_string()).await
                    }
                    None => self.inbox.bury(ticket, &error.to_string()).await,
                }
            }
        };
        tell(ticket, settled);
    }

    /// Counts as an attempt, like one that ended with its process: whoever was called may have done all of the work.
    async fn give_back(&self, ticket: Ticket) {
        telemetry::handled("retry");
        tell(ticket, self.inbox.retry(ticket, self.clock.now(), STOPPED).await);
    }

    /// The word for what came of it, where it needs no further attempt.
    async fn work_on(&self, mut entry: Entry, until: Instant) -> Result<&'static str, HandlerError> {
        if entry.kind == EntryKind::Expectation {
            match overdue::reckon(&*self.inbox, &entry).await? {
                Reckoned::Arrived => return Ok("arrived"),
                Reckoned::Overdue(notice) => entry.body = notice,
            }
            if entry.attempts == 1 {
                telemetry::overdue();
            }
        }
        if self.schedule.is_used_up(entry.attempts) {
            return Err(HandlerError::permanent("every attempt ended without a result"));
        }
        self.attempt(entry, until).await.map(|()| "done")
    }

    /// Runs the handler; a panic or a lease that runs out is a failed attempt like any other. The handler is stopped
    /// while the lease still holds, so that the entry is not handed out beside it.
    async fn attempt(&self, entry: Entry, until: Instant) -> Result<(), HandlerError> {
        if until <= Instant::now() {
            return Err(HandlerError::retry("to read the entry took as long as its lease").shown());
        }
        let handling = async { self.handle.handle(entry).await };
        let handler = std::panic::AssertUnwindSafe(handling).catch_unwind();
        match timeout_at(until, handler).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(HandlerError::retry("the handler panicked")),
            Err(_) => Err(HandlerError::retry("the handler took longer than its lease")),
        }
    }
}

/// Says what went wrong with settling a lease.
fn tell(ticket: Ticket, settled: Result<bool, InboxError>) {
    match settled {
        Ok(true) => {}
        Ok(false) => tracing::warn!(entry = %ticket.id, "the lease was lost before the handler ended"),
        Err(error) => tracing::error!(entry = %ticket.id, cause = error.cause(), "{error}"),
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
