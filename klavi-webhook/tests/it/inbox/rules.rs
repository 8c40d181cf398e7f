//! The state machine, and what goes in and comes out.

use std::time::Duration;

use klavi_webhook::{
    EntryState, Inbox, InboxErrorKind, Order, Page, PostgresInbox, PostgresOptions, SqliteInbox,
    SqliteOptions, Stored, Ticket,
};

use super::{Place, execute};
use crate::{EVENTS, REPORT, entries, split, start};

pub(crate) const LEASE: Duration = Duration::from_secs(60);

async fn state(inbox: &dyn Inbox, ticket: Ticket) -> EntryState {
    inbox.get(ticket.id).await.unwrap().unwrap().state
}

pub(crate) async fn entries_are_handed_out_once_and_in_order(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let first = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap();
    let second = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap();
    assert_eq!(first[0].entry.message_id.as_deref(), Some("ev-1"));
    assert_eq!((first[0].entry.state, first[0].entry.attempts), (EntryState::Leased, 1));
    assert_eq!(
        second.iter().map(|leased| leased.entry.message_id.as_deref()).collect::<Vec<_>>(),
        [Some("ev-2")]
    );
    assert!(inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap().is_empty());
}

pub(crate) async fn a_lease_that_ran_out_is_handed_out_again_and_the_old_one_is_worthless(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let lost = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    let again = inbox.lease(start() + LEASE, LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert_eq!((again.entry.id, again.entry.attempts), (lost.entry.id, 2));
    assert!(!inbox.complete(lost.ticket).await.unwrap());
    assert!(!inbox.retry(lost.ticket, start(), "late").await.unwrap());
    assert!(!inbox.bury(lost.ticket, "late").await.unwrap());
    assert_eq!(state(&*inbox, lost.ticket).await, EntryState::Leased);
    assert!(inbox.complete(again.ticket).await.unwrap());
    assert!(!inbox.complete(again.ticket).await.unwrap(), "a lease is settled once");
    assert_eq!(state(&*inbox, again.ticket).await, EntryState::Done);
}

pub(crate) async fn a_lease_lost_before_a_replay_stays_worthless_after_it(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let lost = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    let again = inbox.lease(start() + LEASE, LEASE, 1, Order::Free).await.unwrap().remove(0);
    inbox.bury(again.ticket, "broken").await.unwrap();
    assert!(inbox.replay(lost.entry.id, start()).await.unwrap());
    let replayed = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert_eq!(replayed.entry.attempts, 1);
    assert!(!inbox.complete(lost.ticket).await.unwrap());
    assert!(inbox.complete(replayed.ticket).await.unwrap());
}

pub(crate) async fn a_retry_is_due_when_it_says(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    let at = start() + Duration::from_secs(5);
    assert!(inbox.retry(leased.ticket, at, "not yet").await.unwrap());
    let due = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_ne!(due[0].entry.id, leased.entry.id);
    let again = inbox.lease(at, LEASE, 5, Order::Free).await.unwrap().remove(0);
    assert_eq!((again.entry.id, again.entry.last_error.as_deref()), (leased.entry.id, Some("not yet")));
}

pub(crate) async fn dead_and_quarantined_entries_wait_for_a_replay(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    let dead = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap();
    assert_eq!(dead.len(), 1, "a quarantined entry is not handed out");
    inbox.bury(dead[0].ticket, "no").await.unwrap();
    assert!(inbox.lease(start() + LEASE * 2, LEASE, 5, Order::Free).await.unwrap().is_empty());
    for entry in entries(&*inbox, None).await {
        assert!(entry.last_error.is_some());
        assert!(inbox.replay(entry.id, start()).await.unwrap());
    }
    let leased = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap();
    assert_eq!(leased.len(), 2);
    assert!(!inbox.replay(leased[0].entry.id, start()).await.unwrap(), "somebody is working on it");
    inbox.store(split(EVENTS)).await.unwrap();
    let pending = entries(&*inbox, Some(EntryState::Pending)).await.remove(0);
    assert!(inbox.replay(pending.id, start()).await.unwrap(), "it is due as it was");
    assert!(inbox.complete(leased[0].ticket).await.unwrap());
    assert!(inbox.replay(leased[0].entry.id, start()).await.unwrap(), "what is done can be done again");
}

pub(crate) async fn storing_tells_new_from_known_from_revised(place: &Place) {
    let inbox = place.open().await;
    let stored = inbox.store(split(REPORT)).await.unwrap();
    let [Stored::New(first)] = stored[..] else { panic!("{stored:?}") };
    assert_eq!(inbox.store(split(REPORT)).await.unwrap(), [Stored::Duplicate(first)]);
    let revised = REPORT.replace("\"033\"", "\"341\"");
    let stored = inbox.store(split(&revised)).await.unwrap();
    let [Stored::Revision(second)] = stored[..] else { panic!("{stored:?}") };
    assert!(second > first);
    assert_eq!(inbox.store(split(REPORT)).await.unwrap(), [Stored::Duplicate(first)]);
    assert_eq!(inbox.store(split(&revised)).await.unwrap(), [Stored::Duplicate(second)]);

    // Several at once, one of them known and one of them twice.
    let mut several = split(EVENTS);
    several.extend(split(REPORT));
    several.extend(split(EVENTS).into_iter().take(1));
    let stored = inbox.store(several).await.unwrap();
    let [Stored::New(event), Stored::New(_), Stored::Duplicate(known), Stored::Duplicate(twice)] = stored[..]
    else {
        panic!("{stored:?}")
    };
    assert_eq!((known, twice), (first, event));
    assert!(inbox.store(Vec::new()).await.unwrap().is_empty());
}

pub(crate) async fn an_entry_comes_back_as_it_was_stored(place: &Place) {
    let inbox = place.open().await;
    let mut new = split(REPORT).remove(0);
    new.source = Some("2001:db8::1".parse().unwrap());
    new.headers.push(("x-note".to_owned(), "a: b".to_owned()));
    inbox.store(vec![new.clone()]).await.unwrap();
    let leased = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap().remove(0);
    for entry in [&leased.entry, &inbox.get(leased.entry.id).await.unwrap().unwrap()] {
        assert_eq!((entry.kind, &entry.name), (new.kind, &new.name));
        assert_eq!((&entry.message_id, &entry.link_id), (&new.message_id, &new.link_id));
        assert_eq!((&entry.consent_id, &entry.request_id), (&new.consent_id, &new.request_id));
        assert_eq!(entry.institution_code, new.institution_code);
        assert_eq!((entry.received_at, entry.source), (new.received_at, new.source));
        assert_eq!((&entry.headers, &entry.body), (&new.headers, &new.body));
        assert_eq!((entry.dedup_key.clone(), &entry.last_error), (new.dedup_key(), &None));
    }
    let summary = inbox.list(Page::first(5)).await.unwrap().remove(0);
    assert_eq!(
        (summary.kind, summary.name, summary.message_id),
        (new.kind, new.name.clone(), new.message_id.clone())
    );
    assert_eq!((summary.link_id, summary.consent_id), (new.link_id.clone(), new.consent_id.clone()));
    assert_eq!((summary.request_id, summary.dedup_key), (new.request_id.clone(), new.dedup_key()));
    assert_eq!((summary.bytes, summary.received_at), (REPORT.len() as u64, new.received_at));
    assert_eq!((summary.state, summary.attempts), (EntryState::Leased, 1));
}

pub(crate) async fn a_body_of_any_size_comes_back(place: &Place) {
    let inbox = place.open().await;
    let mut chance = fastrand::Rng::with_seed(7);
    for size in [0, 1, 4_095, 4_096, 70_000, 3_000_000] {
        let text = r#"{"amount":"1000.0400"}"#.bytes().cycle().take(size).collect::<Vec<_>>();
        let noise = std::iter::repeat_with(|| chance.u8(..)).take(size).collect::<Vec<_>>();
        for body in [text, noise] {
            let mut new = split(REPORT).remove(0);
            new.body = body.clone().into();
            let stored = inbox.store(vec![new]).await.unwrap();
            let (Stored::New(id) | Stored::Revision(id) | Stored::Duplicate(id)) = stored[0];
            assert_eq!(inbox.get(id).await.unwrap().unwrap().body, body);
        }
    }
}

pub(crate) async fn odd_characters_cost_nothing(place: &Place) {
    let inbox = place.open().await;
    let body =
        r#"[{"eventId":"a\u0000b","eventName":"link_created"},{"eventId":"' -- 🦀","eventName":"é\n"}]"#;
    let stored = inbox.store(split(body)).await.unwrap();
    assert!(stored.iter().all(|stored| matches!(stored, Stored::New(_))), "{stored:?}");
    let stored = inbox.store(split(body)).await.unwrap();
    assert!(stored.iter().all(|stored| matches!(stored, Stored::Duplicate(_))), "{stored:?}");
    let leased = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap();
    assert!(body.contains(str::from_utf8(&leased[0].entry.body).unwrap()));
    assert_eq!(leased[1].entry.message_id.as_deref(), Some("' -- 🦀"));
    assert!(inbox.bury(leased[0].ticket, "a\0b").await.unwrap());
}

pub(crate) async fn of_each_link_the_oldest_open_entry_alone_is_handed_out_where_asked_for(place: &Place) {
    let inbox = place.open().await;
    for (id, link) in [("a1", Some("a")), ("a2", Some("a")), ("b1", Some("b")), ("n1", None), ("n2", None)] {
        let mut new = split(REPORT).remove(0);
        new.message_id = Some(id.to_owned());
        new.link_id = link.map(str::to_owned);
        inbox.store(vec![new]).await.unwrap();
    }
    let lease = async |seconds: u64| {
        inbox.lease(start() + Duration::from_secs(seconds), LEASE, 9, Order::PerLink).await.unwrap()
    };
    let ids = |leased: &[klavi_webhook::Leased]| {
        leased.iter().map(|leased| leased.entry.message_id.clone().unwrap()).collect::<Vec<_>>()
    };
    let first = lease(0).await;
    assert_eq!(ids(&first), ["a1", "b1", "n1", "n2"]);
    assert!(lease(0).await.is_empty(), "a1 is being handled");
    let later = start() + Duration::from_secs(10);
    inbox.retry(first[0].ticket, later, "not yet").await.unwrap();
    assert!(lease(5).await.is_empty(), "a1 waits for its next attempt");
    let again = lease(10).await;
    assert_eq!(ids(&again), ["a1"]);
    inbox.bury(again[0].ticket, "no").await.unwrap();
    assert_eq!(ids(&lease(10).await), ["a2"]);
}

pub(crate) async fn what_waits_for_its_next_attempt_is_due_at_once_after_a_replay(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    inbox.retry(leased.ticket, start() + LEASE * 60, "not yet").await.unwrap();
    inbox.arrivals().await;
    assert!(inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().is_empty());
    assert!(inbox.replay(leased.entry.id, start()).await.unwrap());
    inbox.arrivals().await;
    let again = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert_eq!((again.entry.id, again.entry.attempts), (leased.entry.id, 1));
    assert!(inbox.complete(again.ticket).await.unwrap());
}

pub(crate) async fn ids_of_any_length_are_taken(place: &Place) {
    let inbox = place.open().await;
    // No database packs these.
    let long = || std::iter::repeat_with(fastrand::alphanumeric).take(9_000).collect::<String>();
    let (event, request, link) = (long(), long(), long());
    let body = |event: &str, n: u32| {
        format!(
            r#"{{"eventId":"{event}","eventName":"product_request_received","n":{n},
                "payload":{{"requestId":"{request}","linkId":"{link}"}}}}"#
        )
    };
    let stored = inbox.store(split(&body(&event, 1))).await.unwrap();
    let [Stored::New(id)] = stored[..] else { panic!("{stored:?}") };
    assert_eq!(inbox.store(split(&body(&event, 1))).await.unwrap(), [Stored::Duplicate(id)]);
    assert!(matches!(inbox.store(split(&body(&event, 2))).await.unwrap()[..], [Stored::Revision(_)]));
    // They differ at the very end.
    let other = format!("{}_", &event[..8_999]);
    assert!(matches!(inbox.store(split(&body(&other, 1))).await.unwrap()[..], [Stored::New(_)]));
    assert_eq!(inbox.of_request(&request).await.unwrap().len(), 3);
    assert!(inbox.of_request(&link).await.unwrap().is_empty());
    let leased = inbox.lease(start(), LEASE, 9, Order::PerLink).await.unwrap();
    assert_eq!(leased.len(), 1, "they are of one link");
    assert_eq!((leased[0].entry.id, &leased[0].entry.body[..]), (id, body(&event, 1).as_bytes()));
}

