//! Takes due entries to a handler: at least once, with retries, dead letters last.
//!
//! Knows the [`Inbox`] and one [`Handle`]. It must not know how entries are stored, or what a handler does with them.

mod attempt;
mod handle;
mod overdue;
mod schedule;
mod settler;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::Fuse;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::{BoxFuture, Inbox, InboxError, Lease, LeaseRequest, Leased, Order, Target};

use attempt::Work;
pub use handle::{Handle, HandlerError};
pub use schedule::RetrySchedule;
use settler::{Due, Settler};

/// How long a handler may take before its entry is leased again.
const LEASE: Duration = Duration::from_secs(60);

/// How long to wait before asking an inbox again that had nothing due: other processes store, and retries fall due.
const POLL: Duration = Duration::from_millis(500);

/// How long running handlers may take to end after a stop.
const GRACE: Duration = Duration::from_secs(20);

/// How long the inbox may take to settle what is left after a stop.
const LAST_SETTLE: Duration = Duration::from_secs(5);

/// Leases due entries and takes them to a handler until told to stop.
///
/// It holds up to twice as many entries as it handles at once, so that handlers need not wait for the next lease, and
/// settles in batches. What cannot be settled is tried again as long as the lease holds.
#[derive(Debug)]
pub struct Dispatcher {
    work: Work,
    target: Target,
    concurrency: usize,
    order: Order,
    poll: Duration,
    grace: Duration,
}

/// An entry with the instant by which its handler has to be done, and the one at which its lease ends.
struct InHand {
    leased: Leased,
    until: Instant,
    ends: Instant,
}

impl Dispatcher {
    /// Takes the entries of this inbox to these handlers.
    pub fn new(inbox: Arc<dyn Inbox>, handle: impl Handle) -> Self {
        let work = Work { inbox, handle: Arc::new(handle), schedule: RetrySchedule::default(), lease: LEASE };
        let target = Target::default();
        Self { work, target, concurrency: 8, order: Order::Free, poll: POLL, grace: GRACE }
    }

    /// Which target's entries; those of the [default](Target::default) one unless said otherwise.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// How many handlers run at once; 8 unless said otherwise.
    #[must_use]
    pub fn concurrency(mut self, handlers: usize) -> Self {
        self.concurrency = handlers.max(1);
        self
    }

    /// Which entries may be handled at the same time; any unless said otherwise.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// When failed entries are retried and when they become dead letters.
    #[must_use]
    pub fn schedule(mut self, schedule: RetrySchedule) -> Self {
        self.work.schedule = schedule;
        self
    }

