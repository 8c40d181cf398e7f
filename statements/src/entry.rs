//! One entry of a statement, the same view for accounts and cards.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil;
use provider_wire::{Amount, DateTime, Text};
use serde::{Deserialize, Serialize};

/// One entry of a statement, the same view for accounts and cards.
///
/// ```
/// let mut entry = statements::Entry::default();
/// entry.day = Some(jiff::civil::date(2026, 1, 5));
/// entry.amount = Some("-50.00".parse()?);
/// # Ok::<(), provider_wire::ParseAmountError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The bank's id. Whether it identifies the entry is for the ledger to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// Amount with its sign: money in positive, money out negative. On a card a purchase is negative, a payment
    /// positive. Absent where amount or direction is; nothing is guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// ISO 4217 code of the amount; absent where the bank gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Text>,
    /// The day in Brasília.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<civil::Date>,
    /// The best known instant, as the bank wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime>,
    /// Text of the statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// The provider's category.
    #[serde(default, skip_serializing_if = "Categories::is_empty")]
    pub categories: Categories,
    /// Tax id of the counterparty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterparty: Option<Text>,
    /// Booking status; absent where the bank does not say (cards).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Means of payment or kind of card entry, in the provider's word: `PIX`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_type: Option<Text>,
    /// Brand of the merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<Text>,
    /// Merchant category code, four digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_category: Option<Text>,
    /// Which instalment of a purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instalment: Option<Instalment>,
    /// Id or month of the bill of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<Text>,
    /// Whether the provider found that it recurs at least monthly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurring: Option<bool>,
    /// What the money is for, as far as the bank says.
    #[serde(default, skip_serializing_if = "Purpose::is_other")]
    pub purpose: Purpose,
    /// Whether the bank can change its id no more.
    #[serde(default)]
    pub is_final: bool,
}

impl Entry {
    /// One order over all content: decides between two forms of an entry that were reported at the same time.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        fn texts(entry: &Entry) -> [&Option<Text>; 8] {
            let Entry { id, currency, description, counterparty, entry_type, brand, .. } = entry;
            [
                currency,
                description,
                counterparty,
                id,
                entry_type,
                brand,
                &entry.merchant_category,
                &entry.bill,
            ]
        }
        let first = |entry: &Self| (entry.is_final, entry.amount, entry.day);
        let at = |entry: &Self| entry.at.map(|at| at.to_string());
        let last = |entry: &Self| (entry.status, entry.recurring, entry.purpose);
        (first(self).cmp(&first(other)))
            .then_with(|| at(self).cmp(&at(other)))
            .then_with(|| texts(self).cmp(&texts(other)))
            .then_with(|| last(self).cmp(&last(other)))
            .then_with(|| self.categories.cmp(&other.categories))
            .then_with(|| self.instalment.cmp(&other.instalment))
    }

    /// Whether all but the categories are equal.
    pub(crate) fn equals_but_categories(&self, other: &Self) -> bool {
        // A field that is added to an entry is compared here as well.
        let Self {
            id,
            amount,
            currency,
            day,
            at,
            description,
            categories: _,
            counterparty,
            status,
            entry_type,
            brand,
            merchant_category,
            instalment,
            bill,
            recurring,
            purpose,
            is_final,
        } = self;
        *id == other.id
            && *amount == other.amount
            && *currency == other.currency
            && *day == other.day
            && *at == other.at
            && *description == other.description
            && *counterparty == other.counterparty
            && *status == other.status
            && *entry_type == other.entry_type
            && *brand == other.brand
            && *merchant_category == other.merchant_category
            && *instalment == other.instalment
            && *bill == other.bill
            && *recurring == other.recurring
            && *purpose == other.purpose
            && *is_final == other.is_final
    }
}

/// A category in up to three levels; absent in plain reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Categories {
    /// `Renda`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Text>,
    /// `Renda ativa`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Text>,
    /// `Salário`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub third: Option<Text>,
}

impl Categories {
    /// Up to three levels.
    pub fn new([first, second, third]: [&Option<Text>; 3]) -> Self {
        Self { first: first.clone(), second: second.clone(), third: third.clone() }
    }

    /// The levels that are there, the widest first.
    pub fn levels(&self) -> impl Iterator<Item = &Text> {
        [&self.first, &self.second, &self.third].into_iter().flatten()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.levels().next().is_none()
    }
}

/// Booking status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Planned for a day to come.
    Scheduled,
    /// Being processed.
    Pending,
    /// Done.
    Booked,
    /// A word that this crate does not know.
    Unknown,
}

impl Status {
    /// `booked`, `pending`, `scheduled`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Pending => "pending",
            Self::Booked => "booked",
            Self::Unknown => "unknown",
        }
    }
}

/// Which instalment of a purchase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Instalment {
    /// Its number, as the bank wrote it: `2`, `PARCELA_2`.
    pub number: Option<Text>,
    /// How many there are.
    pub of: Option<i64>,
}

impl Instalment {
    /// `2` of 3.
    pub fn new(number: Option<Text>, of: Option<i64>) -> Self {
        Self { number, of }
    }
}

/// What the money is for, where it is no income and no expense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// Income or expense, or not known to be anything else.
    #[default]
    Other,
    /// Between accounts, reserves or investments of the same customer.
    OwnTransfer,
    /// Pays the bill of a card, whose purchases count by themselves.
    BillPayment,
}

impl Purpose {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    fn is_other(&self) -> bool {
        *self == Self::Other
    }
}

/// Tells an entry of one account from every other: its id, or its content where no id identifies it.
///
/// Stable for a booked entry with an id; [`Changes`](crate::Changes) report every key that changes. Store rows under
/// account and key. Personal data, so closed to `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryKey(Text);

impl EntryKey {
    pub(crate) fn new(key: impl Into<Text>) -> Self {
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
