use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::Work;

/// How often to look for what other dispatchers have put off with a wrong clock.
const EVERY: Duration = Duration::from_secs(60);

/// Others that share the inbox may have longer leases and pauses: what is put off by no more than this is theirs to
/// say, as long as the clock of this one has not been turned back.
const TOLERANCE: Duration = Duration::from_secs(60 * 60);

/// Notices clocks that ran ahead. What was leased or put off meanwhile would wait until the right clock gets there.
#[derive(Debug, Default)]
pub(super) struct ClockWatch(Mutex<Option<Seen>>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    now: Timestamp,
    looked: Instant,
}

impl ClockWatch {
    /// Brings forward what no clock that is right would have put off so far.
    pub(super) async fn look(&self, work: &Work) {
        let (now, here) = (work.clock.now(), Instant::now());
        let seen = *self.seen();
        let turned_back = seen.is_some_and(|seen| now < seen.now);
        if !turned_back && seen.is_some_and(|seen| here.duration_since(seen.looked) < EVERY) {
            *self.seen() = seen.map(|seen| Seen { now, ..seen });
            return;
        }
        let longest = work.lease.max(work.schedule.longest());
        let limit = if turned_back { longest } else { longest.max(TOLERANCE) };
        match work.inbox.bring_forward(now, limit, work.lease).await {
            Ok(forward) => {
                if forward > 0 {
                    tracing::warn!(
                        entries = forward,
                        "a clock ran ahead: what it had put off is brought forward"
                    );
                }
                *self.seen() = Some(Seen { now, looked: here });
            }
            // As if it had not looked, so that it looks again.
            Err(error) => tracing::error!(cause = error.cause(), "{error}"),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
