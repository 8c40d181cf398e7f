//! What is answered, and what is in the inbox afterwards.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, State};
use axum::routing::post;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use klavi_webhook::klavi::{self, Item, Klavi, SigningKey};
use klavi_webhook::{
    Answer, BoxFuture, Clock, Delivery, EntryKind, EntryState, InboxError, MemoryInbox, NewEntry, Receiver,
    Store, Stored, Verified,
};
use tower::ServiceExt;
use tracing::Level;

use crate::log::Log;
use crate::{EVENTS, KEY, REPORT, entries, signed, split, start};

fn receiver() -> (Receiver, Arc<MemoryInbox>) {
    let inbox = Arc::new(MemoryInbox::new());
    (Receiver::new(Klavi::new(KEY), inbox.clone()), inbox)
}

async fn send(receiver: &Receiver, request: Request<Body>) -> Response<Body> {
    let app: Router = Router::new().nest("/klavi", receiver.clone().into_router());
    app.oneshot(request).await.unwrap()
}

fn request(body: &str) -> Request<Body> {
    let mut request = Request::post("/klavi").body(Body::from(body.to_owned())).unwrap();
    *request.headers_mut() = signed(body);
    request
}

async fn status(receiver: &Receiver, request: Request<Body>) -> u16 {
    let response = send(receiver, request).await;
    let status = response.status().as_u16();
    assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty(), "bodies stay empty");
    status
}

#[tokio::test]
async fn a_report_is_filed_under_everything_that_tells_it() {
    let (receiver, inbox) = receiver();
    assert_eq!(status(&receiver, request(REPORT)).await, 200);
    let entry = entries(&*inbox, None).await.remove(0);
    assert_eq!((entry.kind, entry.state), (EntryKind::Report, EntryState::Pending));
    assert_eq!(entry.name.as_deref(), Some("pf_balance"));
    assert_eq!(entry.message_id.as_deref(), Some("rp-1"));
    assert_eq!(entry.link_id.as_deref(), Some("l-1"));
    assert_eq!(entry.consent_id.as_deref(), Some("c-1"));
    assert_eq!(entry.institution_code.as_deref(), Some("033"));
    assert_eq!(entry.request_id.as_deref(), Some("rq-1"));
    assert_eq!(&entry.body[..], REPORT.as_bytes());
    let kept: Vec<_> = entry.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(kept, ["x-klavi-signature", "x-klavi-timestamp"]);
}

#[tokio::test]
async fn each_event_of_a_body_is_an_entry_with_its_own_bytes() {
    let (receiver, inbox) = receiver();
    assert_eq!(status(&receiver, request(EVENTS)).await, 200);
    let entries = entries(&*inbox, None).await;
    let names: Vec<_> = entries.iter().map(|entry| entry.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["consent_authorised", "product_request_received"]);
    assert_eq!(entries[0].consent_id.as_deref(), Some("c-1"));
    assert_eq!(entries[1].request_id.as_deref(), Some("rq-1"));
    assert!(entries[1].body.starts_with(b"{\"eventId\":\"ev-2\"") && entries[1].body.ends_with(b"}"));
}

