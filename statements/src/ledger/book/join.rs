//! Two accounts that turn out to be one.

use super::super::variant::{Keyed, Shown, Variant, final_id};
use super::super::variants::{Place, Slot};
use super::Book;
use crate::{AccountKey, Entry};

impl Book {
    /// Takes in another account that turned out to be this one. What is an entry is evaluated anew, all of it.
    pub(in crate::ledger) fn join(&mut self, mut other: Self) {
        self.marks.extend(other.marks);
        self.shared.append(&mut other.shared);
        self.unsaved.removed.append(&mut other.unsaved.removed);
        self.changes.merged.append(&mut other.changes.merged);
        let mut sources = Vec::new();
        for theirs in other.sources {
            let (index, _) = self.source_at(&theirs.source, theirs.newest);
            let known = &mut self.sources[index].windows;
            for (as_of, window) in theirs.windows {
                known.entry(as_of).and_modify(|known| known.merge(window)).or_insert(window);
            }
            sources.push(index);
        }
        self.variants.begin_round();
        for (theirs, mut variant) in other.variants.into_ordered() {
            variant.source = sources[variant.source];
            // An account that is new in this report has reported no entry.
            let origin = other.changes.origins.remove(&theirs).or_else(|| other.reported.first().cloned());
            let before = other.changes.before.remove(&theirs);
            self.join_variant(variant, origin.as_ref(), before);
        }
        self.reported.append(&mut other.reported);
        self.changes.everything = true;
        self.mark_all_dirty();
    }

    /// `before` is the entry as it was reported last, where it has changed since.
    fn join_variant(&mut self, mut variant: Variant, origin: Option<&AccountKey>, before: Option<Entry>) {
        // Its carriers and its row are found anew.
        (variant.rivals, variant.dirty) = (false, false);
        let (keyed, ordinal) = (variant.keyed, variant.ordinal);
        let slot = match self.variants.place_of(&variant.entry, Some(ordinal)) {
            Place::Vacant(at) => {
                let slot = self.insert(at, variant);
                self.adopt(slot, keyed, origin, before);
                slot
            }
            Place::Known(slot) if self.variants[slot].keyed == Keyed::No => {
                let before = before.unwrap_or_else(|| variant.entry.clone());
                self.merge_joined(slot, &variant);
                self.adopt(slot, keyed, origin, Some(before));
                slot
            }
            Place::Known(slot) => {
                self.merge_joined(slot, &variant);
                self.changes.merged.extend(origin.cloned().zip(variant.key(keyed)));
                slot
            }
        };
        self.variants.count(slot);
    }

    fn merge_joined(&mut self, slot: Slot, theirs: &Variant) {
        let Variant { entry, first, last, source, categorised, .. } = theirs;
        let (first, last, categorised) = (*first, *last, *categorised);
        self.merge(slot, &Shown { entry, first, last, source: *source, categorised }, None);
    }

    /// Lets a variant stand for the entry of the other account.
    fn adopt(&mut self, slot: Slot, keyed: Keyed, origin: Option<&AccountKey>, before: Option<Entry>) {
        self.variants[slot].keyed = keyed;
        // A form of what was no entry was not reported.
        self.changes.before.remove(&slot);
        if keyed == Keyed::No {
            return;
        }
        self.changes.before.extend(before.map(|before| (slot, before)));
        self.changes.origins.extend(origin.map(|origin| (slot, origin.clone())));
    }

    pub(in crate::ledger) fn mark_all_dirty(&mut self) {
        self.unsaved.account = true;
        let all: Vec<_> = self.variants.slots().collect();
        for slot in all {
            self.mark_dirty(slot);
        }
    }

    /// Whether it stays though newer reports no longer have it.
    pub(in crate::ledger) fn is_held_by_id(&self, variant: &Variant) -> bool {
        final_id(&variant.entry).is_some_and(|id| !self.shared.contains(id))
    }
}
