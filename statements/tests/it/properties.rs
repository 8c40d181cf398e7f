//! What holds for any purchases and any reports, in any order of arrival.

use proptest::prelude::*;
use statements::{Entry, Ledger, Statement};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(std::env::var("KLAVI_TEST_LEDGER_CASES").map_or(200, |cases| cases.parse().unwrap())))]

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

    #[test]
    fn changes_tell_everything(purchases in prop::collection::vec(purchase(), 1..12), asked in asked()) {
        let mut ledger = Ledger::new();
        let mut own = std::collections::BTreeMap::new();
        for asked in asked {
            let report = statement(&purchases, asked);
            let changes = ledger.reconcile([&report]);
            for change in &changes.entries {
                change.old.as_ref().map(|old| own.remove(&(change.account.clone(), old.clone())));
            }
            for change in changes.entries {
                if let Some(new) = change.new {
                    let entry = ledger.get(&change.account, &new).unwrap().clone();
                    own.insert((change.account, new), entry);
                }
            }
            let kept: Vec<_> = ledger.entries().map(|kept| (kept.key.clone(), kept.entry.clone())).collect();
            let rows: Vec<_> = own.iter().map(|((_, key), entry)| (key.clone(), entry.clone())).collect();
            prop_assert_eq!(rows, kept);
            prop_assert!(ledger.reconcile([&report]).is_empty());
        }
    }

    #[test]
    fn saved_rows_make_the_same_ledger(purchases in prop::collection::vec(purchase(), 1..12), asked in asked()) {
        let mut ledger = Ledger::new();
        let mut table = crate::rows::Table::default();
        for asked in asked {
            ledger.reconcile([&statement(&purchases, asked)]);
            table.write(ledger.row_changes());
            let loaded = table.load();
            prop_assert!(loaded == ledger);
            prop_assert!(loaded.entries().eq(ledger.entries()));
            ledger = loaded;
        }
    }
}
