//! What the mock sends: each delivery with every attempt, under the rules of docs.klavi.ai/link/lqUr-overview.

mod delivery;
mod lane;
mod sender;
mod signature;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::delivery::{Attempt, AttemptOutcome, Delivery, DeliveryState};
pub(crate) use self::delivery::{Parcel, ParcelKind};
pub(crate) use self::sender::Sender;
use crate::clock::Clock;

/// All deliveries of one mock.
pub(crate) struct Deliveries {
    list: Mutex<Vec<Delivery>>,
    /// How many are still to be sent or repeated.
    pending: watch::Sender<usize>,
    sender: Sender,
    clock: Arc<Clock>,
    retry_base: Duration,
    /// The runtime is named, so that time can take effect in a thread outside it too.
    tasks: (TaskTracker, Handle),
    stop: CancellationToken,
}

impl Deliveries {
    pub(crate) fn new(
        sender: Sender,
        clock: Arc<Clock>,
        retry_base: Duration,
        tasks: (TaskTracker, Handle),
        stop: CancellationToken,
    ) -> Self {
        let (pending, _) = watch::channel(0);
        Self { list: Mutex::default(), pending, sender, clock, retry_base, tasks, stop }
    }

    /// Takes parcels that are sent one after the other; those of other calls are sent at the same time.
    pub(crate) fn queue(self: &Arc<Self>, parcels: Vec<Parcel>) {
        let mut addressed = Vec::new();
        {
            let mut list = self.list();
            for parcel in parcels {
                let id = list.len() as u64 + 1;
                if let Some(url) = parcel.url.clone() {
                    addressed.push((id, url));
                }
                list.push(Delivery::new(id, self.clock.now(), parcel));
            }
        }
        if addressed.is_empty() {
            return;
        }
        self.pending.send_modify(|pending| *pending += addressed.len());
        let (tasks, runtime) = &self.tasks;
        tasks.spawn_on(lane::send_in_order(Arc::clone(self), addressed), runtime);
    }

    pub(crate) fn snapshot(&self) -> Vec<Delivery> {
        self.list().clone()
    }

    /// Waits until nothing is left to send or repeat.
    pub(crate) async fn settled(&self) {
        // The sender is a field of `self`, so the channel cannot be closed.
        let _ = self.pending.subscribe().wait_for(|pending| *pending == 0).await;
    }

    fn list(&self) -> MutexGuard<'_, Vec<Delivery>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
