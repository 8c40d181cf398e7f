//! One attempt at one entry, from its lease to what is to be settled.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::breaker::{Circuit, Flow, Turn, Verdict};
use super::overdue::{self, Reckoned};
use super::settler::Due;
use super::{InHand, RetrySchedule};
use crate::sink::Fault;
use crate::{Entry, EntryKind, Inbox, Settlement, Sink, SinkError, Target, TargetChange, Ticket, telemetry};

/// The word for what a target has taken. Only that shows that the target works.
const DONE: &str = "done";

/// Why a target is down, where its sink does not say that this may be told.
const UNTOLD: &str = "its sink failed, and does not say that the reason may be told";

/// How an entry failed.
struct Failure {
    error: SinkError,
    /// Whether the sink was asked. Else the failure says nothing about the target.
    asked: bool,
}

impl Failure {
    fn unasked(error: SinkError) -> Self {
        Self { error, asked: false }
    }
}

/// That the breaker has opened or closed.
struct Turned {
    turn: Turn,
    /// Counts the turns of this breaker.
    number: u64,
    reason: String,
}

#[derive(Clone)]
pub(super) struct Work {
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) sink: Arc<dyn Sink>,
    pub(super) target: Target,
    pub(super) schedule: RetrySchedule,
    pub(super) lease: Duration,
    pub(super) circuit: Arc<Mutex<Circuit>>,
    /// The number of the last turn that the inbox was told of.
    pub(super) told: Arc<tokio::sync::Mutex<u64>>,
}

impl Work {
    /// Delivers an entry and passes on what became of it.
    pub(super) async fn deliver(
        self,
        in_hand: InHand,
        cut: CancellationToken,
        settlements: mpsc::UnboundedSender<Due>,
    ) {
        let InHand { leased, until, ends } = in_hand;
        let mut turned = None;
        let settlement = if until.duration_since(Instant::now()) < self.lease / 4 {
            // It waited too long for its turn: the sink would be stopped early.
            leased.ticket.released(Duration::ZERO)
        } else {
            let (attempt, ticket) = (leased.entry.attempts + 1, leased.ticket);
            match cut.run_until_cancelled(self.work_on(leased.entry, until)).await {
                Some(Ok(result)) => {
                    telemetry::handled(&self.target, result);
                    if result == DONE {
                        let closed = self
                            .with_circuit(|circuit, _| circuit.works().map(|turn| (turn, circuit.turns())));
                        turned = closed.map(|(turn, number)| Turned { turn, number, reason: String::new() });
                    }
                    ticket.done()
                }
                Some(Err(failure)) => self.failed(&failure, attempt, ticket, &mut turned),
                None => ticket.released(Duration::ZERO),
            }
        };
        let _ = settlements.send(Due { settlement, ends });
        if let Some(turned) = turned {
            self.tell(turned).await;
        }
    }

    fn failed(
        &self,
        failure: &Failure,
        attempt: u32,
        ticket: Ticket,
        turned: &mut Option<Turned>,
    ) -> Settlement {
        let Failure { error, asked } = failure;
        let (fault, wish) = (error.fault(), error.wanted_pause());
        let (verdict, turn, number) = match asked {
            true => self.with_circuit(|circuit, now| {
                let (verdict, turn) = circuit.failed(ticket.id, fault, wish, now);
                (verdict, turn, circuit.turns())
            }),
            false => (Verdict::Counts, None, 0),
        };
        // It is told where nobody logs in.
        let reason = || error.loggable().unwrap_or_else(|| UNTOLD.to_owned());
        *turned = turn.map(|turn| Turned { turn, number, reason: reason() });
        let (id, shown, to) = (ticket.id, error.loggable(), self.target.as_str());
        if let Verdict::Spared(pause) = verdict {
            telemetry::handled(&self.target, "spared");
            tracing::debug!(entry = %id, to, attempt, error = shown, "the target is down: no attempt counts");
            return ticket.released(pause);
        }
        let pause = match fault {
            Fault::Permanent => None,
            _ => self.schedule.pause_after(attempt),
        };
        let pause = pause.map(|pause| pause.max(wish.unwrap_or_default().min(self.schedule.longest())));
        telemetry::handled(&self.target, if pause.is_some() { "retry" } else { "dead" });
        let retry_in = pause.map(|pause| pause.as_secs_f32());
        tracing::warn!(entry = %id, to, attempt, retry_in, error = shown, "delivery failed");
        match pause {
            Some(pause) => ticket.retry(pause, error.to_string()),
            None => ticket.dead(error.to_string()),
        }
    }

