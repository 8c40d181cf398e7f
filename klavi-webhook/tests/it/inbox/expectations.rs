//! What was asked for and should come: outstanding, arrived, overdue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_webhook::{
    BoxFuture, Change, Dispatcher, Entry, EntryKind, EntryState, Expectation, ExpectationStatus, Filter,
    Inbox, LeaseRequest, Order, Page, RetrySchedule, Sink, SinkError, Stored, Ticket,
};

use super::{Kept, Place};
use crate::{EVENTS, LEASE, REPORT, change, entries, lease, list, settle, split, start};

const HOUR: Duration = Duration::from_secs(3_600);

/// Of the products `pf_balance` and `pf_identity`, an hour from the start.
fn expectation(request: &str) -> Expectation {
    Expectation::new(request, ["pf_identity", "pf_balance"], start() + HOUR).of_link("l-1")
}

async fn report(inbox: &dyn Inbox, request: &str, product: &str) {
    let body = REPORT.replace("rq-1", request).replace("pf_balance", product);
    inbox.store(split(&body.replace("rp-1", &format!("{request} {product}")))).await.unwrap();
}

/// Notes the body of what it is handed, and fails as often as it is told to.
#[derive(Clone, Default)]
struct Notices {
    handed: Arc<Mutex<Vec<Entry>>>,
    failures: Arc<Mutex<u32>>,
}

impl Sink for Notices {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        self.handed.lock().unwrap().push(entry);
        let mut failures = self.failures.lock().unwrap();
        let failed = *failures > 0;
        *failures = failures.saturating_sub(1);
        Box::pin(async move { if failed { Err("not now".into()) } else { Ok(()) } })
    }
}

impl Notices {
    /// What was missing of which request, of expectations alone.
    fn missing(&self) -> Vec<(String, Vec<String>)> {
        let handed = self.handed.lock().unwrap();
        let notices = handed.iter().filter(|entry| entry.kind == EntryKind::Expectation);
        let mut missing: Vec<_> = notices
            .map(|entry| {
                let notice: serde_json::Value = serde_json::from_slice(&entry.body).unwrap();
                let names = notice["missing"].as_array().unwrap().iter();
                let names = names.map(|name| name.as_str().unwrap().to_owned()).collect();
                (notice["requestId"].as_str().unwrap().to_owned(), names)
            })
            .collect();
        missing.sort();
        missing
    }
}

fn dispatcher(inbox: &Arc<dyn Inbox>, notices: &Notices) -> Dispatcher {
    let schedule = RetrySchedule::new(3, Duration::from_secs(1), Duration::from_secs(1));
    Dispatcher::new(inbox.clone(), notices.clone()).schedule(schedule)
}

pub(crate) async fn it_is_handed_out_at_its_deadline_and_not_before(place: &Place) {
    let inbox = place.open().await;
    let stored = inbox.expect(expectation("rq-1")).await.unwrap();
    let Stored::New(id) = stored else { panic!("{stored:?}") };
    assert!(!change(&*inbox, id, Change::Replay).await, "it will be handled as it is");
    place.clock.set(start() + HOUR - Duration::from_secs(1));
    for order in [Order::Free, Order::PerLink] {
        assert!(inbox.lease(LeaseRequest::new(5).order(order)).await.unwrap().entries.is_empty());
    }
    let kept = entries(&*inbox, Some(EntryState::Outstanding)).await.remove(0);
    assert_eq!((kept.kind, kept.attempts, &kept.name), (EntryKind::Expectation, 0, &None));
    assert_eq!((kept.request_id.as_deref(), kept.link_id.as_deref()), (Some("rq-1"), Some("l-1")));

    place.clock.set(start() + HOUR);
    let leased = lease(&*inbox, 5).await;
    assert_eq!((leased.len(), leased[0].entry.id, leased[0].entry.attempts), (1, id, 0));
    assert_eq!(leased[0].entry.body, kept.body);
    assert!(lease(&*inbox, 5).await.is_empty());
    place.clock.advance(LEASE);
    let again = lease(&*inbox, 5).await.remove(0);
    assert_eq!(again.entry.id, id, "its lease ran out");
    assert!(settle(&*inbox, again.ticket.done()).await);
    place.clock.advance(HOUR * 9);
    assert!(lease(&*inbox, 5).await.is_empty());
}

