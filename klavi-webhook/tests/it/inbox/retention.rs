//! How long entries are kept.

use std::sync::Arc;
use std::time::Duration;

use klavi_webhook::{Change, EntryState, Expectation, Filter, Inbox, Retention, Stored};

use super::Place;
use crate::{REPORT, lease, list, settle, split, start};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const SECOND: Duration = Duration::from_secs(1);

fn report(n: u32) -> String {
    REPORT.replace("rp-1", &format!("rp-{n}")).replace("rq-1", &format!("rq-{n}"))
}

/// A report received that many hours after the start.
async fn store(inbox: &dyn Inbox, n: u32, hours: u32) {
    let mut new = split(&report(n)).remove(0);
    new.received_at = start() + HOUR * hours;
    inbox.store(vec![new]).await.unwrap();
}

/// How many entries go, and how many keys.
async fn apply_with_keys(inbox: &Arc<dyn Inbox>, policy: &str) -> (u64, u64) {
    let pruned = Retention::new(inbox.clone(), policy.parse().unwrap()).apply().await.unwrap();
    (pruned.entries, pruned.keys)
}

/// How many entries go.
async fn apply(inbox: &Arc<dyn Inbox>, policy: &str) -> u64 {
    apply_with_keys(inbox, policy).await.0
}

async fn left(inbox: &dyn Inbox) -> Vec<String> {
    let listed = list(inbox, &Filter::all()).await;
    listed.into_iter().map(|entry| entry.envelope.message_id.unwrap_or_default()).collect()
}

pub(crate) async fn what_is_done_and_what_is_dead_is_kept_for_times_of_their_own(place: &Place) {
    let inbox = place.open().await;
    for n in 0..3 {
        store(&*inbox, n, 0).await;
    }
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    let mut leased = lease(&*inbox, 2).await;
    settle(&*inbox, leased.remove(0).ticket.done()).await;
    settle(&*inbox, leased.remove(0).ticket.dead("no")).await;
    let policy = "done=30d,dead=90d";
    place.clock.set(start() + DAY * 30);
    assert_eq!(apply(&inbox, policy).await, 0);
    place.clock.advance(SECOND);
    assert_eq!(apply(&inbox, policy).await, 1);
    assert_eq!(left(&*inbox).await, ["rp-1", "rp-2", ""]);
    place.clock.set(start() + DAY * 90 + SECOND);
    assert_eq!(apply(&inbox, policy).await, 2);
    place.clock.set(start() + DAY * 10_000);
    assert_eq!(apply(&inbox, policy).await, 0, "what is open stays");
    assert_eq!(left(&*inbox).await, ["rp-2"]);
    for n in 0..2 {
        let again = inbox.store(split(&report(n))).await.unwrap();
        assert!(matches!(again[..], [Stored::Duplicate(_)]), "{again:?}");
    }
}

pub(crate) async fn keys_are_kept_for_a_time_of_their_own_and_then_forgotten(place: &Place) {
    let inbox = place.open().await;
    for n in 0..4 {
        store(&*inbox, n, n).await;
    }
    let mut leased = lease(&*inbox, 4).await;
    let last = leased.pop().unwrap();
    for leased in leased {
        settle(&*inbox, leased.ticket.done()).await;
    }
    place.clock.set(start() + DAY * 30 + HOUR + SECOND);
    assert_eq!(apply_with_keys(&inbox, "done=30d,keys=400d").await, (2, 0));
    place.clock.set(start() + DAY * 400);
    assert_eq!(apply_with_keys(&inbox, "keys=400d").await, (0, 0));
    place.clock.advance(SECOND);
    assert_eq!(apply_with_keys(&inbox, "keys=400d").await, (0, 1));
    place.clock.advance(DAY * 10_000);
    assert_eq!(apply_with_keys(&inbox, "dead=1d").await, (0, 0), "keys stay unless told otherwise");
    let again = inbox.store((0..4).flat_map(|n| split(&report(n))).collect()).await.unwrap();
    let [Stored::New(new), Stored::Duplicate(_), Stored::Duplicate(_), Stored::Duplicate(_)] = again[..]
    else {
        panic!("{again:?}")
    };
    assert!(new > last.entry.id, "no number is given twice");
    assert_eq!(apply_with_keys(&inbox, "done=0s,keys=0s").await, (1, 2), "2 goes with its key");
    assert_eq!(left(&*inbox).await, ["rp-3", "rp-0"], "what is open stays, and so does its key");
    let again = inbox.store((0..4).flat_map(|n| split(&report(n))).collect()).await.unwrap();
    let [Stored::Duplicate(_), Stored::New(_), Stored::New(_), Stored::Duplicate(_)] = again[..] else {
        panic!("{again:?}")
    };
}

