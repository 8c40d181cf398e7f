//! Rate limit for lines of the log: the first event of a kind is reported at once, further ones are counted and
//! reported once a minute.
//!
//! Knows nothing of what it counts. Whoever uses it writes the lines.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// How long further events of a kind are only counted.
const QUIET: Duration = Duration::from_secs(60);

/// Counts events of each kind `K` between the lines that report them, and keeps the context `C` of the latest one.
#[derive(Debug)]
pub(crate) struct Tallies<K, C>(Mutex<HashMap<K, Tally<C>>>);

#[derive(Debug)]
struct Tally<C> {
    reported: Timestamp,
    unreported: u64,
    latest: C,
}

/// A line that is due: so many events of that kind, of which the latest has this context.
#[derive(Debug)]
pub(crate) struct Due<K, C> {
    pub(crate) kind: K,
    pub(crate) count: u64,
    pub(crate) latest: C,
}

impl<K: Clone + Eq + Hash, C: Copy> Tallies<K, C> {
    /// Counts an event. The lines are those that are due now.
    pub(crate) fn add(&self, kind: K, latest: C, now: Timestamp) -> Vec<Due<K, C>> {
        let mut tallies = self.tallies();
        let mut due = take_due(&mut tallies, now);
        if let Some(tally) = tallies.get_mut(&kind) {
            tally.unreported += 1;
            tally.latest = latest;
        } else {
            tallies.insert(kind.clone(), Tally { reported: now, unreported: 0, latest });
            due.push(Due { kind, count: 1, latest });
        }
        due
    }

    /// The lines that are due. A kind that did not occur for a minute is reported at once the next time.
    pub(crate) fn due(&self, now: impl FnOnce() -> Timestamp) -> Vec<Due<K, C>> {
        let mut tallies = self.tallies();
        if tallies.is_empty() { Vec::new() } else { take_due(&mut tallies, now()) }
    }

    /// The lines for everything that was counted and not reported.
    pub(crate) fn rest(&self) -> Vec<Due<K, C>> {
        let tallies = std::mem::take(&mut *self.tallies());
        let unreported = tallies.into_iter().filter(|(_, tally)| tally.unreported > 0);
        unreported.map(|(kind, tally)| Due { kind, count: tally.unreported, latest: tally.latest }).collect()
    }

    fn tallies(&self) -> MutexGuard<'_, HashMap<K, Tally<C>>> {
        // Counts stay valid after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take_due<K: Clone + Eq + Hash, C: Copy>(
    tallies: &mut HashMap<K, Tally<C>>,
    now: Timestamp,
) -> Vec<Due<K, C>> {
    let mut due = Vec::new();
    // A clock that was turned back counts as a long time: it must not suppress lines.
    tallies.retain(|kind, tally| {
        if now.duration_since(tally.reported).unsigned_abs() < QUIET {
            return true;
        }
        let again = tally.unreported > 0;
        if again {
            due.push(Due { kind: kind.clone(), count: tally.unreported, latest: tally.latest });
            (tally.reported, tally.unreported) = (now, 0);
        }
        again
    });
    due
}

impl<K, C> Default for Tallies<K, C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
