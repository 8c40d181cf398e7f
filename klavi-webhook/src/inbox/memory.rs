//! The inbox in memory, for tests and trials. It is also the plainest account of the rules.

mod rows;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::arrivals::{Arrivals, any_new, targets_of};
use super::{
    BoxFuture, Change, Counts, Entry, EntryId, Filter, Inbox, InboxError, Lease, LeaseRequest, NewEntry,
    Page, Settlement, Store, Stored, Summary, Target, TargetChange, TargetStatus,
};
use crate::Clock;
use rows::Rows;

/// An inbox in memory: for tests and trials. What it holds is gone with the process.
#[derive(Default)]
pub struct MemoryInbox {
    rows: Mutex<Rows>,
    arrivals: Arrivals,
    clock: Clock,
}

impl MemoryInbox {
    /// An empty inbox.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty inbox that takes the time from this clock.
    pub fn with_clock(clock: Clock) -> Self {
        Self { clock, ..Self::default() }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        // Nothing under the lock can panic half-way through a row, so a poisoned one still guards whole rows.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn micros(&self) -> i64 {
        self.clock.now().as_microsecond()
    }
}

impl Store for MemoryInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        Box::pin(async move {
            NewEntry::check(&entries)?;
            // Hashed before others have to wait.
            let keys: Vec<_> = entries.iter().map(NewEntry::dedup_key).collect();
            let targets = targets_of(&entries);
            let stored: Vec<_> = {
                let (now, mut rows) = (self.micros(), self.rows());
                let rows = rows.at(now);
                entries.into_iter().zip(keys).map(|(entry, key)| rows.store(entry, key, now)).collect()
            };
            if any_new(&stored) {
                self.arrivals.note(&targets);
            }
            Ok(stored)
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), InboxError>> {
        Box::pin(async { Ok(()) })
    }
}

impl Inbox for MemoryInbox {
    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<Lease, InboxError>> {
        Box::pin(async move {
            let now = self.micros();
            Ok(self.rows().at(now).lease(&request, now))
        })
    }

    fn settle(&self, settlements: Vec<Settlement>) -> BoxFuture<'_, Result<Vec<bool>, InboxError>> {
        Box::pin(async move {
            let now = self.micros();
            let (settled, freed) = self.rows().at(now).settle_all(settlements, now);
            self.arrivals.note(&freed);
            Ok(settled)
        })
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        Box::pin(async move { Ok(self.rows().get(id)) })
    }

    fn list<'a>(&'a self, filter: &'a Filter, page: Page) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move { Ok(self.rows().list(filter, &page)) })
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, InboxError>> {
        Box::pin(async move { Ok(self.rows().counts()) })
    }

    fn change<'a>(&'a self, filter: &'a Filter, change: Change) -> BoxFuture<'a, Result<u64, InboxError>> {
        Box::pin(async move {
            let now = self.micros();
            let target = if let Change::Assign(target) = &change { Some(target.clone()) } else { None };
            let changed = self.rows().at(now).change(filter, &change, now);
            if changed > 0 {
                self.arrivals.note(&target);
                self.arrivals.note_all();
            }
            Ok(changed)
        })
    }

    fn forget(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(async move { Ok(self.rows().forget(before)) })
    }

    fn arrivals<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, ()> {
        Box::pin(self.arrivals.of(target))
    }

    fn targets(&self) -> BoxFuture<'_, Result<Vec<TargetStatus>, InboxError>> {
        Box::pin(async move { Ok(self.rows().targets()) })
    }

    fn change_target<'a>(
        &'a self,
        target: &'a Target,
        change: TargetChange,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            let changed = self.rows().change_target(target, change, self.clock.now());
            self.arrivals.note([target]);
            Ok(changed)
        })
    }

    fn now(&self) -> BoxFuture<'_, Result<Timestamp, InboxError>> {
        Box::pin(async move { Ok(self.clock.now()) })
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryInbox({} entries)", self.rows().len())
    }
}
