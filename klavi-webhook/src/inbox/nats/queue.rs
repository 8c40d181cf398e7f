//! Which entries wait to be handed out.

use std::collections::BTreeSet;

use crate::EntryState;

#[derive(Default)]
pub(super) struct Queue {
    /// Those that are pending or leased.
    open: BTreeSet<u64>,
    /// Those that are outstanding, behind when they are due: any number of them costs a lease nothing until then.
    outstanding: BTreeSet<(i64, u64)>,
}

impl Queue {
    pub(super) fn put(&mut self, id: u64, state: EntryState, due: i64) {
        match state {
            EntryState::Pending | EntryState::Leased => self.open.insert(id),
            EntryState::Outstanding => self.outstanding.insert((due, id)),
            EntryState::Done | EntryState::Dead | EntryState::Quarantined => false,
        };
    }

    /// Takes out what was put in under that number with that due.
    pub(super) fn take(&mut self, id: u64, due: i64) {
        self.open.remove(&id);
        self.outstanding.remove(&(due, id));
    }

    /// Those that are pending or leased, oldest first.
    pub(super) fn open(&self) -> impl Iterator<Item = u64> {
        self.open.iter().copied()
    }

    /// Those that were outstanding until now, in the order in which they became due.
    pub(super) fn overdue(&self, now: i64) -> impl Iterator<Item = u64> {
        self.outstanding.range(..=(now, u64::MAX)).map(|(_, id)| *id)
    }
}
