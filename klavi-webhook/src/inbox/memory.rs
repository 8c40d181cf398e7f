use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::{BoxFuture, Entry, EntryId, EntryState, Inbox, InboxError, Leased, NewEntry, Stored, Ticket};
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
    messages: HashMap<String, EntryId>,
}

struct Row {
    entry: Entry,
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
        let earlier = self.messages.insert(new.message_key(&dedup_key), id);
        self.by_dedup_key.insert(dedup_key.clone(), id);
        self.rows.insert(id, Row { entry: Entry::new(id, new, dedup_key), due: Timestamp::MIN, leases: 0 });
        if earlier.is_some() { Stored::Revision(id) } else { Stored::New(id) }
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
    ) -> BoxFuture<'_, Result<Vec<Leased>, InboxError>> {
        Box::pin(async move {
            let mut rows = self.rows();
            let due = rows.rows.values_mut().filter(|row| {
                matches!(row.entry.state, EntryState::Pending | EntryState::Leased) && row.due <= now
            });
            let leased = due.take(most).map(|row| {
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
                Some(row) if !matches!(row.entry.state, EntryState::Pending | EntryState::Leased) => {
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

    fn list(&self, state: Option<EntryState>) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>> {
        Box::pin(async move {
            let rows = self.rows();
            let wanted = rows.rows.values().filter(|row| state.is_none_or(|state| row.entry.state == state));
            Ok(wanted.map(|row| row.entry.clone()).collect())
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
