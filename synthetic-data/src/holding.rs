//! Investments: movements, prices and tax. Must not know about reports.

use fastrand::Rng;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::account::Account;
use super::day;
use super::money::Centavos;
use crate::{seeded, tax_id};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvestmentKind {
    BankFixedIncome,
    CreditFixedIncome,
    VariableIncome,
    TreasureTitle,
    Fund,
}

/// An investment of a customer: one movement each month, a price that rises.
pub(crate) struct Holding<'a> {
    pub(crate) account: &'a Account<'a>,
    pub(crate) kind: InvestmentKind,
    /// Tells it from the others of that kind.
    pub(crate) index: u64,
    /// The month of the first movement.
    begin: Date,
    first_price: Centavos,
    seed: u64,
}

/// What a movement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Movement {
    In,
    Out,
    /// Interest or dividends, a part of the price for each unit held.
    Income,
}

/// A movement of one month.
pub(crate) struct Moved {
    pub(crate) id: String,
    pub(crate) day: Date,
    pub(crate) movement: Movement,
    pub(crate) units: i64,
    pub(crate) unit_price: Centavos,
    /// Income tax withheld.
    pub(crate) tax: Centavos,
}

impl Moved {
    pub(crate) fn value(&self) -> Centavos {
        self.unit_price * self.units
    }
}

/// What is held at a day.
pub(crate) struct Position {
    pub(crate) units: i64,
    pub(crate) unit_price: Centavos,
    /// Income tax on the gain, if all were sold.
    pub(crate) tax: Centavos,
}

impl Position {
    pub(crate) fn gross(&self) -> Centavos {
        self.unit_price * self.units
    }
}

impl<'a> Holding<'a> {
    /// Day of the month of a movement; it shows from the next day on.
    const DAY: i8 = 8;

    pub(crate) fn new(account: &'a Account<'a>, kind: InvestmentKind, index: u64) -> Self {
        let words = ["holding", kind.word(), account.institution.code, &index.to_string()];
        let mut rng = account.customer.rng(&words);
        Self {
            account,
            kind,
            index,
            begin: date(2019, 1, 1).saturating_add(rng.i64(0..12).months()),
            first_price: Centavos(rng.i64(1_000..10_000)),
            seed: rng.u64(..),
        }
    }

    pub(crate) fn rng(&self, purpose: &str) -> Rng {
        let words = [purpose, self.kind.word(), self.account.institution.code, &self.index.to_string()];
        self.account.customer.rng(&words)
    }

    /// The day of purchase.
    pub(crate) fn bought(&self) -> Date {
        on(self.begin)
    }

    pub(crate) fn first_price(&self) -> Centavos {
        self.first_price
    }

    /// A CNPJ for one purpose, invented.
    pub(crate) fn cnpj(&self, purpose: &str) -> String {
        tax_id::cnpj(&format!("{}0001", seeded::digits(&mut self.rng(purpose), 8)))
    }

