//! Takes due entries to a sink: at least once, with retries, dead letters last. While the target is down it waits.
//!
//! Knows the [`Inbox`] and one [`Sink`]. It must not know how entries are stored, or what a sink does with them.

mod attempt;
mod breaker;
mod overdue;
mod rate;
mod schedule;
mod settler;

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::Fuse;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::{BoxFuture, Inbox, InboxError, Lease, LeaseRequest, Leased, Order, Sink, Target, TargetStatus};

use attempt::Work;
pub use breaker::Breaker;
use breaker::{Circuit, Flow};
use rate::Rate;
pub use schedule::RetrySchedule;
use settler::{Due, Settler};

/// How long a delivery may take before its entry is leased again.
const LEASE: Duration = Duration::from_secs(60);

/// How long to wait before asking an inbox again that had nothing due: other processes store, and retries fall due.
const POLL: Duration = Duration::from_millis(500);

/// How long deliveries under way may take to end after a stop.
const GRACE: Duration = Duration::from_secs(20);

/// How long the inbox may take to settle what is left after a stop.
const LAST_SETTLE: Duration = Duration::from_secs(5);

/// Leases due entries of one target and takes them to a sink until told to stop.
///
/// It holds up to twice as many entries as it delivers at once, so that the sink need not wait for the next lease, and
/// settles in batches. What cannot be settled is tried again as long as the lease holds.
///
/// A failed entry is tried again by the [schedule](Self::schedule). A target that is down is no entry's fault: then the
/// [breaker](Self::breaker) opens, and the backlog waits. A target that is [paused](crate::TargetChange::Pause) waits for a
/// person.
#[derive(Debug)]
pub struct Dispatcher {
    work: Work,
    concurrency: usize,
    rate: Option<NonZeroU32>,
    order: Order,
    poll: Duration,
    grace: Duration,
}

/// An entry with the instant by which it has to be delivered, and the one at which its lease ends.
struct InHand {
    leased: Leased,
    until: Instant,
    ends: Instant,
}

impl Dispatcher {
    /// Takes the entries of this inbox to this sink.
    pub fn new(inbox: Arc<dyn Inbox>, sink: impl Sink) -> Self {
        let work = Work {
            inbox,
            sink: Arc::new(sink),
            target: Target::default(),
            schedule: RetrySchedule::default(),
            lease: LEASE,
            circuit: Arc::new(Mutex::new(Circuit::new(Breaker::default()))),
            told: Arc::default(),
        };
        Self { work, concurrency: 8, rate: None, order: Order::Free, poll: POLL, grace: GRACE }
    }

