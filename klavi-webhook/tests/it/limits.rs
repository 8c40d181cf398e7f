//! What a body may take: size, time, memory of all together.

mod sources;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::Request;
use klavi_webhook::klavi::{Klavi, SigningKey};
use klavi_webhook::{
    Answer, Delivery, EntryState, InspectionRate, MemoryInbox, Receiver, SqliteInbox, Verified,
};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::{KEY, REPORT, entries, signed};

const KIB: usize = 1024;

/// What a body that has arrived holds of the memory budget.
const fn held_by(body: usize) -> usize {
    body.div_ceil(KIB) * KIB
}

fn receiver() -> (Receiver, Arc<MemoryInbox>) {
    let inbox = Arc::new(MemoryInbox::new());
    (Receiver::new(Klavi::new(KEY), inbox.clone()), inbox)
}

fn request(signed_body: &str, body: Body) -> Request<Body> {
    let mut request = Request::post("/").body(body).unwrap();
    *request.headers_mut() = signed(signed_body);
    request
}

async fn status(receiver: &Receiver, request: Request<Body>) -> u16 {
    let app: Router = receiver.clone().into_router();
    app.oneshot(request).await.unwrap().status().as_u16()
}

/// A report of that size, different for every number.
fn report(number: usize, bytes: usize) -> String {
    let id = format!("rp-{number}");
    let body = REPORT.replace("rp-1", &id);
    body.replace("94088392", &"9".repeat(bytes.saturating_sub(body.len())))
}

/// A body that comes in small pieces and lets others run in between.
fn in_pieces(body: &str) -> Body {
    let pieces: Vec<_> = body.as_bytes().chunks(KIB).map(Bytes::copy_from_slice).collect();
    Body::from_stream(stream::iter(pieces).then(async |piece| {
        tokio::task::yield_now().await;
        Ok::<_, io::Error>(piece)
    }))
}

/// A body that waits for the rest of it.
struct Halting {
    request: Request<Body>,
    read: Arc<Notify>,
    go_on: Arc<Notify>,
}

