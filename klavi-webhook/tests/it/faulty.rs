//! An inbox in memory that is slow or fails where a test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use klavi_webhook::{
    BoxFuture, Change, Counts, Entry, EntryId, Filter, Inbox, InboxError, Lease, LeaseRequest, MemoryInbox,
    NewEntry, Page, Settlement, Store, Stored, Summary, Target, TargetChange, TargetStatus,
};

#[derive(Debug)]
pub(crate) struct Faulty {
    inbox: Arc<MemoryInbox>,
    /// How long it takes to lease.
    pub(crate) lease_takes: Duration,
    /// How long it takes to say that a target is down.
    pub(crate) down_takes: Duration,
    /// How often settling fails before it works.
    pub(crate) settles_fail: AtomicU32,
    /// How often listing fails before it works.
    pub(crate) lists_fail: AtomicU32,
    /// How often it was asked to settle.
    pub(crate) settles: AtomicU32,
}

impl Faulty {
    pub(crate) fn new(inbox: Arc<MemoryInbox>) -> Self {
        let none = AtomicU32::default;
        Self {
            inbox,
            lease_takes: Duration::ZERO,
            down_takes: Duration::ZERO,
            settles_fail: none(),
            lists_fail: none(),

            settles: none(),
        }
    }
}

/// Whether there was one left.
fn takes_one(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

impl Store for Faulty {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        self.inbox.store(entries)
    }

    fn check(&self) -> BoxFuture<'_, Result<(), InboxError>> {
        self.inbox.check()
    }
}

impl Inbox for Faulty {
    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<Lease, InboxError>> {
        Box::pin(async move {
            let leased = self.inbox.lease(request).await;
            tokio::time::sleep(self.lease_takes).await;
            leased
        })
    }

    fn settle(&self, settlements: Vec<Settlement>) -> BoxFuture<'_, Result<Vec<bool>, InboxError>> {
        Box::pin(async move {
            self.settles.fetch_add(1, Ordering::SeqCst);
            if takes_one(&self.settles_fail) {
                return Err(InboxError::new("settle leases", "as the test says"));
            }
            self.inbox.settle(settlements).await
        })
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        self.inbox.get(id)
    }

    fn list<'a>(&'a self, filter: &'a Filter, page: Page) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move {
            if takes_one(&self.lists_fail) {
                return Err(InboxError::new("list entries", "as the test says"));
            }
            self.inbox.list(filter, page).await
        })
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, InboxError>> {
        self.inbox.counts()
    }

    fn change<'a>(&'a self, filter: &'a Filter, change: Change) -> BoxFuture<'a, Result<u64, InboxError>> {
        self.inbox.change(filter, change)
    }

    fn forget(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, InboxError>> {
        self.inbox.forget(before)
    }

    fn arrivals<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, ()> {
        self.inbox.arrivals(target)
    }

    fn targets(&self) -> BoxFuture<'_, Result<Vec<TargetStatus>, InboxError>> {
        self.inbox.targets()
    }

    fn change_target<'a>(
        &'a self,
        target: &'a Target,
        change: TargetChange,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            if matches!(change, TargetChange::Down { .. }) {
                tokio::time::sleep(self.down_takes).await;
            }
            self.inbox.change_target(target, change).await
        })
    }

    fn now(&self) -> BoxFuture<'_, Result<Timestamp, InboxError>> {
        self.inbox.now()
    }
}
