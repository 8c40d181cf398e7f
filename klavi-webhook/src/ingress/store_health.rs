//! Whether the store takes deliveries, judged by the last attempts. Knows no store.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// How long a failure counts. If readiness keeps deliveries away meanwhile, nothing else would end it.
const COUNTS: Duration = Duration::from_secs(30);

/// When an inbox last failed to store, unless it has stored since.
#[derive(Debug, Default)]
pub(super) struct StoreHealth(Mutex<Option<Timestamp>>);

impl StoreHealth {
    /// Notes how storing went. Returns whether it is the first failure in a row.
    pub(super) fn note(&self, failed: bool, now: impl FnOnce() -> Timestamp) -> bool {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = failed && since.is_none();
        *since = failed.then(now);
        first
    }

    pub(super) fn is_failing(&self, now: Timestamp) -> bool {
        let failed = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failed.is_some_and(|failed| now.duration_since(failed).unsigned_abs() < COUNTS)
    }
}
