use std::collections::{BTreeMap, HashMap, HashSet, hash_map};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::{
    BoxFuture, Depth, Entry, EntryId, EntryKind, EntryState, Inbox, InboxError, Leased, NewEntry, Order,
    Page, Prune, Stored, Summary, Ticket,
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
    /// Boxed, since a tree moves what it holds and leaves room beside it.
    rows: BTreeMap<EntryId, Box<Row>>,
    /// The entries of each message.
    messages: HashMap<String, Vec<EntryId>>,
    by_request: HashMap<String, Vec<EntryId>>,
}

struct Row {
    entry: Entry,
    leases: u64,
}

impl Row {
    fn is_due(&self, now: Timestamp) -> bool {
        self.entry.due <= Some(now)
    }
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
        let id = EntryId::from(self.last + 1);
        let stored = match self.messages.entry(new.message_key(&dedup_key)) {
            hash_map::Entry::Vacant(message) => {
                message.insert(vec![id]);
                Stored::New(id)
            }
            hash_map::Entry::Occupied(mut message) => {
                let is_same =
                    |id: &&EntryId| self.rows.get(id).is_some_and(|row| row.entry.dedup_key == dedup_key);
                if let Some(id) = message.get().iter().find(is_same) {
                    return Stored::Duplicate(*id);
                }
                message.get_mut().push(id);
                Stored::Revision(id)
            }
        };
        self.last += 1;
        if let Some(request) = &new.request_id {
            match self.by_request.get_mut(request) {
                Some(entries) => entries.push(id),
                None => drop(self.by_request.insert(request.clone(), vec![id])),
            }
        }
        let entry = Entry::new(id, new, dedup_key);
        self.rows.insert(id, Box::new(Row { entry, leases: 0 }));
        stored
    }

    fn remove(&mut self, id: EntryId) {
        let Some(row) = self.rows.remove(&id) else { return };
        take_out(&mut self.messages, &row.entry.message_key(), id);
        if let Some(request) = &row.entry.request_id {
            take_out(&mut self.by_request, request, id);
        }
    }

    fn due(&self, now: Timestamp, most: usize, order: Order) -> Vec<EntryId> {
        let open = self.rows.values().filter(|row| row.entry.state.is_open());
        let (outstanding, open): (Vec<_>, Vec<_>) =
            open.partition(|row| row.entry.state == EntryState::Outstanding);
        let mut links = HashSet::new();
        let free = open.into_iter().filter(|row| {
            let entry = &row.entry;
            let link = order.link(entry.kind, entry.link_id.as_deref());
            link.is_none_or(|link| links.insert(link))
        });
        let free = free.filter(|row| row.is_due(now)).take(most).map(|row| row.entry.id);
        let mut overdue: Vec<_> = outstanding.into_iter().filter(|row| row.is_due(now)).collect();
        overdue.sort_by_key(|row| row.entry.due);
        let mut due: Vec<_> = free.chain(overdue.into_iter().take(most).map(|row| row.entry.id)).collect();
        due.sort_unstable();
        due.truncate(most);
        due
    }

    /// Report requests whose reports somebody waits for.
    fn awaited(&self) -> HashSet<&String> {
        let entries = self.rows.values().map(|row| &row.entry);
        let open = entries.filter(|entry| entry.kind == EntryKind::Expectation && entry.state.is_open());
        open.filter_map(|entry| entry.request_id.as_ref()).collect()
    }
}

/// Takes an entry from those of a key.
fn take_out(entries_of: &mut HashMap<String, Vec<EntryId>>, key: &str, id: EntryId) {
    let Some(entries) = entries_of.get_mut(key) else { return };
    entries.retain(|entry| *entry != id);
    if entries.is_empty() {
        entries_of.remove(key);
    }
}

impl Inbox for MemoryInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        Box::pin(async move {
            // Hashed before the others have to wait.
            let keys: Vec<_> = entries.iter().map(NewEntry::dedup_key).collect();
            let stored = {
                let mut rows = self.rows();
                entries.into_iter().zip(keys).map(|(entry, key)| rows.store(entry, key)).collect()
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
            let due = rows.due(now, most, order);
            let mut leased = Vec::with_capacity(due.len());
            for id in due {
                let Some(row) = rows.rows.get_mut(&id) else { continue };
                row.entry.state = EntryState::Leased;
                row.entry.attempts += 1;
                row.leases += 1;
                row.entry.due = Some(later(now, lease));
                let ticket = Ticket { id, lease: row.leases };
                leased.push(Leased { entry: row.entry.clone(), ticket });
            }
            Ok(leased)
        })
    }

    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            Ok(self.settle(ticket, |row| {
                row.entry.state = EntryState::Done;
                row.entry.due = None;
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
                row.entry.due = Some(at);
            }))
        })
    }

    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(async move {
            Ok(self.settle(ticket, |row| {
                row.entry.state = EntryState::Dead;
                row.entry.due = None;
                row.entry.last_error = Some(error.to_owned());
            }))
        })
    }

    fn bring_forward(
        &self,
        now: Timestamp,
        limit: Duration,
        lease: Duration,
    ) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(async move {
            let limit = later(now, limit);
            let mut forward = 0;
            for row in self.rows().rows.values_mut().filter(|row| row.entry.due > Some(limit)) {
                row.entry.due = match row.entry.state {
                    EntryState::Leased => Some(later(now, lease)),
                    EntryState::Pending => Some(now),
                    _ => continue,
                };
                forward += 1;
            }
            Ok(forward)
        })
    }

    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            let replayed = match self.rows().rows.get_mut(&id) {
                Some(row) if row.entry.state == EntryState::Pending || !row.entry.state.is_open() => {
                    row.entry.state = EntryState::Pending;
                    row.entry.attempts = 0;
                    row.entry.due = Some(now);
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

    fn erase(&self, id: EntryId) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(async move {
            let mut rows = self.rows();
            let free = rows.rows.get(&id).is_some_and(|row| row.entry.state != EntryState::Leased);
            if free {
                rows.remove(id);
            }
            Ok(free)
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

    fn of_request<'a>(&'a self, request_id: &'a str) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        Box::pin(async move {
            let rows = self.rows();
            let ids = rows.by_request.get(request_id).into_iter().flatten();
            Ok(ids.filter_map(|id| rows.rows.get(id)).map(|row| Summary::from(&row.entry)).collect())
        })
    }

    fn expectations(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>> {
        Box::pin(async move {
            let rows = self.rows();
            let wanted = rows.rows.values().map(|row| &row.entry).filter(|entry| {
                entry.kind == EntryKind::Expectation && after.is_none_or(|last| entry.id > last)
            });
            Ok(wanted.take(limit).cloned().collect())
        })
    }

    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>> {
        Box::pin(async move {
            let mut depth = Depth::default();
            for entry in self.rows().rows.values().map(|row| &row.entry) {
                *depth.count(entry.state) += 1;
                if entry.state == EntryState::Pending && entry.kind != EntryKind::Expectation {
                    depth.oldest_pending.get_or_insert(entry.received_at);
                }
            }
            Ok(depth)
        })
    }

    fn prune(&self, before: Timestamp, which: Prune) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(async move {
            let mut rows = self.rows();
            let awaited = rows.awaited();
            let old = rows.rows.values().map(|row| &row.entry).filter(|entry| {
                let awaited = entry.request_id.as_ref().is_some_and(|request| awaited.contains(request));
                which.takes(entry.state) && entry.received_at < before && !awaited
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
