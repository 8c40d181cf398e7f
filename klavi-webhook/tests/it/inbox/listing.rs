//! What whoever is on call looks at.

use std::time::Duration;

use klavi_webhook::{EntryState, Expectation, Order, Page, Prune, Stored, Ticket};

use super::Place;
use super::rules::LEASE;
use crate::{EVENTS, REPORT, entries, split, start};

pub(crate) async fn pages_follow_one_another_and_keep_to_a_state(place: &Place) {
    let inbox = place.open().await;
    for n in 0..10 {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    let dead = inbox.lease(start(), LEASE, 3, Order::Free).await.unwrap();
    for leased in &dead {
        inbox.bury(leased.ticket, "no").await.unwrap();
    }
    let mut seen = Vec::new();
    let mut page = Page::first(4);
    let mut pages = 0;
    loop {
        let listed = inbox.list(page).await.unwrap();
        let Some(last) = listed.last() else { break };
        page = page.after(last.id);
        pages += 1;
        seen.extend(listed.into_iter().map(|summary| summary.message_id.unwrap()));
    }
    assert_eq!(seen, (0..10).map(|n| format!("rp-{n}")).collect::<Vec<_>>());
    assert_eq!(pages, 3);

    let pending = Page::first(5).in_state(EntryState::Pending);
    let listed = inbox.list(pending).await.unwrap();
    assert_eq!((listed.len(), listed[0].message_id.as_deref()), (5, Some("rp-3")));
    assert_eq!(inbox.list(pending.after(listed[4].id)).await.unwrap().len(), 2);
    assert_eq!(inbox.list(Page::first(9).in_state(EntryState::Dead)).await.unwrap().len(), 3);
    assert!(inbox.list(Page::first(0)).await.unwrap().is_empty());
}

pub(crate) async fn the_depth_counts_every_state(place: &Place) {
    let inbox = place.open().await;
    assert_eq!(inbox.depth().await.unwrap(), klavi_webhook::Depth::default());
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    for n in 0..6 {
        let mut new = split(&REPORT.replace("rp-1", &format!("rp-{n}"))).remove(0);
        new.received_at = start() + Duration::from_secs(n);
        inbox.store(vec![new]).await.unwrap();
    }
    let leased = inbox.lease(start(), LEASE, 3, Order::Free).await.unwrap();
    inbox.complete(leased[0].ticket).await.unwrap();
    inbox.bury(leased[1].ticket, "no").await.unwrap();
    let depth = inbox.depth().await.unwrap();
    assert_eq!((depth.pending, depth.leased, depth.done), (3, 1, 1));
    assert_eq!((depth.dead, depth.quarantined), (1, 1));
    assert_eq!(depth.in_state(EntryState::Pending), 3);
    assert_eq!(depth.oldest_pending, Some(start() + Duration::from_secs(3)));
}

pub(crate) async fn a_list_tells_when_an_entry_is_due(place: &Place) {
    let inbox = place.open().await;
    let second = Duration::from_secs(1);
    let mut kept_back = split(&REPORT.replace("rp-1", "rp-0")).remove(0);
    kept_back.due = Some(start() + 9 * second);
    inbox.store(vec![kept_back]).await.unwrap();
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    for n in 1..5 {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    let leased = inbox.lease(start(), LEASE, 3, Order::Free).await.unwrap();
    inbox.retry(leased[0].ticket, start() + 5 * second, "not yet").await.unwrap();
    inbox.complete(leased[1].ticket).await.unwrap();
    let (now, handed_out, later) = (None, Some(start() + LEASE), Some(start() + 5 * second));
    let of_each = [Some(start() + 9 * second), None, later, None, handed_out, now];
    let listed = inbox.list(Page::first(9)).await.unwrap();
    assert_eq!(listed.iter().map(|summary| summary.due).collect::<Vec<_>>(), of_each);
    for (summary, due) in listed.iter().zip(of_each) {
        assert_eq!(inbox.get(summary.id).await.unwrap().unwrap().due, due, "{summary:?}");
    }
    assert_eq!(leased[2].entry.due, handed_out);

    inbox.bury(leased[2].ticket, "no").await.unwrap();
    assert_eq!(inbox.get(leased[2].ticket.id).await.unwrap().unwrap().due, None);
    inbox.replay(leased[2].ticket.id, start() + second).await.unwrap();
    assert_eq!(inbox.get(leased[2].ticket.id).await.unwrap().unwrap().due, Some(start() + second));
}

pub(crate) async fn pruning_takes_what_is_old_and_handled(place: &Place) {
    let inbox = place.open().await;
    // Old: done, dead, quarantined, leased, pending. And one that is done but young.
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    for n in 0..5 {
        let mut new = split(&REPORT.replace("rp-1", &format!("rp-{n}"))).remove(0);
        new.received_at = start() + if n == 1 { LEASE } else { Duration::ZERO };
        inbox.store(vec![new]).await.unwrap();
    }
    let leased = inbox.lease(start(), LEASE, 4, Order::Free).await.unwrap();
    inbox.complete(leased[0].ticket).await.unwrap();
    inbox.complete(leased[1].ticket).await.unwrap();
    inbox.bury(leased[2].ticket, "no").await.unwrap();

    assert_eq!(inbox.prune(start(), Prune::Settled).await.unwrap(), 0, "none is older");
    let before = start() + Duration::from_secs(1);
    assert_eq!(inbox.prune(before, Prune::Done).await.unwrap(), 1);
    assert!(inbox.get(leased[0].entry.id).await.unwrap().is_none());
    assert_eq!(inbox.prune(before, Prune::Settled).await.unwrap(), 2);
    let left: Vec<_> = entries(&*inbox, None).await.into_iter().map(|entry| entry.state).collect();
    assert_eq!(left, [EntryState::Done, EntryState::Leased, EntryState::Pending]);

    let stored = inbox.store(split(&REPORT.replace("rp-1", "rp-0"))).await.unwrap();
    let [Stored::New(id)] = stored[..] else { panic!("it is forgotten: {stored:?}") };
    assert!(id > leased[3].entry.id, "no number is given twice");
}

pub(crate) async fn pruning_takes_what_nobody_handles_where_asked_for(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    let awaited = REPORT.replace("rq-1", "rq-2");
    inbox.store(split(&awaited.replace("rp-1", "rp-2"))).await.unwrap();
    inbox.expect(Expectation::new("rq-2", ["pf_loans"], start() + LEASE), start()).await.unwrap();
    inbox.store(split(&REPORT.replace("rp-1", "rp-3"))).await.unwrap();
    let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);

    let before = start() + Duration::from_secs(1);
    assert_eq!(inbox.prune(before, Prune::Pending).await.unwrap(), 2);
    let left: Vec<_> =
        entries(&*inbox, None).await.into_iter().map(|entry| (entry.id, entry.state)).collect();
    let states: Vec<_> = left.iter().map(|(_, state)| *state).collect();
    assert_eq!(states, [EntryState::Leased, EntryState::Pending, EntryState::Outstanding]);
    assert_eq!(left[0].0, leased.entry.id);
    // Once it is overdue and waits to be told of, it stays still.
    inbox.complete(leased.ticket).await.unwrap();
    let due = inbox.lease(start() + LEASE, LEASE, 9, Order::Free).await.unwrap();
    for leased in due {
        inbox.retry(leased.ticket, start() + LEASE, "not yet").await.unwrap();
    }
    assert_eq!(inbox.prune(before, Prune::Pending).await.unwrap(), 1);
    assert_eq!(entries(&*inbox, None).await.len(), 2);
}

pub(crate) async fn what_is_unknown_is_neither_found_nor_changed(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    for id in [0, 999, u64::MAX] {
        assert!(inbox.get(id.into()).await.unwrap().is_none());
        assert!(!inbox.replay(id.into(), start()).await.unwrap());
        assert!(!inbox.complete(Ticket { id: id.into(), lease: 1 }).await.unwrap());
    }
    let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    let forged = Ticket { id: leased.ticket.id, lease: leased.ticket.lease + 1 };
    assert!(!inbox.complete(forged).await.unwrap());
    assert!(inbox.complete(leased.ticket).await.unwrap());
}
