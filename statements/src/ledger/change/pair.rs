//! Pairs entries that are gone with new ones.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil;
use provider_wire::{Amount, Text};

use super::Reason;
use crate::ledger::variant::identifying;
use crate::{AccountKey, Entry, EntryKey};

/// An entry that is gone or new.
pub(in crate::ledger) struct Moved<'a> {
    key: EntryKey,
    entry: &'a Entry,
    account: &'a AccountKey,
    /// Whether another entry stands for one that is gone.
    merged: bool,
}

impl<'a> Moved<'a> {
    pub(in crate::ledger) fn new(
        key: EntryKey,
        entry: &'a Entry,
        account: &'a AccountKey,
        merged: bool,
    ) -> Self {
        Self { key, entry, account, merged }
    }
}

/// Pairs entries that are gone with new ones, and reports all of them: account and key before, key since, and why.
///
/// The pairs are the same in whatever order the entries come.
pub(in crate::ledger) fn pair(
    mut gone: Vec<Moved<'_>>,
    mut came: Vec<Moved<'_>>,
    report: &mut impl FnMut(Option<&AccountKey>, Option<EntryKey>, Option<EntryKey>, Reason),
) {
    if gone.is_empty() {
        came.into_iter().for_each(|new| report(None, None, Some(new.key), Reason::Added));
        return;
    }
    gone.sort_by(|one, other| (&one.key, one.account).cmp(&(&other.key, other.account)));
    came.sort_by(|one, other| one.key.cmp(&other.key));
    let mut left = Left::new(&gone);
    let mut booked = |old: &Moved<'_>, new: Moved<'_>| {
        let reason = if new.entry.is_final { Reason::Booked } else { Reason::Replaced };
        report(Some(old.account), Some(old.key.clone()), Some(new.key), reason);
    };
    // A key says more than an id, and an id more than an amount: all of the better are matched first.
    let (same, came) = split(came, |new| left.take_key(&new.key));
    let (of_id, came) = split(came, |new| left.take_id(new.entry));
    let (nearest, came) = split(came, |new| left.take_nearest(new.entry));
    of_id.into_iter().chain(nearest).for_each(|(old, new)| booked(&gone[old], new));
    for (old, new) in same {
        let old = &gone[old];
        let corrected = (old.entry.day, old.entry.amount, &old.entry.instalment)
            != (new.entry.day, new.entry.amount, &new.entry.instalment);
        let reason = if corrected { Reason::Corrected } else { Reason::Updated };
        report(Some(old.account), Some(old.key.clone()), Some(new.key), reason);
    }
    for new in came {
        report(None, None, Some(new.key), Reason::Added);
    }
    let taken = left.taken;
    for (old, _) in gone.into_iter().zip(taken).filter(|(_, taken)| !taken) {
        let reason = if old.merged { Reason::Merged } else { Reason::Cancelled };
        report(Some(old.account), Some(old.key), None, reason);
    }
}

/// Those for which there is a match, with it, and the others.
fn split<'a>(
    all: Vec<Moved<'a>>,
    mut take: impl FnMut(&Moved<'a>) -> Option<usize>,
) -> (Vec<(usize, Moved<'a>)>, Vec<Moved<'a>>) {
    let (mut matched, mut others) = (Vec::new(), Vec::new());
    for new in all {
        match take(&new) {
            Some(old) => matched.push((old, new)),
            None => others.push(new),
        }
    }
    (matched, others)
}

/// The entries that are gone and have no match, by place.
struct Left<'a> {
    gone: &'a [Moved<'a>],
    taken: Vec<bool>,
    by_key: HashMap<&'a EntryKey, usize>,
    /// Pending entries by an id that no other has.
    by_id: HashMap<&'a Text, Option<usize>>,
    /// Pending entries. Places are in the order of keys, which decides between two of one day.
    by_amount: BTreeMap<Amount, BTreeSet<(civil::Date, usize)>>,
}

impl<'a> Left<'a> {
    fn new(gone: &'a [Moved<'a>]) -> Self {
        let (mut by_key, mut by_id) = (HashMap::new(), HashMap::new());
        let mut by_amount: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (place, moved) in gone.iter().enumerate() {
            by_key.entry(&moved.key).or_insert(place);
            if moved.entry.is_final {
                continue;
            }
            if let Some(id) = identifying(moved.entry) {
                by_id.entry(id).and_modify(|place| *place = None).or_insert(Some(place));
            }
            if let Some((amount, day)) = moved.entry.amount.zip(moved.entry.day) {
                by_amount.entry(amount).or_default().insert((day, place));
            }
        }
        Self { gone, taken: vec![false; gone.len()], by_key, by_id, by_amount }
    }

    fn take(&mut self, place: usize) -> Option<usize> {
        if std::mem::replace(&mut self.taken[place], true) {
            return None;
        }
        let entry = self.gone[place].entry;
        if let Some((amount, day)) = entry.amount.zip(entry.day)
            && let Some(left) = self.by_amount.get_mut(&amount)
        {
            left.remove(&(day, place));
        }
        Some(place)
    }

    fn take_key(&mut self, key: &EntryKey) -> Option<usize> {
        let place = *self.by_key.get(key)?;
        self.take(place)
    }

    fn take_id(&mut self, new: &Entry) -> Option<usize> {
        let place = (*self.by_id.get(identifying(new)?)?)?;
        self.take(place)
    }

    fn take_nearest(&mut self, new: &Entry) -> Option<usize> {
        let (amount, day) = new.amount.zip(new.day)?;
        let left = self.by_amount.get(&amount)?;
        let first_of = |day| left.range((day, 0)..).next();
        let earlier = left.range(..(day, 0)).next_back().and_then(|(day, _)| first_of(*day));
        let both = [first_of(day), earlier].into_iter().flatten();
        let nearest = both.min_by_key(|(other, place)| ((*other - day).get_days().unsigned_abs(), *place));
        self.take(nearest?.1)
    }
}
