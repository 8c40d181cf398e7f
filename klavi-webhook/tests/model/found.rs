//! Rules that a plan found broken once, each as a test of its own.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::SignedDuration;
use klavi_webhook::{
    Change, Clock, EntryKind, EntryState, Envelope, Filter, Inbox, InboxErrorKind, LeaseRequest, NewEntry,
    Order, Page, Target,
};

use crate::place::{Memory, Place, Sqlite};
use crate::plan::START;

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn inboxes(clock: &Clock) -> Vec<(Box<dyn Place>, Arc<dyn Inbox>)> {
    let places: [Box<dyn Place>; 2] = [Box::new(Memory), Box::new(Sqlite::new())];
    let mut inboxes = Vec::new();
    for place in places {
        let inbox = place.open(clock.clone()).await;
        inboxes.push((place, inbox));
    }
    inboxes
}

fn entry(id: &str, clock: &Clock) -> NewEntry {
    let mut envelope = Envelope::new(EntryKind::Event, clock.now());
    envelope.message_id = Some(id.to_owned());
    NewEntry::new(envelope, "{}".into())
}

#[tokio::test]
async fn an_error_of_several_lines_stands_in_one_line_of_the_history() {
    let clock = Clock::manual(START);
    for (place, inbox) in inboxes(&clock).await {
        inbox.store(vec![entry("e-1", &clock)]).await.unwrap();
        let leased = inbox.lease(LeaseRequest::new(1)).await.unwrap().entries.remove(0);
        inbox.settle(vec![leased.ticket.dead("two\nlines")]).await.unwrap();
        let listed = inbox.list(&Filter::all(), Page::first(1)).await.unwrap().remove(0);
        assert_eq!(listed.history[0].error, "two lines", "{}", place.name());
        assert_eq!(listed.last_error.as_deref(), Some("two\nlines"), "{}", place.name());
    }
}

#[tokio::test]
async fn leases_that_run_out_in_silence_keep_the_history_short() {
    let clock = Clock::manual(START);
    for (place, inbox) in inboxes(&clock).await {
        inbox.store(vec![entry("e-1", &clock)]).await.unwrap();
        for _ in 0..14 {
            let lease = inbox.lease(LeaseRequest::new(1)).await.unwrap();
            assert_eq!(lease.entries.len(), 1, "{}", place.name());
            clock.advance(HOUR);
        }
        let listed = inbox.list(&Filter::all(), Page::first(1)).await.unwrap().remove(0);
        assert_eq!((listed.attempts, listed.history.len()), (12, 10), "{}", place.name());
    }
}

#[tokio::test]
async fn the_oldest_body_is_the_one_received_first_whenever_it_was_stored() {
    let clock = Clock::manual(START);
    for (place, inbox) in inboxes(&clock).await {
        let mut older = entry("e-2", &clock);
        older.received_at = START - SignedDuration::from_hours(1);
        inbox.store(vec![entry("e-1", &clock), older.clone()]).await.unwrap();
        let oldest = inbox.counts().await.unwrap().oldest_body;
        assert_eq!(oldest, Some(older.received_at), "{}", place.name());

        let second = inbox.list(&Filter::all(), Page::first(2)).await.unwrap().remove(1);
        inbox.change(&Filter::of_id(second.id), Change::Prune).await.unwrap();
        assert_eq!(inbox.counts().await.unwrap().oldest_body, Some(START), "{}", place.name());
    }
}

#[tokio::test]
async fn a_step_back_of_the_clock_is_noticed_whatever_it_was_read_for() {
    let clock = Clock::manual(START);
    for (place, inbox) in inboxes(&clock).await {
        clock.set(START + HOUR * 48);
        inbox.store(vec![entry("e-1", &clock)]).await.unwrap();
        clock.set(START);
        inbox.lease(LeaseRequest::new(1)).await.unwrap();
        clock.advance(HOUR);
        let lease = inbox.lease(LeaseRequest::new(1).longest_pause(HOUR)).await.unwrap();
        assert_eq!(lease.entries.len(), 1, "{}", place.name());
    }
}

