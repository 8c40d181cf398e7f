//! Many at the same time.

use std::collections::HashSet;

use klavi_webhook::{Change, EntryState, Filter, LeaseRequest, Order, Stored};
use tokio::task::JoinSet;

use super::Place;
use crate::{REPORT, entries, settle, split};

const TASKS: usize = 64;

/// What each of many tasks was answered.
async fn store_at_once(place: &Place, body: impl Fn(usize) -> String) -> Vec<Vec<Stored>> {
    let inbox = place.open().await;
    let tasks: JoinSet<_> = (0..TASKS)
        .map(|n| {
            let (inbox, entries) = (inbox.clone(), split(&body(n)));
            async move { inbox.store(entries).await.unwrap() }
        })
        .collect();
    let answers = tasks.join_all().await;
    let ids: HashSet<_> = entries(&*inbox, None).await.iter().map(|entry| entry.dedup_key.clone()).collect();
    let new = answers.iter().flatten().filter(|stored| !matches!(stored, Stored::Duplicate(_))).count();
    assert_eq!(ids.len(), new);
    answers
}

pub(crate) async fn the_same_entry_at_the_same_time_is_stored_once(place: &Place) {
    let answers = store_at_once(place, |n| REPORT.replace("rp-1", &format!("rp-{}", n % 4))).await;
    let new = answers.iter().flatten().filter(|stored| matches!(stored, Stored::New(_)));
    let duplicates = answers.iter().flatten().filter(|stored| matches!(stored, Stored::Duplicate(_)));
    assert_eq!((new.count(), duplicates.count()), (4, TASKS - 4));
}

pub(crate) async fn revisions_at_the_same_time_are_told_apart(place: &Place) {
    let answers = store_at_once(place, |n| REPORT.replace("1000.0400", &format!("{n}.00"))).await;
    let new = answers.iter().flatten().filter(|stored| matches!(stored, Stored::New(_)));
    let revisions = answers.iter().flatten().filter(|stored| matches!(stored, Stored::Revision(_)));
    assert_eq!((new.count(), revisions.count()), (1, TASKS - 1));
}

pub(crate) async fn entries_in_another_order_at_the_same_time_do_not_block_one_another(place: &Place) {
    let answers = store_at_once(place, |n| {
        let mut events: Vec<_> =
            (0..8).map(|id| format!(r#"{{"eventId":"{id}","eventName":"link_created"}}"#)).collect();
        fastrand::Rng::with_seed(n as u64).shuffle(&mut events);
        format!("[{}]", events.join(","))
    })
    .await;
    assert!(answers.iter().all(|stored| stored.len() == 8));
    assert_eq!(answers.iter().flatten().filter(|stored| matches!(stored, Stored::New(_))).count(), 8);
}

pub(crate) async fn no_two_are_handed_the_same_entry(place: &Place) {
    let inbox = place.open().await;
    for n in 0..100 {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    // All of one link, so that those who keep the order get one at a time.
    for order in [Order::Free, Order::PerLink] {
        let tasks: JoinSet<_> = (0..8)
            .map(|_| {
                let inbox = inbox.clone();
                async move {
                    let mut handled = Vec::new();
                    while inbox.counts().await.unwrap().in_state(EntryState::Pending) > 0 {
                        let request = LeaseRequest::new(3).order(order);
                        for leased in inbox.lease(request).await.unwrap().entries {
                            handled.push(leased.entry.id);
                            assert!(settle(&*inbox, leased.ticket.done()).await);
                        }
                    }
                    handled
                }
            })
            .collect();
        let handled: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(handled.len(), 100);
        assert_eq!(handled.iter().collect::<HashSet<_>>().len(), 100);
        assert_eq!(entries(&*inbox, Some(EntryState::Done)).await.len(), 100);
        assert_eq!(inbox.change(&Filter::all(), Change::Replay).await.unwrap(), 100);
    }
}

pub(crate) async fn whoever_waits_hears_of_what_is_stored(place: &Place) {
    let inbox = place.open().await;
    // What was stored before the wait counts as well.
    inbox.store(split(REPORT)).await.unwrap();
    inbox.arrivals(&klavi_webhook::Target::default()).await;
    let waiting = tokio::spawn({
        let inbox = inbox.clone();
        async move {
            while entries(&*inbox, None).await.len() < 2 {
                inbox.arrivals(&klavi_webhook::Target::default()).await;
            }
        }
    });
    inbox.store(split(&REPORT.replace("rp-1", "rp-2"))).await.unwrap();
    waiting.await.unwrap();
}
