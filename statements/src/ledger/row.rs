//! A ledger as rows of a table with the columns `account`, `entry` and `data`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;
use provider_wire::Text;
use serde::{Deserialize, Serialize};

use super::Ledger;
use super::book::{Book, Known, Unsaved, Window};
use super::variant::Variant;
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
    let entries = book.variants.iter().map(|(_, variant)| of_entry(book, variant));
    std::iter::once(of_account(book)).chain(entries)
}

/// Rows of the book without their data, as they may have been saved.
pub(super) fn keys_of_book(book: &mut Book) -> Vec<Row> {
    let account = book.named.1.as_str();
    let kept = book.variants.iter().map(|(_, variant)| variant.content_key());
    let keys = std::iter::once(String::new()).chain(kept).chain(book.unsaved.removed.drain(..));
    keys.map(|key| Row::new(account, key, "")).collect()
}

fn of_account(book: &Book) -> Row {
    let sources = book.sources.iter().map(|known| SourceData {
        source: known.source.clone(),
        newest: known.newest,
        coverage: known.windows.clone(),
    });
    let mut sources: Vec<_> = sources.collect();
    // Reports arrive in any order, and say the same.
    sources.sort_by(|one, other| one.source.cmp(&other.source));
    let data = AccountData {
        kind: book.kind,
        named_at: book.named.0,
        marks: book.marks.clone(),
        shared: book.shared.clone(),
        sources,
    };
    Row::new(book.named.1.as_str(), "", json(&data))
}

fn of_entry(book: &Book, variant: &Variant) -> Row {
    let known = &book.sources[variant.source];
    let data = EntryData {
        ordinal: variant.ordinal,
        first: Some(variant.first).filter(|_| book.is_held_by_id(variant)),
        last: Some(variant.last).filter(|last| known.newest != *last),
        source: known.source.clone(),
        categorised: Some(variant.categorised).filter(|categorised| *categorised != variant.last),
        entry: variant.entry.clone(),
    };
    Row::new(book.named.1.as_str(), variant.content_key(), json(&data))
}

pub(super) fn changes(ledger: &mut Ledger) -> Vec<RowChange> {
    let mut changes: BTreeMap<(String, String), RowChange> = BTreeMap::new();
    let mut add = |row: Row, is_put: bool| {
        let key = (row.account.clone(), row.entry.clone());
        changes.insert(key, if is_put { RowChange::Put(row) } else { RowChange::Delete(row) });
    };
    // What is there again is put after it was deleted.
    ledger.deleted.drain(..).for_each(|row| add(row, false));
    if std::mem::take(&mut ledger.ambiguous_unsaved) {
        of_ledger(ledger).for_each(|row| add(row, true));
    }
    for book in &mut ledger.books {
        let Unsaved { account, dirty, removed } = std::mem::take(&mut book.unsaved);
        for key in removed {
            add(Row::new(book.named.1.as_str(), key, ""), false);
        }
        for slot in dirty {
            if std::mem::take(&mut book.variants[slot].dirty) {
                add(of_entry(book, &book.variants[slot]), true);
            }
        }
        if account {
            add(of_account(book), true);
        }
    }
    changes.into_values().collect()
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
        let known = |SourceData { source, newest, coverage }| Known { source, newest, windows: coverage };
        book.sources = data.sources.into_iter().map(known).collect();
        places.insert(row.account, ledger.books.len());
        ledger.books.push(book);
    }
    let mut variants = Vec::with_capacity(entries.len());
    for row in entries {
        let place = places.get(&row.account).copied().ok_or(RowError::Account)?;
        let sources = &ledger.books[place].sources;
        let data: EntryData = read(&row)?;
        let source = sources.iter().position(|known| known.source == data.source).ok_or(RowError::Account)?;
        let last = data.last.unwrap_or(sources[source].newest);
        let mut variant = Variant::new(data.entry, last, source);
        variant.first = data.first.unwrap_or(last);
        variant.categorised = data.categorised.unwrap_or(last);
        variants.push((data.ordinal, place, variant));
    }
    // Equal entries are found without a walk where they come in order.
    variants.sort_by_key(|(ordinal, ..)| *ordinal);
    for (ordinal, place, variant) in variants {
        if ordinal == 0 || !ledger.books[place].restore(ordinal, variant) {
            return Err(RowError::Data);
        }
    }
    for book in &mut ledger.books {
        book.evaluate_all();
        book.unsaved.account = false;
    }
    Ok(ledger)
}
