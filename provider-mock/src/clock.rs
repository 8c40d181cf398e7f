//! The time of a mock. Must not know what happens in it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::changes::Changes;

/// 2000-01-01T00:00:00Z: before it, none of the customers was of age.
const EARLIEST: Timestamp = Timestamp::constant(946_684_800, 0);
/// 2100-01-01T00:00:00Z.
const LATEST: Timestamp = Timestamp::constant(4_102_444_800, 0);

/// The mock's time: that of the machine, and ahead of it by what it was turned, or one that stands still.
#[derive(Debug)]
pub struct Clock {
    hands: Mutex<Hands>,
    /// What a reset leads back to.
    asked: Hands,
    changes: Changes,
}

/// Where a clock stands, as a state file keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Hands {
    /// Milliseconds that it is ahead of the machine, or behind.
    AheadMs(i64),
    /// It stands still at that moment.
    Frozen(Timestamp),
}

impl Default for Hands {
    fn default() -> Self {
        Self::AheadMs(0)
    }
}

impl Hands {
    /// Running, from that moment on.
    pub fn at(moment: Timestamp) -> Result<Self, Error> {
        if !(EARLIEST..=LATEST).contains(&moment) {
            return Err(Error::ClockRange);
        }
        Ok(turned(Self::default(), moment))
    }
}

impl Clock {
    /// One that stands there; a reset leads back to what was asked for.
    pub fn new(hands: Hands, asked: Hands, changes: Changes) -> Self {
        Self { hands: Mutex::new(hands), asked, changes }
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        reading(*self.hands())
    }

    /// Whether it stands still.
    pub fn is_frozen(&self) -> bool {
        matches!(*self.hands(), Hands::Frozen(_))
    }

    /// Where it stands.
    pub fn hands_now(&self) -> Hands {
        *self.hands()
    }

    /// Turns it ahead, to its last moment at most.
    pub fn advance(&self, by: Duration) {
        let mut hands = self.hands();
        let to = reading(*hands).saturating_add(signed(by)).unwrap_or(LATEST).min(LATEST);
        *hands = turned(*hands, to);
        self.changes.note();
    }

    /// Turns it to that moment; it runs on from there, or stands still there if it stood still.
    pub fn set(&self, to: Timestamp) -> Result<(), Error> {
        self.turn(None, Some(to), None)
    }

    /// Turns it by so much or to that moment, and stops it or lets it run: all of it or, where the moment is out of range,
    /// nothing. A clock that is to stop does so at the moment exactly.
    pub fn turn(
        &self,
        by: Option<Duration>,
        to: Option<Timestamp>,
        freeze: Option<bool>,
    ) -> Result<(), Error> {
        let mut hands = self.hands();
        let now = reading(*hands);
        let to = match by {
            Some(by) => now.checked_add(signed(by)).map_err(|_| Error::ClockRange)?,
            None => to.unwrap_or(now),
        };
        if !(EARLIEST..=LATEST).contains(&to) {
            return Err(Error::ClockRange);
        }
        *hands = match freeze {
            Some(true) => Hands::Frozen(to),
            Some(false) => turned(Hands::default(), to),
            None => turned(*hands, to),
        };
        self.changes.note();
        Ok(())
    }

    /// Turns it to the machine's time, with which it runs on.
    pub fn follow_machine(&self) {
        *self.hands() = Hands::default();
        self.changes.note();
    }

    /// Stops it where it is, or lets it run on from there.
    pub fn freeze(&self, freeze: bool) {
        // From where it stands to where it stands, which is in range.
        let _ = self.turn(None, None, Some(freeze));
    }

    /// As it was asked for.
    pub fn reset(&self) {
        *self.hands() = self.asked;
        self.changes.note();
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn reading(hands: Hands) -> Timestamp {
    let moment = match hands {
        Hands::AheadMs(ahead) => {
            machine().saturating_add(SignedDuration::from_millis(ahead)).unwrap_or(LATEST)
        }
        Hands::Frozen(moment) => moment,
    };
    moment.clamp(EARLIEST, LATEST)
}

fn turned(hands: Hands, to: Timestamp) -> Hands {
    match hands {
        Hands::AheadMs(_) => Hands::AheadMs(to.as_millisecond() - machine().as_millisecond()),
        Hands::Frozen(_) => Hands::Frozen(to),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the mock reads the machine's time")]
fn machine() -> Timestamp {
    Timestamp::now()
}

fn signed(by: Duration) -> SignedDuration {
    SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)
}

/// A moment some whole seconds later; lives are short, so the end of time is never reached.
pub fn later(moment: Timestamp, seconds: i64) -> Timestamp {
    moment.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::new(Hands::default(), Hands::default(), Changes::default())
    }

    #[test]
    fn it_cannot_be_turned_beyond_its_ends() {
        let clock = clock();
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), LATEST);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), LATEST);
        for to in [Timestamp::MIN, Timestamp::MAX] {
            assert!(matches!(clock.set(to), Err(Error::ClockRange)));
        }
        clock.set(EARLIEST).unwrap();
        assert!(matches!(clock.turn(Some(Duration::MAX), None, None), Err(Error::ClockRange)));
        assert!(clock.now() >= EARLIEST && clock.now() < LATEST);
    }

    #[test]
    fn a_frozen_clock_moves_only_when_it_is_turned() {
        let clock = clock();
        clock.freeze(true);
        let Hands::Frozen(stopped) = clock.hands_now() else { panic!("it runs") };
        assert_eq!(clock.now(), stopped);
        clock.advance(Duration::from_secs(60));
        assert_eq!(clock.now(), stopped + SignedDuration::from_secs(60));
        clock.freeze(false);
        assert!(matches!(clock.hands_now(), Hands::AheadMs(_)));
        assert!(clock.now() >= stopped);
    }
}
