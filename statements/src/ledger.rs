//! The entries of all accounts as they are after the reports taken in so far. See the rules in the crate's documentation.

mod book;
mod carriers;
mod change;
mod row;
mod variant;
mod variants;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use provider_wire::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{AccountIdentity, AccountKey, AccountKind, Entry, EntryKey, Statement};
use book::Book;
pub use change::{AccountChange, Change, Changes, Reason};
pub use row::{Row, RowChange, RowError};

/// The entries of all accounts.
///
/// It can be saved whole with serde, or row by row: see [`rows`](Self::rows) and [`row_changes`](Self::row_changes).
///
/// ```
/// use statements::{AccountIdentity, AccountKind, Bank, Entry, Ledger, Source, Statement};
///
/// let bank = Bank { cnpj: Some("00000000000191"), ..Bank::default() };
/// let account = AccountIdentity::of_account(AccountKind::Checking, &bank, Some("12"), Some("94088"));
/// let mut statement = Statement::new(account, Source::new("klavi", None), "2026-01-10T12:00:00Z".parse()?);
/// let mut entry = Entry::default();
/// entry.id = Some("a".into());
/// entry.is_final = true;
/// entry.amount = Some("-50.00".parse()?);
/// statement.entries.push(entry);
///
/// let mut ledger = Ledger::new();
/// assert_eq!(ledger.reconcile([&statement]).entries.len(), 1);
/// assert!(ledger.reconcile([&statement]).is_empty());
/// assert_eq!(ledger.entries().next().unwrap().key.as_str(), "a");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Ledger {
    books: Vec<Book>,
    /// Which account has a mark.
    marks: HashMap<Text, usize>,
    /// Marks that two accounts of one report carried.
    ambiguous: BTreeSet<Text>,
    ambiguous_unsaved: bool,
    /// Rows, without their data, of accounts that have another key.
    deleted: Vec<Row>,
}

/// An entry of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerEntry<'a> {
    /// The key of its account; see [`Ledger::accounts`].
    pub account: &'a AccountKey,
    /// Kind of its account.
    pub kind: AccountKind,
    /// What tells it from the others of its account.
    pub key: &'a EntryKey,
    /// The entry.
    pub entry: &'a Entry,
}