    /// Which target's entries; those of the [default](Target::default) one unless said otherwise.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.work.target = target;
        self
    }

    /// How many entries are delivered at once; 8 unless said otherwise.
    #[must_use]
    pub fn concurrency(mut self, entries: usize) -> Self {
        self.concurrency = entries.max(1);
        self
    }

    /// At most so many deliveries begin in a second, evenly spread; as many as there are unless said otherwise.
    #[must_use]
    pub fn rate(mut self, per_second: NonZeroU32) -> Self {
        self.rate = Some(per_second);
        self
    }

    /// Which entries may be delivered at the same time; any unless said otherwise. In order of its link an entry waits until
    /// every earlier one of the link is done or dead, through its pauses as well.
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

    /// When the target counts as down, and how often it is tried then.
    #[must_use]
    pub fn breaker(mut self, breaker: Breaker) -> Self {
        self.work.circuit = Arc::new(Mutex::new(Circuit::new(breaker)));
        self
    }

    /// How long a delivery may take; then it is stopped and the entry retried. A minute unless said otherwise.
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

    /// How long deliveries under way get to end after the stop; 20 seconds unless said otherwise. Those that have not
    /// ended by then are stopped, and their entries are due again at once. That counts no attempt.
    #[must_use]
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Works until `stop` completes, then leases no more, lets deliveries under way end within the
    /// [grace](Self::grace) and returns. An inbox that does not answer holds it up for five seconds more.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (mut running, cut) = (JoinSet::new(), CancellationToken::new());
        let (settler, settlements) = Settler::new(self.work.inbox.clone());
        let mut settling = JoinSet::new();
        settling.spawn(settler.run());
        self.take_up_outage().await;

        let waiting = self.work_until(stop, &mut running, &cut, &settlements).await;
        for InHand { leased, ends, .. } in waiting {
            let _ = settlements.send(Due { settlement: leased.ticket.released(Duration::ZERO), ends });
        }
        if timeout(self.grace, all(&mut running)).await.is_err() {
            tracing::warn!(deliveries = running.len(), "deliveries under way were stopped");
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

    /// A target that was down when the process ended is tried before everything is sent to it.
    async fn take_up_outage(&self) {
        match timeout(LAST_SETTLE, self.work.inbox.targets()).await {
            Ok(Ok(targets)) => {
                let is_down = |one: &TargetStatus| one.target == self.work.target && one.down.is_some();
                if targets.iter().any(is_down) {
                    self.work.with_circuit(Circuit::open);
                }
            }
            Ok(Err(error)) => tracing::warn!(cause = error.cause(), "{error}"),
            Err(_) => {}
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
        let mut rate = Rate::new(self.rate);
        loop {
            let flow = self.work.flow();
            let concurrency = match flow {
                Flow::All => self.concurrency,
                Flow::Probe => 1,
                Flow::Nothing(_) => 0,
            };
            if flow != Flow::All {
                // The others are due again at once, for whoever comes first when the target works again.
                let kept = concurrency.saturating_sub(running.len()).min(waiting.len());
                for InHand { leased, ends, .. } in waiting.drain(kept..) {
                    let _ =
                        settlements.send(Due { settlement: leased.ticket.released(Duration::ZERO), ends });
                }
            }
            while running.len() < concurrency
                && rate.allows(Instant::now())
                && let Some(next) = waiting.pop_front()
            {
                rate.took(Instant::now());
                running.spawn(self.work.clone().deliver(next, cut.clone(), settlements.clone()));
            }
            let in_hand = running.len() + waiting.len();
            state.alone &= in_hand > 0;
            let room = (2 * self.concurrency).saturating_sub(in_hand);
            let wants = match (flow, state.dry || state.alone) {
                (_, true) | (Flow::Nothing(_), _) => false,
                (Flow::Probe, _) => in_hand == 0,
                (Flow::All, _) if state.suspect_waits => in_hand == 0,
                (Flow::All, _) => room >= self.concurrency && rate.wants(waiting.len(), self.work.lease),
            };
            if wants && !asked {
                asked = true;
                let most = if flow == Flow::Probe { 1 } else { rate.most(room, self.work.lease) };
                leasing = self.ask(most, in_hand == 0).fuse();
            }
            let next_look = match flow {
                Flow::Nothing(until) => Some(until),
                _ if waiting.is_empty() || running.len() >= concurrency => None,
                _ => rate.next(),
            };
            let looks = state.dry && !matches!(flow, Flow::Nothing(_));
            tokio::select! {
                biased;
                () = &mut stop => break,
                leased = &mut leasing, if asked => {
                    asked = false;
                    state.after(&self.accept(leased, &mut waiting));
                }
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = self.work.inbox.arrivals(&self.work.target), if looks => state.dry = false,
                () = sleep(self.poll), if looks => state.dry = false,
                () = sleep_until(next_look.unwrap_or_else(Instant::now)), if next_look.is_some() => {}
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
            .target(self.work.target.clone())
            .lease(self.work.lease)
            .order(self.order)
            .idle(idle)
            .longest_pause(self.longest_pause());
        Box::pin(async move {
            let begin = Instant::now();
            (begin, self.work.inbox.lease(request).await)
        })
    }

    /// Nothing is put off for longer: neither what failed nor what waits for the target.
    fn longest_pause(&self) -> Duration {
        self.work.schedule.longest().max(self.work.with_circuit(|circuit, _| circuit.longest()))
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

    /// Works on everything that is due now and returns how many entries that were; of a target that is down on one. For
    /// tests, jobs and trials.
    ///
    /// # Errors
    /// Where the inbox could not lease entries.
    pub async fn run_due(&self) -> Result<usize, InboxError> {
        let never = CancellationToken::new();
        let (mut settler, settlements) = Settler::new(self.work.inbox.clone());
        let mut ran = 0;
        loop {
            let most = match self.work.flow() {
                Flow::All => self.concurrency,
                Flow::Probe => 1,
                Flow::Nothing(_) => return Ok(ran),
            };
            let (begin, leased) = self.ask(most, true).await;
            let leased = leased?;
            let (mut waiting, mut running) = (VecDeque::new(), JoinSet::new());
            let more = self.accept((begin, Ok(leased)), &mut waiting).more;
            if !more {
                return Ok(ran);
            }
            ran += waiting.len();
            for next in waiting {
                running.spawn(self.work.clone().deliver(next, never.clone(), settlements.clone()));
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
    /// An entry is delivered that nothing else may be delivered beside.
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
            .field("target", &self.target)
            .field("schedule", &self.schedule)
            .finish_non_exhaustive()
    }
}
