//! The end of a dispatcher, with handlers that do not end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use klavi_webhook::klavi::{Handlers, Item, Received};
use klavi_webhook::{Dispatcher, EntryState, Inbox, LeaseRequest, SqliteOptions, Store};
use tokio::sync::Notify;

use super::{inbox, states};
use crate::{EVENTS, REPORT, split};

/// Counts handlers that are dropped in the middle.
struct Unfinished(Arc<AtomicU32>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Says that it is there and never ends.
fn hanging(entered: &Arc<Notify>, dropped: &Arc<AtomicU32>) -> Handlers {
    let (entered, dropped) = (entered.clone(), dropped.clone());
    Handlers::new(move |_: Received<Item>| {
        let (entered, unfinished) = (entered.clone(), Unfinished(dropped.clone()));
        async move {
            let _unfinished = unfinished;
            entered.notify_one();
            std::future::pending().await
        }
    })
    .build()
    .unwrap()
}

#[tokio::test(start_paused = true)]
async fn handlers_that_hang_are_stopped_and_their_entries_are_due_at_once_without_an_attempt() {
    let inbox = inbox(&[REPORT]).await;
    let (entered, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let dropped = Arc::new(AtomicU32::new(0));
    let dispatcher =
        Dispatcher::new(inbox.clone(), hanging(&entered, &dropped)).lease(Duration::from_secs(3_600));
    let told = stop.clone();
    let running = tokio::spawn(dispatcher.run(async move { told.notified().await }));
    entered.notified().await;
    stop.notify_one();
    running.await.unwrap();

    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    let again = inbox.lease(LeaseRequest::new(5).idle(false)).await.unwrap().entries.remove(0);
    assert_eq!((again.entry.attempts, &again.entry.last_error), (0, &None), "a stop is no failure");
}

#[tokio::test(start_paused = true)]
async fn handlers_that_end_within_the_grace_are_let_end_and_nothing_more_is_handed_out() {
    let inbox = inbox(&[REPORT]).await;
    let (entered, leave, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, wait) = (entered.clone(), leave.clone());
    let handlers = Handlers::new(move |_: Received<Item>| {
        let (inside, wait) = (inside.clone(), wait.clone());
        async move {
            inside.notify_one();
            wait.notified().await;
            Ok(())
        }
    })
    .build()
    .unwrap();
    let told = stop.clone();
    let dispatcher = Dispatcher::new(inbox.clone(), handlers).grace(Duration::from_secs(3_600));
    let running = tokio::spawn(dispatcher.run(async move { told.notified().await }));
    entered.notified().await;
    stop.notify_one();
    inbox.store(split(EVENTS)).await.unwrap();
    // Far beyond every pause between looks, and still before the end of the grace.
    tokio::time::advance(Duration::from_secs(600)).await;
    leave.notify_one();
    running.await.unwrap();
    assert_eq!(states(&inbox).await, [EntryState::Done, EntryState::Pending, EntryState::Pending]);
}

#[tokio::test(start_paused = true)]
async fn an_inbox_that_does_not_answer_holds_up_nobody_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox =
        Arc::new(SqliteOptions::new(&path).wait_for_others(Duration::from_secs(3_600)).open().await.unwrap());
    inbox.store(split(REPORT)).await.unwrap();
    let (entered, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let dropped = Arc::new(AtomicU32::new(0));
    let dispatcher = Dispatcher::new(inbox.clone(), hanging(&entered, &dropped))
        .concurrency(1)
        .lease(Duration::from_secs(3_600));
    let told = stop.clone();
    let running = tokio::spawn(dispatcher.run(async move { told.notified().await }));
    entered.notified().await;
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    stop.notify_one();
    running.await.unwrap();
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    assert_eq!(inbox.get(1.into()).await.unwrap().unwrap().state, EntryState::Leased);
    other.execute_batch("ROLLBACK").unwrap();
}