impl Ledger {
    /// A ledger without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the statements of one report, all of them together, and reports what changed.
    ///
    /// Two accounts of one report are two, so a name that both have identifies neither. A report that repeats the one before
    /// costs one comparison for each entry.
    pub fn reconcile<'a>(&mut self, report: impl IntoIterator<Item = &'a Statement>) -> Changes {
        let statements: Vec<_> = report.into_iter().collect();
        self.note_ambiguous(&statements);
        for statement in statements {
            let book = self.book_of(statement);
            self.books[book].take_in(statement);
        }
        let mut changes = Changes::default();
        let mut books: Vec<_> = self.books.iter_mut().collect();
        books.sort_by(|one, other| one.named.1.cmp(&other.named.1));
        books.into_iter().for_each(|book| book.report_changes(&mut changes));
        changes.accounts.sort_by(|one, other| one.old.cmp(&other.old));
        changes
    }

    /// A mark that two accounts of one report carry, such as the name of two cards, identifies neither.
    fn note_ambiguous(&mut self, statements: &[&Statement]) {
        let mut carried: HashMap<&Text, &Text> = HashMap::new();
        for statement in statements {
            let marks = statement.account.marks();
            for mark in marks {
                if *carried.entry(mark).or_insert(&marks[0]) != &marks[0] {
                    self.ambiguous_unsaved |= self.ambiguous.insert(mark.clone());
                }
            }
        }
    }

    /// The account of a statement. Accounts that it shows to be one become one.
    fn book_of(&mut self, statement: &Statement) -> usize {
        let all = statement.account.marks();
        let clear = || all.iter().filter(|mark| !self.ambiguous.contains(*mark));
        // Where nothing is clear, the best has to do.
        let marks: Vec<_> =
            if clear().next().is_some() { clear().cloned().collect() } else { vec![all[0].clone()] };
        let named = (statement.as_of, AccountKey::new(marks[0].clone()));
        let known: BTreeSet<_> = marks.iter().filter_map(|mark| self.marks.get(mark)).copied().collect();
        let mut known = known.into_iter();
        let book = known.next().unwrap_or_else(|| {
            self.books.push(Book::new(statement.account.kind(), named.clone()));
            self.books.len() - 1
        });
        let joined: Vec<_> = known.collect();
        let named =
            joined.iter().chain([&book]).fold(named, |named, one| named.min(self.books[*one].named.clone()));
        let renamed = self.books[book].named.1 != named.1;
        for one in joined.iter().chain([&book]) {
            if self.books[*one].named.1 != named.1 {
                self.deleted.extend(row::keys_of_book(&mut self.books[*one]));
            }
        }
        // From the last on, so that the others keep their place.
        for other in joined.iter().rev() {
            let other = self.books.remove(*other);
            self.books[book].join(other);
        }
        let one = &mut self.books[book];
        one.named = named;
        one.marks.extend(marks.iter().cloned());
        if renamed {
            one.mark_all_dirty();
        }
        if joined.is_empty() {
            self.marks.extend(marks.into_iter().map(|mark| (mark, book)));
        } else {
            let books = self.books.iter().enumerate();
            let marks =
                books.flat_map(|(place, book)| book.marks.iter().map(move |mark| (mark.clone(), place)));
            self.marks = marks.collect();
        }
        book
    }

    /// The key under which this ledger has an account; it may be older than [`AccountIdentity::key`].
    pub fn account_of(&self, account: &AccountIdentity) -> Option<AccountKey> {
        let marks = account.marks();
        let clear = marks.iter().filter(|mark| !self.ambiguous.contains(*mark));
        let book = clear.chain(&marks[..1]).find_map(|mark| self.marks.get(mark))?;
        Some(self.books[*book].key())
    }

    /// The accounts: key and kind.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountKey, AccountKind)> {
        self.books.iter().map(|book| (book.key(), book.kind))
    }

    /// Every entry, by account and key.
    pub fn entries(&self) -> impl Iterator<Item = LedgerEntry<'_>> {
        let books: BTreeMap<_, _> = self.books.iter().map(|book| (&book.named.1, book)).collect();
        books.into_iter().flat_map(|(account, book)| {
            book.entries().map(move |(key, entry)| LedgerEntry { account, kind: book.kind, key, entry })
        })
    }

    /// The entry with this key; `None` where the account has none.
    pub fn get(&self, account: &AccountKey, key: &EntryKey) -> Option<&Entry> {
        self.books.iter().find(|book| book.named.1 == *account)?.get(key)
    }

    /// Everything to save: one row for each account and for each form of an entry, also of some that are no entries.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        row::of_ledger(self).chain(self.books.iter().flat_map(row::of_book))
    }

    /// What to write since the last call: an unchanged report writes the row of each of its accounts, and no other. Of a
    /// ledger that was just loaded, there is nothing to write.
    pub fn row_changes(&mut self) -> Vec<RowChange> {
        row::changes(self)
    }

    /// A ledger out of the rows that were saved.
    ///
    /// # Errors
    /// [`RowError`] where a row is none of a ledger's or contradicts another, or the row of its account is missing.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Result<Self, RowError> {
        row::restore(rows)
    }
}

/// Two ledgers are equal where they know the same: not only the entries, but what decides about later reports.
impl PartialEq for Ledger {
    fn eq(&self, other: &Self) -> bool {
        let rows = |ledger: &Self| -> BTreeMap<_, _> {
            ledger.rows().map(|row| ((row.account, row.entry), row.data)).collect()
        };
        rows(self) == rows(other)
    }
}

impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}

impl<'de> Deserialize<'de> for Ledger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_rows(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ledger({} accounts, {} entries)", self.books.len(), self.entries().count())
    }
}
