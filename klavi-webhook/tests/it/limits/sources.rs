//! How the memory budget is divided: one copy of each body, and half for the unverified bodies of one source.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::routing::post;
use http::Request;
use klavi_webhook::{Answer, Delivery, Receiver, SourceGuard, Verified};
use tokio::sync::Barrier;
use tower::ServiceExt;

use super::{Halting, KIB, halting, held_by, in_pieces, receiver, report, request, status};

fn of_peer(mut request: Request<Body>, peer: &str) -> Request<Body> {
    let peer: IpAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 5_000)));
    request
}

/// What each of two sources that send through the same path is answered, while the first one holds half of the budget
/// with bodies that do not end. `from` makes a request come from a source.
async fn half_is_held(receiver: &Receiver, from: impl Fn(Request<Body>, &str) -> Request<Body>) {
    const FIRST: &str = "198.51.100.7";
    let mut under_way = Vec::new();
    for number in 0..2 {
        let Halting { request, read, go_on } = halting(&report(number, 60 * KIB), 50 * KIB);
        let (receiver, request) = (receiver.clone(), from(request, FIRST));
        let running = tokio::spawn(async move { status(&receiver, request).await });
        read.notified().await;
        under_way.push((running, go_on));
    }
    assert_eq!(receiver.memory_in_use(), held_by(100 * KIB));
    let body = report(3, 4 * KIB);
    for (source, answer) in [(FIRST, 503), ("203.0.113.17", 200)] {
        assert_eq!(
            status(receiver, from(request(&body, in_pieces(&body)), source)).await,
            answer,
            "{source}"
        );
    }
    // The first body is the only one of its source once the second is gone, and may end.
    under_way.pop().unwrap().0.abort();
    let (running, go_on) = under_way.pop().unwrap();
    tokio::task::yield_now().await;
    go_on.notify_one();
    assert_eq!(running.await.unwrap(), 200);
    assert_eq!(receiver.memory_in_use(), 0);
}

#[tokio::test]
async fn one_address_holds_at_most_half_of_the_budget_with_unverified_bodies() {
    let (receiver, _) = receiver();
    half_is_held(&receiver.memory(200 * KIB), of_peer).await;
}

#[tokio::test]
async fn a_peer_behind_a_trusted_proxy_counts_by_its_own_address() {
    let (receiver, _) = receiver();
    let proxy = "192.0.2.1";
    let guard = SourceGuard::everywhere().trust(proxy.parse::<IpAddr>().unwrap());
    let forwarded = |mut request: Request<Body>, source: &str| {
        request.headers_mut().insert("x-forwarded-for", source.parse().unwrap());
        of_peer(request, proxy)
    };
    half_is_held(&receiver.guard(guard).memory(200 * KIB), forwarded).await;
}

#[tokio::test]
async fn several_large_reports_of_one_source_are_taken_in_at_once() {
    const REPORTS: usize = 4;
    #[derive(Clone)]
    struct App {
        receiver: Receiver,
        all: Arc<Barrier>,
    }

    impl axum::extract::FromRef<App> for Receiver {
        fn from_ref(app: &App) -> Self {
            app.receiver.clone()
        }
    }

    async fn hook(State(app): State<App>, delivery: Delivery<Verified>) -> Answer {
        // All of them are verified and in memory before the first one is stored.
        app.all.wait().await;
        app.receiver.store(&delivery).await
    }

    // The proportions of 40 MB to the default of `klavi receive`: 256 MiB less what the process takes.
    let (receiver, _) = receiver();
    let receiver = receiver.memory(192 * KIB);
    let all = Arc::new(Barrier::new(REPORTS));
    let app: Router = Router::new().route("/", post(hook)).with_state(App { receiver, all });
    let mut senders = tokio::task::JoinSet::new();
    for number in 0..REPORTS {
        let app = app.clone();
        senders.spawn(async move {
            let body = report(number, 40 * KIB);
            let mut request = of_peer(request(&body, in_pieces(&body)), "18.230.43.17");
            request.headers_mut().insert("content-length", body.len().into());
            app.oneshot(request).await.unwrap().status().as_u16()
        });
        // It is verified before the next one begins.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }
    let answers = tokio::time::timeout(std::time::Duration::from_secs(60), senders.join_all()).await;
    assert_eq!(answers.expect("all of them fit"), [200; REPORTS]);
}
