//! How much there is on an account, and how much a card may spend.

use jiff::Timestamp;
use provider_wire::{Amount, DateTime, Text};
use serde::{Deserialize, Serialize};

use super::AccountSnapshot;
use crate::Source;
use crate::fold::foreign;

/// Which balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BalanceKind {
    /// Available at once.
    Available,
    /// Blocked.
    Blocked,
    /// Invested automatically, and available.
    AutomaticallyInvested,
}

/// A balance as of a time. It may be negative.
///
/// It does not know what happened since: entries that are booked later are in no balance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Balance {
    /// Which balance.
    pub kind: BalanceKind,
    /// How much, in units of the currency.
    pub amount: Amount,
    /// ISO 4217 code; `None` for reais, stated or not.
    pub currency: Option<Text>,
    /// When it held: the bank's own time where it states one that is not after the report, else the time of the report.
    pub as_of: Option<Timestamp>,
    /// Who stated it, over which consent.
    pub source: Source,
}

impl AccountSnapshot {
    /// Adds a balance that the report states, and when it held by the bank's own word. A time without an offset is
    /// Brasília's.
    pub fn add_balance(
        &mut self,
        kind: BalanceKind,
        amount: Amount,
        currency: Option<&Text>,
        held_at: Option<DateTime>,
    ) {
        let held_at = held_at.and_then(instant).filter(|at| self.as_of.is_none_or(|as_of| *at <= as_of));
        let (currency, source) = (foreign(currency), self.source.clone());
        self.balances.push(Balance { kind, amount, currency, as_of: held_at.or(self.as_of), source });
    }
}

fn instant(at: DateTime) -> Option<Timestamp> {
    at.timestamp().or_else(|| jiff::tz::offset(-3).to_timestamp(at.civil()).ok())
}

/// A limit of a card.
///
/// It does not know which limits overlap: the limit of one kind of operation may be part of the total.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CardLimit {
    /// Whether it is the limit of everything; `false` for one kind of operation.
    pub is_total: Option<bool>,
    /// The kind of operation, in the bank's word: `SAQUE_CREDITO_BRASIL`.
    pub operation: Option<Text>,
    /// Whether the cards of the account share it; `false` for one card's own.
    pub is_shared: Option<bool>,
    /// Digits shown of the card.
    pub card_digits: Option<Text>,
    /// The limit.
    pub limit: Option<Amount>,
    /// Used of it. May be more than the limit, or negative.
    pub used: Option<Amount>,
    /// Left of it. May be negative.
    pub available: Option<Amount>,
    /// The limit that the customer set.
    pub customized: Option<Amount>,
    /// ISO 4217 code of all amounts; `None` for reais, stated or not.
    pub currency: Option<Text>,
    /// Whether the bank lets the customer go beyond it.
    pub is_flexible: Option<bool>,
}
