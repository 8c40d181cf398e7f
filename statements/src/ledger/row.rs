//! A ledger as rows of a table with the columns `account`, `entry` and `data`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use provider_wire::Text;
use serde::{Deserialize, Serialize};

use super::Ledger;
use super::book::{Book, Window};
use super::variant::{Seen, Variant};
use crate::{AccountKey, AccountKind, Entry, Source};

/// One row of a saved ledger: account and entry are its key. Personal data, so closed to `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// Key of the account; blank in the row of the ledger itself.
    pub account: String,
    /// Tells the entry from others of the account; blank in the row of the account. It is no
    /// [`EntryKey`](crate::EntryKey), which may change.
    pub entry: String,
    /// JSON text.
    pub data: String,
}

impl Row {
    /// A row as it was saved.
    pub fn new(account: impl Into<String>, entry: impl Into<String>, data: impl Into<String>) -> Self {
        Self { account: account.into(), entry: entry.into(), data: data.into() }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Row(..)")
    }
}

/// What to do with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// Write it, in place of one with the same key.
    Put(Row),
    /// Delete it. Its data is blank.
    Delete(Row),
}

/// Why rows make no ledger. Holds nothing of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The data is not what a ledger writes.
    #[error("a row holds no data of a ledger: load the columns account, entry and data as they were saved")]
    Data,
    /// The row of an account is not there.
    #[error("the row of an account is missing: load every row of the table")]
    Account,
}

#[derive(Serialize, Deserialize)]
struct LedgerData {
    ambiguous: BTreeSet<Text>,
}

#[derive(Serialize, Deserialize)]
struct AccountData {
    kind: AccountKind,
    named_at: Timestamp,
    marks: BTreeSet<Text>,
    shared: BTreeSet<Text>,
    sources: Vec<SourceData>,
}

#[derive(Serialize, Deserialize)]
struct SourceData {
    source: Source,
    newest: Timestamp,
    coverage: BTreeMap<Timestamp, Window>,
}

#[derive(Serialize, Deserialize)]
struct EntryData {
    ordinal: u32,
    /// Absent where it decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Timestamp>,
    /// Absent of what the newest report of its source shows, so that an unchanged report changes no row.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Timestamp>,
    source: Source,
    /// Absent where it is that of `last`, however that moves on.
    #[serde(skip_serializing_if = "Option::is_none")]
    categorised: Option<Timestamp>,
    entry: Entry,
}

fn json(data: &impl Serialize) -> String {
    // Maps with text keys and leaves: nothing of it can fail.
    serde_json::to_string(data).unwrap_or_default()
}

pub(super) fn of_ledger(ledger: &Ledger) -> impl Iterator<Item = Row> {
    let data = LedgerData { ambiguous: ledger.ambiguous.clone() };
    (!data.ambiguous.is_empty()).then(|| Row::new("", "", json(&data))).into_iter()
}

pub(super) fn of_book(book: &Book) -> impl Iterator<Item = Row> {
    let entries = book.seen.iter().map(|(variant, seen)| of_entry(book, variant, seen));
    std::iter::once(of_account(book)).chain(entries)
}

fn of_account(book: &Book) -> Row {
    let sources = book.newest.iter().map(|(source, newest)| SourceData {
        source: (**source).clone(),
        newest: *newest,
        coverage: book.coverage.get(source).cloned().unwrap_or_default(),
    });
    let data = AccountData {
        kind: book.kind,
        named_at: book.named.0,
        marks: book.marks.clone(),
        shared: book.shared.clone(),
        sources: sources.collect(),
    };
    Row::new(book.named.1.as_str(), "", json(&data))
}

fn of_entry(book: &Book, variant: &Variant, seen: &Seen) -> Row {
    let last = Some(seen.last).filter(|last| book.newest.get(&seen.source) != Some(last));
    let data = EntryData {
        ordinal: variant.ordinal,
        first: Some(seen.first).filter(|_| book.is_held_by_id(variant)),
        last,
        source: (*seen.source).clone(),
        categorised: Some(seen.categorised).filter(|categorised| *categorised != seen.last),
        entry: seen.entry.clone(),
    };
    Row::new(book.named.1.as_str(), variant.content_key().as_str(), json(&data))
}

pub(super) fn changes(ledger: &mut Ledger) -> Vec<RowChange> {
    let mut put: BTreeMap<(String, String), RowChange> = BTreeMap::new();
    let mut add = |row: Row, delete: bool| {
        let key = (row.account.clone(), row.entry.clone());
        let change = if delete {
            RowChange::Delete(Row::new(row.account, row.entry, ""))
        } else {
            RowChange::Put(row)
        };
        put.insert(key, change);
    };
    // Whatever is there again is put after it was deleted.
    std::mem::take(&mut ledger.deleted).into_iter().for_each(|row| add(row, true));
    of_ledger(ledger).for_each(|row| add(row, false));
    for book in &mut ledger.books {
        for variant in std::mem::take(&mut book.dirty) {
            match book.seen.get(&variant) {
                Some(seen) => add(of_entry(book, &variant, seen), false),
                None => add(Row::new(book.named.1.as_str(), variant.content_key().as_str(), ""), true),
            }
        }
        add(of_account(book), false);
    }
    put.into_values().collect()
}

pub(super) fn restore(rows: impl IntoIterator<Item = Row>) -> Result<Ledger, RowError> {
    fn read<'a, T: Deserialize<'a>>(row: &'a Row) -> Result<T, RowError> {
        serde_json::from_str(&row.data).map_err(|_| RowError::Data)
    }
    let mut ledger = Ledger::default();
    let mut places = HashMap::new();
    let (accounts, entries): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.entry.is_empty());
    for row in accounts {
        if row.account.is_empty() {
            ledger.ambiguous = read::<LedgerData>(&row)?.ambiguous;
            continue;
        }
        let data: AccountData = read(&row)?;
        let mut book = Book::new(data.kind, (data.named_at, AccountKey::new(row.account.as_str().into())));
        ledger.marks.extend(data.marks.iter().map(|mark| (mark.clone(), ledger.books.len())));
        (book.marks, book.shared) = (data.marks, data.shared);
        for SourceData { source, newest, coverage } in data.sources {
            let source = Arc::new(source);
            book.newest.insert(source.clone(), newest);
            if !coverage.is_empty() {
                book.coverage.insert(source, coverage);
            }
        }
        places.insert(row.account, ledger.books.len());
        ledger.books.push(book);
    }
    for row in entries {
        let book = places
            .get(&row.account)
            .and_then(|place| ledger.books.get_mut(*place))
            .ok_or(RowError::Account)?;
        let data: EntryData = read(&row)?;
        let (source, newest) = book.newest.get_key_value(&data.source).ok_or(RowError::Account)?;
        let last = data.last.unwrap_or(*newest);
        let mut seen = Seen::new(data.entry, last, source.clone());
        seen.first = data.first.unwrap_or(last);
        seen.categorised = data.categorised.unwrap_or(last);
        book.restore(data.ordinal, seen);
    }
    for book in &mut ledger.books {
        drop(book.evaluate_all());
    }
    Ok(ledger)
}
