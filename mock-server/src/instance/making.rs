//! Deliveries that are made after the answer to their call. Must not know what is in them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use provider_mock::Delivery;

use super::Instance;

/// What is being made to be sent: on the blocking pool, after the answer and without the store.
#[derive(Default)]
pub(crate) struct Making {
    /// How many are under way.
    under_way: watch::Sender<usize>,
    /// Which reset they come after.
    round: Mutex<u64>,
}

/// Counts as under way until it is dropped: when it is done, and when the runtime ends first.
struct UnderWay(Arc<Instance>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.making.under_way.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Making {
    /// Whatever is being made belongs to what a reset forgets.
    pub(super) fn reset(&self) {
        *self.round() += 1;
    }

    /// Waits until nothing is being made.
    pub(crate) async fn settled(&self) {
        // The sender is a field of `self`, so the channel cannot be closed.
        let _ = self.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    pub(crate) fn is_settled(&self) -> bool {
        *self.under_way.borrow() == 0
    }

    fn round(&self) -> MutexGuard<'_, u64> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Instance {
    /// Makes something to be sent and queues it, unless a reset comes first.
    pub(super) fn make(&self, make: impl FnOnce(&Self) -> Vec<Delivery> + Send + 'static) {
        let Some(mock) = self.this.upgrade() else { return };
        let round = *self.making.round();
        self.making.under_way.send_modify(|count| *count += 1);
        let under_way = UnderWay(mock);
        let (tasks, runtime) = &self.tasks;
        let task = move || {
            let UnderWay(mock) = &under_way;
            let made = make(mock);
            let now = mock.making.round();
            if *now == round {
                mock.deliveries.queue(made);
            }
        };
        tasks.spawn_blocking_on(task, runtime);
    }

    /// Waits until nothing is to be made, sent or repeated.
    pub(crate) async fn settled(&self) {
        loop {
            self.making.settled().await;
            self.deliveries.settled().await;
            if self.making.is_settled() {
                return;
            }
        }
    }
}
