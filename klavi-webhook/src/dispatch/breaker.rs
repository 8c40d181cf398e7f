//! Whether a target works: it is left alone while it does not, and tried with one entry from time to time.
//!
//! Knows instants and numbers of entries. It must not know what a target is, nor how entries are leased.

use std::time::Duration;

use tokio::time::Instant;

use crate::EntryId;
use crate::sink::Fault;

/// How long a target may ask to be left alone. One that asks for more is tried all the same.
const LONGEST_WISH: Duration = Duration::from_secs(60 * 60);

/// When a target counts as down, and how often it is tried then.
///
/// While it is open, nothing is delivered but one entry at a time, to see whether the target works again, and no attempt
/// counts: an outage is no entry's fault. Any entry that gets through closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    failures: usize,
    first: Duration,
    longest: Duration,
}

impl Breaker {
    /// Opens when so many different entries in a row found the target [unavailable](crate::SinkError::unavailable). The
    /// first pause before the target is tried doubles up to the longest.
    pub fn new(failures: usize, first: Duration, longest: Duration) -> Self {
        Self { failures: failures.max(1), first, longest: longest.max(first) }
    }
}

impl Default for Breaker {
    /// After five entries in a row; tried after five seconds, then up to a minute apart.
    fn default() -> Self {
        Self::new(5, Duration::from_secs(5), Duration::from_secs(60))
    }
}

/// What may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Everything.
    All,
    /// One entry at a time, to see whether the target works.
    Probe,
    /// Nothing before that instant.
    Nothing(Instant),
}

/// What an attempt has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Opened,
    Closed,
}

/// What becomes of an entry that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It counts an attempt.
    Counts,
    /// It counts none, and is due again after that time.
    Spared(Duration),
}

/// The state of one target's breaker.
#[derive(Debug)]
pub(super) struct Circuit {
    breaker: Breaker,
    state: State,
    turns: u64,
}

#[derive(Debug)]
enum State {
    /// Which entries found the target unavailable since one got through.
    Closed(Vec<EntryId>),
    Open {
        pause: Duration,
        until: Instant,
    },
}

impl Circuit {
    pub(super) fn new(breaker: Breaker) -> Self {
        Self { breaker, state: State::Closed(Vec::new()), turns: 0 }
    }

    /// As it was left: open, to be tried at once.
    pub(super) fn open(&mut self, now: Instant) {
        self.state = State::Open { pause: self.breaker.first, until: now };
    }

    /// No entry is put off for longer because of an outage. The target may be left alone for longer.
    pub(super) fn longest(&self) -> Duration {
        self.breaker.longest
    }

    /// How often it has opened or closed.
    pub(super) fn turns(&self) -> u64 {
        self.turns
    }

    pub(super) fn flow(&self, now: Instant) -> Flow {
        match self.state {
            State::Closed(_) => Flow::All,
            State::Open { until, .. } if until <= now => Flow::Probe,
            State::Open { until, .. } => Flow::Nothing(until),
        }
    }

    /// An entry got through, or failed in a way that shows that the target works.
    pub(super) fn works(&mut self) -> Option<Turn> {
        let was_open = matches!(self.state, State::Open { .. });
        self.state = State::Closed(Vec::new());
        self.turns += u64::from(was_open);
        was_open.then_some(Turn::Closed)
    }

