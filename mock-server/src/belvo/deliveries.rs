//! The webhooks that the mock sends, with every attempt.
//!
//! A receiver has five seconds to answer 2xx; else five repetitions follow, with pauses that grow by the same amount.
//! How long they are in reality is not documented. Source: developers.belvo.com, integration checklist and `webhooks`.

mod delivery;
mod sender;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::delivery::Delivery;
pub(crate) use self::delivery::{DeliveryView, Parcel};
pub(crate) use self::sender::Sender;
use crate::clock::Clock;
use crate::deliveries::{Attempt, DeliveryState};

/// Attempts after the first.
const RETRIES: u32 = 5;
/// Pause before the first of them; one more of it before each further one.
pub(crate) const RETRY_STEP: Duration = Duration::from_secs(1);
/// Older ones are forgotten, so that a mock can run for weeks.
const KEPT: usize = 10_000;

/// All deliveries of one mock.
pub(crate) struct Deliveries {
    book: Mutex<Book>,
    /// How many are still to be sent or repeated.
    pending: watch::Sender<usize>,
    sender: Sender,
    clock: Arc<Clock>,
    retry_step: Duration,
    /// The runtime is named, so that time can take effect in a thread outside it too.
    tasks: (TaskTracker, Handle),
    stop: CancellationToken,
    /// Ends what is being sent when all of it is forgotten.
    round: Mutex<CancellationToken>,
}

#[derive(Default)]
struct Book {
    deliveries: BTreeMap<u64, Delivery>,
    last_id: u64,
    pending: usize,
}

impl Deliveries {
    pub(crate) fn new(
        sender: Sender,
        clock: Arc<Clock>,
        retry_step: Duration,
        tasks: (TaskTracker, Handle),
        stop: CancellationToken,
    ) -> Self {
        let (pending, _) = watch::channel(0);
        let round = Mutex::new(stop.child_token());
        Self { book: Mutex::default(), pending, sender, clock, retry_step, tasks, stop, round }
    }

    /// Takes parcels that are sent one after the other; those of other calls are sent at the same time.
    pub(crate) fn queue(self: &Arc<Self>, parcels: Vec<Parcel>) -> Vec<Delivery> {
        let now = self.clock.now();
        self.enter(parcels.into_iter().map(|parcel| Delivery::new(now, parcel)).collect())
    }

    /// Sends a delivery again, to the address that holds now; it becomes one of its own.
    pub(crate) fn repeat(self: &Arc<Self>, delivery: &Delivery, parcel: Parcel) -> Option<Delivery> {
        let again = Delivery { resend_of: Some(delivery.id), ..Delivery::new(self.clock.now(), parcel) };
        self.enter(vec![again]).pop()
    }

    fn enter(self: &Arc<Self>, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        if deliveries.is_empty() {
            return deliveries;
        }
        let mut book = self.book();
        let entered: Vec<_> = deliveries.into_iter().map(|delivery| book.enter(delivery)).collect();
        self.changed(book);
        let pending = entered.iter().filter(|delivery| delivery.is_pending());
        let ids: Vec<_> = pending.map(|delivery| delivery.id).collect();
        if !ids.is_empty() {
            let round = self.round.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let (tasks, runtime) = &self.tasks;
            tasks.spawn_on(Arc::clone(self).send_in_order(ids, round), runtime);
        }
        entered
    }

    async fn send_in_order(self: Arc<Self>, ids: Vec<u64>, round: CancellationToken) {
        for id in ids {
            if round.run_until_cancelled(self.send(id)).await.is_none() {
                return;
            }
        }
    }

    async fn send(&self, id: u64) {
        let Some(delivery) = self.get(id) else { return };
        let state = self.send_until_taken(&delivery).await;
        self.update(id, |delivery| delivery.state = state);
    }

    /// Sends until it is taken or given up, then once more for each duplicate that was asked for.
    async fn send_until_taken(&self, delivery: &Delivery) -> DeliveryState {
        let attempt = async || {
            let attempt = self.sender.attempt(delivery, self.clock.now()).await;
            let came = (attempt.outcome.is_success(), attempt.is_kept_back());
            tracing::info!(delivery = delivery.id, code = %delivery.webhook_code, outcome = ?attempt.outcome, "attempt");
            self.note(delivery.id, attempt);
            came
        };
        for retry in 0..=RETRIES {
            if retry > 0 {
                tokio::time::sleep(pause(self.retry_step, retry)).await;
            }
            let (taken, kept_back) = attempt().await;
            if kept_back {
                return DeliveryState::Failed;
            }
            if taken {
                for _ in 0..delivery.duplicates {
                    attempt().await;
                }
                return DeliveryState::Delivered;
            }
        }
        DeliveryState::Failed
    }

    pub(crate) fn snapshot(&self) -> Vec<Delivery> {
        self.book().deliveries.values().cloned().collect()
    }

    pub(crate) fn get(&self, id: u64) -> Option<Delivery> {
        self.book().deliveries.get(&id).cloned()
    }

    /// Cancelled when the mock stops.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Waits until nothing is left to send or repeat.
    pub(crate) async fn settled(&self) {
        // The sender is a field of `self`, so the channel cannot be closed.
        let _ = self.pending.subscribe().wait_for(|pending| *pending == 0).await;
    }

    /// Forgets all of them and sends none any further. Numbers go on from where they were.
    pub(crate) fn reset(&self) {
        let next = self.stop.child_token();
        std::mem::replace(&mut *self.round.lock().unwrap_or_else(PoisonError::into_inner), next).cancel();
        let mut book = self.book();
        book.deliveries.clear();
        book.pending = 0;
        self.changed(book);
    }

    fn note(&self, id: u64, attempt: Attempt) {
        self.update(id, |delivery| delivery.attempts.push(attempt));
    }

    fn update(&self, id: u64, change: impl FnOnce(&mut Delivery)) {
        let mut book = self.book();
        book.update(id, change);
        self.changed(book);
    }

    /// Tells of a change while the book is still open, so that what is told last is what is so.
    fn changed(&self, book: MutexGuard<'_, Book>) {
        self.pending.send_replace(book.pending);
        drop(book);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Takes a delivery under a number of its own; the oldest that is settled makes room.
    fn enter(&mut self, delivery: Delivery) -> Delivery {
        self.last_id += 1;
        let delivery = Delivery { id: self.last_id, ..delivery };
        self.pending += usize::from(delivery.is_pending());
        self.deliveries.insert(delivery.id, delivery.clone());
        if self.deliveries.len() > KEPT {
            let settled = |delivery: &&Delivery| !delivery.is_pending();
            if let Some(oldest) = self.deliveries.values().find(settled).map(|delivery| delivery.id) {
                self.deliveries.remove(&oldest);
            }
        }
        delivery
    }

    /// Changes a delivery that is still known.
    fn update(&mut self, id: u64, change: impl FnOnce(&mut Delivery)) {
        let Some(delivery) = self.deliveries.get_mut(&id) else { return };
        self.pending -= usize::from(delivery.is_pending());
        change(delivery);
        self.pending += usize::from(delivery.is_pending());
    }
}

fn pause(step: Duration, retry: u32) -> Duration {
    step.saturating_mul(retry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_by_the_step() {
        let pauses: Vec<_> = (1..=RETRIES).map(|retry| pause(RETRY_STEP, retry).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 3, 4, 5]);
    }
}
