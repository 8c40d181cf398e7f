//! Entries of an account before they have an id and a balance.

use std::rc::Rc;

use fastrand::Rng;
use jiff::Timestamp;
use jiff::civil::Date;
use klavi_types::reports::EntryType;

use super::counterparty::Counterparty;
use super::customer::Customer;
use super::day;
use super::money::Centavos;

/// An entry before it is booked: without id and balance.
pub(crate) struct Draft {
    pub(crate) at: Timestamp,
    /// Positive for money in.
    pub(crate) amount: Centavos,
    pub(crate) name: String,
    pub(crate) entry_type: EntryType,
    /// Means of payment in Klavi's words, of which only `PIX` was seen.
    pub(crate) settlement: &'static str,
    pub(crate) categories: [&'static str; 3],
    /// Brand of the merchant.
    pub(crate) brand: Option<&'static str>,
    pub(crate) party: Option<Rc<Counterparty>>,
}

/// Type in the words of Open Finance, means of payment and category in Klavi's. Of the categories only
/// `Renda`, `Renda ativa`, `Salário` were seen; the others are in their manner.
pub(crate) struct Kind(pub(crate) EntryType, pub(crate) &'static str, pub(crate) [&'static str; 3]);

impl Draft {
    pub(crate) fn new(at: Timestamp, amount: Centavos, name: &str, kind: &Kind) -> Self {
        Self {
            at,
            amount,
            name: name.to_owned(),
            entry_type: kind.0.clone(),
            settlement: kind.1,
            categories: kind.2,
            brand: None,
            party: None,
        }
    }
}

/// Collects the entries of one month.
pub(crate) struct Month<'a> {
    pub(crate) customer: &'a Customer,
    pub(crate) first: Date,
    rng: Rng,
    pub(crate) drafts: Vec<Draft>,
}

impl<'a> Month<'a> {
    /// Begins the month of that first day.
    pub(crate) fn new(customer: &'a Customer, first: Date, rng: Rng) -> Self {
        Self { customer, first, rng, drafts: Vec::new() }
    }

    /// So many thousandths of what the customer has coming in each month.
    pub(crate) fn share(&self, thousandths: i64) -> Centavos {
        Centavos(self.customer.income.0 * thousandths / 1000)
    }

    /// A whole number of centavos around an amount, at most that many percent away from it.
    pub(crate) fn around(&mut self, amount: Centavos, percent: i64) -> Centavos {
        amount.around(&mut self.rng, percent)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.rng.usize(..end)
    }

    pub(crate) fn any_day(&mut self) -> i8 {
        self.rng.i8(1..=self.first.days_in_month())
    }

    /// Days with that step between them, from a day within the first step on.
    pub(crate) fn days_every(&mut self, step: i8) -> Vec<i8> {
        let first = self.rng.i8(1..=step);
        (first..=self.first.days_in_month()).step_by(usize::from(step.unsigned_abs())).collect()
    }

    /// Puts an entry on a day, at some time between 9:00 and 20:59 UTC: the same day in Brazil.
    pub(crate) fn add(&mut self, day: i8, amount: Centavos, name: &str, kind: &Kind) -> &mut Draft {
        let minute = (i64::from(day) - 1) * 24 * 60 + self.rng.i64(9 * 60..21 * 60);
        let at = day::minutes_into(self.first, minute);
        self.drafts.push(Draft::new(at, amount, name, kind));
        self.drafts.last_mut().expect("just pushed")
    }

    /// The other side of a payment, a company that the customer knows.
    pub(crate) fn company(&self, role: &str) -> Option<Rc<Counterparty>> {
        Some(Rc::new(Counterparty::company(self.customer, role)))
    }

    /// The same, a person.
    pub(crate) fn person(&self, role: &str) -> Option<Rc<Counterparty>> {
        Some(Rc::new(Counterparty::person(self.customer, role)))
    }
}
