//! Single cases that the properties reach seldom, and why a change was made.

use jiff::SignedDuration;
use jiff::civil::date;
use statements::{Change, Coverage, Entry, Instalment, Ledger, Reason, Source, Statement, Status};

use crate::bank::{Spelling, account, as_of};

fn entry(id: &str, day: i8, amount: &str, is_final: bool) -> Entry {
    let mut entry = Entry::default();
    entry.id = Some(id.into());
    entry.day = Some(date(2026, 3, day));
    entry.amount = Some(amount.parse().unwrap());
    entry.status = Some(if is_final { Status::Booked } else { Status::Pending });
    entry.is_final = is_final;
    entry
}

fn complete(day: i8, entries: Vec<Entry>) -> Statement {
    let mut statement = partial(day, entries);
    statement.coverage = Some(Coverage::twelve_months_before(statement.as_of));
    statement
}

fn partial(day: i8, entries: Vec<Entry>) -> Statement {
    let mut statement =
        Statement::new(account(Spelling::PunctuatedCnpj), Source::new("bank", None), as_of(day));
    statement.entries = entries;
    statement
}

fn reasons(ledger: &mut Ledger, statement: &Statement) -> Vec<Reason> {
    ledger.reconcile([statement]).entries.into_iter().map(|change| change.reason).collect()
}

fn keys(ledger: &Ledger) -> Vec<&str> {
    ledger.entries().map(|kept| kept.key.as_str()).collect()
}

#[test]
fn a_pending_entry_that_is_the_earliest_is_replaced_by_the_booked_one() {
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(10, vec![entry("s", 9, "-50.00", false)])]);
    let changes = ledger.reconcile([&complete(11, vec![entry("x", 10, "-50.00", true)])]);
    let [Change { reason: Reason::Booked, old: Some(_), new: Some(new), .. }] = &changes.entries[..] else {
        panic!("{changes:?}")
    };
    assert_eq!(new.as_str(), "x");
    assert_eq!(keys(&ledger), ["x"]);
}

#[test]
fn what_a_complete_report_no_longer_has_is_cancelled_and_an_empty_one_is_complete_too() {
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(10, vec![entry("s", 20, "-50.00", false)])]);
    assert_eq!(reasons(&mut ledger, &partial(11, vec![])), []);
    assert_eq!(reasons(&mut ledger, &complete(12, vec![])), [Reason::Cancelled]);
    assert_eq!(ledger.entries().count(), 0);
}

#[test]
fn another_consent_decides_nothing() {
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(10, vec![entry("s", 9, "-50.00", false)])]);
    let mut other = complete(11, vec![]);
    other.source = Source::new("bank", Some("another"));
    assert_eq!(reasons(&mut ledger, &other), []);
    assert_eq!(ledger.entries().count(), 1);
}

#[test]
fn instalments_under_one_id_are_entries_of_their_own() {
    let instalment = |number: &str| {
        let mut entry = entry("T1", 3, "-100.00", true);
        entry.instalment = Some(Instalment::new(Some(number.into()), Some(3)));
        entry
    };
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(10, vec![instalment("1")])]);
    assert_eq!(keys(&ledger), ["T1"]);
    let changes =
        reasons(&mut ledger, &complete(11, vec![instalment("1"), instalment("2"), instalment("3")]));
    assert_eq!(ledger.entries().count(), 3);
    assert!(changes.contains(&Reason::SharedId), "{changes:?}");
    assert!(!changes.contains(&Reason::Cancelled), "{changes:?}");
}

#[test]
fn the_same_id_later_is_a_correction_or_another_entry() {
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(10, vec![entry("x", 5, "-10.00", true)])]);
    assert_eq!(reasons(&mut ledger, &complete(11, vec![entry("x", 5, "-11.00", true)])), [Reason::Corrected]);
    assert_eq!(keys(&ledger), ["x"]);
    let changes = reasons(&mut ledger, &partial(12, vec![entry("x", 12, "-99.00", true)]));
    assert_eq!(ledger.entries().count(), 2, "a partial report has not looked for the old one");
    assert!(changes.contains(&Reason::Added) && changes.contains(&Reason::SharedId), "{changes:?}");
}

#[test]
fn a_reworded_text_changes_no_key_and_adds_nothing() {
    let mut ledger = Ledger::new();
    let mut reworded = entry("x", 5, "-10.00", true);
    ledger.reconcile([&complete(10, vec![reworded.clone()])]);
    reworded.description = Some("PADARIA".into());
    assert_eq!(reasons(&mut ledger, &partial(11, vec![reworded])), [Reason::Updated]);
    assert_eq!(keys(&ledger), ["x"]);
}