pub(crate) async fn a_delivery_of_thousands_of_events_is_stored(place: &Place) {
    let inbox = place.open().await;
    let events = (0..7_000).map(|n| format!(r#"{{"eventId":"{n}","eventName":"link_created"}}"#));
    let body = format!("[{}]", events.collect::<Vec<_>>().join(","));
    let stored = inbox.store(split(&body)).await.unwrap();
    assert_eq!(stored.iter().filter(|stored| matches!(stored, Stored::New(_))).count(), 7_000);
    let stored = inbox.store(split(&body)).await.unwrap();
    assert_eq!(stored.iter().filter(|stored| matches!(stored, Stored::Duplicate(_))).count(), 7_000);
}

pub(crate) async fn what_is_erased_is_gone_and_new_when_it_comes_again(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    inbox.store(split(EVENTS)).await.unwrap();
    let kept = entries(&*inbox, None).await;
    let (report, event) = (kept[0].id, kept[1].id);
    let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
    assert!(!inbox.erase(report).await.unwrap(), "somebody is working on it");
    assert!(inbox.retry(leased.ticket, start(), "not yet").await.unwrap());
    for id in [report, event] {
        assert!(inbox.erase(id).await.unwrap());
        assert!(inbox.get(id).await.unwrap().is_none());
        assert!(!inbox.erase(id).await.unwrap());
    }
    assert!(inbox.of_request("rq-1").await.unwrap().iter().all(|entry| entry.id > event));
    assert_eq!(entries(&*inbox, None).await.len(), 1);
    let stored = inbox.store(split(REPORT)).await.unwrap();
    let [Stored::New(id)] = stored[..] else { panic!("it is forgotten: {stored:?}") };
    assert!(id > kept[2].id, "no number is given twice");
}

pub(crate) async fn none_is_made_where_one_was_to_be_there(place: &Place) {
    let address = place.address();
    let open = async || match place {
        Place::Postgres(_) => PostgresOptions::new(&address).existing().connect().await.map(drop),
        _ => SqliteOptions::new(&address).existing().open().await.map(drop),
    };
    for _ in 0..2 {
        assert_eq!(open().await.unwrap_err().kind(), InboxErrorKind::Missing);
    }
    place.open().await.store(split(REPORT)).await.unwrap();
    open().await.unwrap();
}

pub(crate) async fn what_was_stored_is_there_when_it_is_opened_again(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    inbox.store(split(EVENTS)).await.unwrap();
    let leased = inbox.lease(start(), LEASE, 2, Order::Free).await.unwrap();
    inbox.complete(leased[0].ticket).await.unwrap();
    drop(inbox);

    let inbox = place.open().await;
    let kept = entries(&*inbox, None).await;
    let states: Vec<_> = kept.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Done, EntryState::Leased, EntryState::Pending]);
    assert_eq!(&kept[0].body[..], REPORT.as_bytes());
    assert!(matches!(inbox.store(split(REPORT)).await.unwrap()[..], [Stored::Duplicate(_)]));
    assert!(inbox.complete(leased[1].ticket).await.unwrap(), "the lease outlives the process");
}

pub(crate) async fn two_may_open_it_at_once(place: &Place) {
    let (one, other) = tokio::join!(place.open(), place.open());
    one.store(split(REPORT)).await.unwrap();
    assert!(matches!(other.store(split(REPORT)).await.unwrap()[..], [Stored::Duplicate(_)]));
    assert_eq!(other.lease(start(), LEASE, 5, Order::Free).await.unwrap().len(), 1);
    assert!(one.lease(start(), LEASE, 5, Order::Free).await.unwrap().is_empty());
}

pub(crate) async fn a_newer_version_is_left_alone(place: &Place) {
    drop(place.open().await);
    let newer = "INSERT INTO inbox_versions VALUES (99)";
    let address = place.address();
    let error = match place {
        Place::Postgres(schema) => {
            execute(format!("SET search_path TO {schema}; {newer}")).await;
            PostgresInbox::connect(&address).await.unwrap_err()
        }
        _ => {
            rusqlite::Connection::open(&address).unwrap().execute(newer, []).unwrap();
            SqliteInbox::open(&address).await.unwrap_err()
        }
    };
    assert_eq!(error.kind(), InboxErrorKind::Unreadable);
}
