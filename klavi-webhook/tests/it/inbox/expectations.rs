//! What was asked for and should come: outstanding, arrived, overdue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_webhook::{
    BoxFuture, Clock, Dispatcher, Entry, EntryKind, EntryState, Expectation, ExpectationStatus, Handle,
    HandlerError, Inbox, Order, Page, Prune, RetrySchedule, Stored,
};

use super::Place;
use super::rules::LEASE;
use crate::{EVENTS, REPORT, entries, split, start};

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

impl Handle for Notices {
    fn handle(&self, entry: Entry) -> BoxFuture<'static, Result<(), HandlerError>> {
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

fn dispatcher(inbox: &Arc<dyn Inbox>, notices: &Notices, clock: &Clock) -> Dispatcher {
    let schedule = RetrySchedule::new(3, Duration::from_secs(1), Duration::from_secs(1));
    Dispatcher::new(inbox.clone(), notices.clone()).clock(clock.clone()).schedule(schedule)
}

pub(crate) async fn it_is_handed_out_at_its_deadline_and_not_before(place: &Place) {
    let inbox = place.open().await;
    let stored = inbox.expect(expectation("rq-1"), start()).await.unwrap();
    let Stored::New(id) = stored else { panic!("{stored:?}") };
    assert!(!inbox.replay(id, start()).await.unwrap(), "it will be handled as it is");
    let before = start() + HOUR - Duration::from_secs(1);
    for order in [Order::Free, Order::PerLink] {
        assert!(inbox.lease(before, LEASE, 5, order).await.unwrap().is_empty());
    }
    let kept = entries(&*inbox, Some(EntryState::Outstanding)).await.remove(0);
    assert_eq!((kept.kind, kept.attempts, kept.name), (EntryKind::Expectation, 0, None));
    assert_eq!((kept.request_id.as_deref(), kept.link_id.as_deref()), (Some("rq-1"), Some("l-1")));

    let leased = inbox.lease(start() + HOUR, LEASE, 5, Order::Free).await.unwrap();
    assert_eq!((leased.len(), leased[0].entry.id, leased[0].entry.attempts), (1, id, 1));
    assert_eq!(leased[0].entry.body, kept.body);
    assert!(inbox.lease(start() + HOUR, LEASE, 5, Order::Free).await.unwrap().is_empty());
    let again = inbox.lease(start() + HOUR + LEASE, LEASE, 5, Order::Free).await.unwrap();
    assert_eq!(again[0].entry.id, id, "its lease ran out");
    assert!(inbox.complete(again[0].ticket).await.unwrap());
    assert!(inbox.lease(start() + HOUR * 9, LEASE, 5, Order::Free).await.unwrap().is_empty());
}

pub(crate) async fn what_is_due_is_handed_out_oldest_first_whatever_it_is(place: &Place) {
    let inbox = place.open().await;
    for n in 0..3_u32 {
        // The last one registered is due first.
        let deadline = start() + HOUR - Duration::from_secs(n.into());
        inbox.expect(Expectation::new(format!("rq-{n}"), ["pf_balance"], deadline), start()).await.unwrap();
        report(&*inbox, &format!("rq-{n}"), "pf_balance").await;
    }
    let lease = async |at, most| {
        let leased = inbox.lease(at, LEASE, most, Order::Free).await.unwrap();
        leased.into_iter().map(|leased| leased.entry.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(lease(start(), 1).await, [2], "what waits for nothing does not wait");
    // The lease of 2 ran out; 5 and 3 became due before 1.
    assert_eq!(lease(start() + HOUR, 2).await, [2, 3]);
    assert_eq!(lease(start() + HOUR, 9).await, [1, 4, 5, 6]);
}

pub(crate) async fn what_has_come_is_known_whenever_it_came(place: &Place) {
    use ExpectationStatus::{Arrived, Outstanding, Overdue};
    let inbox = place.open().await;
    for product in ["pf_identity", "pf_balance"] {
        report(&*inbox, "before", product).await;
    }
    report(&*inbox, "partly", "pf_balance").await;
    for request in ["before", "partly", "after", "late", "never"] {
        inbox.expect(expectation(request), start()).await.unwrap();
    }
    let any = Expectation::new("any", Vec::<String>::new(), start() + HOUR);
    inbox.expect(any, start()).await.unwrap();
    // Neither events nor reports of others count.
    inbox.store(split(&EVENTS.replace("rq-1", "never"))).await.unwrap();
    report(&*inbox, "never", "pf_loans").await;

    let status = async |now| {
        let expected = inbox.expected(now, None, 100).await.unwrap();
        let status = |of: klavi_webhook::Expected| (of.expectation.request_id, (of.status, of.missing));
        expected.into_iter().map(status).collect::<HashMap<_, _>>()
    };
    let both = || vec!["pf_balance".to_owned(), "pf_identity".to_owned()];
    let before = status(start()).await;
    assert_eq!(before.len(), 6);
    assert_eq!(before["before"], (Arrived, Vec::new()));
    assert_eq!(before["partly"], (Outstanding, vec!["pf_identity".to_owned()]));
    assert_eq!((&before["after"], &before["never"]), (&(Outstanding, both()), &(Outstanding, both())));
    assert_eq!(before["any"], (Outstanding, Vec::new()));

    for product in ["pf_identity", "pf_balance"] {
        report(&*inbox, "after", product).await;
    }
    report(&*inbox, "any", "pf_loans").await;
    let then = status(start() + HOUR).await;
    assert_eq!((then["after"].0, then["any"].0), (Arrived, Arrived));
    assert_eq!((&then["late"], &then["never"]), (&(Overdue, both()), &(Overdue, both())));

    let (notices, clock) = (Notices::default(), Clock::manual(start() + HOUR));
    dispatcher(&inbox, &notices, &clock).run_due().await.unwrap();
    assert_eq!(
        notices.missing(),
        [
            ("late".to_owned(), both()),
            ("never".to_owned(), both()),
            ("partly".to_owned(), vec!["pf_identity".to_owned()]),
        ]
    );
    assert!(inbox.list(Page::first(100)).await.unwrap().iter().all(|entry| entry.state == EntryState::Done));
    for product in ["pf_identity", "pf_balance"] {
        report(&*inbox, "late", product).await;
    }
    assert_eq!(status(start() + HOUR).await["late"].0, Arrived);

    let of_request = inbox.of_request("never").await.unwrap();
    let kinds: Vec<_> = of_request.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Expectation, EntryKind::Event, EntryKind::Report]);
    assert!(inbox.of_request("nobody's").await.unwrap().is_empty());
}

pub(crate) async fn a_failing_handler_is_tried_again_then_given_up_until_a_replay(place: &Place) {
    let inbox = place.open().await;
    let Stored::New(id) = inbox.expect(expectation("rq-1"), start()).await.unwrap() else { unreachable!() };
    let (notices, clock) = (Notices::default(), Clock::manual(start() + HOUR));
    *notices.failures.lock().unwrap() = 3;
    let dispatcher = dispatcher(&inbox, &notices, &clock);
    for (attempts, state) in [(1, EntryState::Pending), (2, EntryState::Pending), (3, EntryState::Dead)] {
        assert_eq!(dispatcher.run_due().await.unwrap(), 1);
        assert_eq!(dispatcher.run_due().await.unwrap(), 0, "not before its pause is over");
        let entry = inbox.get(id).await.unwrap().unwrap();
        assert_eq!((entry.attempts, entry.state), (attempts, state));
        assert_eq!(entry.last_error.as_deref(), Some("not now"));
        assert_eq!(inbox.depth().await.unwrap().oldest_pending, None, "it has not come");
        clock.advance(Duration::from_secs(60));
    }
    assert!(inbox.replay(id, clock.now()).await.unwrap());
    assert_eq!(dispatcher.run_due().await.unwrap(), 1);
    assert_eq!(inbox.get(id).await.unwrap().unwrap().state, EntryState::Done);
    let keys: Vec<_> = notices
        .handed
        .lock()
        .unwrap()
        .iter()
        .map(|entry| (entry.attempts, entry.dedup_key.clone()))
        .collect();
    assert_eq!(keys.iter().map(|(attempt, _)| *attempt).collect::<Vec<_>>(), [1, 2, 3, 1]);
    assert!(keys.iter().all(|(_, key)| *key == keys[0].1), "what makes it idempotent stays");

    // A replay looks again.
    report(&*inbox, "rq-1", "pf_balance").await;
    report(&*inbox, "rq-1", "pf_identity").await;
    assert!(inbox.replay(id, clock.now()).await.unwrap());
    dispatcher.run_due().await.unwrap();
    assert_eq!((notices.missing().len(), entries(&*inbox, Some(EntryState::Done)).await.len()), (4, 3));
}

pub(crate) async fn registered_twice_alike_it_is_one(place: &Place) {
    let inbox = place.open().await;
    let stored = inbox.expect(expectation("rq-1"), start()).await.unwrap();
    let Stored::New(id) = stored else { panic!("{stored:?}") };
    let again = Expectation::new("rq-1", ["pf_balance", "pf_identity", "pf_balance"], start() + HOUR);
    assert_eq!(inbox.expect(again.of_link("l-1"), start() + LEASE).await.unwrap(), Stored::Duplicate(id));
    let longer = Expectation::new("rq-1", ["pf_balance", "pf_identity"], start() + HOUR * 2).of_link("l-1");
    assert!(matches!(inbox.expect(longer, start()).await.unwrap(), Stored::Revision(_)));
    assert_eq!(inbox.of_request("rq-1").await.unwrap().len(), 2);
}

pub(crate) async fn the_order_of_a_link_knows_no_expectation(place: &Place) {
    let inbox = place.open().await;
    inbox.expect(expectation("rq-1"), start()).await.unwrap();
    report(&*inbox, "rq-1", "pf_balance").await;
    inbox.expect(expectation("rq-2"), start()).await.unwrap();
    report(&*inbox, "rq-1", "pf_loans").await;
    let lease = async |now| {
        let leased = inbox.lease(now, LEASE, 9, Order::PerLink).await.unwrap();
        leased.into_iter().map(|leased| (leased.entry.id.get(), leased.ticket)).collect::<Vec<_>>()
    };
    let ids = |leased: &[(u64, _)]| leased.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    // Outstanding ones do not hold up the reports of their link.
    let first = lease(start()).await;
    assert_eq!(ids(&first), [2]);
    let now = start() + HOUR;
    inbox.retry(first[0].1, now + LEASE, "not yet").await.unwrap();
    // Nor does a report hold them up; nor do they once they are leased or wait for an attempt.
    let overdue = lease(now).await;
    assert_eq!(ids(&overdue), [1, 3]);
    inbox.retry(overdue[0].1, now + LEASE, "not yet").await.unwrap();
    let again = lease(now + LEASE).await;
    assert_eq!(ids(&again), [1, 2, 3], "the lease of 3 ran out");
    inbox.complete(again[1].1).await.unwrap();
    assert_eq!(ids(&lease(now + LEASE).await), [4]);
}

pub(crate) async fn pruning_leaves_what_is_outstanding_and_what_it_waits_for(place: &Place) {
    let inbox = place.open().await;
    let Stored::New(id) = inbox.expect(expectation("rq-1"), start()).await.unwrap() else { unreachable!() };
    for request in ["rq-1", "rq-2"] {
        report(&*inbox, request, "pf_balance").await;
    }
    for leased in inbox.lease(start(), LEASE, 9, Order::Free).await.unwrap() {
        inbox.complete(leased.ticket).await.unwrap();
    }
    let later = start() + HOUR * 24;
    assert_eq!(inbox.prune(later, Prune::Settled).await.unwrap(), 1, "rq-2, which nobody expects");
    let expected = inbox.expected(start() + HOUR, None, 9).await.unwrap();
    assert_eq!(expected[0].missing, ["pf_identity"], "what has come is known still");

    let leased = inbox.lease(start() + HOUR, LEASE, 9, Order::Free).await.unwrap().remove(0);
    assert_eq!(inbox.prune(later, Prune::Settled).await.unwrap(), 0);
    inbox.complete(leased.ticket).await.unwrap();
    assert_eq!(inbox.prune(later, Prune::Done).await.unwrap(), 2);
    assert!(inbox.get(id).await.unwrap().is_none());
    assert!(inbox.of_request("rq-1").await.unwrap().is_empty());
    assert!(inbox.expectations(None, 9).await.unwrap().is_empty());
}

pub(crate) async fn pages_of_expectations_follow_one_another_and_the_depth_counts_them(place: &Place) {
    let inbox = place.open().await;
    for n in 0..5 {
        inbox.expect(expectation(&format!("rq-{n}")), start()).await.unwrap();
        report(&*inbox, &format!("rq-{n}"), "pf_balance").await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = inbox.expectations(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        seen.push(page.into_iter().map(|entry| entry.request_id.unwrap()).collect::<Vec<_>>());
    }
    assert_eq!(seen, [&["rq-0", "rq-1"][..], &["rq-2", "rq-3"], &["rq-4"]]);
    assert!(inbox.expectations(None, 0).await.unwrap().is_empty());
    let depth = inbox.depth().await.unwrap();
    assert_eq!((depth.outstanding, depth.pending), (5, 5));
    assert_eq!(depth.in_state(EntryState::Outstanding), 5);
    assert_eq!(inbox.list(Page::first(9).in_state(EntryState::Outstanding)).await.unwrap().len(), 5);
}

pub(crate) async fn two_dispatchers_call_once(place: &Place) {
    let here = place.open().await;
    let there = if let Place::Memory = place { here.clone() } else { place.open().await };
    for n in 0..40 {
        here.expect(expectation(&format!("rq-{n}")), start()).await.unwrap();
    }
    let (notices, clock) = (Notices::default(), Clock::manual(start() + HOUR));
    let (one, other) = (dispatcher(&here, &notices, &clock), dispatcher(&there, &notices, &clock));
    let (one, other) = tokio::join!(one.run_due(), other.run_due());
    assert_eq!(one.unwrap() + other.unwrap(), 40);
    let mut requests: Vec<_> = notices.missing().into_iter().map(|(request, _)| request).collect();
    requests.dedup();
    assert_eq!((requests.len(), notices.missing().len()), (40, 40));
}

pub(crate) async fn what_was_registered_is_there_when_it_is_opened_again(place: &Place) {
    let inbox = place.open().await;
    inbox.expect(expectation("rq-1"), start()).await.unwrap();
    report(&*inbox, "rq-1", "pf_balance").await;
    inbox.expect(expectation("rq-2"), start()).await.unwrap();
    for leased in inbox.lease(start() + HOUR, LEASE, 1, Order::Free).await.unwrap() {
        inbox.complete(leased.ticket).await.unwrap();
    }
    drop(inbox);

    let inbox = place.open().await;
    assert_eq!(inbox.depth().await.unwrap().outstanding, 1);
    assert_eq!(inbox.expected(start(), None, 9).await.unwrap()[0].missing, ["pf_identity"]);
    let (notices, clock) = (Notices::default(), Clock::manual(start() + HOUR - LEASE));
    let dispatcher = dispatcher(&inbox, &notices, &clock);
    dispatcher.run_due().await.unwrap();
    assert!(notices.missing().is_empty());
    clock.advance(LEASE);
    dispatcher.run_due().await.unwrap();
    assert_eq!(notices.missing().len(), 1);
    assert_eq!(notices.missing()[0].0, "rq-2");
}
