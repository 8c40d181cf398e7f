//! What is due next on a contract.

use jiff::civil::Date;
use jiff::{Unit, civil};
use provider_wire::Amount;
use serde::{Deserialize, Serialize};

use super::ContractTerms;

/// How the day of a payment is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DueBasis {
    /// The bank states the day.
    Stated,
    /// Counted from the first instalment at the frequency of the contract. A bank may move it to a business day.
    Scheduled,
}

/// The next payment on a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NextDue {
    /// When it is due.
    pub day: Date,
    /// How that is known.
    pub basis: DueBasis,
    /// How much, in the currency of the contract; `None` where the bank does not state it.
    pub amount: Option<Amount>,
}

impl ContractTerms {
    /// Whether nothing is owed any more: the bank states zero, or states no amount and a day of settlement that is past.
    pub fn is_settled(&self, on: Date) -> bool {
        let past = || self.settled_on.is_some_and(|day| day <= on);
        self.outstanding.map_or_else(past, |owed| owed == Amount::ZERO)
    }

    /// The next payment on that day or later: the next instalment, or a payment out of the regular that comes earlier.
    /// `None` where nothing states it, and where the contract is settled.
    ///
    /// It does not know of overdue instalments, which were due before.
    pub fn next_due(&self, on: Date) -> Option<NextDue> {
        if self.is_settled(on) {
            return None;
        }
        let balloon = self.balloons.iter().find(|balloon| balloon.due >= on);
        let balloon = balloon.map(|balloon| NextDue {
            day: balloon.due,
            basis: DueBasis::Stated,
            amount: balloon.amount,
        });
        match (self.next_regular(on), balloon) {
            // Whether one replaces the other is not known.
            (Some(regular), Some(balloon)) if regular.day == balloon.day => {
                Some(NextDue { amount: None, ..balloon })
            }
            (Some(regular), Some(balloon)) => Some(if regular.day < balloon.day { regular } else { balloon }),
            (regular, balloon) => regular.or(balloon),
        }
    }

    fn next_regular(&self, on: Date) -> Option<NextDue> {
        if self.due_instalments == Some(0) {
            return None;
        }
        let is_last = self.due_instalments == Some(1);
        let ends = self.final_due.filter(|day| is_real(*day));
        let stated = |day| (day, DueBasis::Stated);
        let first = self.first_due.filter(|day| *day >= on).map(stated);
        let last = || ends.filter(|day| is_last && *day >= on).map(stated);
        let scheduled = || {
            let day = self.scheduled(on)?;
            ends.is_none_or(|ends| day <= ends).then_some((day, DueBasis::Scheduled))
        };
        let (day, basis) = first.or_else(last).or_else(scheduled)?;
        Some(NextDue { day, basis, amount: self.next_instalment })
    }

    /// The first day of the schedule that is not before `on`.
    fn scheduled(&self, on: Date) -> Option<Date> {
        let (first, frequency) = (self.first_due.filter(|day| is_real(*day))?, self.frequency?);
        let one = frequency.times(1)?;
        let unit = if one.get_months() > 0 { Unit::Month } else { Unit::Day };
        let passed = first.until((unit, on)).ok()?;
        let (passed, step) = if unit == Unit::Month {
            (i64::from(passed.get_months()), i64::from(one.get_months()))
        } else {
            (i64::from(passed.get_days()), i64::from(one.get_days()))
        };
        // Months are of several lengths, so the count may be one short.
        let count = passed.checked_div(step)?.max(0);
        let days = (count..=count.checked_add(2)?)
            .filter_map(|count| first.checked_add(frequency.times(count)?).ok());
        days.into_iter().find(|day| *day >= on)
    }
}

/// Some banks fill a day that they do not know with one of long ago.
fn is_real(day: Date) -> bool {
    day >= civil::date(1900, 1, 2)
}
