//! The entries of one account, made of all reports that were taken in.
//!
//! What is kept grows only by union, minimum and maximum, and what is an entry follows from it. So the order in which
//! reports arrive makes no difference.

mod evaluate;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::{Timestamp, civil};
use provider_wire::Text;
use serde::{Deserialize, Serialize};

use super::change::Reason;
use super::variant::{ContentRef, Seen, Shown, Variant, identifying};
use crate::{AccountKey, AccountKind, Coverage, Entry, EntryKey, Source, Statement};
use evaluate::Evaluation;

/// One account.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) kind: AccountKind,
    /// The first mark of the oldest statement.
    pub(super) named: (Timestamp, AccountKey),
    pub(super) marks: BTreeSet<Text>,
    /// The statements that decide about what they do not list, by source and time.
    pub(super) coverage: BTreeMap<Arc<Source>, BTreeMap<Timestamp, Window>>,
    /// The newest statement of each source.
    pub(super) newest: BTreeMap<Arc<Source>, Timestamp>,
    /// Ids that two entries of one statement carried.
    pub(super) shared: BTreeSet<Text>,
    pub(super) seen: HashMap<Variant, Seen>,
    ids: HashMap<Text, Carriers>,
    /// The entries.
    index: BTreeMap<EntryKey, Variant>,
    /// Rows to be saved.
    pub(super) dirty: HashSet<Variant>,
    statements: u64,
}

/// The variants that carry an id.
#[derive(Clone, Debug, Default)]
struct Carriers {
    /// Whose id can change no more.
    finals: Vec<Variant>,
    pending: Vec<Variant>,
}

impl Carriers {
    fn all(&self) -> impl Iterator<Item = &Variant> {
        self.finals.iter().chain(&self.pending)
    }

    fn is_one(&self) -> bool {
        self.finals.len() + self.pending.len() == 1
    }
}

/// The days that a statement decides about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Window {
    from: civil::Date,
    to: civil::Date,
    /// About a booked entry only since the first day that it lists: the report may have been asked for fewer days.
    booked_from: civil::Date,
}

impl Window {
    fn new(coverage: Coverage, entries: &[Entry]) -> Self {
        let listed = entries.iter().filter_map(|entry| entry.day).min().unwrap_or(civil::Date::MAX);
        Self { from: coverage.from, to: coverage.to, booked_from: listed.max(coverage.from) }
    }

    fn covers(self, day: civil::Date, booked: bool) -> bool {
        (if booked { self.booked_from } else { self.from }) <= day && day <= self.to
    }

    fn merge(&mut self, other: Self) {
        self.from = self.from.min(other.from);
        self.to = self.to.max(other.to);
        self.booked_from = self.booked_from.min(other.booked_from);
    }
}

impl Book {
    pub(super) fn new(kind: AccountKind, named: (Timestamp, AccountKey)) -> Self {
        Self {
            kind,
            named,
            marks: BTreeSet::new(),
            coverage: BTreeMap::new(),
            newest: BTreeMap::new(),
            shared: BTreeSet::new(),
            seen: HashMap::new(),
            ids: HashMap::new(),
            index: BTreeMap::new(),
            dirty: HashSet::new(),
            statements: 0,
        }
    }

    pub(super) fn key(&self) -> AccountKey {
        self.named.1.clone()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&EntryKey, &Entry)> {
        self.index.iter().filter_map(|(key, variant)| Some((key, &self.seen.get(variant)?.entry)))
    }

    pub(super) fn get(&self, key: &EntryKey) -> Option<&Entry> {
        self.seen.get(self.index.get(key)?).map(|seen| &seen.entry)
    }

    /// Takes in a statement of this account.
    pub(super) fn take_in(
        &mut self,
        statement: &Statement,
    ) -> Vec<(Option<EntryKey>, Option<EntryKey>, Reason)> {
        self.statements += 1;
        let source = self.source(&statement.source);
        let before = self.newest.get(&source).copied();
        let newest = before.map_or(statement.as_of, |before| before.max(statement.as_of));
        self.newest.insert(source.clone(), newest);
        let mut changes = Evaluation::default();
        self.merge_entries(statement, &source, before, &mut changes);
        if let Some(coverage) = statement.coverage {
            self.cover(&source, statement.as_of, Window::new(coverage, &statement.entries), &mut changes);
        }
        self.fell_behind(&source, before, statement.as_of);
        self.evaluate(changes)
    }

    /// The one copy of a source.
    fn source(&self, source: &Source) -> Arc<Source> {
        self.newest
            .get_key_value(source)
            .map_or_else(|| Arc::new(source.clone()), |(source, _)| source.clone())
    }

