//! What holds for any purchases and any reports, in any order of arrival.

use std::collections::BTreeMap;

use proptest::prelude::*;
use statements::{AccountKey, Changes, Entry, EntryKey, Ledger, Reason, Statement};

use crate::bank::{Asked, Id, Purchase, asked, purchase, statement};

fn ledger_of<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> Ledger {
    let mut ledger = Ledger::new();
    for statement in statements {
        ledger.reconcile([statement]);
    }
    ledger
}

/// What tells the entries of this bank apart for a reader.
fn content(entry: &Entry) -> String {
    format!(
        "{:?} {} {:?}",
        entry.day,
        entry.amount.unwrap().decimal(),
        entry.instalment.as_ref().and_then(|i| i.number.as_ref().map(|n| n.as_str().to_owned()))
    )
}

fn contents<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<String> {
    let mut all: Vec<_> = entries.into_iter().map(content).collect();
    all.sort();
    all
}

/// Booked entries with an id of their own, which stay though the bank forgets to list them.
fn forgotten(purchases: &[Purchase], asked: &[Asked]) -> Vec<String> {
    let last = asked.iter().map(|asked| asked.day).max().unwrap();
    let mut out: Vec<_> = purchases
        .iter()
        .enumerate()
        .filter(|(_, purchase)| matches!(purchase.id, Id::Own) && purchase.hidden == Some(last))
        .filter_map(|(number, purchase)| {
            let shown = asked.iter().filter(|asked| asked.day != last && purchase.is_booked(asked.day));
            let newest = shown.filter_map(|asked| purchase.entry(number, asked.day)).next_back()?;
            Some(content(&newest))
        })
        .collect();
    out.sort();
    out
}

pub(crate) fn config() -> ProptestConfig {
    let cases = std::env::var("KLAVI_TEST_LEDGER_CASES");
    ProptestConfig::with_cases(cases.map_or(200, |cases| cases.parse().unwrap()))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn after_a_complete_report_every_purchase_is_there_once(
        purchases in prop::collection::vec(purchase(), 1..12),
        asked in asked(),
    ) {
        let reports: Vec<_> = asked.iter().map(|asked| statement(&purchases, *asked)).collect();
        let ledger = ledger_of(&reports);
        let mut expected = contents(&reports.last().unwrap().entries);
        expected.extend(forgotten(&purchases, &asked));
        expected.sort();
        prop_assert_eq!(contents(ledger.entries().map(|kept| kept.entry)), expected);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(
        purchases in prop::collection::vec(purchase(), 1..12),
        asked in asked(),
        shuffled in any::<prop::sample::Index>(),
        reversed in any::<bool>(),
    ) {
        let reports: Vec<_> = asked.iter().map(|asked| statement(&purchases, *asked)).collect();
        let straight = ledger_of(&reports);
        let mut turned = reports.clone();
        turned.rotate_left(shuffled.index(reports.len()));
        if reversed {
            turned.reverse();
        }
        let ledger = ledger_of(&turned);
        prop_assert!(ledger.entries().eq(straight.entries()), "{:?}\n{:?}", ledger.entries().collect::<Vec<_>>(), straight.entries().collect::<Vec<_>>());
        prop_assert!(ledger == straight);
        prop_assert!(ledger_of(reports.iter().chain(&turned)) == straight);
    }

    /// Reports come in any order, several at once, and show accounts to be one.
    #[test]
    fn a_table_that_follows_the_changes_has_the_entries_of_the_ledger(
        purchases in prop::collection::vec(purchase(), 1..12),
        others in prop::collection::vec(purchase(), 1..6),
        asked in asked().prop_shuffle(),
        at_once in 1_usize..4,
        by_consent in any::<bool>(),
    ) {
        let mut ledger = Ledger::new();
        let mut table = Entries::default();
        let of = |asked: &Asked| statement(if by_consent && asked.consent { &others } else { &purchases }, *asked);
        for asked in asked.chunks(at_once) {
            let report: Vec<_> = asked.iter().map(of).collect();
            let changes = ledger.reconcile(&report);
            table.follow(&changes, &ledger);
            prop_assert_eq!(table.differs_from(&ledger), None);
            prop_assert_eq!(&ledger.reconcile(&report), &Changes::default());
        }
    }

    #[test]
    fn saved_rows_make_the_same_ledger(
        purchases in prop::collection::vec(purchase(), 1..12),
        asked in asked().prop_shuffle(),
        at_once in 1_usize..4,
    ) {
        let mut ledger = Ledger::new();
        let mut table = crate::rows::Table::default();
        for asked in asked.chunks(at_once) {
            let report: Vec<_> = asked.iter().map(|asked| statement(&purchases, *asked)).collect();
            ledger.reconcile(&report);
            table.write(ledger.row_changes());
            let mut loaded = table.load();
            prop_assert!(loaded == ledger);
            prop_assert!(loaded.entries().eq(ledger.entries()));
            prop_assert_eq!(loaded.row_changes(), []);
            if at_once == 1 {
                ledger = loaded;
            }
        }
    }
}

/// A table of entries as a partner keeps it: it knows of the ledger what changes tell.
#[derive(Default)]
pub(crate) struct Entries(BTreeMap<(AccountKey, EntryKey), Entry>);

impl Entries {
    pub(crate) fn follow(&mut self, changes: &Changes, ledger: &Ledger) {
        let mut gone = BTreeMap::new();
        for change in &changes.entries {
            if let Some(old) = &change.old {
                let key = (change.old_account().clone(), old.clone());
                let entry = self.0.remove(&key);
                assert!(entry.is_some(), "{change:?} names an entry that is not there");
                gone.extend(entry.map(|entry| (key, entry)));
            }
        }
        for renamed in &changes.accounts {
            let rows: Vec<_> = self.0.extract_if(.., |(account, _), _| *account == renamed.old).collect();
            for ((_, key), entry) in rows {
                let there = self.0.insert((renamed.new.clone(), key), entry);
                assert!(there.is_none(), "{renamed:?} moves an entry onto another");
            }
        }
        for change in &changes.entries {
            if let Some(new) = &change.new {
                let entry = ledger.get(&change.account, new).unwrap().clone();
                if change.reason == Reason::Updated {
                    let before = &gone[&(change.old_account().clone(), new.clone())];
                    assert!(*before != entry, "{change:?} changed nothing");
                }
                let there = self.0.insert((change.account.clone(), new.clone()), entry);
                assert!(there.is_none(), "{change:?} is written onto another entry");
            }
        }
    }

    /// What the ledger has where the table has something else.
    pub(crate) fn differs_from(&self, ledger: &Ledger) -> Option<String> {
        let held =
            ledger.entries().map(|held| ((held.account.clone(), held.key.clone()), held.entry.clone()));
        let held: Vec<_> = held.collect();
        let shown =
            |(account, key): &(AccountKey, EntryKey)| format!("{} {}", account.as_str(), key.as_str());
        let keys = || {
            format!(
                "{:?} {:?}",
                held.iter().map(|held| shown(&held.0)).collect::<Vec<_>>(),
                self.0.keys().map(shown).collect::<Vec<_>>()
            )
        };
        (!held.iter().cloned().eq(self.0.clone())).then(keys)
    }
}