    /// An entry failed.
    pub(super) fn failed(
        &mut self,
        entry: EntryId,
        fault: Fault,
        wish: Option<Duration>,
        now: Instant,
    ) -> (Verdict, Option<Turn>) {
        let first = self.breaker.first.max(wish.unwrap_or_default().min(LONGEST_WISH));
        let spared = |pause: Duration| Verdict::Spared(pause.min(self.breaker.longest));
        match (&mut self.state, fault) {
            (_, Fault::Entry | Fault::Permanent) => (Verdict::Counts, self.works()),
            (State::Closed(failed), Fault::Unavailable) => {
                if !failed.contains(&entry) {
                    failed.push(entry);
                }
                if failed.len() < self.breaker.failures {
                    return (Verdict::Counts, None);
                }
                self.state = State::Open { pause: self.breaker.first, until: now + first };
                self.turns += 1;
                (spared(first), Some(Turn::Opened))
            }
            (State::Closed(_), Fault::Outage) => {
                self.state = State::Open { pause: self.breaker.first, until: now + first };
                self.turns += 1;
                (spared(first), Some(Turn::Opened))
            }
            // What was under way when it opened says nothing new.
            (State::Open { until, .. }, _) if *until > now => {
                *until = (*until).max(now + first);
                (spared(*until - now), None)
            }
            (State::Open { pause, until }, _) => {
                *pause = (*pause * 2).min(self.breaker.longest);
                *until = now + first.max(*pause);
                (spared(*until - now), None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn circuit() -> (Circuit, Instant) {
        (Circuit::new(Breaker::new(3, SECOND, 4 * SECOND)), Instant::now())
    }

    fn fail(circuit: &mut Circuit, entry: u64, fault: Fault, now: Instant) -> (Verdict, Option<Turn>) {
        circuit.failed(entry.into(), fault, None, now)
    }

    #[test]
    fn different_entries_in_a_row_open_it_and_one_that_gets_through_closes_it() {
        let (mut circuit, now) = circuit();
        for entry in [1, 2, 2, 1] {
            let failed = fail(&mut circuit, entry, Fault::Unavailable, now);
            assert_eq!(failed, (Verdict::Counts, None));
        }
        assert_eq!(circuit.works(), None);
        for entry in [1, 2] {
            fail(&mut circuit, entry, Fault::Unavailable, now);
        }
        let third = fail(&mut circuit, 3, Fault::Unavailable, now);
        assert_eq!(third, (Verdict::Spared(SECOND), Some(Turn::Opened)));
        assert_eq!(circuit.flow(now), Flow::Nothing(now + SECOND));
        assert_eq!(circuit.flow(now + SECOND), Flow::Probe);
        assert_eq!(circuit.works(), Some(Turn::Closed));
        assert_eq!(circuit.flow(now), Flow::All);
    }

    #[test]
    fn one_entry_that_always_fails_never_opens_it() {
        let (mut circuit, now) = circuit();
        for _ in 0..100 {
            assert_eq!(fail(&mut circuit, 7, Fault::Unavailable, now), (Verdict::Counts, None));
        }
    }

    #[test]
    fn an_answer_that_is_about_the_entry_shows_that_the_target_works() {
        for fault in [Fault::Entry, Fault::Permanent] {
            let (mut circuit, now) = circuit();
            fail(&mut circuit, 1, Fault::Unavailable, now);
            fail(&mut circuit, 2, Fault::Unavailable, now);
            assert_eq!(fail(&mut circuit, 3, fault, now), (Verdict::Counts, None));
            assert_eq!(fail(&mut circuit, 4, Fault::Unavailable, now), (Verdict::Counts, None));
            fail(&mut circuit, 5, Fault::Outage, now);
            assert_eq!(fail(&mut circuit, 6, fault, now + SECOND), (Verdict::Counts, Some(Turn::Closed)));
        }
    }

    #[test]
    fn the_pauses_of_an_outage_double_up_to_the_longest() {
        let (mut circuit, mut now) = circuit();
        assert_eq!(fail(&mut circuit, 1, Fault::Outage, now), (Verdict::Spared(SECOND), Some(Turn::Opened)));
        for pause in [2, 4, 4] {
            let Flow::Nothing(until) = circuit.flow(now) else { panic!("it is open") };
            now = until;
            let failed = fail(&mut circuit, 2, Fault::Unavailable, now);
            assert_eq!(failed, (Verdict::Spared(pause * SECOND), None));
        }
    }

    #[test]
    fn what_was_under_way_when_it_opened_counts_no_attempt_and_doubles_nothing() {
        let (mut circuit, now) = circuit();
        fail(&mut circuit, 1, Fault::Outage, now);
        for entry in 2..20 {
            assert_eq!(fail(&mut circuit, entry, Fault::Unavailable, now), (Verdict::Spared(SECOND), None));
        }
        assert_eq!(circuit.flow(now + SECOND), Flow::Probe);
    }

    #[test]
    fn a_target_is_left_alone_for_as_long_as_it_asks_within_an_hour() {
        let (mut circuit, now) = circuit();
        let wish = |circuit: &mut Circuit, wish| {
            circuit.failed(1.into(), Fault::Outage, Some(Duration::from_secs(wish)), now)
        };
        // The entries need not wait that long: nothing is leased before.
        assert_eq!(wish(&mut circuit, 120).0, Verdict::Spared(4 * SECOND));
        assert_eq!(circuit.flow(now + Duration::from_secs(119)), Flow::Nothing(now + 120 * SECOND));
        wish(&mut circuit, u64::MAX);
        assert_eq!(circuit.flow(now), Flow::Nothing(now + LONGEST_WISH));
    }
}