pub(crate) async fn what_is_due_is_handed_out_oldest_first_whatever_it_is(place: &Place) {
    let inbox = place.open().await;
    for n in 0..3_u32 {
        // The last one registered is due first.
        let deadline = start() + HOUR - Duration::from_secs(n.into());
        inbox.expect(Expectation::new(format!("rq-{n}"), ["pf_balance"], deadline)).await.unwrap();
        report(&*inbox, &format!("rq-{n}"), "pf_balance").await;
    }
    let due = async |most, idle| {
        let request = LeaseRequest::new(most).lease(LEASE).idle(idle);
        let leased = inbox.lease(request).await.unwrap().entries;
        leased.into_iter().map(|leased| leased.entry.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(due(1, false).await, [2], "what waits for nothing does not wait");
    place.clock.advance(HOUR);
    // The lease of 2 ran out; 5 and 3 became due before 1.
    assert_eq!(due(2, false).await, [4, 6]);
    assert_eq!(due(9, false).await, [5, 3, 1]);
    assert_eq!(due(9, true).await, [2]);
}

pub(crate) async fn what_has_come_is_known_whenever_it_came(place: &Place) {
    use ExpectationStatus::{Arrived, Outstanding, Overdue};
    let inbox = place.open().await;
    for product in ["pf_identity", "pf_balance"] {
        report(&*inbox, "before", product).await;
    }
    report(&*inbox, "partly", "pf_balance").await;
    for request in ["before", "partly", "after", "late", "never"] {
        inbox.expect(expectation(request)).await.unwrap();
    }
    let any = Expectation::new("any", Vec::<String>::new(), start() + HOUR);
    inbox.expect(any).await.unwrap();
    // Neither events nor reports of others count.
    inbox.store(split(&EVENTS.replace("rq-1", "never"))).await.unwrap();
    report(&*inbox, "never", "pf_loans").await;

    let status = async || {
        let expected = inbox.expected(Page::first(100)).await.unwrap();
        let status = |of: klavi_webhook::Expected| (of.expectation.request_id, (of.status, of.missing));
        expected.into_iter().map(status).collect::<HashMap<_, _>>()
    };
    let both = || vec!["pf_balance".to_owned(), "pf_identity".to_owned()];
    let before = status().await;
    assert_eq!(before.len(), 6);
    assert_eq!(before["before"], (Arrived, Vec::new()));
    assert_eq!(before["partly"], (Outstanding, vec!["pf_identity".to_owned()]));
    assert_eq!((&before["after"], &before["never"]), (&(Outstanding, both()), &(Outstanding, both())));
    assert_eq!(before["any"], (Outstanding, Vec::new()));

    for product in ["pf_identity", "pf_balance"] {
        report(&*inbox, "after", product).await;
    }
    report(&*inbox, "any", "pf_loans").await;
    place.clock.advance(HOUR);
    let then = status().await;
    assert_eq!((then["after"].0, then["any"].0), (Arrived, Arrived));
    assert_eq!((&then["late"], &then["never"]), (&(Overdue, both()), &(Overdue, both())));

    let notices = Notices::default();
    dispatcher(&inbox, &notices).run_due().await.unwrap();
    assert_eq!(
        notices.missing(),
        [
            ("late".to_owned(), both()),
            ("never".to_owned(), both()),
            ("partly".to_owned(), vec!["pf_identity".to_owned()]),
        ]
    );
    assert!(list(&*inbox, &Filter::all()).await.iter().all(|entry| entry.state == EntryState::Done));
    for product in ["pf_identity", "pf_balance"] {
        report(&*inbox, "late", product).await;
    }
    assert_eq!(status().await["late"].0, Arrived);

    let of_request = list(&*inbox, &Filter::of_request("never")).await;
    let kinds: Vec<_> = of_request.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Expectation, EntryKind::Event, EntryKind::Report]);
    assert!(list(&*inbox, &Filter::of_request("nobody's")).await.is_empty());
}

