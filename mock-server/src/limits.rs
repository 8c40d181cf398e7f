use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// What the partner's contract allows: how many calls in a second. Klavi's number is not public, nor how it counts; the
/// mock counts in windows of a second, which begin with a call.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    rate: Option<u32>,
    window: Option<Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Timestamp,
    calls: u32,
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);

impl Limits {
    pub(crate) fn set_rate(&self, calls_per_second: Option<u32>) {
        *self.state() = State { rate: calls_per_second, window: None };
    }

    /// The rate that is set.
    pub(crate) fn rate(&self) -> Option<u32> {
        self.state().rate
    }

    /// Counts a call. Where it is one too many: after how many whole seconds the next is taken.
    pub(crate) fn count(&self, now: Timestamp) -> Result<(), u64> {
        let mut state = self.state();
        let Some(rate) = state.rate else { return Ok(()) };
        let running = state.window.filter(|window| {
            // A clock that was turned back begins a window too.
            (SignedDuration::ZERO..SECOND).contains(&now.duration_since(window.began))
        });
        let mut window = running.unwrap_or(Window { began: now, calls: 0 });
        let taken = window.calls < rate;
        window.calls = window.calls.saturating_add(u32::from(taken));
        state.window = Some(window);
        // What is left of a window is at most a second.
        if taken { Ok(()) } else { Err(1) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn so_many_calls_are_taken_in_each_second() {
        let limits = Limits::default();
        assert!((0..1_000).all(|_| limits.count(at(0)).is_ok()), "no limit, no refusal");
        limits.set_rate(Some(2));
        let taken =
            [0, 10, 20, 999, 1_000, 1_500, 1_999, 2_000, 0].map(|millis| limits.count(at(millis)).is_ok());
        assert_eq!(taken, [true, true, false, false, true, true, false, true, true]);
        limits.set_rate(Some(0));
        assert_eq!(limits.count(at(5_000)), Err(1));
    }
}
