//! The entries of one account, made of all reports that were taken in.
//!
//! What is kept grows only by union, minimum and maximum, and what is an entry follows from it. So the order in which
//! reports arrive makes no difference.

mod evaluate;
mod join;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil};
use provider_wire::{Amount, Text};

use super::carriers::Ids;
use super::variant::{Keyed, Shown, Variant, final_id, identifying};
use super::variants::{Place, Slot, Vacancy, Variants};
use crate::{AccountKey, AccountKind, Entry, EntryKey, Source, Statement, Status};
use evaluate::Evaluation;
pub(super) use window::Window;

/// One account.
#[derive(Clone)]
pub(super) struct Book {
    pub(super) kind: AccountKind,
    /// The first mark of the oldest statement.
    pub(super) named: (Timestamp, AccountKey),
    pub(super) marks: BTreeSet<Text>,
    pub(super) sources: Vec<Known>,
    /// Ids that two entries of one statement carried.
    pub(super) shared: BTreeSet<Text>,
    pub(super) variants: Variants,
    ids: Ids,
    /// The entries.
    index: BTreeMap<EntryKey, Slot>,
    pub(super) unsaved: Unsaved,
    /// The keys of the account, and of those joined in it, when changes were reported last.
    reported: Vec<AccountKey>,
    changes: Evaluation,
}

/// What is known of a source.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) source: Source,
    /// Its newest statement.
    pub(super) newest: Timestamp,
    /// Its statements that decide about what they do not list.
    pub(super) windows: BTreeMap<Timestamp, Window>,
}

/// What rows do not say yet.
#[derive(Clone, Default)]
pub(super) struct Unsaved {
    /// Whether the row of the account is to be written.
    pub(super) account: bool,
    /// Variants whose row is to be written, if they are dirty still.
    pub(super) dirty: Vec<Slot>,
    /// Rows of variants that are kept no more.
    pub(super) removed: Vec<String>,
}

/// A statement, for its entries.
#[derive(Clone, Copy)]
struct Report {
    source: usize,
    as_of: Timestamp,
    /// The newest statement of the source so far.
    before: Option<Timestamp>,
}

impl Book {
    pub(super) fn new(kind: AccountKind, named: (Timestamp, AccountKey)) -> Self {
        Self {
            kind,
            named,
            marks: BTreeSet::new(),
            sources: Vec::new(),
            shared: BTreeSet::new(),
            variants: Variants::default(),
            ids: Ids::default(),
            index: BTreeMap::new(),
            unsaved: Unsaved { account: true, ..Unsaved::default() },
            reported: Vec::new(),
            changes: Evaluation::default(),
        }
    }

    pub(super) fn key(&self) -> AccountKey {
        self.named.1.clone()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&EntryKey, &Entry)> {
        self.index.iter().map(|(key, slot)| (key, &self.variants[*slot].entry))
    }

    pub(super) fn get(&self, key: &EntryKey) -> Option<&Entry> {
        self.index.get(key).map(|slot| &self.variants[*slot].entry)
    }

    /// Takes in a statement of this account. See [`report_changes`](Self::report_changes) for what it changes.
    pub(super) fn take_in(&mut self, statement: &Statement) {
        self.unsaved.account = true;
        self.variants.reserve(statement.entries.len());
        self.ids.reserve(statement.entries.iter().filter(|entry| entry.id.is_some()).count());
        let as_of = statement.as_of;
        let (source, before) = self.source_at(&statement.source, as_of);
        let report = Report { source, as_of, before };
        self.variants.begin_round();
        let mut listed: Option<civil::Date> = None;
        let mut guess = Slot::FIRST;
        let mut open = Vec::new();
        for entry in &statement.entries {
            if let Some(day) = entry.day {
                listed = Some(listed.map_or(day, |listed| listed.min(day)));
            }
            let slot = if self.is_unchanged(guess, entry, report) {
                guess
            } else {
                self.take_in_entry(entry, report)
            };
            guess = slot.following();
            if is_open(entry) {
                open.push(slot);
            }
        }
        self.note_shared(&open);
        let window = statement.coverage.map(|coverage| {
            let window = Window::new(coverage, listed);
            let windows = &mut self.sources[source].windows;
            *windows.entry(as_of).and_modify(|known| known.merge(window)).or_insert(window)
        });
        self.pass_by(report, window);
    }

