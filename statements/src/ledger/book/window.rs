//! The days that a statement decides about.

use jiff::civil;
use serde::{Deserialize, Serialize};

use crate::Coverage;

/// The days that a statement decides about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::ledger) struct Window {
    from: civil::Date,
    to: civil::Date,
    /// About a booked entry only since the first day that it lists: the report may have been asked for fewer days.
    booked_from: civil::Date,
}

impl Window {
    /// `listed` is the first day of an entry that the statement lists.
    pub(super) fn new(coverage: Coverage, listed: Option<civil::Date>) -> Self {
        let booked_from = listed.unwrap_or(civil::Date::MAX).max(coverage.from);
        Self { from: coverage.from, to: coverage.to, booked_from }
    }

    pub(super) fn covers(self, day: civil::Date, booked: bool) -> bool {
        (if booked { self.booked_from } else { self.from }) <= day && day <= self.to
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.from = self.from.min(other.from);
        self.to = self.to.max(other.to);
        self.booked_from = self.booked_from.min(other.booked_from);
    }
}
