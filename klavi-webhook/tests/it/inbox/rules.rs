//! What goes in and comes out.

use std::time::Duration;

#[cfg(feature = "postgres")]
use klavi_webhook::PostgresOptions;
use klavi_webhook::{
    Change, EntryState, Filter, InboxErrorKind, LeaseRequest, Leased, Order, Page, SqliteOptions, Stored,
};

#[cfg(feature = "postgres")]
use super::Kept;
use super::Place;
use crate::{EVENTS, LEASE, REPORT, change, entries, lease, list, settle, split};

const SECOND: Duration = Duration::from_secs(1);

/// The ids of their messages.
pub(super) fn messages(leased: &[Leased]) -> Vec<&str> {
    leased.iter().map(|leased| leased.entry.message_id.as_deref().unwrap()).collect()
}

pub(crate) async fn entries_are_handed_out_once_and_in_order(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let first = lease(&*inbox, 1).await;
    assert_eq!(messages(&first), ["ev-1"]);
    assert_eq!((first[0].entry.state, first[0].entry.attempts), (EntryState::Leased, 0));
    assert_eq!(messages(&lease(&*inbox, 5).await), ["ev-2"]);
    assert!(lease(&*inbox, 5).await.is_empty());
}

pub(crate) async fn dead_and_quarantined_entries_wait_for_a_replay(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    let dead = lease(&*inbox, 5).await.remove(0);
    assert!(lease(&*inbox, 5).await.is_empty(), "a quarantined entry is not handed out");
    settle(&*inbox, dead.ticket.dead("no")).await;
    place.clock.advance(LEASE * 2);
    assert!(lease(&*inbox, 5).await.is_empty());
    for entry in entries(&*inbox, None).await {
        assert!(entry.last_error.is_some());
        assert!(change(&*inbox, entry.id, Change::Replay).await);
    }
    let mut leased = lease(&*inbox, 5).await;
    assert_eq!(leased.len(), 2);
    let first = leased.remove(0);
    assert!(!change(&*inbox, first.entry.id, Change::Replay).await, "somebody is working on it");
    inbox.store(split(EVENTS)).await.unwrap();
    let pending = entries(&*inbox, Some(EntryState::Pending)).await.remove(0);
    assert!(change(&*inbox, pending.id, Change::Replay).await, "it is due as it was");
    assert!(settle(&*inbox, first.ticket.done()).await);
    assert!(change(&*inbox, first.entry.id, Change::Replay).await, "what is done can be done again");
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

pub(crate) async fn an_entry_without_a_target_is_refused_with_all_that_came_with_it(place: &Place) {
    let inbox = place.open().await;
    let mut several = split(EVENTS);
    several[1].targets.clear();
    let error = inbox.store(several.clone()).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::InvalidEntry);
    assert_eq!(
        error.to_string(),
        "the inbox could not store entries: an entry has no target: give it at least one"
    );
    assert!(list(&*inbox, &Filter::all()).await.is_empty());
    several[1].targets.push("a".into());
    let stored = inbox.store(several).await.unwrap();
    assert!(stored.iter().all(|stored| matches!(stored, Stored::New(_))), "its key is not known: {stored:?}");
}

