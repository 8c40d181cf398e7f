//! Refusals in the log: the first at once, then in sums, so that whoever knocks without end fills no disk and hides
//! nobody else.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::Answer;
use crate::ingress::RequestContext;

/// How long further ones of the same kind are only counted.
const QUIET: Duration = Duration::from_secs(60);

/// What is refused alike: the answer and the reason, without what the sender could choose.
type Kind = (Answer, Option<&'static str>);

/// Counts refusals between the lines that tell of them.
#[derive(Debug)]
pub(crate) struct Refusals {
    provider: &'static str,
    tallies: Mutex<HashMap<Kind, Tally>>,
}

#[derive(Debug)]
struct Tally {
    told: Timestamp,
    untold: u64,
    latest: RequestContext,
}

impl Refusals {
    pub(crate) fn new(provider: &'static str) -> Self {
        Self { provider, tallies: Mutex::default() }
    }

    /// Something was refused.
    pub(crate) fn add(
        &self,
        answer: Answer,
        reason: Option<&'static str>,
        came: RequestContext,
        now: Timestamp,
    ) {
        self.tell_due(|| now);
        let first = {
            let mut tallies = self.tallies();
            match tallies.get_mut(&(answer, reason)) {
                Some(tally) => {
                    tally.untold += 1;
                    tally.latest = came;
                    false
                }
                None => {
                    tallies.insert((answer, reason), Tally { told: now, untold: 0, latest: came });
                    true
                }
            }
        };
        if first {
            self.tell(answer, reason, 1, came);
        }
    }

    /// Tells of what was counted long enough. What has not come again meanwhile is told at once the next time.
    pub(crate) fn tell_due(&self, now: impl FnOnce() -> Timestamp) {
        let mut tallies = self.tallies();
        if tallies.is_empty() {
            return;
        }
        let (now, mut due) = (now(), Vec::new());
        // A clock that was turned back counts as a long time: it must not keep anything quiet.
        tallies.retain(|kind, tally| {
            if now.duration_since(tally.told).unsigned_abs() < QUIET {
                return true;
            }
            let again = tally.untold > 0;
            if again {
                due.push((*kind, tally.untold, tally.latest));
                (tally.told, tally.untold) = (now, 0);
            }
            again
        });
        drop(tallies);
        self.tell_all(due);
    }

    fn tell_all(&self, due: Vec<(Kind, u64, RequestContext)>) {
        for ((answer, reason), count, latest) in due {
            self.tell(answer, reason, count, latest);
        }
    }

    fn tell(&self, answer: Answer, reason: Option<&str>, count: u64, latest: RequestContext) {
        let (provider, answer) = (self.provider, answer.as_str());
        let (source, bytes) = (latest.source.map(tracing::field::display), latest.bytes);
        tracing::warn!(provider, answer, reason, count, source, bytes, "deliveries refused");
    }

    fn tallies(&self) -> MutexGuard<'_, HashMap<Kind, Tally>> {
        // Counts stay counts, whatever panicked.
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Refusals {
    fn drop(&mut self) {
        let left = std::mem::take(&mut *self.tallies());
        let untold = left.into_iter().filter(|(_, tally)| tally.untold > 0);
        self.tell_all(untold.map(|(kind, tally)| (kind, tally.untold, tally.latest)).collect());
    }
}
