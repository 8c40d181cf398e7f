//! The state machine of an inbox, which every backend has to keep.

use std::time::Duration;

use klavi_webhook::{EntryState, Inbox, MemoryInbox, Stored, Ticket};

use crate::{EVENTS, REPORT, split, start};

const LEASE: Duration = Duration::from_secs(60);

async fn filled() -> MemoryInbox {
    let inbox = MemoryInbox::new();
    inbox.store(split(EVENTS)).await.unwrap();
    inbox
}

async fn state(inbox: &MemoryInbox, ticket: Ticket) -> EntryState {
    inbox.get(ticket.id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn entries_are_handed_out_once_and_in_order() {
    let inbox = filled().await;
    let first = inbox.lease(start(), LEASE, 1).await.unwrap();
    let second = inbox.lease(start(), LEASE, 5).await.unwrap();
    assert_eq!(first[0].entry.message_id.as_deref(), Some("ev-1"));
    assert_eq!(
        second.iter().map(|leased| leased.entry.message_id.as_deref()).collect::<Vec<_>>(),
        [Some("ev-2")]
    );
    assert!(inbox.lease(start(), LEASE, 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_lease_that_ran_out_is_handed_out_again_and_the_old_one_is_worthless() {
    let inbox = filled().await;
    let lost = inbox.lease(start(), LEASE, 1).await.unwrap().remove(0);
    let again = inbox.lease(start() + LEASE, LEASE, 1).await.unwrap().remove(0);
    assert_eq!((again.entry.id, again.entry.attempts), (lost.entry.id, 2));
    assert!(!inbox.complete(lost.ticket).await.unwrap());
    assert!(!inbox.bury(lost.ticket, "late").await.unwrap());
    assert_eq!(state(&inbox, lost.ticket).await, EntryState::Leased);
    assert!(inbox.complete(again.ticket).await.unwrap());
    assert_eq!(state(&inbox, again.ticket).await, EntryState::Done);
}

#[tokio::test]
async fn a_lease_lost_before_a_replay_stays_worthless_after_it() {
    let inbox = filled().await;
    let lost = inbox.lease(start(), LEASE, 1).await.unwrap().remove(0);
    let again = inbox.lease(start() + LEASE, LEASE, 1).await.unwrap().remove(0);
    inbox.bury(again.ticket, "broken").await.unwrap();
    assert!(inbox.replay(lost.entry.id, start()).await.unwrap());
    let replayed = inbox.lease(start(), LEASE, 1).await.unwrap().remove(0);
    assert_eq!(replayed.entry.attempts, 1);
    assert!(!inbox.complete(lost.ticket).await.unwrap());
    assert!(inbox.complete(replayed.ticket).await.unwrap());
}

#[tokio::test]
async fn a_retry_is_due_when_it_says() {
    let inbox = filled().await;
    let leased = inbox.lease(start(), LEASE, 1).await.unwrap().remove(0);
    let at = start() + Duration::from_secs(5);
    assert!(inbox.retry(leased.ticket, at, "not yet").await.unwrap());
    let due = inbox.lease(start(), LEASE, 5).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_ne!(due[0].entry.id, leased.entry.id);
    let again = inbox.lease(at, LEASE, 5).await.unwrap().remove(0);
    assert_eq!((again.entry.id, again.entry.last_error.as_deref()), (leased.entry.id, Some("not yet")));
}

#[tokio::test]
async fn dead_and_quarantined_entries_wait_for_a_replay() {
    let inbox = MemoryInbox::new();
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    let dead = inbox.lease(start(), LEASE, 5).await.unwrap();
    assert_eq!(dead.len(), 1, "a quarantined entry is not handed out");
    inbox.bury(dead[0].ticket, "no").await.unwrap();
    assert!(inbox.lease(start() + LEASE * 2, LEASE, 5).await.unwrap().is_empty());
    for entry in inbox.list(None).await.unwrap() {
        assert!(inbox.replay(entry.id, start()).await.unwrap());
    }
    assert_eq!(inbox.lease(start(), LEASE, 5).await.unwrap().len(), 2);
    assert!(!inbox.replay(999.into(), start()).await.unwrap());
    let leased = inbox.list(None).await.unwrap().remove(0);
    assert!(!inbox.replay(leased.id, start()).await.unwrap(), "somebody is working on it");
    inbox.store(split(EVENTS)).await.unwrap();
    let pending = inbox.list(Some(EntryState::Pending)).await.unwrap().remove(0);
    assert!(!inbox.replay(pending.id, start()).await.unwrap(), "it is due as it is");
}

#[tokio::test]
async fn storing_tells_new_from_known_from_revised() {
    let inbox = MemoryInbox::new();
    let new = inbox.store(split(REPORT)).await.unwrap();
    assert_eq!(new, [Stored::New(1.into())]);
    assert_eq!(inbox.store(split(REPORT)).await.unwrap(), [Stored::Duplicate(1.into())]);
    let revised = REPORT.replace("\"033\"", "\"341\"");
    assert_eq!(inbox.store(split(&revised)).await.unwrap(), [Stored::Revision(2.into())]);
    assert_eq!(inbox.store(split(REPORT)).await.unwrap(), [Stored::Duplicate(1.into())]);
}