pub(crate) async fn an_entry_comes_back_as_it_was_stored(place: &Place) {
    let inbox = place.open().await;
    let mut new = split(REPORT).remove(0);
    new.source = Some("2001:db8::1".parse().unwrap());
    new.headers.push(("x-note".to_owned(), "a: b".to_owned()));
    inbox.store(vec![new.clone()]).await.unwrap();
    let leased = lease(&*inbox, 5).await.remove(0);
    for entry in [&leased.entry, &inbox.get(leased.entry.id).await.unwrap().unwrap()] {
        assert_eq!((entry.kind, &entry.name), (new.kind, &new.name));
        assert_eq!((&entry.message_id, &entry.link_id), (&new.message_id, &new.link_id));
        assert_eq!((&entry.consent_id, &entry.request_id), (&new.consent_id, &new.request_id));
        assert_eq!(entry.institution_code, new.institution_code);
        assert_eq!((entry.received_at, entry.source), (new.received_at, new.source));
        assert_eq!((&entry.headers, &entry.body), (&new.headers, new.body()));
        assert_eq!((entry.dedup_key.clone(), &entry.last_error), (new.dedup_key(), &None));
    }
    let summary = inbox.list(&Filter::all(), Page::first(5)).await.unwrap().remove(0);
    assert_eq!((&summary.envelope, &summary.dedup_key), (&new.envelope, &new.dedup_key()));
    assert_eq!((summary.bytes, summary.received_at), (REPORT.len() as u64, new.received_at));
    assert_eq!((summary.state, summary.attempts), (EntryState::Leased, 0));
}

