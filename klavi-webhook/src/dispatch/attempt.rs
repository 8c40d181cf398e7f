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

#[derive(Clone)]
pub(super) struct Work {
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) sink: Arc<dyn Sink>,
    pub(super) target: Target,
    pub(super) schedule: RetrySchedule,
    pub(super) lease: Duration,
    pub(super) circuit: Arc<Mutex<Circuit>>,
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
        let mut turn = None;
        let settlement = if until.duration_since(Instant::now()) < self.lease / 4 {
            // It waited too long for its turn: the sink would be stopped early.
            leased.ticket.released(Duration::ZERO)
        } else {
            let (attempt, ticket) = (leased.entry.attempts + 1, leased.ticket);
            match cut.run_until_cancelled(self.work_on(leased.entry, until)).await {
                Some(Ok(result)) => {
                    telemetry::handled(&self.target, result);
                    if result == DONE {
                        turn =
                            self.with_circuit(|circuit, _| circuit.works()).map(|turn| (turn, String::new()));
                    }
                    ticket.done()
                }
                Some(Err(error)) => self.failed(&error, attempt, ticket, &mut turn),
                None => ticket.released(Duration::ZERO),
            }
        };
        let _ = settlements.send(Due { settlement, ends });
        if let Some((turn, reason)) = turn {
            self.turned(turn, reason).await;
        }
    }

    fn failed(
        &self,
        error: &SinkError,
        attempt: u32,
        ticket: Ticket,
        turn: &mut Option<(Turn, String)>,
    ) -> Settlement {
        let (fault, wish) = (error.fault(), error.wanted_pause());
        let (verdict, turned) = self.with_circuit(|circuit, now| circuit.failed(ticket.id, fault, wish, now));
        // It is told where nobody logs in.
        let reason = || error.loggable().unwrap_or_else(|| UNTOLD.to_owned());
        *turn = turned.map(|turn| (turn, reason()));
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

    /// Says that the breaker has opened or closed, to the log and to all who look at the inbox.
    async fn turned(&self, turn: Turn, reason: String) {
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
    async fn work_on(&self, mut entry: Entry, until: Instant) -> Result<&'static str, SinkError> {
        if entry.kind == EntryKind::Expectation {
            match overdue::reckon(&*self.inbox, &entry).await? {
                Reckoned::Arrived => return Ok("arrived"),
                Reckoned::Overdue(notice) => entry.body = notice,
            }
            if entry.attempts == 0 {
                telemetry::overdue();
            }
        }
        if self.schedule.is_used_up(entry.attempts) {
            return Err(SinkError::permanent("every attempt ended without a result"));
        }
        self.attempt(entry, until).await.map(|()| DONE)
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
