use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::{
    BoxFuture, Depth, Entry, EntryId, EntryState, Inbox, InboxError, Leased, NewEntry, Order, Page, Prune,
    Stored, Summary, Ticket,
};
use crate::clock::later;

/// An inbox in memory: for tests and trials. What it holds is gone with the process.
#[derive(Default)]
pub struct MemoryInbox {
    rows: Mutex<Rows>,
    arrived: Notify,
}

#[derive(Default)]
struct Rows {
    last: u64,
    rows: BTreeMap<EntryId, Row>,
    by_dedup_key: HashMap<String, EntryId>,
    /// How many entries a message has.
    messages: HashMap<String, u64>,
}

struct Row {
    entry: Entry,
    message_key: String,
    /// Not handed out before this instant; for a leased entry the end of the lease.
    due: Timestamp,
    leases: u64,
}

impl MemoryInbox {
    /// An empty inbox.
    pub fn new() -> Self {
        Self::default()
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        // Nothing under the lock can panic half-way through a row, so a poisoned one still guards whole rows.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, ticket: Ticket, change: impl FnOnce(&mut Row)) -> bool {
        match self.rows().rows.get_mut(&ticket.id) {
            Some(row) if row.entry.state == EntryState::Leased && row.leases == ticket.lease => {
                change(row);
                true
            }
            _ => false,
        }
    }
}

impl Rows {
    fn store(&mut self, new: NewEntry, dedup_key: String) -> Stored {
        if let Some(id) = self.by_dedup_key.get(&dedup_key) {
            return Stored::Duplicate(*id);
        }
        self.last += 1;
        let id = EntryId::from(self.last);
        let message_key = new.message_key(&dedup_key);
        let entries = self.messages.entry(message_key.clone()).or_default();
        *entries += 1;
        let stored = if *entries > 1 { Stored::Revision(id) } else { Stored::New(id) };
        self.by_dedup_key.insert(dedup_key.clone(), id);
        let entry = Entry::new(id, new, dedup_key);
        self.rows.insert(id, Row { entry, message_key, due: Timestamp::MIN, leases: 0 });
        stored
    }

    fn remove(&mut self, id: EntryId) {
        let Some(Row { entry, message_key, .. }) = self.rows.remove(&id) else { return };
        self.by_dedup_key.remove(&entry.dedup_key);
        if let Some(entries) = self.messages.get_mut(&message_key) {
            *entries -= 1;
            if *entries == 0 {
                self.messages.remove(&message_key);
            }
        }
    }
}

impl Inbox for MemoryInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        Box::pin(async move {
            let keyed: Vec<_> = entries
                .into_iter()
                .map(|entry| {
                    let key = entry.dedup_key();
                    (entry, key)
                })
                .collect();
            let stored = {
                let mut rows = self.rows();
                keyed.into_iter().map(|(entry, key)| rows.store(entry, key)).collect()
            };
            self.arrived.notify_one();
            Ok(stored)
        })
    }

    fn lease(
        &self,
        now: Timestamp,
        lease: Duration,
        most: usize,
        order: Order,
    ) -> BoxFuture<'_, Result<Vec<Leased>, InboxError>> {
        Box::pin(async move {
            let mut rows = self.rows();
            let mut links = HashSet::new();
            let open = rows.rows.values_mut().filter(|row| row.entry.state.is_open());
            let free = open.filter(|row| match (order, &row.entry.link_id) {
                (Order::PerLink, Some(link)) => links.insert(link.clone()),
                _ => true,
            });
            let leased = free.filter(|row| row.due <= now).take(most).map(|row| {
                row.entry.state = EntryState::Leased;
                row.entry.attempts += 1;
                row.leases += 1;
                row.due = later(now, lease);
                let ticket = Ticket { id: row.entry.id, lease: row.leases };
                Leased { entry: row.entry.clone(), ticket }
            });
            Ok(leased.collect())
        })
    }

    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            Ok(self.settle(ticket, |row| {
                row.entry.state = EntryState::Done;
                row.entry.last_error = None;
            }))
        })
    }

    fn retry<'a>(
        &'a self,
        ticket: Ticket,
        at: Timestamp,
        error: &'a str,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            Ok(self.settle(ticket, |row| {
                row.entry.state = EntryState::Pending;
                row.entry.last_error = Some(error.to_owned());
                row.due = at;
            }))
        })
    }

    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            Ok(self.settle(ticket, |row| {
                row.entry.state = EntryState::Dead;
                row.entry.last_error = Some(error.to_owned());
            }))
        })
    }

    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            let replayed = match self.rows().rows.get_mut(&id) {
                Some(row) if !row.entry.state.is_open() => {
                    row.entry.state = EntryState::Pending;
                    row.entry.attempts = 0;
                    row.due = now;
                    true
                }
                _ => false,
            };
            if replayed {
                self.arrived.notify_one();
            }
            Ok(replayed)
        })
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        Box::pin(async move { Ok(self.rows().rows.get(&id).map(|row| row.entry.clone())) })
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move {
            let rows = self.rows();
            let wanted = rows.rows.values().map(|row| &row.entry).filter(|entry| {
                page.after.is_none_or(|last| entry.id > last)
                    && page.state.is_none_or(|state| entry.state == state)
            });
            Ok(wanted.take(page.limit).map(Summary::from).collect())
        })
    }

    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>> {
        Box::pin(async move {
            let mut depth = Depth::default();
            for Row { entry, .. } in self.rows().rows.values() {
                *depth.count(entry.state) += 1;
                if entry.state == EntryState::Pending {
                    depth.oldest_pending.get_or_insert(entry.received_at);
                }
            }
            Ok(depth)
        })
    }

    fn prune(&self, before: Timestamp, which: Prune) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(async move {
            let mut rows = self.rows();
            let old = rows.rows.values().map(|row| &row.entry).filter(|entry| {
                let settled = match which {
                    Prune::Done => entry.state == EntryState::Done,
                    Prune::Settled => !entry.state.is_open(),
                };
                settled && entry.received_at < before
            });
            let old: Vec<_> = old.map(|entry| entry.id).collect();
            for id in &old {
                rows.remove(*id);
            }
            Ok(old.len() as u64)
        })
    }

    fn arrivals(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.arrived.notified())
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryInbox({} entries)", self.rows().rows.len())
    }
}
