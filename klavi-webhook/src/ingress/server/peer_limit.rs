//! The connection limit for untrusted peers. Knows no addresses.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Why a connection above the limit is closed.
pub(super) const OVER_LIMIT: &str = "untrusted peers hold all connections that they may have";

/// The connections that untrusted peers may hold together.
#[derive(Clone)]
pub(super) struct PeerLimit(Arc<Semaphore>);

impl PeerLimit {
    pub(super) fn new(connections: usize) -> Self {
        Self(Arc::new(Semaphore::new(connections)))
    }

    /// A permit for a connection, held as long as the connection is open; `None` above the limit.
    pub(super) fn permit(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }
}
