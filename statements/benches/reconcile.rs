//! What a report of 17,000 entries costs the ledger: the first time, unchanged the next day, and the next day with new
//! entries before the old ones and none of the oldest.
//!
//!     cargo bench -p statements --bench reconcile

use std::hint::black_box;
use std::ops::Range;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use jiff::{Timestamp, ToSpan, civil};
use statements::{AccountIdentity, AccountKind, Bank, Coverage, Entry, Ledger, Source, Statement, Status};

const ENTRIES: i64 = 17_000;
const NEW: i64 = 60;

/// The newest entry comes first.
fn statement(day: i64, with_ids: bool, numbers: Range<i64>) -> Statement {
    let bank = Bank { cnpj: Some("00000000000191"), ..Bank::default() };
    let account = AccountIdentity::of_account(AccountKind::Checking, &bank, Some("12"), Some("94088"));
    let as_of = Timestamp::UNIX_EPOCH + (20_000 * 24 + day * 24).hours();
    let mut statement = Statement::new(account, Source::new("bank", Some("consent-1")), as_of);
    statement.coverage = Some(Coverage::twelve_months_before(as_of));
    statement.entries = numbers
        .rev()
        .map(|number| {
            let mut entry = Entry::default();
            entry.id = with_ids.then(|| format!("TX{number:036}").as_str().into());
            entry.is_final = true;
            entry.status = Some(Status::Booked);
            entry.day = Some(civil::date(2024, 1, 1) + (number % 300).days());
            entry.amount = format!("-{}.{:02}", number % 900, number % 100).parse().ok();
            entry.description = Some(format!("COMPRA NO ESTABELECIMENTO {}", number % 70).as_str().into());
            entry
        })
        .collect();
    statement
}

fn reconcile(criterion: &mut Criterion) {
    for (name, with_ids) in [("with ids", true), ("without ids", false)] {
        let first = statement(0, with_ids, 0..ENTRIES);
        let next = statement(1, with_ids, 0..ENTRIES);
        let moved_on = statement(1, with_ids, NEW..ENTRIES + NEW);
        criterion.bench_function(&format!("17,000 new entries {name}"), |bencher| {
            bencher.iter_batched(
                Ledger::new,
                |mut ledger| {
                    ledger.reconcile([black_box(&first)]);
                    ledger
                },
                BatchSize::LargeInput,
            );
        });
        let mut known = Ledger::new();
        known.reconcile([&first]);
        known.row_changes();
        for (what, report, changes) in [("unchanged", &next, 0..1), ("60 new of", &moved_on, 60..121)] {
            criterion.bench_function(&format!("{what} 17,000 entries {name}"), |bencher| {
                bencher.iter_batched(
                    || known.clone(),
                    |mut ledger| {
                        assert!(changes.contains(&ledger.reconcile([black_box(report)]).entries.len()));
                        ledger
                    },
                    BatchSize::LargeInput,
                );
            });
        }
    }
}

criterion_group!(benches, reconcile);
criterion_main!(benches);
