//! Messy reports of one customer, taken in one after the other as a receiver would: the ledger has every true entry
//! once, on its day, with its amount and sign, and nothing else that is booked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use klavi_types::reports::{decode_report, statements_of};
use klavi_types::statements::{AccountKind, Ledger, Status};
use klavi_types::{PersonType, Product};
use synthetic_data::{
    Counts, Messy, Scope, Source, Subject, Trouble, TrueEntry, institutions, subject, truth,
};

const PRODUCTS: [&str; 3] = ["checking_account", "categorized_savings_l3", "credit_card"];
const BANKS: [&str; 2] = ["341", "260"];

struct Story {
    ledger: Ledger,
    /// By id.
    truth: BTreeMap<String, TrueEntry>,
    counts: Counts,
    /// Pending entries that the last reports list.
    pending: usize,
}

/// Every report of one customer at those times.
fn story(seed: u64, person: PersonType, messy: Messy, times: impl IntoIterator<Item = Timestamp>) -> Story {
    let subject = subject(seed, person);
    let mut story =
        Story { ledger: Ledger::new(), truth: BTreeMap::new(), counts: Counts::default(), pending: 0 };
    for now in times {
        story.pending = 0;
        for bank in BANKS {
            report_of(&mut story, seed, &subject, bank, now, messy);
        }
    }
    story
}

fn report_of(story: &mut Story, seed: u64, subject: &Subject, bank: &str, now: Timestamp, messy: Messy) {
    let institution = institutions::find(bank).unwrap();
    let sources =
        [Source { institution, link_id: "link".into(), consent_ids: vec![format!("consent {bank}")] }];
    let scope = Scope::new(seed, now, subject, &sources).messy(messy);
    let prefix = if subject.cnpj().is_some() { "pj" } else { "pf" };
    for product in PRODUCTS {
        let product = Product::from(format!("{prefix}_{product}").as_str());
        let (body, counts) = synthetic_data::report(&scope, &product, "report").unwrap();
        story.counts.add(&counts);
        let decoded = decode_report(&body).unwrap();
        assert!(decoded.malformed.is_empty());
        let statements = statements_of(&decoded);
        let entries = statements.iter().flat_map(|statement| &statement.entries);
        story.pending += entries.filter(|entry| is_pending(entry.status.as_ref())).count();
        story.ledger.reconcile(&statements);
    }
    story.truth.extend(truth(&scope).into_iter().map(|entry| (entry.id.clone(), entry)));
}

fn is_pending(status: Option<&Status>) -> bool {
    matches!(status, Some(Status::Scheduled | Status::Pending))
}

/// Kind, day and signed amount of entries, sorted; the accounts are told apart below.
type Booked = Vec<(AccountKind, jiff::civil::Date, String)>;

fn assert_true(story: &Story, what: &str) {
    let mut by_account: BTreeMap<String, Booked> = BTreeMap::new();
    let mut pending = 0;
    for entry in story.ledger.entries() {
        if is_pending(entry.entry.status.as_ref()) {
            pending += 1;
            continue;
        }
        let amount = entry.entry.amount.unwrap().decimal().normalize().to_string();
        let booked = (entry.kind, entry.entry.day.unwrap(), amount);
        by_account.entry(entry.account.as_str().to_owned()).or_default().push(booked);
    }
    let mut true_accounts: BTreeMap<_, Booked> = BTreeMap::new();
    for entry in story.truth.values() {
        let account = (entry.kind, entry.institution_code, &entry.number);
        let amount = entry.amount.decimal().normalize().to_string();
        true_accounts.entry(account).or_default().push((entry.kind, entry.day, amount));
    }
    let sorted = |accounts: Vec<Booked>| -> BTreeSet<Booked> {
        accounts
            .into_iter()
            .map(|mut entries| {
                entries.sort();
                entries
            })
            .collect()
    };
    assert_eq!(by_account.len(), true_accounts.len(), "{what}: accounts");
    let (found, expected) =
        (sorted(by_account.into_values().collect()), sorted(true_accounts.into_values().collect()));
    if let Some((found, expected)) = found.difference(&expected).zip(expected.difference(&found)).next() {
        let ghosts: Vec<_> = found.iter().filter(|entry| !expected.contains(entry)).take(5).collect();
        let lost: Vec<_> = expected.iter().filter(|entry| !found.contains(entry)).take(5).collect();
        panic!(
            "{what}: {} entries in place of {}: not true {ghosts:?}, lost {lost:?}",
            found.len(),
            expected.len()
        );
    }
    assert!(found == expected, "{what}: an account is there twice");
    assert_eq!(pending, story.pending, "{what}: pending entries of the last reports");
}

fn times(begin: &str, hours: i64, count: i64) -> impl Iterator<Item = Timestamp> {
    let begin: Timestamp = begin.parse().unwrap();
    (0..count).map(move |step| begin + SignedDuration::from_hours(step * hours))
}

#[test]
fn every_true_entry_is_there_once_and_nothing_else() {
    let mut counts = Counts::default();
    for (seed, person) in [
        (1, PersonType::Personal),
        (2, PersonType::Business),
        (3, PersonType::Personal),
        (4, PersonType::Business),
    ] {
        // Each report of a month, at another hour of the day, then one a week.
        let times = times("2026-02-20T11:00:00Z", 25, 24).chain(times("2026-03-18T02:00:00Z", 24 * 7, 6));
        let story = story(seed, person, Messy::ALL, times);
        counts.add(&story.counts);
        assert_true(&story, &format!("seed {seed}"));
    }
    for kind in Trouble::ALL {
        // No report of 2026 reaches back to where ids begin.
        assert_eq!(counts.of(kind) > 0, kind != Trouble::ConstantOldId, "{kind:?}: {}", counts.of(kind));
    }
}

#[test]
fn entries_from_before_ids_began_stay_apart() {
    let story = story(5, PersonType::Personal, Messy::ALL, times("2023-11-01T12:00:00Z", 24 * 5, 8));
    assert!(story.counts.of(Trouble::ConstantOldId) > 100);
    assert_true(&story, "2023");
}

#[test]
fn one_kind_alone_is_told_alone() {
    for kind in Trouble::ALL {
        let messy = Messy::NONE.with(kind);
        let story = story(6, PersonType::Personal, messy, times("2026-03-01T12:00:00Z", 47, 6));
        for other in Trouble::ALL {
            // A cancelled entry is scheduled or processed, and one without a date may need midnight to tell its day.
            let follows = match kind {
                Trouble::Cancelled => matches!(other, Trouble::Scheduled | Trouble::Processing),
                Trouble::MissingDate => other == Trouble::MidnightInstant,
                _ => false,
            };
            assert!(other == kind || follows || story.counts.of(other) == 0, "{kind:?} brings {other:?}");
        }
        assert_true(&story, &format!("{kind:?}"));
    }
    let clean = story(6, PersonType::Personal, Messy::NONE, times("2026-03-01T12:00:00Z", 47, 6));
    assert_eq!(clean.counts, Counts::default());
    assert_true(&clean, "clean");
}