pub(crate) async fn a_body_of_any_size_comes_back(place: &Place) {
    let inbox = place.open().await;
    let mut chance = fastrand::Rng::with_seed(7);
    for size in [0, 1, 4_095, 4_096, 70_000, 3_000_000] {
        let text = r#"{"amount":"1000.0400"}"#.bytes().cycle().take(size).collect::<Vec<_>>();
        let noise = std::iter::repeat_with(|| chance.u8(..)).take(size).collect::<Vec<_>>();
        for body in [text, noise] {
            let mut new = split(REPORT).remove(0);
            new.set_body(body.clone().into());
            let stored = inbox.store(vec![new]).await.unwrap();
            assert_eq!(inbox.get(stored[0].id()).await.unwrap().unwrap().body, body);
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
    let mut leased = lease(&*inbox, 5).await;
    assert!(body.contains(str::from_utf8(&leased[0].entry.body).unwrap()));
    assert_eq!(leased[1].entry.message_id.as_deref(), Some("' -- 🦀"));
    assert!(settle(&*inbox, leased.remove(0).ticket.dead("a\0b")).await);
}

pub(crate) async fn of_each_link_the_oldest_open_entry_alone_is_handed_out_where_asked_for(place: &Place) {
    let inbox = place.open().await;
    for (id, link) in [("a1", Some("a")), ("a2", Some("a")), ("b1", Some("b")), ("n1", None), ("n2", None)] {
        let mut new = split(REPORT).remove(0);
        new.message_id = Some(id.to_owned());
        new.link_id = link.map(str::to_owned);
        inbox.store(vec![new]).await.unwrap();
    }
    let per_link = async || {
        let request = LeaseRequest::new(9).lease(LEASE).order(Order::PerLink).idle(false);
        inbox.lease(request).await.unwrap().entries
    };
    let mut first = per_link().await;
    assert_eq!(messages(&first), ["a1", "b1", "n1", "n2"]);
    assert!(per_link().await.is_empty(), "a1 is being handled");
    settle(&*inbox, first.remove(0).ticket.retry(SECOND * 10, "not yet")).await;
    place.clock.advance(SECOND * 5);
    assert!(per_link().await.is_empty(), "a1 waits for its next attempt");
    place.clock.advance(SECOND * 5);
    let mut again = per_link().await;
    assert_eq!(messages(&again), ["a1"]);
    settle(&*inbox, again.remove(0).ticket.dead("no")).await;
    assert_eq!(messages(&per_link().await), ["a2"]);
}

pub(crate) async fn what_waits_for_its_next_attempt_is_due_at_once_after_a_replay(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    let leased = lease(&*inbox, 1).await.remove(0);
    settle(&*inbox, leased.ticket.retry(LEASE * 60, "not yet")).await;
    inbox.arrivals(&klavi_webhook::Target::default()).await;
    assert!(lease(&*inbox, 1).await.is_empty());
    assert!(change(&*inbox, leased.entry.id, Change::Replay).await);
    inbox.arrivals(&klavi_webhook::Target::default()).await;
    let again = lease(&*inbox, 1).await.remove(0);
    assert_eq!((again.entry.id, again.entry.attempts), (leased.entry.id, 0));
    assert!(settle(&*inbox, again.ticket.done()).await);
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
    assert_eq!(list(&*inbox, &Filter::of_request(&request)).await.len(), 3);
    assert_eq!(list(&*inbox, &Filter::all().of_link(&link)).await.len(), 3);
    assert!(list(&*inbox, &Filter::of_request(&link)).await.is_empty());
    let leased = inbox.lease(LeaseRequest::new(9).order(Order::PerLink)).await.unwrap().entries;
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
    let leased = lease(&*inbox, 1).await.remove(0);
    assert!(!change(&*inbox, report, Change::Erase).await, "somebody is working on it");
    assert!(settle(&*inbox, leased.ticket.retry(Duration::ZERO, "not yet")).await);
    for id in [report, event] {
        assert!(change(&*inbox, id, Change::Erase).await);
        assert!(inbox.get(id).await.unwrap().is_none());
        assert!(!change(&*inbox, id, Change::Erase).await);
    }
    assert!(list(&*inbox, &Filter::of_request("rq-1")).await.iter().all(|entry| entry.id > event));
    assert_eq!(entries(&*inbox, None).await.len(), 1);
    let stored = inbox.store(split(REPORT)).await.unwrap();
    let [Stored::New(id)] = stored[..] else { panic!("it is forgotten: {stored:?}") };
    assert!(id > kept[2].id, "no number is given twice");
}

pub(crate) async fn none_is_made_where_one_was_to_be_there(place: &Place) {
    let address = place.address();
    let open = async || match place.kept {
        #[cfg(feature = "postgres")]
        Kept::Postgres(_) => PostgresOptions::new(&address).existing().connect().await.map(drop),
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
    let [done, held] = &lease(&*inbox, 2).await[..] else { panic!("two are due") };
    settle(&*inbox, done.ticket.clone().done()).await;
    drop(inbox);

    let inbox = place.open().await;
    let kept = entries(&*inbox, None).await;
    let states: Vec<_> = kept.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Done, EntryState::Leased, EntryState::Pending]);
    assert_eq!(&kept[0].body[..], REPORT.as_bytes());
    assert!(matches!(inbox.store(split(REPORT)).await.unwrap()[..], [Stored::Duplicate(_)]));
    assert!(settle(&*inbox, held.ticket.clone().done()).await, "the lease outlives the process");
}

pub(crate) async fn two_may_open_it_at_once(place: &Place) {
    let (one, other) = tokio::join!(place.open(), place.open());
    one.store(split(REPORT)).await.unwrap();
    assert!(matches!(other.store(split(REPORT)).await.unwrap()[..], [Stored::Duplicate(_)]));
    assert_eq!(lease(&*other, 5).await.len(), 1);
    assert!(lease(&*one, 5).await.is_empty());
}

pub(crate) async fn a_newer_version_is_left_alone(place: &Place) {
    drop(place.open().await);
    place.meddle("INSERT INTO inbox_versions VALUES (99)").await;
    let address = place.address();
    let opened = match place.kept {
        #[cfg(feature = "postgres")]
        Kept::Postgres(_) => PostgresOptions::new(&address).connect().await.map(drop),
        _ => SqliteOptions::new(&address).open().await.map(drop),
    };
    assert_eq!(opened.unwrap_err().kind(), InboxErrorKind::Unreadable);
}

pub(crate) async fn a_newer_version_is_noticed_while_it_is_open(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    inbox.check().await.unwrap();
    place.meddle("INSERT INTO inbox_versions VALUES (99)").await;
    assert_eq!(inbox.store(split(EVENTS)).await.unwrap_err().kind(), InboxErrorKind::Unreadable);
    assert_eq!(inbox.check().await.unwrap_err().kind(), InboxErrorKind::Unreadable);
    place.meddle("DELETE FROM inbox_versions WHERE version = 99").await;
    inbox.store(split(EVENTS)).await.unwrap();
    inbox.check().await.unwrap();
}
