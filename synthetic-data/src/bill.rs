//! The days of a card bill. Must not know what is on it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::day;

/// Day of the month on which a bill closes.
const CLOSES: i8 = 10;
/// Day of the same month on which it is due.
const DUE: i8 = 21;

/// The bill of a month: from the day after the last one closed to the day it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bill {
    first: Date,
}

impl Bill {
    /// The one that closes in the month of that day.
    pub(crate) fn of_month(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// The one that is open on a day.
    pub(crate) fn open_on(day: Date) -> Self {
        let bill = Self::of_month(day);
        if day.day() <= CLOSES { bill } else { bill.next() }
    }

    pub(crate) fn previous(self) -> Self {
        self.back(1)
    }

    pub(crate) fn back(self, months: i64) -> Self {
        Self { first: self.first.saturating_sub(months.months()) }
    }

    fn next(self) -> Self {
        Self { first: self.first.saturating_add(1.month()) }
    }

    /// `2021-05`.
    pub(crate) fn month(self) -> String {
        format!("{:04}-{:02}", self.first.year(), self.first.month())
    }

    /// Months since the year 0.
    pub(crate) fn number(self) -> i64 {
        day::month_number(self.first)
    }

    pub(crate) fn opens(self) -> Date {
        self.previous().closes().saturating_add(1.day())
    }

    pub(crate) fn closes(self) -> Date {
        self.first.saturating_add(i64::from(CLOSES - 1).days())
    }

    pub(crate) fn due(self) -> Date {
        self.first.saturating_add(i64::from(DUE - 1).days())
    }

    /// The first instant that belongs to it.
    pub(crate) fn begin(self) -> Timestamp {
        day::begin(self.opens())
    }

    /// The first instant that does not any more.
    pub(crate) fn end(self) -> Timestamp {
        day::begin(self.next().opens())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_bill_follows_upon_the_other() {
        for (day, month) in
            [((2026, 1, 10), "2026-01"), ((2026, 1, 11), "2026-02"), ((2025, 12, 31), "2026-01")]
        {
            let bill = Bill::open_on(date(day.0, day.1, day.2));
            assert_eq!(bill.month(), month);
            assert_eq!(bill.previous().end(), bill.begin());
        }
        let bill = Bill::of_month(date(2026, 3, 1));
        assert_eq!(
            [bill.opens(), bill.closes(), bill.due()],
            [date(2026, 2, 11), date(2026, 3, 10), date(2026, 3, 21)]
        );
    }
}