    /// An id that a statement gives to an entry that is final and to another that is not yet identifies neither.
    fn note_shared(&mut self, open: &[Slot]) {
        for slot in open {
            let entry = &self.variants[*slot].entry;
            let Some(id) = identifying(entry) else { continue };
            let is_other = |slot: &&Slot| {
                self.variants.is_counted(**slot) && content(&self.variants[**slot].entry) != content(entry)
            };
            if self.ids.finals(id).iter().any(|slot| is_other(&slot)) && !self.shared.contains(id) {
                let id = id.clone();
                self.changes.ids.insert(id.clone());
                self.shared.insert(id);
            }
        }
    }

    /// The source of a statement, and the time of its newest so far.
    fn source_at(&mut self, source: &Source, as_of: Timestamp) -> (usize, Option<Timestamp>) {
        if let Some(index) = self.sources.iter().position(|known| known.source == *source) {
            let newest = &mut self.sources[index].newest;
            let before = *newest;
            *newest = before.max(as_of);
            return (index, Some(before));
        }
        self.sources.push(Known { source: source.clone(), newest: as_of, windows: BTreeMap::new() });
        (self.sources.len() - 1, None)
    }

    /// Takes in an entry that its source shows as before, in a newer statement. Only times move on, together with
    /// [`Known::newest`], which decides nothing about it: it had a key and keeps it.
    fn is_unchanged(&mut self, guess: Slot, entry: &Entry, report: Report) -> bool {
        if !self.variants.is_next(guess) {
            return false;
        }
        let variant = &mut self.variants[guess];
        let is_current = variant.source == report.source
            && Some(variant.last) == report.before
            && variant.categorised == variant.last
            && variant.last <= report.as_of;
        if !is_current || variant.keyed == Keyed::No || variant.rivals || variant.entry != *entry {
            return false;
        }
        (variant.last, variant.categorised) = (report.as_of, report.as_of);
        self.variants.count(guess);
        true
    }

    fn take_in_entry(&mut self, entry: &Entry, report: Report) -> Slot {
        let Report { source, as_of, before } = report;
        let slot = match self.variants.place_of(entry, None) {
            Place::Known(slot) => {
                let shown = Shown { entry, first: as_of, last: as_of, source, categorised: as_of };
                self.merge(slot, &shown, before);
                slot
            }
            Place::Vacant(at) => self.insert(at, Variant::new(entry.clone(), as_of, source)),
        };
        self.variants.count(slot);
        if let Some(id) = final_id(entry)
            && self.ids.meet(id, slot, &self.variants)
            && self.shared.insert(id.clone())
        {
            self.changes.ids.insert(id.clone());
        }
        slot
    }

    fn insert(&mut self, at: Vacancy, variant: Variant) -> Slot {
        let slot = self.variants.insert(at, variant);
        self.ids.add(slot, &mut self.variants);
        self.changes.slots.push(slot);
        self.mark_dirty(slot);
        // The first entry with a final id stands for all that are pending under it.
        if let Some(id) = final_id(&self.variants[slot].entry)
            && self.ids.finals(id).len() == 1
        {
            self.changes.slots.extend(self.ids.pending(id));
        }
        slot
    }