#[tokio::test]
async fn a_broken_element_is_kept_apart_and_costs_no_other() {
    let (receiver, inbox) = receiver();
    assert_eq!(status(&receiver, request(r#"[7,{"eventId":"ev-1","eventName":"link_created"}]"#)).await, 200);
    let states: Vec<_> = entries(&*inbox, None).await.into_iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Quarantined, EntryState::Pending]);
}

#[tokio::test]
async fn what_is_signed_but_not_understood_is_kept() {
    for body in ["<html>not JSON</html>", "{\"productName\":", "{\"hello\":1}", "\"text\"", "{\"a\":\"\u{7f}"]
    {
        let (receiver, inbox) = receiver();
        assert_eq!(status(&receiver, request(body)).await, 200, "{body}");
        let entry = entries(&*inbox, Some(EntryState::Quarantined)).await.remove(0);
        assert_eq!(&entry.body[..], body.as_bytes());
        assert!(entry.last_error.is_some());
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_kept_as_they_came() {
    for body in [
        &b"\xff\xfe{\0}\0"[..],
        b"{\"productName\":\"pf_balance\",\"productReportId\":\"\xc3\x28\"}",
        b"[{\"eventId\":\"1\",\"eventName\":\"link_created\",\"x\":\"\xed\xa0\x80\"}]",
        b"\x1f\x8b\x08\0\0\0\0\0",
    ] {
        let (receiver, inbox) = receiver();
        let mut headers = http::HeaderMap::new();
        let signature = SigningKey::from(KEY).sign(body).to_string();
        headers.insert("x-klavi-signature", signature.parse().unwrap());
        assert_eq!(receiver.handle(headers, None, body.into()).await, Answer::Quarantined);
        let entry = entries(&*inbox, Some(EntryState::Quarantined)).await.remove(0);
        assert_eq!(entry.body, body);
    }
}

#[tokio::test]
async fn an_unknown_product_is_an_entry_like_any_other() {
    let (receiver, inbox) = receiver();
    let body = r#"{"code":200,"productName":"pf_income","productReportId":"rp-9","income":[]}"#;
    assert_eq!(status(&receiver, request(body)).await, 200);
    let entry = entries(&*inbox, Some(EntryState::Pending)).await.remove(0);
    assert_eq!(entry.name.as_deref(), Some("pf_income"));
}

#[tokio::test]
async fn connectivity_tests_are_answered_and_store_nothing() {
    let (receiver, inbox) = receiver();
    let empty = Request::post("/klavi").header("authorization", "Bearer x").body(Body::empty()).unwrap();
    assert_eq!(status(&receiver, empty).await, 200);
    assert_eq!(status(&receiver, request("[]")).await, 200);
    assert_eq!(status(&receiver, Request::get("/klavi").body(Body::empty()).unwrap()).await, 200);
    assert_eq!(status(&receiver, Request::head("/klavi").body(Body::empty()).unwrap()).await, 200);
    assert_eq!(status(&receiver, Request::put("/klavi").body(Body::empty()).unwrap()).await, 405);
    assert!(entries(&*inbox, None).await.is_empty());
}

#[tokio::test]
async fn without_the_right_signature_nothing_is_stored() {
    let (receiver, inbox) = receiver();
    let unsigned = Request::post("/klavi").body(Body::from(REPORT)).unwrap();
    assert_eq!(status(&receiver, unsigned).await, 401);
    let mut tampered = request(REPORT);
    *tampered.body_mut() = Body::from(REPORT.replace("1000.0400", "9000.0400"));
    assert_eq!(status(&receiver, tampered).await, 401);
    let mut twice = request(REPORT);
    let signature = twice.headers()["x-klavi-signature"].clone();
    twice.headers_mut().append("x-klavi-signature", signature);
    assert_eq!(status(&receiver, twice).await, 401);
    assert!(entries(&*inbox, None).await.is_empty());
}

#[tokio::test]
async fn limits_hold_with_and_without_an_announced_length() {
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone()).max_body(64);
    let mut announced = request("{}");
    announced.headers_mut().insert("content-length", 1_000_000_000_u64.into());
    assert_eq!(status(&receiver, announced).await, 413);

    let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>("x".repeat(32)));
    let mut unannounced = request("{}");
    *unannounced.body_mut() = Body::from_stream(endless);
    assert_eq!(status(&receiver, unannounced).await, 413);

    let broken = futures_util::stream::iter([Ok("{"), Err(std::io::Error::other("cut"))]);
    let mut cut = request("{}");
    *cut.body_mut() = Body::from_stream(broken);
    assert_eq!(status(&receiver, cut).await, 400);

    let mut packed = request("{}");
    packed.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    assert_eq!(status(&receiver, packed).await, 415);
    assert!(entries(&*inbox, None).await.is_empty());
}

#[tokio::test]
async fn without_a_claim_no_body_is_read() {
    let (receiver, _) = receiver();
    let read = Arc::new(AtomicUsize::new(0));
    let count = read.clone();
    let endless = futures_util::stream::repeat_with(move || {
        count.fetch_add(1, Ordering::SeqCst);
        Ok::<_, std::io::Error>("x".repeat(1024))
    });
    let request = Request::post("/klavi").body(Body::from_stream(endless)).unwrap();
    assert_eq!(status(&receiver, request).await, 401);
    assert_eq!(read.load(Ordering::SeqCst), 1, "the first piece tells that the body is not empty");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_to_an_end_is_given_up() {
    let (receiver, inbox) = receiver();
    let mut slow = request("{}");
    *slow.body_mut() = Body::from_stream(futures_util::stream::pending::<Result<&str, std::io::Error>>());
    assert_eq!(status(&receiver, slow).await, 408);
    assert!(entries(&*inbox, None).await.is_empty());
}

#[tokio::test]
async fn a_large_report_is_taken_in_like_a_small_one() {
    let (receiver, inbox) = receiver();
    let body = REPORT.replace("\"94088392\"", &format!("\"{}\"", "9".repeat(1 << 20)));
    assert_eq!(status(&receiver, request(&body)).await, 200);
    assert_eq!(status(&receiver, request(&body)).await, 200);
    let mut tampered = request(&body);
    *tampered.body_mut() = Body::from(body.replace("033", "034"));
    assert_eq!(status(&receiver, tampered).await, 401);
    let entries = entries(&*inbox, None).await;
    assert_eq!((entries.len(), entries[0].body.len()), (1, body.len()));
}

#[tokio::test]
async fn the_same_again_is_a_duplicate_and_other_content_a_revision() {
    let (receiver, inbox) = receiver();
    let handle = async |body: &str| {
        let bytes = bytes::Bytes::copy_from_slice(body.as_bytes());
        receiver.handle(signed(body), None, bytes).await
    };
    assert_eq!(handle(REPORT).await, Answer::Accepted);
    assert_eq!(handle(REPORT).await, Answer::Duplicate);
    assert_eq!(handle(&REPORT.replace("1000.0400", "1200.0400")).await, Answer::Accepted);
    let stored = entries(&*inbox, None).await;
    assert_eq!(stored.len(), 2);
    assert_eq!(stored[0].message_id, stored[1].message_id);
    assert_ne!(stored[0].dedup_key, stored[1].dedup_key);

    assert_eq!(handle(EVENTS).await, Answer::Accepted);
    let more = EVENTS.replace("]", r#",{"eventId":"ev-3","eventName":"link_created"}]"#);
    assert_eq!(handle(&more).await, Answer::Accepted);
    assert_eq!(entries(&*inbox, None).await.len(), 5);
}

#[tokio::test]
async fn what_cannot_be_stored_is_left_with_the_sender() {
    let disk = Arc::new(FullDisk::default());
    let receiver = Receiver::new(Klavi::new(KEY), disk.clone());
    disk.receiver.set(receiver.clone()).unwrap();
    let response = send(&receiver, request(REPORT)).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(
        disk.in_use.load(Ordering::SeqCst),
        REPORT.len().div_ceil(1024) * 1024,
        "a body counts until it is stored"
    );
    assert_eq!(receiver.memory_in_use(), 0);
}

#[tokio::test]
async fn an_inbox_that_cannot_store_is_told_of_once_and_makes_the_receiver_unready_for_a_while() {
    let (log, _guard) = Log::take_in(Level::INFO);
    let clock = Clock::manual(start());
    let receiver = Receiver::new(Klavi::new(KEY), Arc::new(FullDisk::default())).clock(clock.clone());
    assert!(receiver.is_storing());
    for _ in 0..20 {
        assert_eq!(send(&receiver, request(REPORT)).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    assert!(!receiver.is_storing());
    let errors = log.lines().into_iter().filter(|line| line["level"] == "ERROR");
    assert_eq!(errors.count(), 1);
    clock.advance(Duration::from_secs(30));
    assert!(receiver.is_storing(), "nobody would find out otherwise, once deliveries are kept away");
}

#[tokio::test]
async fn an_extractor_hands_out_verified_deliveries_alone() {
    #[derive(Clone)]
    struct App {
        receiver: Receiver,
    }

    impl FromRef<App> for Receiver {
        fn from_ref(app: &App) -> Self {
            app.receiver.clone()
        }
    }

    async fn hook(State(receiver): State<Receiver>, delivery: Delivery<Verified>) -> Answer {
        let items = klavi::parse(&delivery).unwrap().value;
        assert!(matches!(items.as_slice(), [Item::Report(_)]));
        receiver.store(&delivery).await
    }

    let (receiver, inbox) = receiver();
    let app = Router::new().route("/klavi", post(hook)).with_state(App { receiver });
    let accepted = app.clone().oneshot(request(REPORT)).await.unwrap();
    assert_eq!(accepted.status(), StatusCode::OK);
    let ping = Request::post("/klavi").body(Body::empty()).unwrap();
    assert_eq!(app.clone().oneshot(ping).await.unwrap().status(), StatusCode::OK);
    let forged = Request::post("/klavi").body(Body::from(REPORT)).unwrap();
    assert_eq!(app.oneshot(forged).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(entries(&*inbox, None).await.len(), 1);
}

#[test]
fn entries_share_the_bytes_of_the_body() {
    let entries = split(EVENTS);
    let (first, second) = (entries[0].body().as_ptr() as usize, entries[1].body().as_ptr() as usize);
    assert!(second > first && second - first < EVENTS.len(), "both point into one body");
}

/// A store that takes nothing, and looks at the memory in use meanwhile.
#[derive(Debug, Default)]
struct FullDisk {
    receiver: OnceLock<Receiver>,
    in_use: AtomicUsize,
}

impl FullDisk {
    fn fail<T: Send + 'static>() -> BoxFuture<'static, Result<T, InboxError>> {
        Box::pin(async {
            Err(InboxError::new("store entries", std::io::Error::from(std::io::ErrorKind::StorageFull)))
        })
    }
}

impl Store for FullDisk {
    fn store(&self, _: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        let in_use = self.receiver.get().map_or(0, Receiver::memory_in_use);
        self.in_use.store(in_use, Ordering::SeqCst);
        Self::fail()
    }

    fn check(&self) -> BoxFuture<'_, Result<(), InboxError>> {
        Self::fail()
    }
}
