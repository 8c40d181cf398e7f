//! What holds for any statements at all, also for such as no bank makes.

use jiff::SignedDuration;
use jiff::civil::date;
use proptest::prelude::*;
use provider_wire::Text;
use statements::{Categories, Changes, Coverage, Entry, Ledger, Source, Statement, Status};

use crate::bank::{Spelling, account, as_of, spelling};
use crate::properties::{Entries, config};
use crate::rows::Table;

fn text(from: &'static [&'static str]) -> impl Strategy<Value = Option<Text>> {
    prop::option::of(prop::sample::select(from)).prop_map(|text| text.map(Text::from))
}

prop_compose! {
    /// Few values, so that many entries are alike.
    fn entry()(
        id in text(&["0", "a", "a", "a", "b"]),
        is_final in prop::bool::weighted(0.7),
        day in 5_i8..7,
        amount in 1_i8..3,
        description in text(&["A"]),
        category in text(&["X", "Y"]),
        brand in text(&["P"]),
    ) -> Entry {
        let mut entry = Entry::default();
        (entry.id, entry.description, entry.brand, entry.is_final) = (id, description, brand, is_final);
        entry.categories = Categories::new([&category, &None, &None]);
        entry.amount = amount.to_string().parse().ok();
        entry.day = Some(date(2026, 3, day));
        entry.status = Some(if is_final { Status::Booked } else { Status::Pending });
        entry
    }
}

fn statements(covering: bool) -> impl Strategy<Value = Vec<Statement>> {
    let coverage = prop::option::of((4_i8..8, 5_i8..9));
    let entries = prop::collection::vec(entry(), 0..5);
    let repeats = any::<bool>();
    let one = (8_i8..14, any::<bool>(), spelling(), coverage, entries, repeats).prop_map(
        move |(day, source, spelling, coverage, entries, repeats)| {
            let source = Source::new("bank", source.then_some("second"));
            let mut statement = Statement::new(account(spelling), source, as_of(day));
            let days =
                coverage.filter(|_| covering).map(|(from, to)| (date(2026, 3, from), date(2026, 3, to)));
            statement.coverage = days.map(|(from, to)| Coverage::new(from, to));
            statement.entries = entries;
            (statement, repeats)
        },
    );
    prop::collection::vec(one, 1..9).prop_map(|mut all| {
        // A report often begins as the one before it, which was made a second earlier.
        for later in 1..all.len() {
            if all[later].1 {
                let (before, new) = (all[later - 1].0.clone(), std::mem::take(&mut all[later].0.entries));
                let statement = &mut all[later].0;
                (statement.source, statement.as_of) =
                    (before.source, before.as_of + SignedDuration::from_secs(1));
                statement.entries = [before.entries, new].concat();
            }
        }
        all.into_iter().map(|(statement, _)| statement).collect()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn tables_of_entries_and_of_rows_follow_the_ledger(reports in statements(true), at_once in 1_usize..4) {
        let mut ledger = Ledger::new();
        let (mut entries, mut rows) = (Entries::default(), Table::default());
        for report in reports.chunks(at_once) {
            let changes = ledger.reconcile(report);
            entries.follow(&changes, &ledger);
            prop_assert_eq!(entries.differs_from(&ledger), None);
            prop_assert_eq!(ledger.reconcile(report), Changes::default());
            rows.write(ledger.row_changes());
            let loaded = rows.load();
            prop_assert!(loaded == ledger);
            prop_assert!(loaded.entries().eq(ledger.entries()));
        }
    }

    #[test]
    fn reports_that_decide_nothing_come_in_any_order(
        (reports, shuffled) in statements(false).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let mut ledgers = [&reports, &shuffled].map(|reports| {
            let mut ledger = Ledger::new();
            reports.iter().for_each(|report| drop(ledger.reconcile([report])));
            // Accounts that came by other names are one by now.
            let both = Statement::new(account(Spelling::Both), Source::new("bank", None), as_of(20));
            ledger.reconcile([&both]);
            ledger
        });
        let [one, other] = &mut ledgers;
        prop_assert!(one.entries().eq(other.entries()));
        prop_assert!(one == other);
    }
}