pub(crate) async fn a_failing_handler_is_tried_again_then_given_up_until_a_replay(place: &Place) {
    let inbox = place.open().await;
    let Stored::New(id) = inbox.expect(expectation("rq-1")).await.unwrap() else { unreachable!() };
    let notices = Notices::default();
    place.clock.advance(HOUR);
    *notices.failures.lock().unwrap() = 3;
    let dispatcher = dispatcher(&inbox, &notices);
    for (attempts, state) in [(1, EntryState::Pending), (2, EntryState::Pending), (3, EntryState::Dead)] {
        assert_eq!(dispatcher.run_due().await.unwrap(), 1);
        assert_eq!(dispatcher.run_due().await.unwrap(), 0, "not before its pause is over");
        let entry = inbox.get(id).await.unwrap().unwrap();
        assert_eq!((entry.attempts, entry.state), (attempts, state));
        assert_eq!(entry.last_error.as_deref(), Some("not now"));
        place.clock.advance(Duration::from_secs(60));
    }
    assert!(change(&*inbox, id, Change::Replay).await);
    assert_eq!(dispatcher.run_due().await.unwrap(), 1);
    assert_eq!(inbox.get(id).await.unwrap().unwrap().state, EntryState::Done);
    let keys: Vec<_> = notices
        .handed
        .lock()
        .unwrap()
        .iter()
        .map(|entry| (entry.attempts, entry.dedup_key.clone()))
        .collect();
    assert_eq!(keys.iter().map(|(attempt, _)| *attempt).collect::<Vec<_>>(), [0, 1, 2, 0]);
    assert!(keys.iter().all(|(_, key)| *key == keys[0].1), "what makes it idempotent stays");

    // A replay looks again.
    report(&*inbox, "rq-1", "pf_balance").await;
    report(&*inbox, "rq-1", "pf_identity").await;
    assert!(change(&*inbox, id, Change::Replay).await);
    dispatcher.run_due().await.unwrap();
    assert_eq!((notices.missing().len(), entries(&*inbox, Some(EntryState::Done)).await.len()), (4, 3));
}

pub(crate) async fn registered_twice_alike_it_is_one(place: &Place) {
    let inbox = place.open().await;
    let stored = inbox.expect(expectation("rq-1")).await.unwrap();
    let Stored::New(id) = stored else { panic!("{stored:?}") };
    place.clock.advance(LEASE);
    let again = Expectation::new("rq-1", ["pf_balance", "pf_identity", "pf_balance"], start() + HOUR);
    assert_eq!(inbox.expect(again.of_link("l-1")).await.unwrap(), Stored::Duplicate(id));
    let longer = Expectation::new("rq-1", ["pf_balance", "pf_identity"], start() + HOUR * 2).of_link("l-1");
    assert!(matches!(inbox.expect(longer).await.unwrap(), Stored::Revision(_)));
    assert_eq!(list(&*inbox, &Filter::of_request("rq-1")).await.len(), 2);
}

pub(crate) async fn the_order_of_a_link_knows_no_expectation(place: &Place) {
    let inbox = place.open().await;
    inbox.expect(expectation("rq-1")).await.unwrap();
    report(&*inbox, "rq-1", "pf_balance").await;
    inbox.expect(expectation("rq-2")).await.unwrap();
    report(&*inbox, "rq-1", "pf_loans").await;
    let due = async || {
        let request = LeaseRequest::new(9).lease(LEASE).order(Order::PerLink).idle(false);
        let leased = inbox.lease(request).await.unwrap().entries;
        leased.into_iter().map(|leased| leased.ticket).collect::<Vec<_>>()
    };
    let ids = |leased: &[Ticket]| {
        let mut ids: Vec<_> = leased.iter().map(|ticket| ticket.id.get()).collect();
        ids.sort_unstable();
        ids
    };
    // Outstanding ones do not hold up the reports of their link.
    let mut first = due().await;
    assert_eq!(ids(&first), [2]);
    settle(&*inbox, first.remove(0).retry(HOUR + LEASE, "not yet")).await;
    place.clock.advance(HOUR);
    // Nor does a report hold them up; nor do they once they are leased or wait for an attempt.
    let mut overdue = due().await;
    assert_eq!(ids(&overdue), [1, 3]);
    settle(&*inbox, overdue.remove(0).retry(LEASE, "not yet")).await;
    place.clock.advance(LEASE);
    let again = due().await;
    assert_eq!(ids(&again), [1, 2], "the lease of 3 ran out");
    let report = again.into_iter().find(|ticket| ticket.id.get() == 2).unwrap();
    settle(&*inbox, report.done()).await;
    assert_eq!(ids(&due().await), [4]);
}

