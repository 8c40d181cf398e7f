//! What is an entry, and under which key: it follows from what is kept, and from nothing else.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound::{Excluded, Unbounded};

use jiff::{Timestamp, ToSpan, civil};
use provider_wire::Text;

use super::super::change::{self, AccountChange, Change, Changes, Moved, Reason};
use super::super::variant::{Core, Keyed, Variant, final_id, identifying};
use super::super::variants::Slot;
use super::{Book, Window};
use crate::{AccountKey, Entry, EntryKey, day};

/// What is to be evaluated anew.
#[derive(Clone, Default)]
pub(super) struct Evaluation {
    pub(super) slots: Vec<Slot>,
    /// All variants of these ids.
    pub(super) ids: HashSet<Text>,
    /// Everything there is; the index has to be made anew.
    pub(super) everything: bool,
    /// Entries as they were reported last, where they changed.
    pub(super) before: HashMap<Slot, Entry>,
    /// The account under which an entry was reported last, where it is not the first of [`Book::reported`].
    pub(super) origins: HashMap<Slot, AccountKey>,
    /// Entries of a joined account that this account has as well.
    pub(super) merged: Vec<(AccountKey, EntryKey)>,
}

impl Book {
    /// Finds anew what is an entry under which key, where it may have changed, and reports what changed since the last call.
    pub(in crate::ledger) fn report_changes(&mut self, changes: &mut Changes) {
        let mut evaluation = std::mem::take(&mut self.changes);
        let account = self.key();
        let mut resolved = self.resolve_all(&mut evaluation);
        self.assign(&mut resolved, evaluation.everything);
        let origin =
            |slot: Slot| evaluation.origins.get(&slot).or_else(|| self.reported.first()).unwrap_or(&account);
        let (mut gone, mut came) = (Vec::new(), Vec::new());
        let (first, mut idle) = (changes.entries.len(), Vec::new());
        let mut report = |from: Option<&AccountKey>, old, new, reason| {
            let from = from.filter(|from| **from != account).cloned();
            changes.entries.push(Change { account: account.clone(), from, old, new, reason });
        };
        for Resolved { slot, old, new, key } in resolved {
            let variant = &self.variants[slot];
            let before = evaluation.before.get(&slot);
            if new == Keyed::No {
                idle.push(slot);
            }
            if old == new && before.is_none_or(|before| *before == variant.entry) {
                continue;
            }
            match (variant.key(old), key.or_else(|| variant.key(new))) {
                (None, None) => {}
                (None, Some(key)) => came.push(Moved::new(key, &variant.entry, &account, false)),
                (Some(key), None) => {
                    let merged = self.index.contains_key(&key) || !self.is_decided(variant);
                    let entry = before.unwrap_or(&variant.entry);
                    gone.push(Moved::new(key, entry, origin(slot), merged));
                }
                (old, new) => {
                    let reason = if old == new { Reason::Updated } else { Reason::SharedId };
                    report(Some(origin(slot)), old, new, reason);
                }
            }
        }
        change::pair(gone, came, &mut report);
        for (account, key) in evaluation.merged {
            report(Some(&account), Some(key), None, Reason::Merged);
        }
        changes.entries[first..].sort_by(Change::order_of_keys);
        let renamed = self.reported.drain(..).filter(|old| *old != account);
        changes.accounts.extend(renamed.map(|old| AccountChange { old, new: account.clone() }));
        self.reported.push(account);
        self.forget_decided(idle);
    }

    /// Brings the index up to date.
    fn assign(&mut self, resolved: &mut [Resolved], everything: bool) {
        let changed = || |resolved: &&mut Resolved| everything || resolved.old != resolved.new;
        // Keys are taken out first: one may go from one variant to another.
        if everything {
            self.index.clear();
        } else {
            for Resolved { slot, old, .. } in resolved.iter_mut().filter(changed()) {
                if let Some(key) = self.variants[*slot].key(*old) {
                    self.index.remove(&key);
                }
            }
        }
        for Resolved { slot, new, key, .. } in resolved.iter_mut().filter(changed()) {
            let variant = &mut self.variants[*slot];
            variant.keyed = *new;
            *key = variant.key(*new);
        }
        let added = resolved.iter().filter_map(|Resolved { slot, key, .. }| Some((key.clone()?, *slot)));
        if self.index.is_empty() {
            // To sort all keys at once costs less than to insert one after the other.
            self.index = added.collect();
        } else {
            self.index.extend(added);
        }
    }

    /// What a newer report has decided about would be decided again if an older report with it arrived.
    fn forget_decided(&mut self, idle: Vec<Slot>) {
        for slot in idle {
            let variant = &self.variants[slot];
            if self.is_held_by_id(variant) || !self.is_decided(variant) || self.may_return(variant) {
                continue;
            }
            let variant = self.variants.remove(slot);
            self.ids.remove(&variant.entry, variant.place, &mut self.variants);
            self.unsaved.removed.push(variant.content_key());
        }
    }

    /// Whether an older report of another source could list it and nothing would decide about it again.
    fn may_return(&self, variant: &Variant) -> bool {
        let Some(day) = variant.entry.day else { return false };
        self.sources.iter().enumerate().any(|(source, known)| {
            // Nothing is scheduled more than a year ahead, so a consent that ended long ago has not listed it.
            let last_listed = day::of_timestamp(known.newest).saturating_add(1.year());
            let mut newer = known.windows.range((Excluded(variant.last), Unbounded));
            source != variant.source
                && day <= last_listed
                && !newer.any(|(_, window)| window.covers(day, variant.entry.is_final))
        })
    }

