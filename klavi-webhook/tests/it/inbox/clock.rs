//! A clock that is wrong for a while.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
use klavi_webhook::{
    Answer, Dispatcher, EntryId, EntryState, Expectation, Filter, Inbox, LeaseRequest, Leased, Receiver,
    RetrySchedule, Stored, Target,
};

use super::Place;
use crate::{EVENTS, KEY, LEASE, REPORT, entries, lease, list, settle, signed, split, start};

const HOUR: Duration = Duration::from_secs(3_600);
const SECOND: Duration = Duration::from_secs(1);

fn ids(leased: &[Leased]) -> Vec<EntryId> {
    leased.iter().map(|leased| leased.entry.id).collect()
}

/// When each entry is due that is open.
async fn dues(inbox: &dyn Inbox) -> Vec<Timestamp> {
    list(inbox, &Filter::all()).await.into_iter().filter_map(|entry| entry.due).collect()
}

pub(crate) async fn after_a_step_back_nothing_is_put_off_for_longer_than_the_longest_pause(place: &Place) {
    let inbox = place.open().await;
    for n in 0..5 {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    place.clock.set(start() + HOUR * 5);
    let abandoned = lease(&*inbox, 1).await.remove(0);
    let failed = lease(&*inbox, 1).await.remove(0);
    assert!(settle(&*inbox, failed.ticket.clone().retry(LEASE, "no")).await);
    let dead = lease(&*inbox, 1).await.remove(0);
    assert!(settle(&*inbox, dead.ticket.dead("no")).await);

    // That far may be meant.
    place.clock.set(start());
    let handled = inbox.lease(LeaseRequest::new(1).longest_pause(HOUR * 6)).await.unwrap().entries.remove(0);
    let ahead = start() + HOUR * 5 + LEASE;
    assert_eq!(dues(&*inbox).await, [ahead, ahead, start() + LEASE, start()]);

    place.clock.set(start() - SECOND);
    let request = LeaseRequest::new(9).lease(SECOND).longest_pause(LEASE);
    assert!(inbox.lease(request.clone()).await.unwrap().entries.is_empty());
    let latest = place.clock.now() + LEASE;
    assert_eq!(dues(&*inbox).await, [latest, latest, latest, start()]);
    assert!(settle(&*inbox, handled.ticket.done()).await, "its lease is as good as before");
    place.clock.set(latest - SECOND);
    assert_eq!(ids(&inbox.lease(request.clone()).await.unwrap().entries), [EntryId::from(5)]);
    place.clock.set(latest);
    assert_eq!(ids(&inbox.lease(request.clone().idle(false)).await.unwrap().entries), [failed.entry.id]);
    assert_eq!(ids(&inbox.lease(request).await.unwrap().entries), [abandoned.entry.id]);
}

pub(crate) async fn a_step_back_is_noticed_for_each_target(place: &Place) {
    let inbox = place.open().await;
    let targets = ["a", "b"].map(Target::new);
    let mut entry = split(REPORT).remove(0);
    entry.targets = targets.to_vec();
    inbox.store(vec![entry]).await.unwrap();
    let lease = async |target: &Target| {
        let request = LeaseRequest::new(1).target(target.clone()).longest_pause(LEASE);
        inbox.lease(request).await.unwrap().entries
    };
    place.clock.set(start() + HOUR * 5);
    for target in &targets {
        assert_eq!(lease(target).await.len(), 1);
    }
    place.clock.set(start());
    for target in &targets {
        assert!(lease(target).await.is_empty());
    }
    assert_eq!(dues(&*inbox).await, [start() + LEASE; 2]);
}

pub(crate) async fn what_came_under_a_clock_that_ran_ahead_does_not_wait_for_it(place: &Place) {
    let inbox = place.open().await;
    assert!(lease(&*inbox, 9).await.is_empty());
    place.clock.set(start() + HOUR * 5);
    inbox.store(split(REPORT)).await.unwrap();
    place.clock.set(start() + SECOND);
    let request = LeaseRequest::new(9).longest_pause(LEASE);
    assert!(inbox.lease(request).await.unwrap().entries.is_empty());
    assert_eq!(dues(&*inbox).await, [start() + SECOND + LEASE]);
}

pub(crate) async fn a_step_back_while_it_was_closed_is_noticed(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    place.clock.set(start() + HOUR * 5);
    let leased = lease(&*inbox, 1).await.remove(0);
    settle(&*inbox, leased.ticket.retry(LEASE, "no")).await;
    lease(&*inbox, 1).await;
    // What came last says what the clock showed.
    let mut late = split(REPORT).remove(0);
    late.received_at = start() + HOUR * 5;
    late.targets = vec!["other".into()];
    inbox.store(vec![late]).await.unwrap();
    drop(inbox);

    place.clock.set(start());
    let inbox = place.open().await;
    assert!(lease(&*inbox, 9).await.is_empty());
    let latest = start() + LeaseRequest::new(1).longest_pause;
    assert_eq!(dues(&*inbox).await, [latest, latest, start() + HOUR * 5], "the other target is not leased");
}

/// Expects a report by that many hours after the start.
async fn expect(inbox: &dyn Inbox, request: &str, hours: u32) -> EntryId {
    let expectation = Expectation::new(request, ["pf_balance"], start() + HOUR * hours);
    match inbox.expect(expectation).await.unwrap() {
        Stored::New(id) => id,
        stored => panic!("{stored:?}"),
    }
}

pub(crate) async fn what_is_outstanding_is_due_late_on_purpose(place: &Place) {
    let inbox = place.open().await;
    let (soon, late) = (expect(&*inbox, "rq-1", 1).await, expect(&*inbox, "rq-2", 10_000).await);
    let due = async |lease| {
        let request = LeaseRequest::new(9).lease(lease).longest_pause(SECOND);
        inbox.lease(request).await.unwrap().entries
    };
    assert!(due(LEASE).await.is_empty());
    place.clock.set(start() - HOUR);
    assert!(due(LEASE).await.is_empty());
    assert_eq!(dues(&*inbox).await, [start() + HOUR, start() + HOUR * 10_000]);

    // Once it is handed out it is an entry like any other, beside those that still are outstanding.
    place.clock.set(start() + HOUR * 5);
    assert_eq!(ids(&due(LEASE).await), [soon]);
    place.clock.set(start());
    assert!(due(SECOND).await.is_empty());
    place.clock.advance(SECOND);
    let leased = due(LEASE).await.remove(0);
    assert_eq!(leased.entry.id, soon, "its lease");
    assert!(settle(&*inbox, leased.ticket.retry(HOUR * 5, "no")).await);
    place.clock.set(start());
    assert!(due(SECOND).await.is_empty());
    place.clock.advance(SECOND);
    let leased = due(LEASE).await.remove(0);
    assert_eq!(leased.entry.id, soon, "its pause");
    assert!(settle(&*inbox, leased.ticket.done()).await);

    place.clock.set(start());
    assert!(due(LEASE).await.is_empty());
    let deadline = start() + HOUR * 10_000;
    place.clock.set(deadline - SECOND);
    assert!(due(LEASE).await.is_empty());
    place.clock.set(deadline);
    assert_eq!(ids(&due(LEASE).await), [late]);
}

pub(crate) async fn a_clock_that_jumps_leaves_deadlines_where_they_are(place: &Place) {
    let (inbox, clock, handler) = (place.open().await, &place.clock, Handler::default());
    let dispatcher = handler.dispatcher(inbox.clone());
    for (request, hours) in [("passed", 1), ("far", 100), ("come", 100)] {
        expect(&*inbox, request, hours).await;
    }
    let report = REPORT.replace("rq-1", "come");
    inbox.store(split(&report)).await.unwrap();

    // Ahead of one deadline, with a handler that fails, and back.
    clock.set(start() + HOUR * 30);
    handler.fails.store(true, Ordering::SeqCst);
    assert_eq!(dispatcher.run_due().await.unwrap(), 2);
    handler.fails.store(false, Ordering::SeqCst);
    clock.set(start());
    // Nothing is put off beyond the longest pause, and nothing told of early.
    assert_eq!(dispatcher.run_due().await.unwrap(), 0);
    clock.advance(LEASE);
    assert_eq!(dispatcher.run_due().await.unwrap(), 2);
    for dispatcher in [dispatcher, handler.dispatcher(inbox.clone())] {
        for back in [HOUR * 3, HOUR * 2, HOUR] {
            clock.set(start() - back);
            assert_eq!(dispatcher.run_due().await.unwrap(), 0);
        }
    }
    assert_eq!(handler.times("passed"), 1);
    assert_eq!(entries(&*inbox, Some(EntryState::Outstanding)).await.len(), 2);

    clock.set(start() + HOUR * 100);
    assert_eq!(handler.dispatcher(inbox.clone()).run_due().await.unwrap(), 2);
    assert_eq!((handler.times("far"), handler.times("come")), (1, 0), "what has come is not overdue");
    assert_eq!(entries(&*inbox, Some(EntryState::Done)).await.len(), 4);
}

/// Handles entries where it is to, and counts.
#[derive(Clone, Default)]
struct Handler {
    fails: Arc<AtomicBool>,
    handled: Arc<Mutex<HashMap<String, u32>>>,
}

impl Handler {
    /// How often a message was handled.
    fn times(&self, message: &str) -> u32 {
        self.handled.lock().unwrap().get(message).copied().unwrap_or_default()
    }

    fn dispatcher(&self, inbox: Arc<dyn Inbox>) -> Dispatcher {
        let handler = self.clone();
        let handlers = Handlers::new(move |item: Received<Item>| {
            let handler = handler.clone();
            async move {
                if handler.fails.load(Ordering::SeqCst) {
                    return Err("not now".into());
                }
                let id = item.entry().message_id.clone().unwrap();
                *handler.handled.lock().unwrap().entry(id).or_default() += 1;
                Ok(())
            }
        });
        Dispatcher::new(inbox, handlers.build().unwrap())
            .lease(LEASE)
            .schedule(RetrySchedule::new(10_000, SECOND, LEASE))
    }
}

pub(crate) async fn a_clock_that_jumps_loses_nothing_and_holds_nothing_up(place: &Place) {
    let (inbox, clock, handler) = (place.open().await, &place.clock, Handler::default());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone()).clock(clock.clone());
    let mut dispatcher = handler.dispatcher(inbox.clone());
    let mut chance = fastrand::Rng::with_seed(4);
    let mut received = 0;
    for _ in 0..60 {
        // Hours back and forth, far beyond every lease and pause.
        let hours = HOUR * chance.u32(0..12);
        clock.set(if chance.bool() { start() + hours } else { start() - hours });
        let body = REPORT.replace("rp-1", &format!("rp-{received}"));
        assert_eq!(receiver.handle(signed(&body), None, body.into()).await, Answer::Accepted);
        received += 1;
        match chance.u8(0..4) {
            // A dispatcher that dies with what it was handed, and one that starts in its place.
            0 => {
                lease(&*inbox, 3).await;
                dispatcher = handler.dispatcher(inbox.clone());
            }
            1 => {
                for leased in lease(&*inbox, 3).await {
                    settle(&*inbox, leased.ticket.retry(LEASE, "not now")).await;
                }
            }
            fails => {
                handler.fails.store(fails == 2, Ordering::SeqCst);
                dispatcher.run_due().await.unwrap();
            }
        }
    }

    // At last the clock runs ahead, and somebody fails and somebody dies meanwhile. Once it is right again the same
    // process goes on, or another one starts: everything is handled within one lease.
    for starts_anew in [false, true] {
        clock.set(start() + HOUR * 30);
        handler.fails.store(true, Ordering::SeqCst);
        for n in 0..2 {
            let body = REPORT.replace("rp-1", &format!("last-{starts_anew}-{n}"));
            assert_eq!(receiver.handle(signed(&body), None, body.into()).await, Answer::Accepted);
        }
        received += 2;
        lease(&*inbox, 1).await;
        dispatcher.run_due().await.unwrap();
        handler.fails.store(false, Ordering::SeqCst);

        clock.set(start());
        if starts_anew {
            dispatcher = handler.dispatcher(inbox.clone());
        }
        dispatcher.run_due().await.unwrap();
        clock.advance(LEASE);
        dispatcher.run_due().await.unwrap();
        assert_eq!(entries(&*inbox, Some(EntryState::Done)).await.len(), received);
        assert_eq!(handler.handled.lock().unwrap().len(), received, "each at least once");
    }
}