pub(crate) async fn pruning_leaves_what_is_outstanding_and_what_it_waits_for(place: &Place) {
    let inbox = place.open().await;
    let Stored::New(id) = inbox.expect(expectation("rq-1")).await.unwrap() else { unreachable!() };
    for request in ["rq-1", "rq-2"] {
        report(&*inbox, request, "pf_balance").await;
    }
    for leased in lease(&*inbox, 9).await {
        settle(&*inbox, leased.ticket.done()).await;
    }
    let prune = async || {
        let old = Filter::all().until(start() + HOUR * 24);
        inbox.change(&old, Change::Prune).await.unwrap()
    };
    assert_eq!(prune().await, 1, "rq-2, which nobody expects");
    place.clock.advance(HOUR);
    let expected = inbox.expected(Page::first(9)).await.unwrap();
    assert_eq!(expected[0].missing, ["pf_identity"], "what has come is known still");

    let leased = lease(&*inbox, 9).await.remove(0);
    assert_eq!(prune().await, 0);
    settle(&*inbox, leased.ticket.done()).await;
    assert_eq!(prune().await, 2);
    assert!(inbox.get(id).await.unwrap().is_none());
    assert!(list(&*inbox, &Filter::of_request("rq-1")).await.is_empty());
    assert!(inbox.expected(Page::first(9)).await.unwrap().is_empty());
}

pub(crate) async fn pages_of_expectations_follow_one_another_and_the_counts_tell_of_them(place: &Place) {
    let inbox = place.open().await;
    for n in 0..5 {
        inbox.expect(expectation(&format!("rq-{n}"))).await.unwrap();
        report(&*inbox, &format!("rq-{n}"), "pf_balance").await;
    }
    let (mut seen, mut page) = (Vec::new(), Page::first(2));
    loop {
        let expected = inbox.expected(page).await.unwrap();
        let Some(last) = expected.last() else { break };
        page = Page::first(2).after(&last.entry);
        seen.push(expected.into_iter().map(|one| one.expectation.request_id).collect::<Vec<_>>());
    }
    assert_eq!(seen, [&["rq-0", "rq-1"][..], &["rq-2", "rq-3"], &["rq-4"]]);
    assert!(inbox.expected(Page::first(0)).await.unwrap().is_empty());
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.in_state(EntryState::Outstanding), counts.in_state(EntryState::Pending)), (5, 5));
    assert_eq!(list(&*inbox, &Filter::all().in_state(EntryState::Outstanding)).await.len(), 5);
}

pub(crate) async fn two_dispatchers_call_once(place: &Place) {
    let here = place.open().await;
    let there = if let Kept::Memory = place.kept { here.clone() } else { place.open().await };
    for n in 0..40 {
        here.expect(expectation(&format!("rq-{n}"))).await.unwrap();
    }
    let notices = Notices::default();
    place.clock.advance(HOUR);
    let (one, other) = (dispatcher(&here, &notices), dispatcher(&there, &notices));
    let (one, other) = tokio::join!(one.run_due(), other.run_due());
    assert_eq!(one.unwrap() + other.unwrap(), 40);
    let mut requests: Vec<_> = notices.missing().into_iter().map(|(request, _)| request).collect();
    requests.dedup();
    assert_eq!((requests.len(), notices.missing().len()), (40, 40));
}

pub(crate) async fn what_was_registered_is_there_when_it_is_opened_again(place: &Place) {
    let inbox = place.open().await;
    inbox.expect(expectation("rq-1")).await.unwrap();
    report(&*inbox, "rq-1", "pf_balance").await;
    inbox.expect(expectation("rq-2")).await.unwrap();
    assert_eq!(lease(&*inbox, 9).await.len(), 1, "the report");
    place.clock.advance(HOUR);
    let leased = inbox.lease(LeaseRequest::new(1).idle(false)).await.unwrap().entries.remove(0);
    settle(&*inbox, leased.ticket.done()).await;
    drop(inbox);

    let inbox = place.open().await;
    assert_eq!(inbox.counts().await.unwrap().in_state(EntryState::Outstanding), 1);
    assert_eq!(inbox.expected(Page::first(9)).await.unwrap()[0].missing, ["pf_identity"]);
    let notices = Notices::default();
    let dispatcher = dispatcher(&inbox, &notices);
    place.clock.set(start() + HOUR - LEASE);
    dispatcher.run_due().await.unwrap();
    assert!(notices.missing().is_empty());
    place.clock.advance(LEASE);
    dispatcher.run_due().await.unwrap();
    assert_eq!(notices.missing().len(), 1);
    assert_eq!(notices.missing()[0].0, "rq-2");
}
