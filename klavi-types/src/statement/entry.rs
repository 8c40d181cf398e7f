use std::cmp::Ordering;
use std::fmt;

use jiff::civil;
use provider_wire::{Amount, DateTime, Text};

use crate::TransactionId;
use crate::reports::EntryState;

/// Klavi's category in up to three levels; absent in plain reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Categories {
    /// `Renda`.
    pub first: Option<Text>,
    /// `Renda ativa`.
    pub second: Option<Text>,
    /// `Salário`.
    pub third: Option<Text>,
}

impl Categories {
    pub(super) fn new([first, second, third]: [&Option<Text>; 3]) -> Self {
        Self { first: first.clone(), second: second.clone(), third: third.clone() }
    }

    /// How many levels there are.
    pub fn levels(&self) -> usize {
        [&self.first, &self.second, &self.third].into_iter().flatten().count()
    }
}

/// Tells an entry of one account from every other: its id, or its content where the bank gives none.
///
/// Stable for a final entry; store rows under account and key. Personal data, so closed to `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(Text);

impl EntryKey {
    pub(super) fn new(key: &str) -> Self {
        Self(key.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntryKey(..)")
    }
}

/// One entry of a statement, the same view for accounts and cards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementEntry {
    /// What tells it from the others of its account.
    pub key: EntryKey,
    /// The bank's id.
    pub id: Option<TransactionId>,
    /// Amount with its sign: money in positive, money out negative. On a card a purchase is negative, a payment
    /// positive. Absent where amount or direction is; nothing is guessed.
    pub amount: Option<Amount>,
    /// ISO 4217 code of the amount; absent where the bank gave none.
    pub currency: Option<Text>,
    /// The best known day.
    pub day: Option<civil::Date>,
    /// The best known instant, as the bank wrote it.
    pub at: Option<DateTime>,
    /// Text of the statement.
    pub description: Option<Text>,
    /// Klavi's category.
    pub categories: Categories,
    /// Tax id of the other side.
    pub counterparty: Option<Text>,
    /// How far it is; absent where the bank does not say (cards).
    pub state: Option<EntryState>,
    pub(super) is_final: bool,
}

impl StatementEntry {
    /// Whether its id can change no more.
    pub fn is_final(&self) -> bool {
        self.is_final
    }

    /// One order over all content: decides between two forms of an entry of the same time.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let parts = |entry: &Self| {
            let at = entry.at.map(|at| at.to_string());
            let texts = (entry.currency.clone(), entry.description.clone(), entry.counterparty.clone());
            (entry.amount, entry.day, at, texts, entry.state.clone(), entry.categories.clone())
        };
        parts(self).cmp(&parts(other))
    }
}