    fn merge_entries(
        &mut self,
        statement: &Statement,
        source: &Arc<Source>,
        before: Option<Timestamp>,
        changes: &mut Evaluation,
    ) {
        let mut ordinals: HashMap<(Option<&Text>, ContentRef<'_>), u32> =
            HashMap::with_capacity(statement.entries.len());
        let mut contents: HashMap<&Text, ContentRef<'_>> = HashMap::new();
        let met = self.statements;
        for entry in &statement.entries {
            let content = ContentRef::of(entry);
            let id = identifying(entry).filter(|_| entry.is_final);
            if let Some(id) = id
                && !self.shared.contains(id)
            {
                match contents.get(id) {
                    Some(other) if *other != content => {
                        self.shared.insert(id.clone());
                        changes.ids.insert(id.clone());
                    }
                    Some(_) => {}
                    None => drop(contents.insert(id, content)),
                }
            }
            let ordinal = ordinals.entry((id, content)).or_default();
            *ordinal += 1;
            let variant = Variant { id: id.cloned(), content: content.to_content(), ordinal: *ordinal };
            let as_of = statement.as_of;
            let shown = Shown { entry, first: as_of, last: as_of, source, categorised: as_of, met };
            self.merge(variant, shown, before, changes);
        }
    }

    fn merge(
        &mut self,
        variant: Variant,
        new: Shown<'_>,
        before: Option<Timestamp>,
        changes: &mut Evaluation,
    ) {
        let Some(seen) = self.seen.get_mut(&variant) else {
            self.insert(variant.clone(), new.to_seen());
            self.dirty.insert(variant.clone());
            self.affects(&variant, changes);
            return;
        };
        let was_newest = before == Some(seen.last) && *new.source == seen.source;
        let categorised =
            |seen: &Seen| Some(seen.categorised).filter(|categorised| *categorised != seen.last);
        let categorised_before = categorised(seen);
        seen.met = new.met;
        let was = seen.merge(&new, variant.id.is_some());
        let is_newest = self.newest.get(&seen.source) == Some(&seen.last);
        let alone = identifying(&seen.entry).is_none_or(|id| self.ids.get(id).is_some_and(Carriers::is_one));
        if was.is_some() || !(was_newest && is_newest) || categorised(seen) != categorised_before {
            self.dirty.insert(variant.clone());
        }
        if let Some(was) = was {
            self.renamed(&variant, &was, changes);
            self.affects(&variant, changes);
            changes.before.entry(variant).or_insert(was);
        } else if !alone || variant.id.is_none() {
            // Who is newer decides between the variants of one id, and whether a pending entry is still there.
            self.affects(&variant, changes);
        }
    }

    /// A pending entry may come under another id each day.
    fn renamed(&mut self, variant: &Variant, was: &Entry, changes: &mut Evaluation) {
        let now = self.seen.get(variant).and_then(|seen| identifying(&seen.entry)).cloned();
        let was = identifying(was).cloned();
        if was == now {
            return;
        }
        if let Some(was) = was {
            self.drop_carrier(variant, &was);
            changes.ids.insert(was);
        }
        if let Some(now) = now {
            self.add_carrier(variant.clone(), now);
        }
    }

    fn add_carrier(&mut self, variant: Variant, id: Text) {
        let carriers = self.ids.entry(id).or_default();
        if variant.id.is_some() { &mut carriers.finals } else { &mut carriers.pending }.push(variant);
    }

    fn drop_carrier(&mut self, variant: &Variant, id: &Text) {
        let Some(carriers) = self.ids.get_mut(id) else { return };
        let side = if variant.id.is_some() { &mut carriers.finals } else { &mut carriers.pending };
        if let Some(place) = side.iter().position(|other| other == variant) {
            side.swap_remove(place);
        }
        if carriers.all().next().is_none() {
            self.ids.remove(id);
        }
    }

    fn insert(&mut self, variant: Variant, seen: Seen) {
        if let Some(id) = identifying(&seen.entry).cloned() {
            self.add_carrier(variant.clone(), id);
        }
        self.seen.insert(variant, seen);
    }

    /// What a change of this variant may change.
    fn affects(&self, variant: &Variant, changes: &mut Evaluation) {
        changes.variants.insert(variant.clone());
        if let Some(id) = self.seen.get(variant).and_then(|seen| identifying(&seen.entry))
            && !self.shared.contains(id)
            && self.ids.get(id).is_some_and(|carriers| !carriers.is_one())
        {
            changes.ids.insert(id.clone());
        }
    }

    fn cover(&mut self, source: &Arc<Source>, as_of: Timestamp, window: Window, changes: &mut Evaluation) {
        let windows = self.coverage.entry(source.clone()).or_default();
        windows.entry(as_of).and_modify(|known| known.merge(window)).or_insert(window);
        for (variant, seen) in &self.seen {
            if seen.met == self.statements || seen.last >= as_of || seen.source != *source {
                continue;
            }
            if !self.is_held_by_id(variant) {
                changes.variants.insert(variant.clone());
            } else if let Some(id) = &variant.id
                && self.ids.get(id).is_some_and(|carriers| !carriers.is_one())
            {
                changes.ids.insert(id.clone());
            }
        }
    }

    /// Rows leave out the time of what the newest report shows. Of what it no longer shows, they have to tell it.
    fn fell_behind(&mut self, source: &Arc<Source>, before: Option<Timestamp>, as_of: Timestamp) {
        if before.is_some_and(|before| before < as_of) {
            let behind =
                self.seen.iter().filter(|(_, seen)| before == Some(seen.last) && seen.source == *source);
            self.dirty.extend(behind.map(|(variant, _)| variant.clone()));
        }
    }

    /// Takes in another account that turned out to be this one. What is an entry is to be evaluated anew, all of it.
    pub(super) fn join(&mut self, other: Self) {
        self.named = self.named.clone().min(other.named);
        self.marks.extend(other.marks);
        for (source, windows) in other.coverage {
            let known = self.coverage.entry(source).or_default();
            for (as_of, window) in windows {
                known.entry(as_of).and_modify(|known| known.merge(window)).or_insert(window);
            }
        }
        for (source, newest) in other.newest {
            let known = self.newest.entry(source).or_insert(newest);
            *known = newest.max(*known);
        }
        self.shared.extend(other.shared);
        let mut changes = Evaluation::default();
        for (variant, seen) in other.seen {
            self.merge(variant, seen.shown(), None, &mut changes);
        }
        self.dirty.extend(self.seen.keys().cloned());
    }

    /// Puts back what was saved.
    pub(super) fn restore(&mut self, ordinal: u32, seen: Seen) {
        let id = identifying(&seen.entry).filter(|_| seen.entry.is_final).cloned();
        let variant = Variant { id, content: ContentRef::of(&seen.entry).to_content(), ordinal };
        self.insert(variant, seen);
    }
}