#[tokio::test]
async fn a_step_back_of_the_clock_is_noticed_for_every_target() {
    let clock = Clock::manual(START);
    for (place, inbox) in inboxes(&clock).await {
        clock.set(START + HOUR * 48);
        let mut both = entry("e-1", &clock);
        both.targets = vec!["a".into(), "b".into()];
        inbox.store(vec![both]).await.unwrap();
        let lease = |target: &str| LeaseRequest::new(1).target(Target::new(target)).longest_pause(HOUR);
        inbox.lease(lease("c")).await.unwrap();
        clock.set(START);
        for target in ["a", "b"] {
            assert!(inbox.lease(lease(target)).await.unwrap().entries.is_empty());
        }
        clock.advance(HOUR);
        for target in ["a", "b"] {
            let lease = inbox.lease(lease(target)).await.unwrap();
            assert_eq!(lease.entries.len(), 1, "{} {target}", place.name());
        }
    }
}

#[tokio::test]
async fn the_next_entry_of_a_link_is_due_in_whatever_order_earlier_ones_are_settled_together() {
    let clock = Clock::manual(START);
    for reversed in [false, true] {
        for (place, inbox) in inboxes(&clock).await {
            for id in ["e-1", "e-2", "e-3"] {
                let mut entry = entry(id, &clock);
                entry.link_id = Some("l-1".to_owned());
                inbox.store(vec![entry]).await.unwrap();
            }
            let per_link = || LeaseRequest::new(1).order(Order::PerLink);
            let first = inbox.lease(per_link()).await.unwrap().entries.remove(0);
            // By a holder that keeps no order.
            let second = inbox.lease(LeaseRequest::new(1)).await.unwrap().entries.remove(0);
            assert!(inbox.lease(per_link()).await.unwrap().entries.is_empty(), "the third one is held up");
            let mut settlements = vec![first.ticket.done(), second.ticket.done()];
            if reversed {
                settlements.reverse();
            }
            inbox.settle(settlements).await.unwrap();
            assert_eq!(inbox.lease(per_link()).await.unwrap().entries.len(), 1, "{}", place.name());
        }
    }
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_told_as_such() {
    let clock = Clock::manual(START);
    let place = Sqlite::new();
    let inbox = place.open(clock.clone()).await;
    let stored = inbox.store(vec![entry("e-1", &clock)]).await.unwrap();
    place.damage(stored[0].id());
    assert_eq!(inbox.get(stored[0].id()).await.unwrap_err().kind(), InboxErrorKind::Unreadable);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_keeps_no_other_back() {
    let clock = Clock::manual(START);
    let place = Sqlite::new();
    let inbox = place.open(clock.clone()).await;
    let stored = inbox.store(vec![entry("e-1", &clock), entry("e-2", &clock)]).await.unwrap();
    place.damage(stored[0].id());
    let lease = inbox.lease(LeaseRequest::new(1)).await.unwrap();
    assert!(lease.entries.is_empty() && lease.more, "the second one is due as well");
    let lease = inbox.lease(LeaseRequest::new(1)).await.unwrap();
    assert_eq!(lease.entries[0].entry.id, stored[1].id());
    let dead = inbox.list(&Filter::all().in_state(EntryState::Dead), Page::first(9)).await.unwrap();
    assert_eq!(dead.iter().map(|one| one.id).collect::<Vec<_>>(), [stored[0].id()]);
}

#[tokio::test]
async fn what_is_stored_for_a_caller_who_went_away_wakes_those_who_wait() {
    let clock = Clock::manual(START);
    let inbox = Sqlite::new();
    let inbox = inbox.open(clock.clone()).await;
    let mut store = inbox.store(vec![entry("e-1", &clock)]);
    assert!((&mut store).now_or_never().is_none(), "the writer has not answered yet");
    drop(store);
    // Behind the store in the writer's queue.
    assert_eq!(inbox.lease(LeaseRequest::new(1)).await.unwrap().entries.len(), 1);
    assert!(inbox.arrivals(&Target::default()).now_or_never().is_some());
}
