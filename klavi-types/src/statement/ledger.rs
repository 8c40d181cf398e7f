use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil;

use super::{AccountRef, Categories, EntryKey, Statement, StatementEntry};
use crate::reports::AnyReport;

/// The entries of all accounts as they are after the reports taken in so far. See the [rule](super).
///
/// ```
/// use klavi_types::reports::decode_report;
/// use klavi_types::statement::Ledger;
///
/// # fn body(time: &str, id: &str, state: &str) -> String {
/// #     format!(r#"{{"code":200,"productName":"pf_categorized_checking_l3","productReportTime":"{time}",
/// #     "checkingAccounts":[{{"number":"1","transactionDetails":[{{"transactionId":"{id}","type":"PIX",
/// #     "transactionDate":"2026-01-05","completedAuthorisedPaymentType":"{state}","creditDebitType":"DEBITO",
/// #     "transactionAmount":"10.00"}}]}}]}}"#)
/// # }
/// # let monday = body("2026-01-05T12:00:00", "a", "TRANSACAO_PROCESSANDO");
/// # let tuesday = body("2026-01-06T12:00:00", "b", "TRANSACAO_EFETIVADA");
/// let mut ledger = Ledger::new();
/// ledger.reconcile(&decode_report(monday.as_bytes())?.value); // the purchase is in progress, id `a`
/// ledger.reconcile(&decode_report(tuesday.as_bytes())?.value); // booked, id `b`
/// assert_eq!(ledger.entries().map(|(_, entry)| entry.key.as_str()).collect::<Vec<_>>(), ["b"]);
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Ledger {
    accounts: BTreeMap<AccountRef, Account>,
}

#[derive(Clone, Default, PartialEq)]
struct Account {
    entries: BTreeMap<EntryKey, Kept>,
    /// Complete reports by their time, with the first day that each covers.
    coverage: BTreeMap<Timestamp, civil::Date>,
}

#[derive(Clone, PartialEq)]
struct Kept {
    entry: StatementEntry,
    as_of: Timestamp,
    /// When the categories were given; they outlive a plain report that is newer.
    categorised_as_of: Timestamp,
}

/// What taking in a report changed, for whoever keeps rows of their own.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// A new entry.
    Added(AccountRef, EntryKey),
    /// An entry that says something else now.
    Updated(AccountRef, EntryKey),
    /// An entry that was not final and is no more.
    Removed(AccountRef, EntryKey),
    /// An entry that was not final and came back under another key: the one with the same amount and the nearest day.
    /// A hint for keys in other tables; what stays in the ledger does not depend on it.
    Replaced {
        /// The account.
        account: AccountRef,
        /// The key that is gone.
        old: EntryKey,
        /// The key that came.
        new: EntryKey,
    },
}

impl Ledger {
    /// A ledger without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a whole report and says what changed.
    pub fn reconcile(&mut self, report: &AnyReport) -> Vec<Change> {
        report.statements().iter().flat_map(|statement| self.reconcile_statement(statement)).collect()
    }

    /// Takes in the statement of one account.
    pub fn reconcile_statement(&mut self, statement: &Statement) -> Vec<Change> {
        let account = self.accounts.entry(statement.account.clone()).or_default();
        let before = account.entries.clone();
        account.take_in(statement);
        changes(&statement.account, &before, &account.entries)
    }

    /// Every entry with its account.
    pub fn entries(&self) -> impl Iterator<Item = (&AccountRef, &StatementEntry)> {
        self.accounts
            .iter()
            .flat_map(|(name, account)| account.entries.values().map(move |kept| (name, &kept.entry)))
    }

    /// One entry.
    pub fn get(&self, account: &AccountRef, key: &EntryKey) -> Option<&StatementEntry> {
        self.accounts.get(account)?.entries.get(key).map(|kept| &kept.entry)
    }
}

impl Account {
    fn take_in(&mut self, statement: &Statement) {
        if statement.is_complete
            && let Some(first) = statement.entries.iter().filter_map(|entry| entry.day).min()
        {
            let covered = self.coverage.entry(statement.as_of).or_insert(first);
            *covered = first.min(*covered);
        }
        for entry in &statement.entries {
            self.merge(Kept {
                entry: entry.clone(),
                as_of: statement.as_of,
                categorised_as_of: statement.as_of,
            });
        }
        let Self { entries, coverage } = self;
        entries.retain(|_, kept| kept.entry.is_final || !is_covered_later(coverage, kept));
    }

    /// A final form wins over one that is not, then the newer; a final entry keeps its best categories.
    fn merge(&mut self, new: Kept) {
        let Some(old) = self.entries.get_mut(&new.entry.key) else {
            self.entries.insert(new.entry.key.clone(), new);
            return;
        };
        let rank = |kept: &Kept| (kept.entry.is_final, kept.as_of);
        let wins = rank(&new).cmp(&rank(old)).then_with(|| new.entry.compare(&old.entry)).is_gt();
        let both_final = old.entry.is_final && new.entry.is_final;
        let categories = both_final.then(|| best_categories(old, &new));
        if wins {
            *old = new;
        }
        if let Some(categories) = categories {
            (old.entry.categories, old.categorised_as_of) = categories;
        }
    }
}

/// Any category says more than none; then the newer.
fn best_categories(old: &Kept, new: &Kept) -> (Categories, Timestamp) {
    let rank = |kept: &Kept| {
        (kept.entry.categories.levels() > 0, kept.categorised_as_of, kept.entry.categories.clone())
    };
    let best = if rank(new) > rank(old) { new } else { old };
    (best.entry.categories.clone(), best.categorised_as_of)
}

fn is_covered_later(coverage: &BTreeMap<Timestamp, civil::Date>, kept: &Kept) -> bool {
    let Some(day) = kept.entry.day else { return false };
    let after = (std::ops::Bound::Excluded(kept.as_of), std::ops::Bound::Unbounded);
    coverage.range(after).any(|(_, first)| *first <= day)
}

fn changes(
    account: &AccountRef,
    before: &BTreeMap<EntryKey, Kept>,
    after: &BTreeMap<EntryKey, Kept>,
) -> Vec<Change> {
    let mut gone: Vec<&StatementEntry> =
        before.iter().filter(|(key, _)| !after.contains_key(*key)).map(|(_, kept)| &kept.entry).collect();
    let mut out = Vec::new();
    for (key, kept) in after {
        let change = match before.get(key) {
            Some(old) if old.entry == kept.entry => continue,
            Some(_) => Change::Updated(account.clone(), key.clone()),
            None => match take_twin(&mut gone, &kept.entry) {
                Some(old) => Change::Replaced { account: account.clone(), old, new: key.clone() },
                None => Change::Added(account.clone(), key.clone()),
            },
        };
        out.push(change);
    }
    out.extend(gone.into_iter().map(|entry| Change::Removed(account.clone(), entry.key.clone())));
    out
}

fn take_twin(gone: &mut Vec<&StatementEntry>, came: &StatementEntry) -> Option<EntryKey> {
    let distance = |entry: &StatementEntry| match (entry.day, came.day) {
        (Some(old), Some(new)) => Some((new - old).get_days().unsigned_abs()),
        _ => None,
    };
    let twins =
        gone.iter().enumerate().filter(|(_, entry)| entry.amount.is_some() && entry.amount == came.amount);
    let (_, index) = twins.filter_map(|(index, entry)| Some((distance(entry)?, index))).min()?;
    Some(gone.remove(index).key.clone())
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries: usize = self.accounts.values().map(|account| account.entries.len()).sum();
        write!(f, "Ledger({} accounts, {entries} entries)", self.accounts.len())
    }
}