    fn merge(&mut self, slot: Slot, shown: &Shown<'_>, before: Option<Timestamp>) {
        let variant = &self.variants[slot];
        let source = variant.source;
        let newest = if source == shown.source { before } else { Some(self.sources[source].newest) };
        let saved = saved_times(variant, newest);
        let is_preferred = self.sources[shown.source].source < self.sources[source].source;
        let variant = &mut self.variants[slot];
        let was = variant.merge(shown, is_preferred);
        let is_saved = saved == saved_times(variant, Some(self.sources[variant.source].newest));
        // A variant of which only the times move on keeps its key. If it has none, it may be an entry again.
        let is_open = was.is_some() || variant.keyed == Keyed::No || variant.source != source;
        let variant = &self.variants[slot];
        if is_open || (variant.rivals && final_id(&variant.entry).is_some_and(|id| self.ids.is_disputed(id)))
        {
            self.changes.slots.push(slot);
        }
        if was.is_some() || !is_saved {
            self.mark_dirty(slot);
        }
        if let Some(was) = was {
            self.renamed(slot, &was);
            self.changes.before.entry(slot).or_insert(was);
        }
    }

    /// A pending entry may come under another id each day.
    fn renamed(&mut self, slot: Slot, was: &Entry) {
        if identifying(was) != identifying(&self.variants[slot].entry) {
            let place = self.variants[slot].place;
            self.ids.remove(was, place, &mut self.variants);
            self.ids.add(slot, &mut self.variants);
        }
    }

    pub(super) fn mark_dirty(&mut self, slot: Slot) {
        if !std::mem::replace(&mut self.variants[slot].dirty, true) {
            self.unsaved.dirty.push(slot);
        }
    }

    /// What a statement does not list of what its source showed before.
    fn pass_by(&mut self, report: Report, window: Option<Window>) {
        let mut behind = Vec::new();
        for (slot, variant) in self.variants.iter() {
            // What is no entry is kept only while another source might bring it back.
            let concerns = variant.source == report.source || variant.keyed == Keyed::No;
            if variant.last >= report.as_of || !concerns {
                continue;
            }
            // Rows leave out the time of what the newest report shows. Of what it no longer shows, they have to tell it.
            if variant.source == report.source && report.before == Some(variant.last) {
                behind.push(slot);
            }
            let Some((window, day)) = window.zip(variant.entry.day) else { continue };
            let decides = match final_id(&variant.entry).filter(|id| !self.shared.contains(*id)) {
                // What an id holds stays, but where its id has other content by now.
                Some(id) => variant.rivals && window.covers(day, false) && self.ids.is_disputed(id),
                None => window.covers(day, variant.entry.is_final),
            };
            if decides {
                self.changes.slots.push(slot);
            }
        }
        for slot in behind {
            self.mark_dirty(slot);
        }
    }

    /// Puts back what was saved; false where it is there already.
    pub(super) fn restore(&mut self, ordinal: u32, variant: Variant) -> bool {
        let Place::Vacant(at) = self.variants.place_of(&variant.entry, Some(ordinal)) else { return false };
        let slot = self.variants.insert(at, variant);
        self.variants.count(slot);
        self.ids.add(slot, &mut self.variants);
        true
    }
}

/// Whether an entry is booked, or on an open bill, under an id that may still change. A pending one is not meant: it may
/// stand beside its own booking.
fn is_open(entry: &Entry) -> bool {
    !entry.is_final && !matches!(entry.status, Some(Status::Scheduled | Status::Pending))
}

/// What two entries of one purchase have in common, also where one bill is closed and the other is not.
fn content(entry: &Entry) -> (Option<civil::Date>, Option<Amount>, Option<&Text>) {
    let number = entry.instalment.as_ref().and_then(|instalment| instalment.number.as_ref());
    (entry.day, entry.amount, number)
}

/// What the row of a variant says of its times.
fn saved_times(
    variant: &Variant,
    newest: Option<Timestamp>,
) -> (usize, Option<Timestamp>, Option<Timestamp>, Option<Timestamp>) {
    (
        variant.source,
        final_id(&variant.entry).map(|_| variant.first),
        Some(variant.last).filter(|last| Some(*last) != newest),
        Some(variant.categorised).filter(|categorised| *categorised != variant.last),
    )
}