    /// How long a handler may take; then it is stopped and the entry retried. A minute unless said otherwise.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.work.lease = lease;
        self
    }

    /// How often to ask an inbox again that had nothing due; twice a second unless said otherwise.
    #[must_use]
    pub fn poll_every(mut self, pause: Duration) -> Self {
        self.poll = pause;
        self
    }

    /// How long running handlers get to end after the stop; 20 seconds unless said otherwise. Handlers that have not
    /// ended by then are stopped, and their entries are due again at once. That counts no attempt.
    #[must_use]
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Works until `stop` completes, then leases no more, lets running handlers end within the
    /// [grace](Self::grace) and returns. An inbox that does not answer holds it up for five seconds more.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (mut running, cut) = (JoinSet::new(), CancellationToken::new());
        let (settler, settlements) = Settler::new(self.work.inbox.clone());
        let mut settling = JoinSet::new();
        settling.spawn(settler.run());

        let waiting = self.work_until(stop, &mut running, &cut, &settlements).await;
        for InHand { leased, ends, .. } in waiting {
            let _ = settlements.send(Due { settlement: leased.ticket.released(Duration::ZERO), ends });
        }
        if timeout(self.grace, all(&mut running)).await.is_err() {
            tracing::warn!(handlers = running.len(), "handlers under way were stopped");
            cut.cancel();
            all(&mut running).await;
        }
        drop(settlements);
        if timeout(LAST_SETTLE, all(&mut settling)).await.is_err() {
            tracing::warn!(
                "the inbox did not answer: entries are leased again when their leases have run out"
            );
        }
    }

    /// Works until `stop` completes, and returns what is leased and not begun.
    async fn work_until(
        &self,
        stop: impl Future<Output = ()>,
        running: &mut JoinSet<()>,
        cut: &CancellationToken,
        settlements: &mpsc::UnboundedSender<Due>,
    ) -> VecDeque<InHand> {
        let mut stop = std::pin::pin!(stop);
        let mut waiting = VecDeque::new();
        let mut leasing: Fuse<BoxFuture<'_, _>> = Fuse::terminated();
        let (mut asked, mut state) = (false, State::default());
        loop {
            while running.len() < self.concurrency
                && let Some(next) = waiting.pop_front()
            {
                running.spawn(self.work.clone().handle(next, cut.clone(), settlements.clone()));
            }
            let in_hand = running.len() + waiting.len();
            state.alone &= in_hand > 0;
            let room = (2 * self.concurrency).saturating_sub(in_hand);
            let wants = match (state.dry || state.alone, state.suspect_waits) {
                (true, _) => false,
                (false, true) => in_hand == 0,
                (false, false) => room >= self.concurrency,
            };
            if wants && !asked {
                asked = true;
                leasing = self.ask(room, in_hand == 0).fuse();
            }
            tokio::select! {
                biased;
                () = &mut stop => break,
                leased = &mut leasing, if asked => {
                    asked = false;
                    state.after(&self.accept(leased, &mut waiting));
                }
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = self.work.inbox.arrivals(), if state.dry => state.dry = false,
                () = sleep(self.poll), if state.dry => state.dry = false,
            }
        }
        if asked {
            // What it leases would be leased for nobody.
            let leased = timeout(LAST_SETTLE, leasing).await;
            leased.into_iter().for_each(|leased| drop(self.accept(leased, &mut waiting)));
        }
        waiting
    }

    /// Asks the inbox for entries. The time is taken before: to read large bodies takes time of the lease as well.
    fn ask(&self, most: usize, idle: bool) -> BoxFuture<'_, (Instant, Result<Lease, InboxError>)> {
        let request = LeaseRequest::new(most)
            .target(self.target.clone())
            .lease(self.work.lease)
            .order(self.order)
            .idle(idle)
            .longest_pause(self.work.schedule.longest());
        Box::pin(async move {
            let begin = Instant::now();
            (begin, self.work.inbox.lease(request).await)
        })
    }

    /// Takes up what was leased; an error counts as an inbox that had nothing due.
    fn accept(
        &self,
        (begin, leased): (Instant, Result<Lease, InboxError>),
        waiting: &mut VecDeque<InHand>,
    ) -> Lease {
        let mut lease = leased.unwrap_or_else(|error| {
            tracing::error!(cause = error.cause(), "{error}");
            Lease::default()
        });
        let until = begin + self.work.lease.mul_f64(0.9);
        let entries = std::mem::take(&mut lease.entries);
        lease.more |= !entries.is_empty();
        waiting.extend(entries.into_iter().map(|leased| InHand {
            leased,
            until,
            ends: begin + self.work.lease,
        }));
        lease
    }

    /// Works on everything that is due now and returns how many entries that were. For tests, jobs and trials.
    ///
    /// # Errors
    /// Where the inbox could not lease entries.
    pub async fn run_due(&self) -> Result<usize, InboxError> {
        let never = CancellationToken::new();
        let (settler, settlements) = Settler::new(self.work.inbox.clone());
        let mut settler = settler;
        let mut ran = 0;
        loop {
            let (begin, leased) = self.ask(self.concurrency, true).await;
            let leased = leased?;
            let (mut waiting, mut running) = (VecDeque::new(), JoinSet::new());
            let more = self.accept((begin, Ok(leased)), &mut waiting).more;
            if !more {
                return Ok(ran);
            }
            ran += waiting.len();
            for next in waiting {
                running.spawn(self.work.clone().handle(next, never.clone(), settlements.clone()));
            }
            all(&mut running).await;
            settler.settle_all().await;
        }
    }
}

/// What the last lease said of the next one.
#[derive(Default)]
struct State {
    /// Nothing more was due.
    dry: bool,
    /// An entry is handled that nothing else may be handled beside.
    alone: bool,
    /// Such an entry waits until nothing is in hand.
    suspect_waits: bool,
}

impl State {
    fn after(&mut self, lease: &Lease) {
        self.alone = lease.alone;
        self.suspect_waits = lease.suspect_waits;
        self.dry = !lease.more && !lease.suspect_waits;
    }
}

/// Waits for all of them.
async fn all(running: &mut JoinSet<()>) {
    while running.join_next().await.is_some() {}
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work")
            .field("inbox", &self.inbox)
            .field("schedule", &self.schedule)
            .finish_non_exhaustive()
    }
}
