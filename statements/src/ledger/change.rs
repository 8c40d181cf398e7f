//! What a report changed, and why.

mod pair;

use std::cmp::Ordering;

use crate::{AccountKey, EntryKey};
pub(super) use pair::{Moved, pair};

/// What taking in a report changed.
///
/// A table of your own, with one row for each entry under account and key, follows the ledger in three steps. The rows that
/// no step names are as they were.
///
/// 1. Delete the row of [`old_account`](Change::old_account) and [`old`](Change::old), for each change that has an `old`.
/// 2. Give the rows of [`AccountChange::old`] the account [`AccountChange::new`].
/// 3. Write the row of [`account`](Change::account) and [`new`](Change::new) from [`Ledger::get`](crate::Ledger::get), for
///    each change that has a `new`.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use statements::{AccountKey, Changes, Entry, EntryKey, Ledger};
///
/// fn follow(table: &mut BTreeMap<(AccountKey, EntryKey), Entry>, changes: &Changes, ledger: &Ledger) {
///     for change in &changes.entries {
///         if let Some(old) = &change.old {
///             table.remove(&(change.old_account().clone(), old.clone()));
///         }
///     }
///     for renamed in &changes.accounts {
///         let rows: Vec<_> = table.extract_if(.., |(account, _), _| *account == renamed.old).collect();
///         table.extend(rows.into_iter().map(|((_, key), entry)| ((renamed.new.clone(), key), entry)));
///     }
///     for change in &changes.entries {
///         if let Some(new) = &change.new
///             && let Some(entry) = ledger.get(&change.account, new)
///         {
///             table.insert((change.account.clone(), new.clone()), entry.clone());
///         }
///     }
/// }
/// # follow(&mut BTreeMap::new(), &Changes::default(), &Ledger::new());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changes {
    /// Accounts that have another key. Two of one `new` key turned out to be one account.
    pub accounts: Vec<AccountChange>,
    /// Entries that are new, changed or gone, by account and key.
    pub entries: Vec<Change>,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.entries.is_empty()
    }
}

/// An account that has another key: an older report gave it another name, or two accounts turned out to be one.
///
/// Its entries keep their keys, but for those of [`Changes::entries`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountChange {
    /// The key before the report.
    pub old: AccountKey,
    /// The key since the report.
    pub new: AccountKey,
}

/// A change of one entry. [`Changes`] says how a table of your own follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Key of the account.
    pub account: AccountKey,
    /// Where it was another before the report.
    pub(super) from: Option<AccountKey>,
    /// Key of the entry before the report; `None` for a new entry.
    pub old: Option<EntryKey>,
    /// Key of the entry since the report; `None` for an entry that is gone.
    pub new: Option<EntryKey>,
    /// Why the entry changed.
    pub reason: Reason,
}

impl Change {
    /// Key of the account before the report. It differs from [`account`](Self::account) where [`Changes::accounts`] lists
    /// it.
    pub fn old_account(&self) -> &AccountKey {
        self.from.as_ref().unwrap_or(&self.account)
    }

    pub(super) fn order_of_keys(&self, other: &Self) -> Ordering {
        (&self.old, &self.new, &self.from).cmp(&(&other.old, &other.new, &other.from))
    }
}

/// Why an entry changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The entry is new.
    Added,
    /// The bank or the provider says more of the entry, or something else, beside what identifies it.
    Updated,
    /// A pending entry was booked. The two are matched by their id, else by amount and nearest day: a hint for rows of your
    /// own, on which the ledger does not depend.
    Booked,
    /// A pending entry is listed in another form, still pending. Matched like [`Booked`](Self::Booked).
    Replaced,
    /// The newest complete report does not list the entry.
    Cancelled,
    /// The entry is the same as another, which stays: two accounts turned out to be one, or a booked entry has the id of
    /// this pending one.
    Merged,
    /// The bank changed amount, day or instalment of a booked entry under the same id.
    Corrected,
    /// Only the key changed: the id identifies more than one entry, or again a single one.
    SharedId,
}
