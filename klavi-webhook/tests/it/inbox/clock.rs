//! A clock that is wrong for a while.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
use klavi_webhook::{
    Answer, Clock, Dispatcher, EntryId, EntryState, Expectation, Inbox, Order, Receiver, RetrySchedule,
    Stored,
};

use super::Place;
use super::rules::LEASE;
use crate::{KEY, REPORT, entries, signed, split, start};

const HOUR: Duration = Duration::from_secs(3_600);
const SECOND: Duration = Duration::from_secs(1);

pub(crate) async fn what_a_clock_that_ran_ahead_put_off_is_brought_forward(place: &Place) {
    let inbox = place.open().await;
    for n in 0..5 {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    let ahead = start() + HOUR * 5;
    let abandoned = inbox.lease(ahead, LEASE, 1, Order::Free).await.unwrap().remove(0);
    let failed = inbox.lease(ahead, LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert!(inbox.retry(failed.ticket, ahead + LEASE, "no").await.unwrap());
    let dead = inbox.lease(ahead, LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert!(inbox.bury(dead.ticket, "no").await.unwrap());
    // These were leased and put off by a clock that is right.
    let handled = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    let waiting = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert!(inbox.retry(waiting.ticket, start() + LEASE, "no").await.unwrap());

    let due = async |now| {
        let leased = inbox.lease(now, LEASE, 9, Order::Free).await.unwrap();
        leased.into_iter().map(|leased| leased.entry.id).collect::<Vec<_>>()
    };
    assert!(due(start()).await.is_empty());
    assert_eq!(inbox.bring_forward(start(), HOUR * 6, LEASE).await.unwrap(), 0, "that far may be meant");
    assert_eq!(inbox.bring_forward(start(), LEASE, LEASE).await.unwrap(), 2);
    assert_eq!(inbox.bring_forward(start(), LEASE, LEASE).await.unwrap(), 0);
    assert_eq!(due(start()).await, [failed.entry.id]);
    assert!(inbox.complete(handled.ticket).await.unwrap(), "its lease is as good as before");
    assert_eq!(due(start() + LEASE - SECOND).await, [], "a lease ends no sooner than it may");
    let mut again = due(start() + LEASE).await;
    again.sort();
    assert_eq!(again, [abandoned.entry.id, failed.entry.id, waiting.entry.id]);
}

/// Expects a report by that many hours after the start.
async fn expect(inbox: &dyn Inbox, request: &str, hours: u32) -> EntryId {
    let expectation = Expectation::new(request, ["pf_balance"], start() + HOUR * hours);
    match inbox.expect(expectation, start()).await.unwrap() {
        Stored::New(id) => id,
        stored => panic!("{stored:?}"),
    }
}

pub(crate) async fn what_is_outstanding_is_due_late_on_purpose(place: &Place) {
    let inbox = place.open().await;
    let (soon, late) = (expect(&*inbox, "rq-1", 1).await, expect(&*inbox, "rq-2", 10_000).await);
    assert_eq!(inbox.bring_forward(start(), SECOND, LEASE).await.unwrap(), 0);
    assert!(inbox.lease(start(), LEASE, 9, Order::Free).await.unwrap().is_empty());
    assert_eq!(entries(&*inbox, Some(EntryState::Outstanding)).await.len(), 2);

    // Once it is handed out it is an entry like any other, beside those that still are outstanding.
    let ahead = start() + HOUR * 5;
    let leased = inbox.lease(ahead, LEASE, 9, Order::Free).await.unwrap();
    assert_eq!(leased.iter().map(|leased| leased.entry.id).collect::<Vec<_>>(), [soon]);
    assert_eq!(inbox.bring_forward(start(), SECOND, SECOND).await.unwrap(), 1, "its lease");
    let leased = inbox.lease(start() + SECOND, LEASE, 9, Order::Free).await.unwrap().remove(0);
    assert!(inbox.retry(leased.ticket, ahead, "no").await.unwrap());
    assert_eq!(inbox.bring_forward(start(), SECOND, LEASE).await.unwrap(), 1, "its pause");
    let leased = inbox.lease(start(), LEASE, 9, Order::Free).await.unwrap().remove(0);
    assert_eq!(leased.entry.id, soon);
    assert!(inbox.complete(leased.ticket).await.unwrap());

    assert_eq!(inbox.bring_forward(start(), SECOND, LEASE).await.unwrap(), 0);
    let deadline = start() + HOUR * 10_000;
    assert!(inbox.lease(deadline - SECOND, LEASE, 9, Order::Free).await.unwrap().is_empty());
    let leased = inbox.lease(deadline, LEASE, 9, Order::Free).await.unwrap();
    assert_eq!(leased.iter().map(|leased| leased.entry.id).collect::<Vec<_>>(), [late]);
}

pub(crate) async fn a_clock_that_jumps_leaves_deadlines_where_they_are(place: &Place) {
    let inbox = place.open().await;
    let (clock, handler) = (Clock::manual(start()), Handler::default());
    let dispatcher = handler.dispatcher(inbox.clone(), &clock);
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
    // The same process goes on, then another one starts: nothing is put off, and nothing told of early.
    assert_eq!(dispatcher.run_due().await.unwrap(), 2);
    for dispatcher in [dispatcher, handler.dispatcher(inbox.clone(), &clock)] {
        for back in [HOUR * 3, HOUR * 2, HOUR] {
            clock.set(start() - back);
            assert_eq!(dispatcher.run_due().await.unwrap(), 0);
        }
    }
    assert_eq!(handler.times("passed"), 1);
    assert_eq!(entries(&*inbox, Some(EntryState::Outstanding)).await.len(), 2);

    clock.set(start() + HOUR * 100);
    assert_eq!(handler.dispatcher(inbox.clone(), &clock).run_due().await.unwrap(), 2);
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

    fn dispatcher(&self, inbox: Arc<dyn Inbox>, clock: &Clock) -> Dispatcher {
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
            .clock(clock.clone())
            .lease(LEASE)
            .schedule(RetrySchedule::new(10_000, SECOND, LEASE))
    }
}

pub(crate) async fn a_clock_that_jumps_loses_nothing_and_holds_nothing_up(place: &Place) {
    let inbox = place.open().await;
    let (clock, handler) = (Clock::manual(start()), Handler::default());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone()).clock(clock.clone());
    let mut dispatcher = handler.dispatcher(inbox.clone(), &clock);
    let mut chance = fastrand::Rng::with_seed(4);
    let mut received = 0;
    for _ in 0..60 {
        // Hours back and forth, far beyond every lease and pause.
        let hours = HOUR * chance.u32(0..12);
        clock.set(if chance.bool() { start() + hours } else { start() - hours });
        let body = REPORT.replace("rp-1", &format!("rp-{received}"));
        assert_eq!(receiver.handle(signed(&body), None, body.into()).await, Answer::Accepted);
        received += 1;
        let now = clock.now();
        match chance.u8(0..4) {
            // A dispatcher that dies with what it was handed, and one that starts in its place.
            0 => {
                inbox.lease(now, LEASE, 3, Order::Free).await.unwrap();
                dispatcher = handler.dispatcher(inbox.clone(), &clock);
            }
            1 => {
                for leased in inbox.lease(now, LEASE, 3, Order::Free).await.unwrap() {
                    inbox.retry(leased.ticket, now + LEASE, "not now").await.unwrap();
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
        inbox.lease(clock.now(), LEASE, 1, Order::Free).await.unwrap();
        dispatcher.run_due().await.unwrap();
        handler.fails.store(false, Ordering::SeqCst);

        clock.set(start());
        if starts_anew {
            dispatcher = handler.dispatcher(inbox.clone(), &clock);
        }
        dispatcher.run_due().await.unwrap();
        clock.advance(LEASE);
        dispatcher.run_due().await.unwrap();
        assert_eq!(entries(&*inbox, Some(EntryState::Done)).await.len(), received);
        assert_eq!(handler.handled.lock().unwrap().len(), received, "each at least once");
    }
}
