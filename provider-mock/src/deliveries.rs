//! What a mock sends: each delivery with every attempt, by the rules of its provider. Must not know what they tell.

mod attempt;
mod attempts;
mod body;
mod book;
mod delivery;
mod options;
mod paced_body;
mod resend;
mod sender;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

pub use self::attempt::{Attempt, Redirect};
pub use self::body::{Body, Made, Sign, WriteBody};
use self::book::Book;
pub use self::delivery::{Delivery, DeliveryState, WithBody};
pub use self::options::{SendOptions, Signing, milliseconds};
pub use self::paced_body::{BrokenOff, PacedBody};
pub use self::resend::Resend;
pub use self::sender::{Headers, Rules, Sender};
use crate::changes::Changes;
use crate::clock::Clock;

/// How many records a state file keeps, the newest, and all that are still to be sent.
const SAVED: usize = 1_000;
/// How much of their bodies, likewise.
const SAVED_BODIES: usize = 16 << 20;

/// All deliveries of one mock.
pub struct Deliveries {
    book: Mutex<Book>,
    /// How many are still to be sent or repeated.
    pending: watch::Sender<usize>,
    sender: Sender,
    clock: Arc<Clock>,
    changes: Changes,
    retry_base: Duration,
    /// The runtime is named, so that time can take effect in a thread outside it too.
    tasks: (TaskTracker, Handle),
    stop: CancellationToken,
    /// Ends what is being sent when all of it is forgotten.
    round: Mutex<CancellationToken>,
}

impl Deliveries {
    /// None yet. They stop with the token; `retry_base` is the pause before a first retry. Needs a running runtime.
    pub fn new(
        sender: Sender,
        (clock, changes): (Arc<Clock>, Changes),
        retry_base: Duration,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (pending, _) = watch::channel(0);
        let round = Mutex::new(stop.child_token());
        let tasks = (tasks, Handle::current());
        Self { book: Mutex::default(), pending, sender, clock, changes, retry_base, tasks, stop, round }
    }

    /// Takes deliveries, and answers them with their numbers. Their first attempts are made one after the other; repetitions
    /// of one hold no other up. Those of other calls are sent at the same time.
    pub fn queue(self: &Arc<Self>, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        if deliveries.is_empty() {
            return deliveries;
        }
        let now = self.clock.now();
        let mut book = self.book();
        let numbered = |delivery| book.enter(Delivery { created_at: now, ..delivery });
        let queued: Vec<_> = deliveries.into_iter().map(numbered).collect();
        self.changed(book);
        self.start(
            queued.iter().filter(|delivery| delivery.is_pending()).map(|delivery| delivery.id).collect(),
        );
        queued
    }

    fn start(self: &Arc<Self>, ids: Vec<u64>) {
        if ids.is_empty() {
            return;
        }
        let round = self.round.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (tasks, runtime) = &self.tasks;
        tasks.spawn_on(Arc::clone(self).send_in_order(ids, round), runtime);
    }

    async fn send_in_order(self: Arc<Self>, ids: Vec<u64>, round: CancellationToken) {
        for id in ids {
            let (tried, first) = oneshot::channel();
            let (deliveries, cancelled) = (Arc::clone(&self), round.clone());
            let (tasks, runtime) = &self.tasks;
            let sent = async move { cancelled.run_until_cancelled(deliveries.send(id, tried)).await };
            tasks.spawn_on(sent, runtime);
            // Whoever drops its end will make no attempt either.
            if round.run_until_cancelled(first).await.is_none() {
                return;
            }
        }
    }

    async fn send(&self, id: u64, tried: oneshot::Sender<()>) {
        let Some(delivery) = self.get(id) else { return };
        if delivery.url.is_none() || delivery.content().is_none() {
            return self.update(id, |delivery| delivery.state = DeliveryState::Failed);
        }
        let host = delivery.url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let (mut tried, mut number) = (Some(tried), delivery.attempts.len());
        let record = |attempt: Attempt, again: Option<Duration>| {
            number += 1;
            let again = again.map(|pause| pause.as_millis());
            let (outcome, name) = (attempt.outcome(), &delivery.name);
            tracing::info!(delivery = id, %name, to = host, number, %outcome, again_in_ms = again, "attempt");
            self.update(id, |delivery| delivery.attempts.push(attempt));
            // Nobody waits where the mock has stopped.
            let _ = tried.take().map(|tried| tried.send(()));
        };
        let state =
            self.sender.send_until_taken(&delivery, self.retry_base, || self.clock.now(), record).await;
        self.update(id, |delivery| delivery.state = state);
    }

    /// All of them, in the order in which they were made.
    pub fn snapshot(&self) -> Vec<Delivery> {
        self.book().deliveries().cloned().collect()
    }

    /// Those that are wanted, the newest first: so many after the first ones, and how many there are.
    pub fn newest(
        &self,
        wanted: impl Fn(&Delivery) -> bool,
        (after, most): (usize, usize),
    ) -> (Vec<Delivery>, usize) {
        let book = self.book();
        let newest = || book.deliveries().rev().filter(|delivery| wanted(delivery));
        (newest().skip(after).take(most).cloned().collect(), newest().count())
    }

    /// The one of that number.
    pub fn get(&self, id: u64) -> Option<Delivery> {
        self.book().get(id).cloned()
    }

    /// Cancelled when the mock stops.
    pub fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Waits until nothing is left to send or repeat.
    pub async fn settled(&self) {
        // The sender is a field of `self`, so the channel cannot be closed.
        let _ = self.pending.subscribe().wait_for(|pending| *pending == 0).await;
    }

    /// Forgets all of them and sends none any further. Numbers go on from where they were.
    pub fn reset(&self) {
        let next = self.stop.child_token();
        std::mem::replace(&mut *self.round.lock().unwrap_or_else(PoisonError::into_inner), next).cancel();
        let mut book = self.book();
        book.clear();
        self.changed(book);
    }

    /// What a state file keeps of them.
    pub fn saved(&self) -> Vec<WithBody> {
        let mut room = SAVED_BODIES;
        let book = self.book();
        let newest = book.deliveries().rev().enumerate();
        let kept = newest.filter(|(place, delivery)| *place < SAVED || delivery.is_pending());
        let mut saved: Vec<_> = kept
            .map(|(_, delivery)| {
                let fits = delivery.body.len() <= room || delivery.is_pending();
                room = room.saturating_sub(delivery.body.len());
                let whole = delivery.with_body();
                if fits { whole } else { WithBody { body: None, ..whole } }
            })
            .collect();
        saved.reverse();
        saved
    }

    /// Takes them up where they were left: what was still to be sent is.
    pub fn restore(self: &Arc<Self>, saved: Vec<WithBody>) {
        let mut book = self.book();
        saved.into_iter().for_each(|delivery| book.restore(delivery.into()));
        let pending = book.deliveries().filter(|delivery| delivery.is_pending());
        let pending = pending.map(|delivery| delivery.id).collect();
        self.changed(book);
        self.start(pending);
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

impl fmt::Debug for Deliveries {
    /// Closed: what it holds may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deliveries(..)")
    }
}
