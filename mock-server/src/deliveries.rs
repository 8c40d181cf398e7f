//! What the mock sends: each delivery with every attempt, under the rules of docs.klavi.ai/link/lqUr-overview.

mod attempts;
mod book;
mod content;
mod delivery;
mod lane;
mod manner;
mod paced_body;
mod resend;
mod saved;
mod sender;
mod signature;
mod view;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

pub(crate) use self::attempts::{RETRY_BASE, send_until_taken};
use self::book::Book;
pub(crate) use self::content::{Content, Made};
pub(crate) use self::delivery::reasons::ELSEWHERE;
pub use self::delivery::{Attempt, AttemptOutcome, Delivery, DeliveryState, Redirect};
pub(crate) use self::delivery::{Parcel, ParcelKind};
pub(crate) use self::manner::{Manner, Signing};
pub(crate) use self::paced_body::PacedBody;
pub use self::resend::Resend;
pub(crate) use self::saved::SavedDelivery;
pub(crate) use self::sender::{Sender, Shipment, beginning};
pub(crate) use self::view::DeliveryView;
use crate::behaviour::LiveBehaviour;
use crate::changes::Changes;
use crate::clock::Clock;

/// All deliveries of one mock.
pub(crate) struct Deliveries {
    book: Mutex<Book>,
    /// How many are still to be sent or repeated.
    pending: watch::Sender<usize>,
    sender: Sender,
    clock: Arc<Clock>,
    behaviour: Arc<LiveBehaviour>,
    changes: Changes,
    retry_base: Duration,
    /// The runtime is named, so that time can take effect in a thread outside it too.
    tasks: (TaskTracker, Handle),
    stop: CancellationToken,
    /// Ends what is being sent when all of it is forgotten.
    round: Mutex<CancellationToken>,
}

/// Something to be sent and how.
pub(crate) struct Order {
    pub(crate) parcel: Parcel,
    pub(crate) manner: Manner,
    /// Instead of the parcel's body: a report that is too large to be kept.
    pub(crate) made: Option<Arc<Made>>,
}

impl Deliveries {
    pub(crate) fn new(
        sender: Sender,
        (clock, behaviour, changes): (Arc<Clock>, Arc<LiveBehaviour>, Changes),
        retry_base: Duration,
        tasks: (TaskTracker, Handle),
        stop: CancellationToken,
    ) -> Self {
        let (pending, _) = watch::channel(0);
        let round = Mutex::new(stop.child_token());
        let book = Mutex::default();
        Self { book, pending, sender, clock, behaviour, changes, retry_base, tasks, stop, round }
    }

    /// Takes parcels that are sent one after the other, as the mock behaves now; those of other calls are sent at the
    /// same time.
    pub(crate) fn queue(self: &Arc<Self>, parcels: Vec<Parcel>) {
        let manner = Manner::of(&self.behaviour.get());
        let order = |parcel| Order { parcel, manner, made: None };
        self.queue_orders(parcels.into_iter().map(order).collect());
    }

    /// As [`queue`](Self::queue), each in its own manner; answers them as they stand in the book.
    pub(crate) fn queue_orders(self: &Arc<Self>, orders: Vec<Order>) -> Vec<Delivery> {
        let now = self.clock.now();
        self.enter(orders.into_iter().map(|order| Delivery::new(now, order)))
    }

    /// Sends a delivery again, to that address; it becomes one of its own.
    pub(crate) fn repeat(
        self: &Arc<Self>,
        delivery: &Delivery,
        url: Url,
        manner: Manner,
    ) -> Option<Delivery> {
        self.enter([delivery.again(self.clock.now(), url, manner)]).pop()
    }

    fn enter(self: &Arc<Self>, deliveries: impl IntoIterator<Item = Delivery>) -> Vec<Delivery> {
        let mut book = self.book();
        let queued: Vec<_> = deliveries.into_iter().map(|delivery| book.enter(delivery)).collect();
        self.changed(book);
        self.start(queued.iter().filter(|delivery| delivery.is_pending()).map(|delivery| delivery.id));
        queued
    }

    fn start(self: &Arc<Self>, ids: impl Iterator<Item = u64>) {
        let ids: Vec<_> = ids.collect();
        if !ids.is_empty() {
            let round = self.round.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let (tasks, runtime) = &self.tasks;
            tasks.spawn_on(lane::send_in_order(Arc::clone(self), ids, round), runtime);
        }
    }

    pub(crate) fn snapshot(&self) -> Vec<Delivery> {
        self.book().deliveries().cloned().collect()
    }

    /// Those that are wanted, the newest first: so many after the first ones, and how many there are.
    pub(crate) fn newest(
        &self,
        wanted: impl Fn(&Delivery) -> bool,
        (after, most): (usize, usize),
    ) -> (Vec<Delivery>, usize) {
        let book = self.book();
        let newest = || book.deliveries().rev().filter(|delivery| wanted(delivery));
        (newest().skip(after).take(most).cloned().collect(), newest().count())
    }

    pub(crate) fn get(&self, id: u64) -> Option<Delivery> {
        self.book().get(id).cloned()
    }

    /// Cancelled when the mock stops.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// What it signs with.
    pub(crate) fn secret_key(&self) -> &str {
        self.sender.secret_key()
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
        book.clear();
        self.changed(book);
    }

    /// What a state file keeps of them.
    pub(crate) fn saved(&self) -> Vec<SavedDelivery> {
        saved::save(self.book().deliveries())
    }

    /// Takes them up where they were left: what was still to be sent is.
    pub(crate) fn restore(self: &Arc<Self>, saved: Vec<SavedDelivery>) {
        let mut book = self.book();
        saved.into_iter().for_each(|delivery| book.restore(delivery.into()));
        let pending: Vec<_> =
            book.deliveries().filter(|delivery| delivery.is_pending()).map(|delivery| delivery.id).collect();
        self.changed(book);
        self.start(pending.into_iter());
    }

    fn update(&self, id: u64, change: impl FnOnce(&mut Delivery)) {
        let mut book = self.book();
        book.update(id, change);
        self.changed(book);
    }

    /// Tells of a change while the book is still open, so that what is told last is what is so.
    fn changed(&self, book: MutexGuard<'_, Book>) {
        self.pending.send_replace(book.pending());
        drop(book);
        self.changes.note();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
