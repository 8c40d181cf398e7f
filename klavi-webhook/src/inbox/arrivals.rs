//! Wakes those who wait for entries of a target, also where the caller whose work brings them does not wait for its end. It
//! must not know what the work is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{NewEntry, Stored, Target};

/// Who waits, by target. What arrives while nobody waits wakes the next one at once.
#[derive(Debug, Default)]
pub(super) struct Arrivals(Mutex<HashMap<Target, Arc<Notify>>>);

impl Arrivals {
    fn targets(&self) -> MutexGuard<'_, HashMap<Target, Arc<Notify>>> {
        // Nothing under the lock leaves it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something has arrived for the target. Who waits for the first time looks at once: what arrived before may
    /// have been for any target.
    pub(super) async fn of(&self, target: &Target) {
        let first = || {
            let notify = Notify::new();
            notify.notify_one();
            Arc::new(notify)
        };
        let notify = self.targets().entry(target.clone()).or_insert_with(first).clone();
        notify.notified().await;
    }

    /// Something has arrived for them.
    pub(super) fn note<'a>(&self, targets: impl IntoIterator<Item = &'a Target>) {
        let mut known = self.targets();
        for target in targets {
            match known.get(target) {
                Some(notify) => notify.notify_one(),
                None => known.entry(target.clone()).or_default().notify_one(),
            }
        }
    }

    /// Something may have arrived for any of those that somebody has waited for.
    pub(super) fn note_all(&self) {
        self.targets().values().for_each(|notify| notify.notify_one());
    }
}

/// The targets of these entries, each once.
pub(super) fn targets_of(entries: &[NewEntry]) -> Vec<Target> {
    let mut targets: Vec<_> = entries.iter().flat_map(|entry| entry.targets.iter().cloned()).collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

/// Whether something is stored that was not there before.
pub(super) fn any_new(stored: &[Stored]) -> bool {
    stored.iter().any(|stored| !matches!(stored, Stored::Duplicate(_)))
}

/// Work that is under way. Where its caller goes away before it is answered, it may be done all the same: then those who
/// wait are woken, to look.
#[derive(Debug)]
#[cfg(feature = "sqlite")]
pub(super) struct Wake<'a>(Option<&'a Arrivals>);

#[cfg(feature = "sqlite")]
impl<'a> Wake<'a> {
    pub(super) const fn unless_answered(arrivals: &'a Arrivals) -> Self {
        Self(Some(arrivals))
    }

    /// The work is answered.
    pub(super) fn answered(mut self) {
        self.0 = None;
    }
}

#[cfg(feature = "sqlite")]
impl Drop for Wake<'_> {
    fn drop(&mut self) {
        if let Some(arrivals) = self.0 {
            arrivals.note_all();
        }
    }
}