    fn resolve_all(&self, evaluation: &mut Evaluation) -> Vec<Resolved> {
        let mut slots = std::mem::take(&mut evaluation.slots);
        if evaluation.everything {
            slots = self.variants.slots().collect();
        }
        for id in &evaluation.ids {
            slots.extend(self.ids.finals(id).iter().chain(self.ids.pending(id)));
        }
        slots.sort_unstable();
        slots.dedup();
        let mut rivals = HashSet::new();
        let mut resolved = Vec::with_capacity(slots.len());
        for slot in slots {
            let variant = &self.variants[slot];
            let new = match final_id(&variant.entry).filter(|id| !self.shared.contains(*id)) {
                Some(id) if variant.rivals && self.ids.finals(id).len() > 1 => {
                    rivals.insert(id);
                    continue;
                }
                Some(_) => Keyed::Id,
                None if self.is_replaced(variant) || self.is_decided(variant) => Keyed::No,
                None => Keyed::Content,
            };
            resolved.push(Resolved { slot, old: variant.keyed, new, key: None });
        }
        rivals.into_iter().for_each(|id| self.resolve_rivals(id, &mut resolved));
        resolved
    }

    /// Whether there is an entry with the id of this pending one that can change no more.
    fn is_replaced(&self, variant: &Variant) -> bool {
        !variant.entry.is_final
            && identifying(&variant.entry)
                .is_some_and(|id| !self.shared.contains(id) && !self.ids.finals(id).is_empty())
    }

    /// Which of several final variants of one id are entries.
    fn resolve_rivals(&self, id: &Text, resolved: &mut Vec<Resolved>) {
        let finals = self.ids.finals(id);
        let is_disputed = self.ids.is_disputed(id);
        // A form that was reported later replaces one of the same core.
        let mut newest = BTreeMap::new();
        let mut listed = HashMap::new();
        for slot in finals {
            let variant = &self.variants[*slot];
            if is_disputed && self.is_corrected(variant, finals, &mut listed) {
                continue;
            }
            let rank = (variant.last, Reverse((variant.form(), variant.ordinal)), *slot);
            let best = newest.entry(variant.form().core).or_insert(rank);
            if *best < rank {
                *best = rank;
            }
        }
        let keyed = if newest.len() == 1 { Keyed::Id } else { Keyed::Content };
        for slot in finals {
            let variant = &self.variants[*slot];
            let is_newest = newest.get(&variant.form().core).is_some_and(|(_, _, newest)| newest == slot);
            let new = if is_newest { keyed } else { Keyed::No };
            resolved.push(Resolved { slot: *slot, old: variant.keyed, new, key: None });
        }
    }

    /// Whether a newer report of the same source covers its day and does not list it.
    fn is_decided(&self, variant: &Variant) -> bool {
        let booked = variant.entry.is_final;
        self.later(variant, |_, window, day| window.covers(day, booked))
    }

    /// Whether a newer report that covers its day has other content under its id. `listed` keeps what was found out.
    fn is_corrected<'a>(
        &'a self,
        variant: &Variant,
        finals: &[Slot],
        listed: &mut HashMap<Timestamp, Listed<'a>>,
    ) -> bool {
        let core = variant.form().core;
        self.later(variant, |as_of, window, day| {
            window.covers(day, false)
                && match listed.entry(as_of).or_insert_with(|| self.listed(finals, as_of)) {
                    Listed::Nothing => false,
                    Listed::One(other) => *other != core,
                    Listed::More => true,
                }
        })
    }

    fn listed(&self, finals: &[Slot], as_of: Timestamp) -> Listed<'_> {
        let there = finals.iter().map(|slot| &self.variants[*slot]);
        let there = there.filter(|variant| variant.first <= as_of && as_of <= variant.last);
        let mut cores = there.map(|variant| variant.form().core);
        match cores.next() {
            None => Listed::Nothing,
            Some(first) if cores.all(|core| core == first) => Listed::One(first),
            Some(_) => Listed::More,
        }
    }

    fn later(
        &self,
        variant: &Variant,
        mut decides: impl FnMut(Timestamp, Window, civil::Date) -> bool,
    ) -> bool {
        let Some(day) = variant.entry.day else { return false };
        let windows = &self.sources[variant.source].windows;
        windows
            .range((Excluded(variant.last), Unbounded))
            .any(|(as_of, window)| decides(*as_of, *window, day))
    }

    /// Finds anew what is an entry, of all that is kept, and reports nothing of it.
    pub(in crate::ledger) fn evaluate_all(&mut self) {
        self.changes = Evaluation { everything: true, ..Evaluation::default() };
        self.report_changes(&mut Changes::default());
    }
}

/// Which key a variant had when changes were reported last, and which it has since.
struct Resolved {
    slot: Slot,
    old: Keyed,
    new: Keyed,
    /// The key since, where it is another.
    key: Option<EntryKey>,
}

/// Which content reports had of one id at one time.
enum Listed<'a> {
    Nothing,
    One(Core<'a>),
    More,
}