fn halting(body: &str, at: usize) -> Halting {
    let (read, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (start, end) = body.as_bytes().split_at(at);
    let (start, end) = (Bytes::copy_from_slice(start), Bytes::copy_from_slice(end));
    let (told, waits) = (read.clone(), go_on.clone());
    let pieces = stream::iter([start]).chain(stream::once(async move {
        told.notify_one();
        waits.notified().await;
        end
    }));
    let request = request(body, Body::from_stream(pieces.map(Ok::<_, io::Error>)));
    Halting { request, read, go_on }
}

/// Requests that wait for the rest of their bodies.
type UnderWay = Vec<(JoinHandle<u16>, Arc<Notify>)>;

/// Sends these bodies up to there, with their lengths announced.
async fn arriving(receiver: &Receiver, bodies: &[String], at: usize) -> UnderWay {
    let mut under_way = Vec::new();
    for body in bodies {
        let Halting { mut request, read, go_on } = halting(body, at);
        request.headers_mut().insert("content-length", body.len().into());
        let receiver = receiver.clone();
        let running = tokio::spawn(async move { status(&receiver, request).await });
        read.notified().await;
        under_way.push((running, go_on));
    }
    under_way
}

/// Sends the rest of the bodies, which are accepted.
async fn complete(under_way: UnderWay) {
    for (running, go_on) in under_way {
        go_on.notify_one();
        assert_eq!(running.await.unwrap(), 200);
    }
}

#[tokio::test]
async fn a_gigabyte_is_refused_when_announced_and_when_it_comes() {
    let (receiver, _) = receiver();
    let unread = stream::poll_fn(|_| -> std::task::Poll<Option<io::Result<Bytes>>> { panic!("was read") });
    let mut announced = request("{}", Body::from_stream(unread));
    announced.headers_mut().insert("content-length", 1_000_000_000_u64.into());
    assert_eq!(status(&receiver, announced).await, 413);

    let piece = Bytes::from(vec![b'x'; 64 * KIB]);
    let endless = stream::repeat_with(move || Ok::<_, io::Error>(piece.clone()));
    assert_eq!(status(&receiver, request("{}", Body::from_stream(endless))).await, 413);

    let mut lied = request("{}", Body::from(vec![b'x'; 64 * KIB]));
    lied.headers_mut().insert("content-length", 2.into());
    assert_eq!(status(&receiver.clone().max_body(KIB), lied).await, 413);
    assert_eq!(receiver.memory_in_use(), 0);
}

#[tokio::test]
async fn an_encoded_body_is_refused_by_its_head() {
    let (receiver, inbox) = receiver();
    for encodings in [&["gzip"][..], &["br"], &["identity", "gzip"], &["gzip, identity"], &[""]] {
        let unread =
            stream::poll_fn(|_| -> std::task::Poll<Option<io::Result<Bytes>>> { panic!("was read") });
        let mut request = request(REPORT, Body::from_stream(unread));
        for encoding in encodings {
            request.headers_mut().append("content-encoding", encoding.parse().unwrap());
        }
        assert_eq!(status(&receiver, request).await, 415, "{encodings:?}");
    }
    assert!(entries(&*inbox, None).await.is_empty());
}

#[tokio::test]
async fn a_bomb_is_never_unpacked() {
    let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap();
    assert!(bomb.len() < 64 * KIB);
    let (receiver, inbox) = receiver();
    // No room for what comes out of it, in case anybody tried.
    let receiver = receiver.memory(64 * KIB).inspect(InspectionRate::All);
    let post = |encoding: Option<&str>| {
        let mut request = Request::post("/").body(Body::from(bomb.clone())).unwrap();
        let signature = SigningKey::from(KEY).sign(&bomb).to_string();
        request.headers_mut().insert("x-klavi-signature", signature.parse().unwrap());
        if let Some(encoding) = encoding {
            request.headers_mut().insert("content-encoding", encoding.parse().unwrap());
        }
        request
    };
    for encoding in ["gzip", "zstd", "deflate", "br"] {
        assert_eq!(status(&receiver, post(Some(encoding))).await, 415);
    }
    assert_eq!(status(&receiver, post(None)).await, 200);
    let entry = entries(&*inbox, None).await.remove(0);
    assert_eq!((entry.state, &entry.body[..]), (EntryState::Quarantined, &bomb[..]));
    assert_eq!(receiver.memory_in_use(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_drips_is_given_up_and_its_memory_given_back() {
    let (receiver, inbox) = receiver();
    let drip = stream::repeat(()).then(async |()| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, io::Error>(Bytes::from_static(b"x"))
    });
    assert_eq!(status(&receiver, request(REPORT, Body::from_stream(drip))).await, 408);
    assert_eq!(receiver.memory_in_use(), 0);
    assert!(entries(&*inbox, None).await.is_empty());
}

#[tokio::test]
async fn pieces_of_any_size_make_the_same_body() {
    let body = report(1, 300 * KIB);
    for size in [1_000, 16 * KIB, 299 * KIB, 400 * KIB] {
        for announced in [None, Some(body.len()), Some(2)] {
            let (receiver, inbox) = receiver();
            let pieces: Vec<_> = body
                .as_bytes()
                .chunks(size)
                .map(|piece| Ok::<_, io::Error>(Bytes::copy_from_slice(piece)))
                .collect();
            let mut request = request(&body, Body::from_stream(stream::iter(pieces)));
            if let Some(length) = announced {
                request.headers_mut().insert("content-length", length.into());
            }
            assert_eq!(status(&receiver, request).await, 200);
            assert_eq!(entries(&*inbox, None).await[0].body, body.as_bytes());
            assert_eq!(receiver.memory_in_use(), 0);
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_now_is_left_with_the_sender() {
    let (receiver, inbox) = receiver();
    let receiver = receiver.memory(144 * KIB);
    // Two bodies have arrived for the greater part and wait for the rest.
    let bodies = [0, 1].map(|number| report(number, 60 * KIB));
    let under_way = arriving(&receiver, &bodies, 54 * KIB).await;
    let held = held_by(108 * KIB);
    assert_eq!(receiver.memory_in_use(), held);

    let second = report(2, 40 * KIB);
    // Announced it is refused unread; unannounced when it fills what is left; in memory already as well.
    let unread = stream::poll_fn(|_| -> std::task::Poll<Option<io::Result<Bytes>>> { panic!("was read") });
    let mut announced = request(&second, Body::from_stream(unread));
    announced.headers_mut().insert("content-length", second.len().into());
    let app: Router = receiver.clone().into_router();
    let refused = app.oneshot(announced).await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()), (503, &b"1"[..]));
    assert_eq!(status(&receiver, request(&second, in_pieces(&second))).await, 503);
    let in_memory = Bytes::from(second.clone());
    assert_eq!(receiver.handle(signed(&second), None, in_memory.clone()).await, Answer::Unavailable);
    assert_eq!(receiver.memory_in_use(), held, "the refused gave theirs back");
    let small = report(3, KIB);
    assert_eq!(status(&receiver, request(&small, in_pieces(&small))).await, 200);

    complete(under_way).await;
    assert_eq!(receiver.memory_in_use(), 0);
    assert_eq!(receiver.handle(signed(&second), None, in_memory).await, Answer::Accepted);
    assert_eq!(entries(&*inbox, None).await.len(), 4);
}

#[tokio::test]
async fn the_last_quarter_is_left_to_bodies_that_have_begun_and_to_small_ones() {
    let (receiver, inbox) = receiver();
    let receiver = receiver.memory(Receiver::memory_for(512 * KIB));
    let bodies = [0, 1].map(|number| report(number, 500 * KIB));
    let under_way = arriving(&receiver, &bodies, 400 * KIB).await;
    for (bytes, announced, answer) in
        [(KIB, false, 503), (65 * KIB, true, 503), (64 * KIB, true, 200), (KIB, true, 200)]
    {
        let body = report(bytes, bytes);
        let mut request = request(&body, in_pieces(&body));
        if announced {
            request.headers_mut().insert("content-length", body.len().into());
        }
        assert_eq!(status(&receiver, request).await, answer, "{bytes}");
    }
    complete(under_way).await;
    assert_eq!(entries(&*inbox, None).await.len(), 4);
}

#[tokio::test]
async fn what_could_never_fit_is_too_large() {
    let (receiver, _) = receiver();
    let receiver = receiver.memory(Receiver::memory_for(64 * KIB));
    let body = report(1, 65 * KIB);
    assert_eq!(status(&receiver, request(&body, in_pieces(&body))).await, 413);
    assert_eq!(receiver.handle(signed(&body), None, body.into()).await, Answer::TooLarge);
    let body = report(2, 64 * KIB);
    assert_eq!(status(&receiver, request(&body, in_pieces(&body))).await, 200);
}

#[tokio::test]
async fn a_sender_that_goes_away_gives_its_memory_back() {
    let (receiver, _) = receiver();
    let started = Arc::new(Notify::new());
    let told = started.clone();
    let halting = stream::iter([Bytes::from(vec![b'x'; 8 * KIB])]).chain(stream::once(async move {
        told.notify_one();
        std::future::pending().await
    }));
    let request = request(REPORT, Body::from_stream(halting.map(Ok::<_, io::Error>)));
    let running = tokio::spawn({
        let receiver = receiver.clone();
        async move { status(&receiver, request).await }
    });
    started.notified().await;
    assert!(receiver.memory_in_use() >= held_by(8 * KIB));
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert_eq!(receiver.memory_in_use(), 0);
}

#[tokio::test]
async fn a_delivery_counts_as_long_as_a_handler_holds_it() {
    async fn hook(State(receiver): State<Receiver>, delivery: Delivery<Verified>) -> Answer {
        assert_eq!(receiver.memory_in_use(), held_by(8 * KIB));
        let answer = receiver.store(&delivery).await;
        let copy = delivery.clone();
        drop(delivery);
        assert_eq!(receiver.memory_in_use(), held_by(8 * KIB));
        drop(copy);
        assert_eq!(receiver.memory_in_use(), 0);
        answer
    }
    let (receiver, _) = receiver();
    let app: Router = Router::new().route("/", post(hook)).with_state(receiver);
    let body = report(1, 8 * KIB);
    assert_eq!(app.oneshot(request(&body, in_pieces(&body))).await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_waits_to_be_written_counts_though_nobody_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Arc::new(SqliteInbox::open(&path).await.unwrap());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let body = report(1, 8 * KIB);
    let storing = {
        let (receiver, body) = (receiver.clone(), body.clone());
        async move { receiver.handle(signed(&body), None, body.into()).await }
    };
    let storing = tokio::spawn(storing);
    // Runs until it waits for the disk.
    tokio::task::yield_now().await;
    storing.abort();
    assert!(storing.await.unwrap_err().is_cancelled());
    assert_eq!(receiver.memory_in_use(), held_by(8 * KIB));

    other.execute_batch("COMMIT").unwrap();
    let written = async {
        while receiver.memory_in_use() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), written).await.unwrap();
    assert_eq!(entries(&*inbox, None).await[0].body, body.as_bytes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_bodies_share_a_small_bound_and_none_is_lost() {
    const BODIES: usize = 200;
    let (receiver, inbox) = receiver();
    let receiver = receiver.memory(256 * KIB);
    let barrier = Arc::new(tokio::sync::Barrier::new(BODIES));
    let mut senders = tokio::task::JoinSet::new();
    for number in 0..BODIES {
        let (receiver, barrier) = (receiver.clone(), barrier.clone());
        senders.spawn(async move {
            let body = report(number, 16 * KIB);
            barrier.wait().await;
            let mut refused = 0;
            // The sender tries again, as it is told.
            loop {
                match status(&receiver, request(&body, in_pieces(&body))).await {
                    200 => return refused,
                    503 => refused += 1,
                    other => panic!("{other}"),
                }
                tokio::task::yield_now().await;
            }
        });
    }
    let refused: usize = senders.join_all().await.into_iter().sum();
    assert!(refused > 0, "3.2 MB do not fit into 256 KiB at once");
    assert_eq!(receiver.memory_in_use(), 0);
    assert_eq!(entries(&*inbox, None).await.len(), BODIES);
}
