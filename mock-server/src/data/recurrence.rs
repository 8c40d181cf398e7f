use std::collections::{BTreeSet, HashMap};

use super::draft::Draft;
use super::statement::Booked;

/// Times that make an entry recurring. Source: docs.klavi.ai/link/zJgr-v1.
const TIMES: usize = 6;
/// Months in a period of three months.
const MONTHS: usize = 3;

/// How often each entry comes back in a period, told by its text.
pub(crate) struct Recurrence(HashMap<String, (usize, BTreeSet<i32>)>);

/// The flags `fAll`, `fAllMonth`, `fAllCMonth`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flags {
    pub(crate) all: bool,
    pub(crate) monthly: bool,
    pub(crate) consecutive: bool,
}

impl Recurrence {
    pub(crate) fn of(entries: &[Booked]) -> Self {
        let mut seen: HashMap<String, (usize, BTreeSet<i32>)> = HashMap::new();
        for booked in entries {
            let day = booked.day();
            let (times, months) = seen.entry(booked.draft.name.clone()).or_default();
            *times += 1;
            months.insert(i32::from(day.year()) * 12 + i32::from(day.month()));
        }
        Self(seen)
    }

    pub(crate) fn flags(&self, draft: &Draft) -> Flags {
        let Some((times, months)) = self.0.get(&draft.name) else {
            return Flags { all: false, monthly: false, consecutive: false };
        };
        let all = *times >= TIMES;
        let monthly = all && months.len() >= MONTHS;
        let without_gap = months.iter().zip(months.iter().skip(1)).all(|(month, next)| next - month == 1);
        Flags { all, monthly, consecutive: monthly && without_gap }
    }
}
