//! The accounts that reports name, each once: what is known of it, its balances, its card limits.

mod balance;
mod details;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;
use provider_wire::Text;
use serde::{Deserialize, Serialize};

use crate::latest::{Latest, pairs};
use crate::marks::{clear, groups};
use crate::{AccountIdentity, AccountKey, AccountKind, Source};
pub use balance::{Balance, BalanceKind, CardLimit};
use details::Details;
pub use details::{AccountDetails, HolderType, Ownership};

/// What one report says of one account.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AccountSnapshot {
    /// Which account.
    pub account: AccountIdentity,
    /// Who reports, over which consent.
    pub source: Source,
    /// When the report was made; `None` where it does not say, which counts as the oldest.
    pub as_of: Option<Timestamp>,
    /// Bank, number, holder.
    pub details: AccountDetails,
    /// The balances that the report states.
    pub balances: Vec<Balance>,
    /// The limits of a card that the report states.
    pub card_limits: Vec<CardLimit>,
}

impl AccountSnapshot {
    /// An account that a report names, without anything more about it.
    pub fn new(account: AccountIdentity, source: Source, as_of: Option<Timestamp>) -> Self {
        let details = AccountDetails::default();
        Self { account, source, as_of, details, balances: Vec::new(), card_limits: Vec::new() }
    }
}

/// An account, put together of every report that names it.
///
/// It does not know whether the account is still open: no report says that an account was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Its key: that of a [`Ledger`](crate::Ledger) that has seen the same reports. Where the ledger has seen fewer, ask
    /// it for the key of [`identity`](Self::identity).
    pub key: AccountKey,
    /// Everything by which reports identify it.
    pub identity: AccountIdentity,
    /// Kind of account. A prepaid payment account is a checking account here, since reports list it among those; see
    /// [`AccountDetails::account_type`].
    pub kind: AccountKind,
    /// Each fact as the newest report states it that states it at all.
    pub details: AccountDetails,
    /// The newest balance of each kind and currency.
    pub balances: Vec<Balance>,
    /// The limits that the newest report with any states.
    pub card_limits: Vec<CardLimit>,
    /// When that report was made.
    pub card_limits_as_of: Option<Timestamp>,
    /// Who names the account, over which consents.
    pub sources: Vec<Source>,
    /// When the newest report that names it was made.
    pub as_of: Option<Timestamp>,
}

impl Account {
    /// The newest balance of a kind in reais.
    pub fn balance(&self, kind: BalanceKind) -> Option<&Balance> {
        self.balances.iter().find(|balance| balance.kind == kind && balance.currency.is_none())
    }
}

/// The accounts that reports name.
///
/// Reports are added in any order, and may be added twice. Two spellings of an account are one, also over two consents.
/// It can be saved with serde.
///
/// An account whose kind no report says is the checking or savings account of the same bank, branch and number. Where
/// there are both, it stands apart as [`AccountKind::Unknown`].
///
/// ```
/// use statements::{AccountIdentity, AccountKind, AccountSnapshot, Accounts, Balance, BalanceKind, Bank, Source};
///
/// let snapshot = |cnpj, day: &str, amount: &str| -> Result<_, Box<dyn std::error::Error>> {
///     let bank = Bank { cnpj: Some(cnpj), ..Bank::default() };
///     let account = AccountIdentity::of_account(AccountKind::Checking, &bank, Some("12"), Some("94088"));
///     let mut snapshot = AccountSnapshot::new(account, Source::new("klavi", None), Some(day.parse()?));
///     snapshot.add_balance(BalanceKind::Available, amount.parse()?, None, None);
///     Ok(snapshot)
/// };
/// let mut accounts = Accounts::new();
/// accounts.add(&[snapshot("00.000.000/0001-91", "2026-01-02T12:00:00Z", "20.00")?]);
/// accounts.add(&[snapshot("191", "2026-01-01T12:00:00Z", "10.00")?]);
///
/// let [account] = &accounts.accounts()[..] else { panic!("one account") };
/// assert_eq!(account.balance(BalanceKind::Available).unwrap().amount.to_string(), "20.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    /// What is known by each set of marks. Which of them are one account is decided when it is asked, so that the order of
    /// arrival does not matter.
    #[serde(with = "pairs")]
    records: BTreeMap<AccountIdentity, Record>,
    /// Marks that two cards of one report carried.
    ambiguous: BTreeSet<Text>,
}

/// What is known of an account. It grows by union, minimum and maximum alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    first_seen: Option<Timestamp>,
    last_seen: Option<Timestamp>,
    sources: BTreeSet<Source>,
    details: Details,
    balances: BTreeSet<Balance>,
    card_limits: Latest<BTreeSet<CardLimit>>,
}

