//! How many entries an inbox holds.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{EntryState, Target};

/// How many entries are in each state, by target. For metrics; a backend answers it without counting rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Entries and stored bytes by target and state. Bytes count once, with the first target of an entry.
    pub by_state: BTreeMap<(Target, EntryState), Count>,
    /// Of each target when the entry that is due longest was due.
    pub oldest_due: BTreeMap<Target, Timestamp>,
    /// When the oldest entry was received whose bytes are kept.
    pub oldest_body: Option<Timestamp>,
}

/// Entries, and the bytes that are stored of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Entries.
    pub entries: u64,
    /// Bytes, as they are stored.
    pub bytes: u64,
}

impl Counts {
    /// How many entries are in that state, of all targets together.
    pub fn in_state(&self, state: EntryState) -> u64 {
        self.of_state(state).map(|count| count.entries).sum()
    }

    /// Stored bytes of the entries in that state.
    pub fn bytes_in_state(&self, state: EntryState) -> u64 {
        self.of_state(state).map(|count| count.bytes).sum()
    }

    fn of_state(&self, state: EntryState) -> impl Iterator<Item = &Count> {
        self.by_state.iter().filter(move |((_, of), _)| *of == state).map(|(_, count)| count)
    }
}

/// How a piece of work changes the counts.
#[derive(Debug, Default)]
pub(super) struct CountChanges(BTreeMap<(Target, EntryState), (i64, i64)>);

impl CountChanges {
    pub(super) fn add(&mut self, target: &Target, state: EntryState, bytes: i64) {
        self.change(target, state, 1, bytes);
    }

    pub(super) fn remove(&mut self, target: &Target, state: EntryState, bytes: i64) {
        self.change(target, state, -1, -bytes);
    }

    fn change(&mut self, target: &Target, state: EntryState, entries: i64, bytes: i64) {
        let count = self.0.entry((target.clone(), state)).or_default();
        *count = (count.0 + entries, count.1 + bytes);
    }

    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(super) fn moved(&mut self, target: &Target, from: EntryState, to: EntryState, bytes: i64) {
        self.remove(target, from, bytes);
        self.add(target, to, bytes);
    }

    /// Target, state, change of entries and of bytes.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (Target, EntryState, i64, i64)> + use<> {
        let changes = std::mem::take(&mut self.0);
        let changes = changes.into_iter().filter(|(_, change)| *change != (0, 0));
        changes.map(|((target, state), (entries, bytes))| (target, state, entries, bytes))
    }
}
