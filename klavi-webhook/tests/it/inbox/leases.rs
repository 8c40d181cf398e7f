//! Leases: how they end, and what becomes of their entries.

use std::time::Duration;

use klavi_webhook::{Change, EntryState, Inbox, LeaseRequest, Order, Ticket};

use super::Place;
use super::rules::messages;
use crate::{EVENTS, LEASE, REPORT, change, entries, lease, settle, split};

const SECOND: Duration = Duration::from_secs(1);

async fn state(inbox: &dyn Inbox, ticket: &Ticket) -> EntryState {
    inbox.get(ticket.id).await.unwrap().unwrap().state
}

pub(crate) async fn a_lease_that_ran_out_is_handed_out_again_alone_and_the_old_one_is_worthless(
    place: &Place,
) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let lost = lease(&*inbox, 1).await.remove(0);
    place.clock.advance(LEASE);
    // It may have ended its process: others are handled first, and it by itself.
    let busy = inbox.lease(LeaseRequest::new(5).idle(false)).await.unwrap();
    assert_eq!((messages(&busy.entries), busy.alone, busy.suspect_waits), (vec!["ev-2"], false, true));
    let idle = inbox.lease(LeaseRequest::new(5)).await.unwrap();
    assert_eq!((messages(&idle.entries), idle.alone, idle.suspect_waits), (vec!["ev-1"], true, false));
    let again = idle.entries.into_iter().next().unwrap();

    let ticket = &lost.ticket;
    for worthless in [
        ticket.clone().done(),
        ticket.clone().retry(Duration::ZERO, "late"),
        ticket.clone().dead("late"),
        ticket.clone().released(Duration::ZERO),
    ] {
        assert!(!settle(&*inbox, worthless).await);
    }
    assert_eq!(state(&*inbox, ticket).await, EntryState::Leased);
    assert!(settle(&*inbox, again.ticket.clone().done()).await);
    assert!(!settle(&*inbox, again.ticket.clone().done()).await, "a lease is settled once");
    assert_eq!(state(&*inbox, ticket).await, EntryState::Done);
}

pub(crate) async fn a_silent_end_counts_an_attempt_only_of_an_entry_that_was_alone(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    assert_eq!(lease(&*inbox, 5).await.len(), 2);
    let mut attempts = Vec::new();
    for _ in 0..4 {
        place.clock.advance(LEASE);
        let alone = inbox.lease(LeaseRequest::new(5).lease(LEASE)).await.unwrap();
        assert!(alone.alone && alone.entries.len() == 1);
        let entry = &alone.entries[0].entry;
        attempts.push((entry.id.get(), entry.attempts, entry.last_error.is_some()));
    }
    // Both were leased together at first: only what ends alone is to blame.
    assert_eq!(attempts, [(1, 0, false), (2, 0, false), (1, 1, true), (2, 1, true)]);
}

pub(crate) async fn what_is_given_back_counts_no_attempt_and_leaves_no_suspect(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    for leased in lease(&*inbox, 5).await {
        assert!(settle(&*inbox, leased.ticket.released(Duration::ZERO)).await);
    }
    let again = inbox.lease(LeaseRequest::new(5).idle(false)).await.unwrap();
    assert_eq!((messages(&again.entries), again.suspect_waits), (vec!["ev-1", "ev-2"], false));
    assert!(again.entries.iter().all(|leased| leased.entry.attempts == 0 && leased.entry.history.is_empty()));
}

pub(crate) async fn leases_are_settled_together_and_answered_one_by_one(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let [one, other] = &lease(&*inbox, 5).await[..] else { panic!("two are due") };
    let (one, other) = (one.ticket.clone(), other.ticket.clone());
    let all = vec![one.clone().dead("no"), one.done(), other.done()];
    assert_eq!(inbox.settle(all).await.unwrap(), [true, false, true]);
    assert!(inbox.settle(Vec::new()).await.unwrap().is_empty());
    let states: Vec<_> = entries(&*inbox, None).await.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Dead, EntryState::Done]);
}