pub(crate) async fn a_thousand_keys_are_forgotten_and_no_other(place: &Place) {
    const OLD: u32 = 1_000;
    let inbox = place.open().await;
    let some = |numbers: std::ops::Range<u32>| numbers.flat_map(|n| split(&report(n))).collect::<Vec<_>>();
    // All at the same time, so that a step ends between entries of one instant.
    inbox.store(some(0..OLD)).await.unwrap();
    let mut late = some(OLD..OLD + 1);
    late[0].received_at = start() + SECOND;
    inbox.store(late).await.unwrap();
    let waiting = Filter::all().in_state(EntryState::Pending);
    assert_eq!(inbox.change(&waiting, Change::Prune).await.unwrap(), u64::from(OLD) + 1);
    assert_eq!(inbox.forget(start()).await.unwrap(), 0);
    assert_eq!(inbox.forget(start() + SECOND).await.unwrap(), u64::from(OLD));
    assert_eq!(inbox.forget(start() + SECOND).await.unwrap(), 0);
    let again = inbox.store(some(0..OLD + 1)).await.unwrap();
    let (last, first) = again.split_last().unwrap();
    assert!(matches!(last, Stored::Duplicate(_)), "{last:?}");
    assert!(first.iter().all(|stored| matches!(stored, Stored::New(_))));
}

pub(crate) async fn bytes_are_freed_oldest_first_and_never_of_the_last_day(place: &Place) {
    let inbox = place.open().await;
    for n in 0..5 {
        store(&*inbox, n, n + 1).await;
    }
    for leased in lease(&*inbox, 9).await {
        settle(&*inbox, leased.ticket.done()).await;
    }
    store(&*inbox, 5, 0).await;
    // The oldest one is awaited.
    inbox.expect(Expectation::new("rq-0", ["pf_loans"], start() + DAY * 1_000)).await.unwrap();
    let each = inbox.counts().await.unwrap().bytes_in_state(EntryState::Done) / 5;
    let policy = format!("bytes={}", each * 2);
    place.clock.set(start() + DAY + HOUR * 2);
    assert_eq!(apply(&inbox, &policy).await, 0, "0 is awaited and the others came within a day");
    place.clock.advance(SECOND);
    assert_eq!(apply(&inbox, &policy).await, 1);
    assert_eq!(left(&*inbox).await, ["rp-0", "rp-2", "rp-3", "rp-4", "rp-5", "rq-0"]);
    place.clock.advance(DAY);
    assert_eq!(apply(&inbox, &policy).await, 2, "no more than has to go");
    assert_eq!(left(&*inbox).await, ["rp-0", "rp-4", "rp-5", "rq-0"]);
    assert_eq!(apply(&inbox, &policy).await, 0);
}

pub(crate) async fn pruning_lets_others_store_in_between(place: &Place) {
    const OLD: u32 = 2_000;
    let inbox = place.open().await;
    let old = (0..OLD).map(|n| split(&report(n)).remove(0));
    inbox.store(old.collect()).await.unwrap();
    while let leased = lease(&*inbox, 500).await
        && !leased.is_empty()
    {
        inbox.settle(leased.into_iter().map(|leased| leased.ticket.done()).collect()).await.unwrap();
    }
    place.clock.advance(DAY * 2);
    let pruning = tokio::spawn({
        let inbox = inbox.clone();
        async move { apply(&inbox, "done=1d").await }
    });
    let (mut n, mut between) = (OLD, 0);
    while !pruning.is_finished() {
        inbox.store(split(&report(n))).await.unwrap();
        n += 1;
        let done = inbox.counts().await.unwrap().in_state(EntryState::Done);
        between += u32::from((1..u64::from(OLD)).contains(&done));
    }
    assert_eq!(pruning.await.unwrap(), u64::from(OLD));
    assert!(between > 0, "all at once");
    assert_eq!(list(&*inbox, &Filter::all()).await.len(), (n - OLD) as usize);
}
