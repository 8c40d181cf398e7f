//! The guard in front of all three ways in.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use klavi_webhook::klavi::{Environment, Klavi};
use klavi_webhook::{Answer, Delivery, IpNet, MemoryInbox, Provider, Receiver, SourceGuard, Verified};
use tower::ServiceExt;

use crate::{KEY, REPORT, entries, signed};

const KLAVI: &str = "18.230.43.17";
const STRANGER: &str = "198.51.100.7";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn receiver(klavi: Klavi) -> (Receiver, Arc<MemoryInbox>) {
    let inbox = Arc::new(MemoryInbox::new());
    (Receiver::new(klavi, inbox.clone()), inbox)
}

async fn own_handler(State(receiver): State<Receiver>, delivery: Delivery<Verified>) -> Answer {
    receiver.store(&delivery).await
}

/// What the three ways in answer to the same request: router, extractor, bare `handle`.
async fn answers(receiver: &Receiver, peer: Option<&str>, headers: &HeaderMap) -> [u16; 3] {
    let router: Router = receiver.clone().into_router();
    let extractor: Router = Router::new().route("/", post(own_handler)).with_state(receiver.clone());
    let mut statuses = [0; 3];
    for (status, app) in statuses.iter_mut().zip([router, extractor]) {
        let mut request = Request::post("/").body(Body::from(REPORT)).unwrap();
        *request.headers_mut() = headers.clone();
        if let Some(peer) = peer {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(ip(peer), 40_000)));
        }
        let response = app.oneshot(request).await.unwrap();
        *status = response.status().as_u16();
        assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty(), "bodies stay empty");
    }
    let body = Bytes::from_static(REPORT.as_bytes());
    statuses[2] = receiver.handle(headers.clone(), peer.map(ip), body).await.status().as_u16();
    statuses
}

#[tokio::test]
async fn production_lets_klavi_in_and_nobody_else() {
    let (receiver, inbox) = receiver(Klavi::production(KEY));
    for peer in [Some(STRANGER), Some("::ffff:198.51.100.7"), Some("18.231.92.86"), None] {
        assert_eq!(answers(&receiver, peer, &signed(REPORT)).await, [403; 3], "{peer:?}");
    }
    assert!(entries(&*inbox, None).await.is_empty());
    for peer in [KLAVI, "::ffff:18.230.43.17"] {
        assert_eq!(answers(&receiver, Some(peer), &signed(REPORT)).await, [200; 3]);
    }
    assert_eq!(entries(&*inbox, None).await[0].source, Some(ip(KLAVI)));
}

#[tokio::test]
async fn environments_have_their_addresses_and_a_bare_key_has_none() {
    let of = |environment| Klavi::new(KEY).environment(environment).addresses();
    assert_eq!(of(Environment::Sandbox), ["18.231.92.86/32".parse::<IpNet>().unwrap()]);
    assert_eq!(of(Environment::Testing), of(Environment::Sandbox));
    assert_eq!(of(Environment::Production), Klavi::production(KEY).addresses());
    assert!(Klavi::new(KEY).addresses().is_empty());
    let (bare, _) = receiver(Klavi::new(KEY));
    assert_eq!(answers(&bare, None, &signed(REPORT)).await, [200; 3]);
    let (unguarded, _) = receiver(Klavi::production(KEY));
    assert_eq!(answers(&unguarded.unguarded(), Some(STRANGER), &signed(REPORT)).await, [200; 3]);
}

#[tokio::test]
async fn behind_a_proxy_the_entry_keeps_the_address_of_the_sender() {
    let guard = SourceGuard::new(Environment::Production.addresses()).trust(ip("10.0.0.1"));
    let (receiver, inbox) = receiver(Klavi::production(KEY));
    let receiver = receiver.guard(guard);
    let mut headers = signed(REPORT);
    assert_eq!(answers(&receiver, Some("10.0.0.1"), &headers).await, [403; 3]);
    headers.insert("x-forwarded-for", "192.0.2.1, ::ffff:18.230.43.17".parse().unwrap());
    assert_eq!(answers(&receiver, Some(STRANGER), &headers).await, [403; 3]);
    assert_eq!(answers(&receiver, Some("10.0.0.1"), &headers).await, [200; 3]);
    assert_eq!(entries(&*inbox, None).await[0].source, Some(ip(KLAVI)));
}

#[tokio::test]
async fn without_a_guard_the_entry_keeps_the_address_of_the_socket() {
    let (receiver, inbox) = receiver(Klavi::new(KEY));
    let mut headers = signed(REPORT);
    headers.insert("x-forwarded-for", KLAVI.parse().unwrap());
    assert_eq!(answers(&receiver, Some("::ffff:198.51.100.7"), &headers).await, [200; 3]);
    assert_eq!(entries(&*inbox, None).await[0].source, Some(ip(STRANGER)));
}

#[tokio::test]
async fn who_is_not_let_in_is_not_read() {
    let (receiver, _) = receiver(Klavi::production(KEY));
    let read = Arc::new(AtomicUsize::new(0));
    for app in [
        receiver.clone().into_router(),
        Router::new().route("/", post(own_handler)).with_state::<()>(receiver.clone()),
    ] {
        let count = read.clone();
        let endless = futures_util::stream::repeat_with(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>("x".repeat(1024))
        });
        let mut request = Request::post("/").body(Body::from_stream(endless)).unwrap();
        *request.headers_mut() = signed(REPORT);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(ip(STRANGER), 40_000)));
        assert_eq!(app.oneshot(request).await.unwrap().status(), 403);
    }
    assert_eq!(read.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_stranger_may_look_whether_somebody_is_there() {
    let (receiver, _) = receiver(Klavi::production(KEY));
    for request in [Request::get("/"), Request::head("/")] {
        let app: Router = receiver.clone().into_router();
        assert_eq!(app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status(), 200);
    }
    let app: Router = receiver.into_router();
    let empty = Request::post("/").body(Body::empty()).unwrap();
    assert_eq!(app.oneshot(empty).await.unwrap().status(), 403);
}
