//! Which entries recur, by Klavi's rule. Must not know where the entries come from.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::day;

/// Times that make an entry recurring. Source: docs.klavi.ai/link/zJgr-v1.
const TIMES: u64 = 6;
/// Months in a period of three months.
const MONTHS: usize = 3;

/// How often each entry recurs in a period, told by its text.
#[derive(Debug, Default)]
pub struct Recurrence(HashMap<String, Seen>);

#[derive(Debug, Default)]
struct Seen {
    times: u64,
    months: BTreeSet<i64>,
}

/// The flags `fAll`, `fAllMonth`, `fAllCMonth`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `fAll`: at least six times.
    pub all: bool,
    /// `fAllMonth`: in each of three months as well.
    pub monthly: bool,
    /// `fAllCMonth`: in months without a gap as well.
    pub consecutive: bool,
}

impl Recurrence {
    /// Counts entries of that text in the month of that day.
    pub fn add(&mut self, name: &str, day: Date, times: u64) {
        if times == 0 {
            return;
        }
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), Seen::default());
        }
        if let Some(seen) = self.0.get_mut(name) {
            seen.times = seen.times.saturating_add(times);
            seen.months.insert(day::month_number(day));
        }
    }

    /// The flags of entries with that text.
    pub fn flags(&self, name: &str) -> Flags {
        let Some(Seen { times, months }) = self.0.get(name) else { return Flags::default() };
        let all = *times >= TIMES;
        let monthly = all && months.len() >= MONTHS;
        let without_gap = months.iter().zip(months.iter().skip(1)).all(|(month, next)| next - month == 1);
        Flags { all, monthly, consecutive: monthly && without_gap }
    }
}