pub(crate) async fn failed_attempts_are_kept_with_the_entry_the_last_ten_of_them(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    for n in 1..=12 {
        let leased = lease(&*inbox, 1).await.remove(0);
        assert!(settle(&*inbox, leased.ticket.retry(SECOND, format!("no {n}\nand no"))).await);
        place.clock.advance(SECOND);
    }
    let entry = entries(&*inbox, None).await.remove(0);
    assert_eq!((entry.attempts, entry.history.len()), (12, 10));
    let last = entry.history.last().unwrap();
    assert_eq!((last.at + SECOND, last.error.contains("no 12")), (place.clock.now(), true));
    assert!(entry.history[0].error.contains("no 3"), "{:?}", entry.history[0]);
}

pub(crate) async fn a_lease_lost_before_a_replay_stays_worthless_after_it(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    let lost = lease(&*inbox, 1).await.remove(0);
    place.clock.advance(LEASE);
    let again = lease(&*inbox, 1).await.remove(0);
    settle(&*inbox, again.ticket.dead("broken")).await;
    assert!(change(&*inbox, lost.entry.id, Change::Replay).await);
    let replayed = lease(&*inbox, 1).await.remove(0);
    assert_eq!(replayed.entry.attempts, 0);
    assert!(!settle(&*inbox, lost.ticket.done()).await);
    assert!(settle(&*inbox, replayed.ticket.done()).await);
}

pub(crate) async fn a_retry_is_due_when_it_says(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let leased = lease(&*inbox, 1).await.remove(0);
    assert!(settle(&*inbox, leased.ticket.retry(SECOND * 5, "not yet")).await);
    let due = lease(&*inbox, 5).await;
    assert_eq!(due.len(), 1);
    assert_ne!(due[0].entry.id, leased.entry.id);
    place.clock.advance(SECOND * 5);
    let again = lease(&*inbox, 5).await.remove(0);
    assert_eq!((again.entry.id, again.entry.attempts), (leased.entry.id, 1));
    assert_eq!(again.entry.last_error.as_deref(), Some("not yet"));
}

pub(crate) async fn thousands_behind_one_of_their_link_keep_no_other_link_waiting(place: &Place) {
    const HELD: usize = 10_000;
    let inbox = place.open().await;
    let entry = |n: usize, link: &str| {
        let mut new = split(REPORT).remove(0);
        new.set_body(bytes::Bytes::from(n.to_string()));
        (new.message_id, new.link_id) = (Some(n.to_string()), Some(link.to_owned()));
        new
    };
    for batch in 0..HELD / 1_000 {
        let batch = (0..1_000).map(|n| entry(batch * 1_000 + n, "a"));
        inbox.store(batch.collect()).await.unwrap();
    }
    inbox.store((0..3).map(|n| entry(HELD + n, "b")).collect()).await.unwrap();
    let due = async || {
        let request = LeaseRequest::new(9).lease(LEASE).order(Order::PerLink).idle(false);
        inbox.lease(request).await.unwrap()
    };
    let (mut leased, mut asked) = (Vec::new(), 0);
    loop {
        let lease = due().await;
        leased.extend(lease.entries);
        asked += 1;
        if !lease.more {
            break;
        }
    }
    assert_eq!(messages(&leased), ["0", "10000"]);
    assert!((5..=12).contains(&asked), "others are let in in between: {asked}");
    // They are not gone through again, and the next one is due with the end of the one before.
    let again = due().await;
    assert!(again.entries.is_empty() && !again.more);
    for next in ["1", "2"] {
        settle(&*inbox, leased.remove(0).ticket.done()).await;
        leased.insert(0, due().await.entries.remove(0));
        assert_eq!(leased[0].entry.message_id.as_deref(), Some(next));
    }
}

pub(crate) async fn what_was_held_up_is_due_for_those_who_keep_no_order_after_a_while(place: &Place) {
    let inbox = place.open().await;
    for id in ["rp-1", "rp-2"] {
        inbox.store(split(&REPORT.replace("rp-1", id))).await.unwrap();
    }
    let first = lease(&*inbox, 1).await.remove(0);
    let per_link = LeaseRequest::new(9).order(Order::PerLink).idle(false);
    assert!(inbox.lease(per_link).await.unwrap().entries.is_empty());
    settle(&*inbox, first.ticket.done()).await;
    place.clock.advance(SECOND * 600);
    assert_eq!(messages(&lease(&*inbox, 9).await), ["rp-2"]);
}
