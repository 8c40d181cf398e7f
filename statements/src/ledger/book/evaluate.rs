//! What is an entry, and under which key: it follows from what is kept, and from nothing else.

use std::collections::{HashMap, HashSet};
use std::ops::Bound::{Excluded, Unbounded};

use jiff::{Timestamp, civil};
use provider_wire::Text;

use super::super::change::{self, Moved, Reason};
use super::super::variant::{Core, Seen, Variant, identifying};
use super::{Book, Carriers, Window};
use crate::{Entry, EntryKey};

/// What is to be evaluated anew.
#[derive(Default)]
pub(in crate::ledger) struct Evaluation {
    pub(super) variants: HashSet<Variant>,
    /// All variants of these ids.
    pub(super) ids: HashSet<Text>,
    /// Entries as they were, where they changed.
    pub(super) before: HashMap<Variant, Entry>,
}

impl Book {
    /// Finds anew what is an entry under which key, where it may have changed.
    pub(in crate::ledger) fn evaluate(
        &mut self,
        changes: Evaluation,
    ) -> Vec<(Option<EntryKey>, Option<EntryKey>, Reason)> {
        let Evaluation { mut variants, ids, mut before } = changes;
        variants.extend(ids.iter().filter_map(|id| self.ids.get(id)).flat_map(Carriers::all).cloned());
        let (mut gone, mut came, mut out) = (Vec::new(), Vec::new(), Vec::new());
        // Keys are taken out first: one may go from one variant to another.
        let mut resolved: Vec<(Variant, Option<EntryKey>)> = Vec::with_capacity(variants.len());
        for variant in variants {
            let Some(seen) = self.seen.get(&variant) else { continue };
            let key = self.resolve(&variant, seen);
            resolved.push((variant, key));
        }
        for (variant, key) in &resolved {
            let Some(seen) = self.seen.get_mut(variant) else { continue };
            if seen.key == *key {
                continue;
            }
            if let Some(old) = &seen.key {
                self.index.remove(old);
                if key.is_none() {
                    let entry = before.remove(variant).unwrap_or_else(|| seen.entry.clone());
                    gone.push(Moved { key: old.clone(), entry });
                }
            }
        }
        for (variant, key) in resolved {
            let Some(seen) = self.seen.get_mut(&variant) else { continue };
            let old = std::mem::replace(&mut seen.key, key.clone());
            match (old, key) {
                (_, None) => {}
                (Some(old), Some(new)) if old == new => {
                    if before.contains_key(&variant) {
                        out.push((Some(old), Some(new), Reason::Updated));
                    }
                }
                (Some(old), Some(new)) => {
                    self.index.insert(new.clone(), variant);
                    out.push((Some(old), Some(new), Reason::SharedId));
                    continue;
                }
                (None, Some(new)) => {
                    came.push(Moved { key: new.clone(), entry: seen.entry.clone() });
                    self.index.insert(new, variant);
                    continue;
                }
            }
            self.forget_if_decided(&variant);
        }
        out.extend(change::pair(gone, came));
        out
    }

    /// What a newer report has decided about would be decided again if it came again.
    fn forget_if_decided(&mut self, variant: &Variant) {
        let Some(seen) = self.seen.get(variant) else { return };
        if seen.key.is_some() || self.is_held_by_id(variant) || !self.is_decided(variant, seen) {
            return;
        }
        if let Some(id) = identifying(&seen.entry).cloned() {
            self.drop_carrier(variant, &id);
        }
        self.seen.remove(variant);
        self.dirty.insert(variant.clone());
    }

    /// Whether it stays though newer reports no longer have it.
    pub(in crate::ledger) fn is_held_by_id(&self, variant: &Variant) -> bool {
        variant.id.as_ref().is_some_and(|id| !self.shared.contains(id))
    }

    /// The key of a variant that is an entry.
    fn resolve(&self, variant: &Variant, seen: &Seen) -> Option<EntryKey> {
        let others = |id: &Text| self.ids.get(id).map_or(&[][..], |carriers| &carriers.finals).iter();
        match &variant.id {
            Some(id) if !self.shared.contains(id) => {
                if others(id).nth(1).is_none() {
                    return Some(Variant::id_key(id));
                }
                let left: Vec<_> = others(id).filter(|other| !self.is_corrected(other, id)).collect();
                let core = &variant.content.core;
                let rank = |variant: &Variant| self.seen.get(variant).map(|seen| seen.last);
                // A form that was reported later replaces one of the same core.
                let newest = left.iter().copied().filter(|other| other.content.core == *core);
                let newest =
                    newest.max_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| other.cmp(one)))?;
                if newest != variant {
                    return None;
                }
                let one_entry = left.iter().all(|other| other.content.core == *core);
                Some(if one_entry { Variant::id_key(id) } else { variant.content_key() })
            }
            None if identifying(&seen.entry)
                .is_some_and(|id| !self.shared.contains(id) && others(id).next().is_some()) =>
            {
                None
            }
            _ => (!self.is_decided(variant, seen)).then(|| variant.content_key()),
        }
    }

    /// Whether a newer report of the same source covers its day and does not list it.
    fn is_decided(&self, variant: &Variant, seen: &Seen) -> bool {
        let booked = seen.entry.is_final || variant.id.is_some();
        self.later(seen, |_, window, day| window.covers(day, booked))
    }

    /// Whether a newer report that covers its day has other content under its id.
    fn is_corrected(&self, variant: &Variant, id: &Text) -> bool {
        let Some(seen) = self.seen.get(variant) else { return false };
        let differs = |core: &Core| *core != variant.content.core;
        let others: Vec<_> = self
            .ids
            .get(id)
            .map_or(&[][..], |carriers| &carriers.finals)
            .iter()
            .filter(|other| differs(&other.content.core))
            .filter_map(|other| self.seen.get(other))
            .collect();
        self.later(seen, |as_of, window, day| {
            window.covers(day, false)
                && others.iter().any(|other| other.first <= as_of && as_of <= other.last)
        })
    }

    fn later(&self, seen: &Seen, decides: impl Fn(Timestamp, Window, civil::Date) -> bool) -> bool {
        let (Some(day), Some(windows)) = (seen.entry.day, self.coverage.get(&seen.source)) else {
            return false;
        };
        windows.range((Excluded(seen.last), Unbounded)).any(|(as_of, window)| decides(*as_of, *window, day))
    }

    /// Finds anew what is an entry, of all that is kept.
    pub(in crate::ledger) fn evaluate_all(&mut self) -> Vec<(Option<EntryKey>, Option<EntryKey>, Reason)> {
        let changes = Evaluation { variants: self.seen.keys().cloned().collect(), ..Evaluation::default() };
        self.evaluate(changes)
    }
}