    /// The movements of the last so many months, in order.
    pub(crate) fn movements(&self, months: i64, today: Date) -> impl Iterator<Item = Moved> + '_ {
        let last = last_moved(today);
        (0..months).rev().map(move |back| self.moved(last.saturating_sub(back.months())))
    }

    pub(crate) fn position(&self, today: Date) -> Position {
        let last = last_moved(today);
        let units = self.units_after(last);
        let unit_price = self.price(last);
        Position { units, unit_price, tax: self.tax(unit_price, units) }
    }

    fn moved(&self, month: Date) -> Moved {
        let movement = self.movement(month);
        let price = self.price(month);
        let (units, unit_price) = match movement {
            Movement::In | Movement::Out => (self.units_moved(month), price),
            Movement::Income => (self.units_after(month), Centavos((price.0 / 200).max(1))),
        };
        let tax = match movement {
            Movement::In => Centavos::default(),
            Movement::Out => self.tax(unit_price, units),
            Movement::Income if self.kind.is_exempt() => Centavos::default(),
            Movement::Income => Centavos(unit_price.0 * units * 15 / 100),
        };
        let day = on(month);
        let (index, month) = (self.index.to_string(), month.to_string());
        let words = ["movement", self.kind.word(), self.account.institution.code, &index, &month];
        Moved { id: self.account.customer.hex(&words, 32), day, movement, units, unit_price, tax }
    }

    fn movement(&self, month: Date) -> Movement {
        let pays = matches!(
            self.kind,
            InvestmentKind::CreditFixedIncome
                | InvestmentKind::VariableIncome
                | InvestmentKind::TreasureTitle
        );
        match day::month_number(month) % 6 {
            2 if pays && month > self.begin => Movement::Income,
            5 if month > self.begin => Movement::Out,
            _ => Movement::In,
        }
    }

    /// No fewer are bought each time than are sold the next.
    fn units_moved(&self, month: Date) -> i64 {
        match self.movement(month) {
            Movement::In => {
                let month = day::month_number(month).unsigned_abs();
                Rng::with_seed(self.seed.wrapping_add(month)).i64(1..=5)
            }
            Movement::Out => 1,
            Movement::Income => 0,
        }
    }

    fn units_after(&self, month: Date) -> i64 {
        let months = std::iter::successors(Some(self.begin), |first| first.checked_add(1.month()).ok());
        let moved = months.take_while(|first| *first <= month).map(|first| match self.movement(first) {
            Movement::Out => -self.units_moved(first),
            Movement::In | Movement::Income => self.units_moved(first),
        });
        moved.sum()
    }

    /// Four fifths of a percent of the first price more each month.
    fn price(&self, month: Date) -> Centavos {
        let months = day::month_number(month) - day::month_number(self.begin);
        Centavos(self.first_price.0 + self.first_price.0 * months.max(0) / 125)
    }

    fn tax(&self, price: Centavos, units: i64) -> Centavos {
        let gain = (price - self.first_price) * units;
        Centavos(if self.kind.is_exempt() { 0 } else { gain.0.max(0) * 15 / 100 })
    }
}

fn on(month: Date) -> Date {
    month.saturating_add(i64::from(Holding::DAY - 1).days())
}

/// The last month whose movement shows.
fn last_moved(today: Date) -> Date {
    let first = today.first_of_month();
    if today.day() > Holding::DAY { first } else { first.saturating_sub(1.month()) }
}

impl InvestmentKind {
    pub(crate) const ALL: [Self; 5] = [
        Self::BankFixedIncome,
        Self::CreditFixedIncome,
        Self::VariableIncome,
        Self::TreasureTitle,
        Self::Fund,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::BankFixedIncome => "bank fixed income",
            Self::CreditFixedIncome => "credit fixed income",
            Self::VariableIncome => "variable income",
            Self::TreasureTitle => "treasure title",
            Self::Fund => "fund",
        }
    }

    /// Agribusiness receivables are free of income tax; shares show none in a report.
    fn is_exempt(self) -> bool {
        matches!(self, Self::CreditFixedIncome | Self::VariableIncome)
    }
}

/// The ISIN of a Brazilian security from nine letters or digits: with the country before and the check digit behind.
pub(crate) fn isin(security: &str) -> String {
    let base = format!("BR{security}");
    // Letters stand for two digits, 10 to 35; from the right, every other digit counts double.
    let digits: Vec<u32> = base
        .chars()
        .filter_map(|character| character.to_digit(36))
        .flat_map(|value| if value < 10 { vec![value] } else { vec![value / 10, value % 10] })
        .collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    format!("{base}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_check_digits_of_published_isins() {
        assert_eq!(super::isin("PETRACNPR"), "BRPETRACNPR6");
        assert_eq!(super::isin("VALEACNOR"), "BRVALEACNOR0");
    }
}
