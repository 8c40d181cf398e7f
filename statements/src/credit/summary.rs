//! What is owed in all.

use std::collections::BTreeMap;

use jiff::civil::Date;
use provider_wire::{Amount, Text};
use serde::{Deserialize, Serialize};

use super::{Contract, DueBasis, NextDue};

/// What is owed in all, by currency. What a bank does not state is counted and is in no sum.
///
/// It does not know of credit at banks that are not connected, nor of the bills of cards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreditSummary {
    /// Sums of the contracts that are listed and not settled, by currency, reais first.
    pub totals: Vec<Totals>,
    /// Contracts that are settled; they are in no sum.
    pub settled: usize,
    /// Contracts that are listed no longer; they are in no sum.
    pub not_listed: usize,
}

/// Sums of the contracts in one currency. Exact; `None` where a sum has more than 28 digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Totals {
    /// ISO 4217 code of all amounts; `None` for reais, stated or not.
    pub currency: Option<Text>,
    /// How many contracts.
    pub contracts: usize,
    /// What is still owed, on the contracts of which the bank states it.
    pub outstanding: Option<Amount>,
    /// Contracts of which it does not. One with a negative amount is among them: it may mean a debt or the opposite.
    pub without_outstanding: usize,
    /// Contracts with overdue instalments.
    pub overdue_contracts: usize,
    /// Overdue instalments, on the contracts of which the bank states how many.
    pub overdue_instalments: Option<u64>,
    /// Contracts of which it does not.
    pub without_overdue: usize,
    /// What is still owed in all on the contracts with overdue instalments. Of the instalments themselves banks state no
    /// amount.
    pub outstanding_overdue: Option<Amount>,
    /// Contracts with overdue instalments that are not in it, since the bank does not state what is owed.
    pub overdue_without_outstanding: usize,
    /// The earliest payment: its day, and the sum of what is due on that day where the bank states every amount.
    pub next_due: Option<NextDue>,
    /// Contracts of which no report states when a payment is due.
    pub without_next_due: usize,
    /// The highest total effective cost (CET) a year, as a fraction.
    pub highest_cet_yearly: Option<Amount>,
    /// Contracts of which the bank states none.
    pub without_cet: usize,
}

pub(super) fn of(contracts: &[Contract], on: Date) -> CreditSummary {
    let mut summary = CreditSummary::default();
    let mut totals: BTreeMap<&Option<Text>, Totals> = BTreeMap::new();
    for contract in contracts {
        if contract.terms.is_settled(on) {
            summary.settled += 1;
        } else if !contract.is_listed {
            summary.not_listed += 1;
        } else {
            let currency = &contract.terms.currency;
            totals.entry(currency).or_insert_with(|| Totals::new(currency.clone())).add(contract, on);
        }
    }
    summary.totals = totals.into_values().collect();
    summary
}

impl Totals {
    fn new(currency: Option<Text>) -> Self {
        Self {
            currency,
            contracts: 0,
            outstanding: Some(Amount::ZERO),
            without_outstanding: 0,
            overdue_contracts: 0,
            overdue_instalments: Some(0),
            without_overdue: 0,
            outstanding_overdue: Some(Amount::ZERO),
            overdue_without_outstanding: 0,
            next_due: None,
            without_next_due: 0,
            highest_cet_yearly: None,
            without_cet: 0,
        }
    }

    fn add(&mut self, contract: &Contract, on: Date) {
        let plus = |sum: Option<Amount>, amount| sum.and_then(|sum| sum.checked_add(amount));
        let terms = &contract.terms;
        self.contracts += 1;
        let owed = terms.outstanding.filter(|owed| !owed.is_negative());
        match owed {
            Some(owed) => self.outstanding = plus(self.outstanding, owed),
            None => self.without_outstanding += 1,
        }
        match terms.overdue_instalments {
            None => self.without_overdue += 1,
            Some(0) => {}
            Some(overdue) => {
                self.overdue_contracts += 1;
                self.overdue_instalments = self.overdue_instalments.and_then(|sum| sum.checked_add(overdue));
                match owed {
                    Some(owed) => self.outstanding_overdue = plus(self.outstanding_overdue, owed),
                    None => self.overdue_without_outstanding += 1,
                }
            }
        }
        match (terms.next_due(on), self.next_due.take()) {
            (Some(due), Some(next)) => self.next_due = Some(earlier(next, due)),
            (Some(due), None) => self.next_due = Some(due),
            (None, next) => {
                self.next_due = next;
                self.without_next_due += 1;
            }
        }
        match terms.cet_yearly {
            Some(cet) => self.highest_cet_yearly = self.highest_cet_yearly.max(Some(cet)),
            None => self.without_cet += 1,
        }
    }
}

/// The earlier of two payments, or both together.
fn earlier(one: NextDue, other: NextDue) -> NextDue {
    if one.day != other.day {
        return if one.day < other.day { one } else { other };
    }
    let amount = one.amount.zip(other.amount).and_then(|(one, other)| one.checked_add(other));
    let is_stated = one.basis == DueBasis::Stated && other.basis == DueBasis::Stated;
    let basis = if is_stated { DueBasis::Stated } else { DueBasis::Scheduled };
    NextDue { day: one.day, basis, amount }
}
