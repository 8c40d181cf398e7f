//! What only NATS JetStream can get wrong.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, Context};
use klavi_webhook::{EntryState, Inbox, InboxErrorKind, NatsInbox, Order, Page, Prune, Stored};

use super::Place;
use super::rules::LEASE;
use crate::{EVENTS, REPORT, entries, split, start};

pub(super) fn server() -> String {
    let given = std::env::var("KLAVI_TEST_NATS").ok();
    given.unwrap_or_else(|| "nats://127.0.0.1:4222".to_owned())
}

async fn context(server: &str) -> Context {
    jetstream::new(async_nats::connect(server).await.unwrap())
}

fn streams(name: &str) -> [String; 3] {
    [format!("{name}-entries"), format!("{name}-states"), format!("OBJ_{name}-bodies")]
}

pub(super) async fn remove(name: &str) {
    let context = context(&server()).await;
    for stream in streams(name) {
        let _ = context.delete_stream(stream).await;
    }
}

const DESCRIPTION: &str = "klavi-webhook inbox, version ";

pub(super) async fn set_version(name: &str, version: i64) {
    let context = context(&server()).await;
    for stream in &streams(name)[..2] {
        let mut config = context.get_stream(stream).await.unwrap().cached_info().config.clone();
        config.description = Some(format!("{DESCRIPTION}{version}"));
        context.update_stream(config).await.unwrap();
    }
}

/// The version that both streams say they are of.
pub(super) async fn version(name: &str) -> i64 {
    let context = context(&server()).await;
    let mut versions = Vec::new();
    for stream in &streams(name)[..2] {
        let description = context.get_stream(stream).await.unwrap().cached_info().config.description.clone();
        versions.push(description.unwrap().strip_prefix(DESCRIPTION).unwrap().parse().unwrap());
    }
    assert_eq!(versions[0], versions[1]);
    versions[0]
}

/// How many messages each of the three streams holds.
async fn messages(name: &str) -> [u64; 3] {
    let context = context(&server()).await;
    let mut counts = [0; 3];
    for (count, stream) in counts.iter_mut().zip(streams(name)) {
        *count = context.get_stream(stream).await.unwrap().cached_info().state.messages;
    }
    counts
}

/// A report that packing does not make fit into a message.
fn large(id: &str) -> String {
    let noise = std::iter::repeat_with(fastrand::alphanumeric).take(3_000_000).collect::<String>();
    REPORT.replace("rp-1", id).replace("94088392", &noise)
}

