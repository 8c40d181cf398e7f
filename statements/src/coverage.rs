//! Which days a statement is complete about, and who says so.

use jiff::{Timestamp, ToSpan, civil};
use provider_wire::Text;
use serde::{Deserialize, Serialize};

use crate::day;

/// The days about which a statement is complete: what it does not list there is not there.
///
/// A provider whose answers are partial by nature states the period that was asked for, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Coverage {
    /// First day.
    pub from: civil::Date,
    /// Last day; far in the future where scheduled entries are listed too.
    pub to: civil::Date,
}

impl Coverage {
    /// All days from the first to the last.
    pub fn new(from: civil::Date, to: civil::Date) -> Self {
        Self { from, to }
    }

    /// The twelve months before a report, and what is scheduled after it: what a bank shares under Open Finance unless
    /// less was asked for.
    pub fn twelve_months_before(as_of: Timestamp) -> Self {
        let today = day::of_timestamp(as_of);
        Self { from: today.saturating_sub(1.year()), to: civil::Date::MAX }
    }
}

/// Who reports, over which consent. Two sources may be of different freshness, so a report decides only about pending
/// entries of its own source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// Name of the provider.
    pub provider: Text,
    /// Id of the consent, where the report names one.
    pub consent: Option<Text>,
}

impl Source {
    /// A provider's reports over one consent.
    pub fn new(provider: &str, consent: Option<&str>) -> Self {
        Self { provider: provider.into(), consent: consent.map(Text::from) }
    }
}