impl Accounts {
    /// No accounts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the accounts of one report, all of them together: a mark that two of its cards carry, such as their name,
    /// identifies neither.
    pub fn add<'a>(&mut self, report: impl IntoIterator<Item = &'a AccountSnapshot>) {
        let snapshots: Vec<_> = report.into_iter().collect();
        let mut carried: HashMap<&Text, &Text> = HashMap::new();
        // Other accounts have no mark without branch and number.
        let cards = snapshots.iter().filter(|snapshot| snapshot.account.kind() == AccountKind::Card);
        for snapshot in cards {
            let marks = snapshot.account.marks();
            for mark in marks {
                if *carried.entry(mark).or_insert(&marks[0]) != &marks[0] {
                    self.ambiguous.insert(mark.clone());
                }
            }
        }
        for snapshot in snapshots {
            let record = Record::of(snapshot);
            match self.records.get_mut(&snapshot.account) {
                Some(known) => known.merge(&record),
                None => drop(self.records.insert(snapshot.account.clone(), record)),
            }
        }
    }

    /// The accounts, by key.
    pub fn accounts(&self) -> Vec<Account> {
        let mut accounts: Vec<_> = self.groups().into_iter().map(|group| self.account(&group)).collect();
        accounts.sort_by(|one, other| one.key.cmp(&other.key));
        accounts
    }

    /// The account that a report names, in any spelling.
    pub fn find(&self, account: &AccountIdentity) -> Option<Account> {
        let same = |record: &&AccountIdentity| {
            let mut marks = clear(record.marks(), &self.ambiguous);
            marks.any(|mark| clear(account.marks(), &self.ambiguous).any(|own| own == mark))
        };
        let groups = self.groups();
        groups.into_iter().find(|group| group.iter().any(same)).map(|group| self.account(&group))
    }

    /// The records of each account.
    fn groups(&self) -> Vec<Vec<&AccountIdentity>> {
        let (known, unknown): (Vec<_>, Vec<_>) =
            self.records.keys().partition(|record| record.kind() != AccountKind::Unknown);
        let grouped = |records: &[&'_ AccountIdentity]| {
            groups(records.iter().map(|record| record.marks()), &self.ambiguous)
        };
        let pick = |records: &[&'_ AccountIdentity], places: Vec<usize>| -> Vec<&AccountIdentity> {
            places
                .into_iter()
                .filter_map(|place| self.records.get_key_value(records[place]))
                .map(|(key, _)| key)
                .collect()
        };
        let mut accounts: Vec<_> = grouped(&known).into_iter().map(|places| pick(&known, places)).collect();
        let carriers: HashMap<&Text, usize> = accounts
            .iter()
            .enumerate()
            .flat_map(|(place, group)| group.iter().map(move |record| (place, record)))
            .flat_map(|(place, record)| clear(record.marks(), &self.ambiguous).map(move |mark| (mark, place)))
            .collect();
        let fits = |group: &[&AccountIdentity]| -> Option<usize> {
            let kinds = [AccountKind::Checking, AccountKind::Savings];
            let marks =
                group.iter().flat_map(|record| kinds.into_iter().flat_map(|kind| record.marks_as(kind)));
            let places: BTreeSet<_> = marks.filter_map(|mark| carriers.get(&mark)).copied().collect();
            if places.len() == 1 { places.into_iter().next() } else { None }
        };
        let of_unknown: Vec<_> = grouped(&unknown)
            .into_iter()
            .map(|places| pick(&unknown, places))
            .map(|group| (fits(&group), group))
            .collect();
        drop(carriers);
        for (place, group) in of_unknown {
            match place.and_then(|place| accounts.get_mut(place)) {
                Some(account) => account.extend(group),
                None => accounts.push(group),
            }
        }
        accounts
    }

    fn account(&self, group: &[&AccountIdentity]) -> Account {
        let records = || group.iter().filter_map(|identity| Some((*identity, self.records.get(*identity)?)));
        let whole = records().map(|(_, record)| record.clone()).reduce(|mut whole, record| {
            whole.merge(&record);
            whole
        });
        let whole = whole.unwrap_or_default();
        let kind = group.iter().map(|record| record.kind()).min().unwrap_or(AccountKind::Unknown);
        let named = records().filter(|(identity, _)| identity.kind() == kind);
        let named = named
            .filter_map(|(identity, record)| {
                Some((record.first_seen, clear(identity.marks(), &self.ambiguous).next()?))
            })
            .min();
        let first = named.map_or_else(Text::default, |(_, mark)| mark.clone());
        let marks: BTreeSet<_> = group
            .iter()
            .flat_map(|record| clear(record.marks(), &self.ambiguous))
            .filter(|mark| mark.as_str().starts_with(kind.as_str()))
            .cloned()
            .collect();
        Account {
            key: AccountKey::new(first.clone()),
            identity: AccountIdentity::of_marks(kind, &first, marks),
            kind,
            details: whole.details.details(),
            balances: newest(&whole.balances),
            card_limits_as_of: whole.card_limits.as_of(),
            card_limits: whole.card_limits.get().into_iter().flatten().collect(),
            sources: whole.sources.into_iter().collect(),
            as_of: whole.last_seen,
        }
    }
}

impl Record {
    fn of(snapshot: &AccountSnapshot) -> Self {
        let AccountSnapshot { account: _, source, as_of, details, balances, card_limits } = snapshot;
        let mut limits = Latest::default();
        limits.add(*as_of, Some(&card_limits.iter().cloned().collect()).filter(|_| !card_limits.is_empty()));
        Self {
            first_seen: *as_of,
            last_seen: *as_of,
            sources: BTreeSet::from([source.clone()]),
            details: Details::of(*as_of, details),
            balances: newest(&balances.iter().cloned().collect()).into_iter().collect(),
            card_limits: limits,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        self.sources.extend(other.sources.iter().cloned());
        self.details.merge(&other.details);
        self.balances.extend(other.balances.iter().cloned());
        self.balances = newest(&self.balances).into_iter().collect();
        self.card_limits.merge(&other.card_limits);
    }
}

/// The newest balance of each kind and currency.
fn newest(balances: &BTreeSet<Balance>) -> Vec<Balance> {
    let mut newest: BTreeMap<(BalanceKind, &Option<Text>), &Balance> = BTreeMap::new();
    for balance in balances {
        let kept = newest.entry((balance.kind, &balance.currency)).or_insert(balance);
        if (kept.as_of, *kept) < (balance.as_of, balance) {
            *kept = balance;
        }
    }
    newest.into_values().cloned().collect()
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accounts({})", self.groups().len())
    }
}