    /// What may be done now.
    pub(super) fn flow(&self) -> Flow {
        self.with_circuit(|circuit, now| circuit.flow(now))
    }

    pub(super) fn with_circuit<T>(&self, work: impl FnOnce(&mut Circuit, Instant) -> T) -> T {
        // Nothing under the lock leaves it half done.
        work(&mut self.circuit.lock().unwrap_or_else(PoisonError::into_inner), Instant::now())
    }

    /// Says that the breaker has opened or closed, to the log and to all who look at the inbox. Of turns at the same moment the
    /// later one stays.
    async fn tell(&self, turned: Turned) {
        let Turned { turn, number, reason } = turned;
        let mut told = self.told.lock().await;
        if *told > number {
            return;
        }
        *told = number;
        let to = self.target.as_str();
        let change = match turn {
            Turn::Opened => {
                tracing::error!(
                    to,
                    "the target is down: it is tried from time to time, and no attempt counts"
                );
                TargetChange::Down { reason }
            }
            Turn::Closed => {
                tracing::info!(to, "the target works again");
                TargetChange::Up
            }
        };
        if let Err(error) = self.inbox.change_target(&self.target, change).await {
            tracing::warn!(to, cause = error.cause(), "{error}");
        }
    }

    /// The word for what came of it, where it needs no further attempt.
    async fn work_on(&self, mut entry: Entry, until: Instant) -> Result<&'static str, Failure> {
        if entry.kind == EntryKind::Expectation {
            match overdue::reckon(&*self.inbox, &entry).await.map_err(Failure::unasked)? {
                Reckoned::Arrived => return Ok("arrived"),
                Reckoned::Overdue(notice) => entry.body = notice,
            }
            if entry.attempts == 0 {
                telemetry::overdue();
            }
        }
        if self.schedule.is_used_up(entry.attempts) {
            return Err(Failure::unasked(SinkError::permanent("every attempt ended without a result")));
        }
        let attempted = self.attempt(entry, until).await;
        attempted.map(|()| DONE).map_err(|error| Failure { error, asked: true })
    }

    /// Runs the sink; a panic or a lease that runs out is a failed attempt like any other. The sink is stopped while the
    /// lease still holds, so that the entry is not leased to another meanwhile.
    async fn attempt(&self, entry: Entry, until: Instant) -> Result<(), SinkError> {
        let delivering = async { self.sink.deliver(entry).await };
        let delivering = std::panic::AssertUnwindSafe(delivering).catch_unwind();
        match timeout_at(until, delivering).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(SinkError::retry("the handler panicked").shown()),
            Err(_) => Err(SinkError::unavailable("it took longer than its lease").shown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Breaker, Dispatcher, MemoryInbox};

    struct Nothing;

    impl Sink for Nothing {
        fn deliver(&self, _: Entry) -> crate::BoxFuture<'static, Result<(), SinkError>> {
            Box::pin(std::future::ready(Ok(())))
        }
    }

    #[tokio::test]
    async fn the_later_of_two_turns_stays_in_whatever_order_they_are_told() {
        let inbox = Arc::new(MemoryInbox::new());
        let work = Dispatcher::new(inbox.clone(), Nothing).breaker(Breaker::default()).work;
        let turned = |number, turn| Turned { turn, number, reason: "503".to_owned() };
        for (turns, down) in [
            ([turned(1, Turn::Opened), turned(2, Turn::Closed)], false),
            ([turned(4, Turn::Closed), turned(3, Turn::Opened)], false),
            ([turned(6, Turn::Opened), turned(5, Turn::Closed)], true),
        ] {
            for turned in turns {
                work.tell(turned).await;
            }
            assert_eq!(inbox.targets().await.unwrap()[0].down.is_some(), down);
        }
    }
}