#[test]
fn a_booked_entry_without_an_id_is_lost_to_no_report_that_may_not_have_looked_so_far_back() {
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(20, vec![entry("0", 2, "-1.00", true), entry("0", 15, "-2.00", true)])]);
    // Nobody knows whether the days before the first entry were asked for.
    assert_eq!(reasons(&mut ledger, &complete(21, vec![entry("0", 15, "-2.00", true)])), []);
    assert_eq!(ledger.entries().count(), 2);
    assert_eq!(reasons(&mut ledger, &complete(22, vec![entry("0", 2, "-1.00", true)])), [Reason::Cancelled]);
}

#[test]
fn a_booked_entry_under_the_id_of_a_pending_one_replaces_it_in_any_report() {
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(10, vec![entry("x", 9, "-50.00", false)])]);
    assert_eq!(reasons(&mut ledger, &partial(11, vec![entry("x", 10, "-50.10", true)])), [Reason::Booked]);
    assert_eq!(keys(&ledger), ["x"]);
}

#[test]
fn a_hundred_thousand_entries_may_share_one_id() {
    let entries: Vec<_> = (0..100_000)
        .map(|number| entry("same", 1 + (number % 28) as i8, &format!("-{}.00", number / 28), true))
        .collect();
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(29, entries.clone())]);
    assert_eq!(ledger.entries().count(), 100_000);
    assert!(ledger.reconcile([&complete(30, entries)]).is_empty());
}

#[test]
fn nothing_personal_is_shown_by_debug() {
    let mut ledger = Ledger::new();
    let mut personal = entry("id-of-hers", 5, "-4711.00", true);
    personal.description = Some("FARMACIA".into());
    let statement = complete(10, vec![personal]);
    let changes = ledger.reconcile([&statement]);
    let shown = format!("{ledger:?} {statement:?} {changes:?} {:?}", ledger.entries().collect::<Vec<_>>());
    for word in ["id-of-hers", "4711", "FARMACIA"] {
        assert!(!shown.contains(word), "{word} in {shown}");
    }
}

/// All of them pending under one id, then booked under ids of their own or under that one.
#[test]
fn a_hundred_thousand_pending_entries_under_one_id_are_booked_at_once() {
    for constant in [true, false] {
        let list = |day: i8, is_final: bool| {
            let of = |number: i64| {
                let own = format!("own-{number}");
                let id = if is_final && !constant { &own } else { "205A" };
                let mut entry =
                    entry(id, 1 + (number % 7) as i8, &format!("-{}.00", number / 1000), is_final);
                entry.description = Some(format!("COMPRA {number}").as_str().into());
                entry
            };
            complete(day, (0..100_000).map(of).collect())
        };
        let mut ledger = Ledger::new();
        ledger.reconcile([&list(10, false)]);
        assert_eq!(ledger.entries().count(), 100_000);
        let changes = ledger.reconcile([&list(11, true)]);
        assert_eq!(ledger.entries().count(), 100_000);
        assert!(changes.entries.iter().all(|change| change.reason == Reason::Booked));
        assert_eq!(changes.entries.len(), 100_000);
    }
}

/// The ledger is saved and loaded between the reports.
#[test]
fn a_hundred_thousand_equal_entries_are_counted() {
    for id in ["0", "x"] {
        let list = |day, count| complete(day, vec![entry(id, 5, "-1.00", true); count]);
        let mut ledger = Ledger::new();
        ledger.reconcile([&list(10, 100_000)]);
        let mut loaded = Ledger::from_rows(ledger.rows()).unwrap();
        assert!(loaded.reconcile([&list(11, 100_000)]).is_empty());
        let left = if id == "0" { 40_000 } else { 1 };
        let gone = loaded.reconcile([&list(12, 40_000)]);
        assert_eq!(loaded.entries().count(), left);
        assert!(gone.entries.iter().all(|change| change.reason == Reason::Cancelled), "{id}");
    }
}

/// Each in a report of its own, none of which looked for those before.
#[test]
fn hundreds_of_reports_may_have_one_entry_each_under_one_id() {
    let mut ledger = Ledger::new();
    for number in 0..300 {
        let mut statement = complete(10, vec![entry("same", 5, &format!("-{number}.00"), true)]);
        statement.as_of += SignedDuration::from_hours(number);
        statement.coverage = Some(Coverage::new(date(2026, 4, 1), date(2026, 4, 30)));
        ledger.reconcile([&statement]);
    }
    assert_eq!(ledger.entries().count(), 300);
}

