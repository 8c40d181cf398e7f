//! An inbox that takes longer to read entries than they are leased for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use klavi_webhook::klavi::{Handlers, Item, Received};
use klavi_webhook::{
    BoxFuture, Clock, Depth, Dispatcher, Entry, EntryId, EntryState, Inbox, InboxError, Leased, MemoryInbox,
    NewEntry, Order, Page, Prune, Stored, Summary, Ticket,
};

use super::{inbox, states};
use crate::{REPORT, start};

const LEASE: Duration = Duration::from_secs(60);

/// Hands entries out when their lease has nearly run out.
#[derive(Debug)]
struct Slow(Arc<MemoryInbox>);

impl Inbox for Slow {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        self.0.store(entries)
    }

    fn lease(
        &self,
        now: Timestamp,
        lease: Duration,
        most: usize,
        order: Order,
    ) -> BoxFuture<'_, Result<Vec<Leased>, InboxError>> {
        Box::pin(async move {
            let leased = self.0.lease(now, lease, most, order).await;
            tokio::time::sleep(lease.mul_f64(0.95)).await;
            leased
        })
    }

    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>> {
        self.0.complete(ticket)
    }

    fn retry<'a>(
        &'a self,
        ticket: Ticket,
        at: Timestamp,
        error: &'a str,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        self.0.retry(ticket, at, error)
    }

    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>> {
        self.0.bury(ticket, error)
    }

    fn bring_forward(
        &self,
        now: Timestamp,
        limit: Duration,
        lease: Duration,
    ) -> BoxFuture<'_, Result<u64, InboxError>> {
        self.0.bring_forward(now, limit, lease)
    }

    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>> {
        self.0.replay(id, now)
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        self.0.get(id)
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Summary>, InboxError>> {
        self.0.list(page)
    }

    fn of_request<'a>(&'a self, request_id: &'a str) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        self.0.of_request(request_id)
    }

    fn expectations(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>> {
        self.0.expectations(after, limit)
    }

    fn erase(&self, id: EntryId) -> BoxFuture<'_, Result<bool, InboxError>> {
        self.0.erase(id)
    }

    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>> {
        self.0.depth()
    }

    fn prune(&self, before: Timestamp, which: Prune) -> BoxFuture<'_, Result<u64, InboxError>> {
        self.0.prune(before, which)
    }

    fn arrivals(&self) -> BoxFuture<'_, ()> {
        self.0.arrivals()
    }
}

#[tokio::test(start_paused = true)]
async fn no_handler_begins_once_its_lease_is_as_good_as_over() {
    let inbox = inbox(&[REPORT]).await;
    let handled = Arc::new(AtomicU32::new(0));
    let counted = handled.clone();
    let handlers = Handlers::new(move |_: Received<Item>| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    })
    .build()
    .unwrap();
    let dispatcher =
        Dispatcher::new(Arc::new(Slow(inbox.clone())), handlers).clock(Clock::manual(start())).lease(LEASE);
    assert_eq!(dispatcher.run_due().await.unwrap(), 1);
    assert_eq!(handled.load(Ordering::SeqCst), 0, "whoever has it next would handle it beside this one");
    assert_eq!(states(&inbox).await, [EntryState::Pending]);
    let entry = inbox.get(EntryId::from(1)).await.unwrap().unwrap();
    assert_eq!(entry.last_error.as_deref(), Some("to read the entry took as long as its lease"));
}
