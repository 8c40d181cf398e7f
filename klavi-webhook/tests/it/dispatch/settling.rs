//! An inbox that fails to settle.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use klavi_webhook::klavi::{Handlers, Item, Received};
use klavi_webhook::{Dispatcher, EntryState, Inbox};

use super::inbox;
use crate::faulty::Faulty;
use crate::{LEASE, REPORT};

/// Handles one report where settling fails that often first; how often it was handled, and how often it was settled.
async fn handled(failures: u32) -> (u32, u32, Arc<klavi_webhook::MemoryInbox>) {
    let inbox = inbox(&[REPORT]).await;
    let faulty = Arc::new(Faulty::new(inbox.clone()));
    faulty.settles_fail.store(failures, Ordering::SeqCst);
    let handled = Arc::new(AtomicU32::new(0));
    let counted = handled.clone();
    let handlers = Handlers::new(move |_: Received<Item>| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    });
    let dispatcher = Dispatcher::new(faulty.clone(), handlers.build().unwrap()).lease(LEASE);
    assert_eq!(dispatcher.run_due().await.unwrap(), 1);
    (handled.load(Ordering::SeqCst), faulty.settles.load(Ordering::SeqCst), inbox)
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_settled_is_settled_again_while_its_lease_holds() {
    let (handled, settles, inbox) = handled(3).await;
    assert_eq!((handled, settles), (1, 4));
    let entry = inbox.get(1.into()).await.unwrap().unwrap();
    assert_eq!((entry.state, entry.attempts), (EntryState::Done, 1));
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_ends_before_it_could_be_settled_is_given_up() {
    let (handled, settles, inbox) = handled(u32::MAX).await;
    assert_eq!(handled, 1);
    assert!((2..100).contains(&settles), "{settles}");
    assert_eq!(inbox.get(1.into()).await.unwrap().unwrap().state, EntryState::Leased);
}