#[test]
fn an_id_of_any_text_is_never_taken_for_a_content() {
    let nameless = entry("0", 5, "-1.00", true);
    let mut ledger = Ledger::new();
    ledger.reconcile([&partial(10, vec![nameless.clone()])]);
    let key = keys(&ledger)[0].to_owned();
    ledger.reconcile([&partial(11, vec![nameless, entry(&key, 7, "-2.00", true)])]);
    assert_eq!(ledger.entries().count(), 2);

    // Parts of a content are told apart whatever they are made of.
    let of_bill = |bill: &str, id: &str| {
        let mut entry = entry(id, 5, "-1.00", true);
        entry.bill = Some(bill.into());
        entry
    };
    let mut other = of_bill("a", "|b");
    other.amount = Some("-2.00".parse().unwrap());
    let mut ledger = Ledger::new();
    // Two entries with one id and different content: neither id identifies.
    ledger
        .reconcile([&partial(10, vec![of_bill("a|", "b"), of_bill("a||", "b"), of_bill("a", "|b"), other])]);
    assert_eq!(ledger.entries().count(), 4);
}

#[test]
fn an_older_report_of_another_consent_brings_nothing_back() {
    let pending = || vec![entry("s", 9, "-50.00", false)];
    let other = |mut statement: Statement| {
        statement.source = Source::new("bank", Some("another"));
        statement
    };
    let older = partial(10, pending());
    let mut ledger = Ledger::new();
    for statement in [&older, &other(partial(11, pending())), &other(complete(12, vec![]))] {
        ledger.reconcile([statement]);
    }
    assert_eq!(ledger.entries().count(), 0);
    let mut loaded = Ledger::from_rows(ledger.rows()).unwrap();
    assert!(loaded.reconcile([&older]).is_empty(), "it was taken in before");
    // Once both have looked, nothing of it is kept.
    loaded.reconcile([&complete(13, vec![])]);
    assert_eq!(loaded.rows().count(), 1);
}

#[test]
fn an_entry_that_one_report_changes_and_changes_back_is_as_it_was() {
    let mut ledger = Ledger::new();
    let plain = entry("x", 5, "-1.00", true);
    let mut branded = plain.clone();
    branded.brand = Some("PADARIA".into());
    ledger.reconcile([&partial(10, vec![plain.clone()])]);
    assert!(ledger.reconcile([&partial(11, vec![branded]), &partial(12, vec![plain])]).is_empty());
}

#[test]
fn a_later_report_of_one_form_shows_that_the_other_was_corrected() {
    let (one, other) = (entry("x", 5, "-1.00", true), entry("x", 5, "-2.00", true));
    let mut ledger = Ledger::new();
    ledger.reconcile([&partial(8, vec![one])]);
    ledger.reconcile([&partial(7, vec![other.clone()])]);
    ledger.reconcile([&complete(10, vec![])]);
    assert_eq!(ledger.entries().count(), 2, "a bank may forget to list an entry");
    // It was there on day 10 as well, when the first form was not.
    ledger.reconcile([&partial(12, vec![other])]);
    assert_eq!(keys(&ledger), ["x"]);
}

#[test]
fn an_entry_of_today_under_the_id_of_a_final_one_is_another_entry() {
    let mut today = entry("x", 10, "-7.00", false);
    for (status, entries) in [(Some(Status::Booked), 2), (None, 2), (Some(Status::Pending), 1)] {
        today.status = status;
        let mut ledger = Ledger::new();
        ledger.reconcile([&complete(10, vec![entry("x", 9, "-50.00", true), today.clone()])]);
        assert_eq!(ledger.entries().count(), entries, "{status:?}");
        ledger.reconcile([&complete(11, vec![entry("x", 9, "-50.00", true), entry("x", 10, "-7.00", true)])]);
        assert_eq!(ledger.entries().count(), 2, "{status:?}");
    }
    // The same purchase on the open bill and on the closed one is one.
    let mut open = entry("x", 9, "-50.00", false);
    open.status = None;
    let mut ledger = Ledger::new();
    ledger.reconcile([&complete(10, vec![open, entry("x", 9, "-50.00", true)])]);
    assert_eq!(ledger.entries().count(), 1);
}
