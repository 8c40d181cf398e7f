//! One attempt at one entry, from its lease to what is to be settled.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::overdue::{self, Reckoned};
use super::settler::Due;
use super::{Handle, HandlerError, InHand, RetrySchedule};
use crate::{Entry, EntryKind, Inbox, Settlement, telemetry};

#[derive(Clone)]
pub(super) struct Work {
    pub(super) inbox: Arc<dyn Inbox>,
    pub(super) handle: Arc<dyn Handle>,
    pub(super) schedule: RetrySchedule,
    pub(super) lease: Duration,
}

impl Work {
    /// Handles an entry and passes on what became of it.
    pub(super) async fn handle(
        self,
        in_hand: InHand,
        cut: CancellationToken,
        settlements: mpsc::UnboundedSender<Due>,
    ) {
        let InHand { leased, until, ends } = in_hand;
        let settlement = if until.duration_since(Instant::now()) < self.lease / 4 {
            // It waited too long for its turn: the handler would be stopped early.
            leased.ticket.released(Duration::ZERO)
        } else {
            let (attempt, ticket) = (leased.entry.attempts + 1, leased.ticket);
            match cut.run_until_cancelled(self.work_on(leased.entry, until)).await {
                Some(Ok(result)) => {
                    telemetry::handled(result);
                    ticket.done()
                }
                Some(Err(error)) => self.failed(&error, attempt, ticket),
                None => ticket.released(Duration::ZERO),
            }
        };
        let _ = settlements.send(Due { settlement, ends });
    }

    fn failed(&self, error: &HandlerError, attempt: u32, ticket: crate::Ticket) -> Settlement {
        let pause = if error.is_permanent() { None } else { self.schedule.pause_after(attempt) };
        telemetry::handled(if pause.is_some() { "retry" } else { "dead" });
        let (id, shown) = (ticket.id, error.loggable());
        let retry_in = pause.map(|pause| pause.as_secs_f32());
        tracing::warn!(entry = %id, attempt, retry_in, error = shown, "handler failed");
        match pause {
            Some(pause) => ticket.retry(pause, error.to_string()),
            None => ticket.dead(error.to_string()),
        }
    }

    /// The word for what came of it, where it needs no further attempt.
    async fn work_on(&self, mut entry: Entry, until: Instant) -> Result<&'static str, HandlerError> {
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
            return Err(HandlerError::permanent("every attempt ended without a result"));
        }
        self.attempt(entry, until).await.map(|()| "done")
    }

    /// Runs the handler; a panic or a lease that runs out is a failed attempt like any other. The handler is stopped
    /// while the lease still holds, so that the entry is not leased to another meanwhile.
    async fn attempt(&self, entry: Entry, until: Instant) -> Result<(), HandlerError> {
        let handling = async { self.handle.handle(entry).await };
        let handler = std::panic::AssertUnwindSafe(handling).catch_unwind();
        match timeout_at(until, handler).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(HandlerError::retry("the handler panicked")),
            Err(_) => Err(HandlerError::retry("the handler took longer than its lease")),
        }
    }
}
