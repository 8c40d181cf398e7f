use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The connections left to peers that cannot get in.
pub(super) struct PeerLimit {
    places: Arc<Semaphore>,
    /// Said once, until there was room again.
    told: AtomicBool,
}

impl PeerLimit {
    pub(super) fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), told: AtomicBool::new(false) }
    }

    /// A place for a connection, held as long as it is open; `None` for one too many.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        let place = self.places.clone().try_acquire_owned().ok();
        if place.is_some() {
            self.told.store(false, Ordering::Relaxed);
        } else if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "addresses that cannot get in hold all connections left to them: further ones are closed"
            );
        }
        place
    }
}