fn name(place: &Place) -> &str {
    let Place::Nats(name) = place else { unreachable!("these are about NATS") };
    name
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_no_message_holds_goes_to_the_object_store_and_goes_with_the_entry() {
    let rule = async |place: &Place| {
        let inbox = place.open().await;
        let body = large("rp-1");
        inbox.store(split(&body)).await.unwrap();
        assert!(messages(name(place)).await[2] > 1, "chunks and what is known of them");
        assert!(matches!(inbox.store(split(&body)).await.unwrap()[..], [Stored::Duplicate(_)]));
        drop(inbox);

        let inbox = place.open().await;
        let leased = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap().remove(0);
        assert_eq!(leased.entry.body, body);
        inbox.complete(leased.ticket).await.unwrap();
        assert_eq!(inbox.prune(start() + LEASE, Prune::Done).await.unwrap(), 1);
        assert_eq!(messages(name(place)).await[2], 0);
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn a_large_delivery_that_two_store_at_once_is_kept_once() {
    let rule = async |place: &Place| {
        let (here, there) = (place.open().await, place.open().await);
        let body = large("rp-1");
        let (one, other) = tokio::join!(here.store(split(&body)), there.store(split(&body)));
        let stored = [one.unwrap(), other.unwrap()].concat();
        let new = stored.iter().filter(|stored| matches!(stored, Stored::New(_)));
        assert_eq!((stored.len(), new.count()), (2, 1), "{stored:?}");
        let alone = messages(name(place)).await[2];
        let leased = here.lease(start(), LEASE, 5, Order::Free).await.unwrap().remove(0);
        assert_eq!(leased.entry.body, body);
        here.complete(leased.ticket).await.unwrap();
        here.prune(start() + LEASE, Prune::Done).await.unwrap();
        assert_eq!(messages(name(place)).await[2], 0, "{alone} messages held the two objects");
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn a_delivery_of_many_events_is_there_as_a_whole() {
    let rule = async |place: &Place| {
        let events: Vec<_> = (0..5_000)
            .map(|n| {
                format!(r#"{{"eventId":"ev-{n}","eventName":"link_created","payload":{{"linkId":"{n}"}}}}"#)
            })
            .collect();
        let body = format!("[{}]", events.join(","));
        let stored = place.open().await.store(split(&body)).await.unwrap();
        assert!(stored.iter().all(|stored| matches!(stored, Stored::New(_))));
        assert_eq!(messages(name(place)).await[0], 1);

        let inbox = place.open().await;
        assert_eq!(inbox.depth().await.unwrap().pending, 5_000);
        let Stored::New(last) = stored[4_999] else { unreachable!() };
        let last = inbox.get(last).await.unwrap().unwrap();
        assert_eq!((&last.body[..], last.link_id.as_deref()), (events[4_999].as_bytes(), Some("4999")));
        let known = inbox.store(split(&body)).await.unwrap();
        assert!(known.iter().all(|stored| matches!(stored, Stored::Duplicate(_))));
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn two_that_store_and_handle_the_same_keep_and_handle_it_once() {
    let rule = async |place: &Place| {
        let (here, there) = (place.open().await, place.open().await);
        let all = async |inbox: Arc<dyn Inbox>, order: Vec<u32>| {
            let mut new = 0;
            for n in order {
                let stored = inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
                new += stored.iter().filter(|stored| matches!(stored, Stored::New(_))).count();
            }
            new
        };
        let (one, other) = tokio::join!(
            all(here.clone(), (0..100).collect()),
            // At first another one at the same time, then the same ones long after.
            all(there.clone(), (0..100).rev().collect())
        );
        assert_eq!(one + other, 100);
        let kept = entries(&*here, None).await;
        assert_eq!(
            kept.iter().map(|entry| entry.id.get()).collect::<Vec<_>>(),
            (1..=100).collect::<Vec<_>>()
        );
        let handle = async |inbox: Arc<dyn Inbox>| {
            let mut handled = 0;
            loop {
                let leased = inbox.lease(start(), LEASE, 7, Order::Free).await.unwrap();
                if leased.is_empty() {
                    return handled;
                }
                for leased in leased {
                    assert!(inbox.complete(leased.ticket).await.unwrap());
                    handled += 1;
                }
            }
        };
        let (one, other) = tokio::join!(handle(here.clone()), handle(there));
        assert_eq!(one + other, 100);
        assert_eq!(here.depth().await.unwrap().done, 100);
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_another_receiver_stores_is_heard_of() {
    let rule = async |place: &Place| {
        let (here, there) = (place.open().await, place.open().await);
        let waiting = tokio::spawn(async move {
            while entries(&*here, None).await.is_empty() {
                // Nobody looks from time to time in this test.
                here.arrivals().await;
            }
        });
        there.store(split(REPORT)).await.unwrap();
        waiting.await.unwrap();
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn a_dead_letter_stands_on_its_subject_until_it_is_replayed() {
    let rule = async |place: &Place| {
        let inbox = place.open().await;
        inbox.store(split(REPORT)).await.unwrap();
        let leased = inbox.lease(start(), LEASE, 1, Order::Free).await.unwrap().remove(0);
        inbox.bury(leased.ticket, "no").await.unwrap();
        let context = context(&server()).await;
        let states = context.get_stream(format!("{}-states", name(place))).await.unwrap();
        let subject = format!("{}.dead.{}", name(place), leased.entry.id);
        let letter = states.get_last_raw_message_by_subject(&subject).await.unwrap();
        let letter = String::from_utf8(letter.payload.to_vec()).unwrap();
        assert!(letter.contains(&leased.entry.dedup_key) && !letter.contains("94088392"), "{letter}");
        inbox.replay(leased.entry.id, start()).await.unwrap();
        assert!(states.get_last_raw_message_by_subject(&subject).await.is_err());
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_is_pruned_leaves_the_server() {
    let rule = async |place: &Place| {
        let (inbox, other) = (place.open().await, place.open().await);
        inbox.store(split(EVENTS)).await.unwrap();
        inbox.store(split(REPORT)).await.unwrap();
        let leased = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap();
        let before = start() + LEASE;
        inbox.complete(leased[0].ticket).await.unwrap();
        inbox.complete(leased[2].ticket).await.unwrap();
        assert_eq!(inbox.prune(before, Prune::Done).await.unwrap(), 2);
        assert_eq!(messages(name(place)).await[0], 2, "an event is left of its delivery, and the end");
        let fresh = place.open().await;
        for inbox in [&inbox, &other, &fresh] {
            assert_eq!(entries(&**inbox, None).await.len(), 1);
        }
        inbox.complete(leased[1].ticket).await.unwrap();
        assert_eq!(other.prune(before, Prune::Done).await.unwrap(), 1);
        // States are deleted after their deliveries.
        for _ in 0..2 {
            assert_eq!(inbox.prune(before, Prune::Done).await.unwrap(), 0);
        }
        assert_eq!(messages(name(place)).await, [1, 1, 0], "the ends of both streams");
        let stored = fresh.store(split(REPORT)).await.unwrap();
        let [Stored::New(id)] = stored[..] else { panic!("it is forgotten: {stored:?}") };
        assert!(id > leased[2].entry.id, "no number is given twice");
        assert_eq!(entries(&*place.open().await, None).await.len(), 1);
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_was_pruned_unheard_is_neither_a_duplicate_nor_handed_out() {
    let rule = async |place: &Place| {
        let inbox = place.open().await;
        inbox.store(split(REPORT)).await.unwrap();
        inbox.store(split(EVENTS)).await.unwrap();
        let context = context(&server()).await;
        let stream = context.get_stream(format!("{}-entries", name(place))).await.unwrap();
        stream.delete_message(1).await.unwrap();
        let stored = inbox.store(split(REPORT)).await.unwrap();
        assert!(matches!(stored[..], [Stored::New(_)]), "{stored:?}");
        stream.delete_message(2).await.unwrap();
        let leased = inbox.lease(start(), LEASE, 5, Order::Free).await.unwrap();
        assert_eq!(leased.len(), 1);
        assert_eq!(leased[0].entry.body, REPORT);
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn an_object_that_a_store_may_still_name_is_left_alone() {
    let rule = async |place: &Place| {
        let inbox = place.open().await;
        inbox.store(split(REPORT)).await.unwrap();
        let objects =
            context(&server()).await.get_object_store(format!("{}-bodies", name(place))).await.unwrap();
        objects.put("abandoned", &mut &b"bytes"[..]).await.unwrap();
        inbox.prune(start() + LEASE, Prune::Done).await.unwrap();
        assert!(objects.info("abandoned").await.is_ok());
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn an_object_that_is_gone_costs_its_own_entry_alone() {
    for lost in ["$O.*.C.*", "$O.*.M.*"] {
        let rule = async |place: &Place| {
            let inbox = place.open().await;
            inbox.store(split(&large("rp-1"))).await.unwrap();
            inbox.store(split(EVENTS)).await.unwrap();
            let [_, _, objects] = streams(name(place));
            let objects = context(&server()).await.get_stream(objects).await.unwrap();
            objects.purge().filter(lost).await.unwrap();

            let leased = inbox.lease(start(), LEASE, 9, Order::Free).await.unwrap();
            assert_eq!(leased.len(), 2, "the events");
            for leased in leased {
                assert_eq!(leased.entry.attempts, 1);
                assert!(inbox.complete(leased.ticket).await.unwrap());
            }
            let dead = inbox.list(Page::first(9).in_state(EntryState::Dead)).await.unwrap();
            assert_eq!(dead.len(), 1);
            assert_eq!(dead[0].last_error.as_deref(), Some("the bytes kept of it are damaged"));
            assert_eq!(inbox.get(dead[0].id).await.unwrap_err().kind(), InboxErrorKind::Unreadable);
            assert_eq!(inbox.prune(start() + LEASE, Prune::Settled).await.unwrap(), 3);
        };
        Place::nats().holds(rule).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_does_not_come_in_time_uses_up_no_attempt() {
    let rule = async |place: &Place| {
        let inbox = place.open().await;
        inbox.store(split(&large("rp-1"))).await.unwrap();
        for n in 0..30 {
            // Nothing comes within half of no time.
            let now = start() + LEASE * n;
            assert!(inbox.lease(now, Duration::ZERO, 9, Order::Free).await.unwrap().is_empty());
        }
        let leased = inbox.lease(start() + LEASE * 30, LEASE, 9, Order::Free).await.unwrap().remove(0);
        assert_eq!(leased.entry.attempts, 1);
        assert!(inbox.complete(leased.ticket).await.unwrap());
    };
    Place::nats().holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs NATS"]
async fn what_others_publish_into_the_streams_is_left_out() {
    let rule = async |place: &Place| {
        let running = place.open().await;
        running.store(split(REPORT)).await.unwrap();
        let context = context(&server()).await;
        let publish = async |subject: String| {
            let payload = bytes::Bytes::from_static(b"{\"hello\":");
            context.publish(subject, payload).await.unwrap().await.unwrap();
        };
        publish(format!("{}.entries", name(place))).await;
        publish(format!("{}.state.1", name(place))).await;
        publish(format!("{}.state.99", name(place))).await;
        publish(format!("{}.state.odd", name(place))).await;

        running.store(split(EVENTS)).await.unwrap();
        let fresh = place.open().await;
        for inbox in [&running, &fresh] {
            assert_eq!(entries(&**inbox, None).await.len(), 3);
            assert!(matches!(inbox.store(split(REPORT)).await.unwrap()[..], [Stored::Duplicate(_)]));
        }
        let leased = fresh.lease(start(), LEASE, 9, Order::Free).await.unwrap();
        assert_eq!(leased.iter().map(|leased| leased.entry.id.get()).collect::<Vec<_>>(), [1, 2, 3]);
        for leased in leased {
            assert!(running.complete(leased.ticket).await.unwrap());
        }
        assert_eq!(running.prune(start() + LEASE, Prune::Done).await.unwrap(), 3);
        assert!(entries(&*place.open().await, None).await.is_empty());
    };
    Place::nats().holds(rule).await;
}

#[tokio::test]
#[ignore = "needs NATS"]
async fn an_address_without_a_server_is_told_apart() {
    let error = NatsInbox::connect("nats://127.0.0.1:1/klavi").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}");
    let error = NatsInbox::connect("nats://127.0.0.1:1/a.b").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Other, "{error:?}");
}
