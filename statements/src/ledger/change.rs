//! What a report changed, and why.

use std::collections::BTreeMap;

use crate::{AccountKey, Entry, EntryKey};

/// What taking in a report changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// Accounts that go by another key now. The changes of entries below use the new keys.
    pub accounts: Vec<AccountChange>,
    /// Entries that came, changed or went.
    pub entries: Vec<Change>,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.entries.is_empty()
    }
}

/// An account that goes by another key: an older report gave it another name, or two accounts turned out to be one. Read
/// its entries anew under the new key, since joining two may change their keys as well.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountChange {
    /// The key that is gone.
    pub old: AccountKey,
    /// The key that is used now.
    pub new: AccountKey,
}

/// What became of one entry.
///
/// To keep rows of your own: delete the row of `old`, write the row of `new` from [`Ledger::get`](crate::Ledger::get).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The account.
    pub account: AccountKey,
    /// Its key before; `None` for a new entry.
    pub old: Option<EntryKey>,
    /// Its key now; `None` for an entry that is gone.
    pub new: Option<EntryKey>,
    /// Why.
    pub reason: Reason,
}

/// Why an entry changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The entry is new.
    Added,
    /// The bank or the provider says more of it, or something else, beside what identifies it.
    Updated,
    /// A pending entry was booked. The two are matched by their id, else by amount and nearest day: a hint for rows of your
    /// own, on which the ledger does not depend.
    Booked,
    /// A pending entry came back in another form, still pending. Matched like [`Booked`](Self::Booked).
    Replaced,
    /// The newest complete report no longer has it.
    Cancelled,
    /// The bank changed amount, day or instalment of a booked entry under the same id.
    Corrected,
    /// Its key changed alone, because its id turned out to identify more than one entry, or again only one.
    SharedId,
}

/// An entry that came or went.
pub(super) struct Moved {
    pub(super) key: EntryKey,
    pub(super) entry: Entry,
}

/// Pairs entries that are gone with new ones.
pub(super) fn pair(
    gone: Vec<Moved>,
    mut came: Vec<Moved>,
) -> Vec<(Option<EntryKey>, Option<EntryKey>, Reason)> {
    // Pairs are the same whatever order the reports were worked through in.
    came.sort_by(|one, other| one.key.cmp(&other.key));
    let mut gone: BTreeMap<_, _> = gone.into_iter().map(|moved| (moved.key, moved.entry)).collect();
    let mut out = Vec::new();
    came.retain(|new| match gone.remove(&new.key) {
        // The same id in another form.
        Some(old) => {
            let corrected = (old.day, old.amount, &old.instalment)
                != (new.entry.day, new.entry.amount, &new.entry.instalment);
            let reason = if corrected { Reason::Corrected } else { Reason::Updated };
            out.push((Some(new.key.clone()), Some(new.key.clone()), reason));
            false
        }
        None => true,
    });
    let mut by_id = BTreeMap::new();
    let mut by_amount: BTreeMap<_, Vec<EntryKey>> = BTreeMap::new();
    for (key, entry) in gone.iter().filter(|(_, entry)| !entry.is_final) {
        if let Some(id) = super::variant::identifying(entry) {
            by_id.insert(id.clone(), key.clone());
        }
        by_amount.entry(entry.amount).or_default().push(key.clone());
    }
    let of_id = |gone: &BTreeMap<EntryKey, Entry>, entry: &Entry| {
        let key = by_id.get(super::variant::identifying(entry)?)?;
        gone.contains_key(key).then(|| key.clone())
    };
    let nearest = |gone: &BTreeMap<EntryKey, Entry>, entry: &Entry| {
        let (amount, day) = (entry.amount?, entry.day?);
        let left = by_amount.get(&Some(amount))?.iter().filter_map(|key| Some((key, gone.get(key)?.day?)));
        let (_, key) = left.map(|(key, other)| ((other - day).get_days().unsigned_abs(), key)).min()?;
        Some(key.clone())
    };
    // An id says more than an amount, so all ids are matched first.
    let mut left = Vec::new();
    for new in came {
        match of_id(&gone, &new.entry) {
            Some(old) => replaced(&mut out, &mut gone, old, &new),
            None => left.push(new),
        }
    }
    for new in left {
        match nearest(&gone, &new.entry) {
            Some(old) => replaced(&mut out, &mut gone, old, &new),
            None => out.push((None, Some(new.key), Reason::Added)),
        }
    }
    out.extend(gone.into_keys().map(|key| (Some(key), None, Reason::Cancelled)));
    out
}

fn replaced(
    out: &mut Vec<(Option<EntryKey>, Option<EntryKey>, Reason)>,
    gone: &mut BTreeMap<EntryKey, Entry>,
    old: EntryKey,
    new: &Moved,
) {
    gone.remove(&old);
    let reason = if new.entry.is_final { Reason::Booked } else { Reason::Replaced };
    out.push((Some(old), Some(new.key.clone()), reason));
}
