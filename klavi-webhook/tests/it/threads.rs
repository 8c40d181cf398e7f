//! Large bodies are worked on beside the threads that serve connections, whichever way they come in.

use std::sync::{Arc, Mutex};
use std::thread::ThreadId;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, Request};
use klavi_webhook::{
    Answer, Delivery, EntryKind, MemoryInbox, NewEntry, Provider, Receiver, Split, Verified, Verifier,
    VerifyError,
};
use tower::ServiceExt;

/// Believes everybody and notes which thread proves and splits.
#[derive(Clone, Debug, Default)]
struct Watched(Arc<Mutex<Vec<ThreadId>>>);

impl Watched {
    fn note(&self) {
        self.0.lock().unwrap().push(std::thread::current().id());
    }
}

impl Provider for Watched {
    fn name(&self) -> &'static str {
        "watched"
    }

    fn verifier(&self, _: &HeaderMap, _: jiff::Timestamp) -> Result<Box<dyn Verifier>, VerifyError> {
        Ok(Box::new(self.clone()))
    }

    fn kept_headers(&self) -> &'static [&'static str] {
        &[]
    }

    fn split(&self, delivery: &Delivery<Verified>) -> Split {
        self.note();
        Split::Entries(vec![NewEntry::whole(EntryKind::Unknown, delivery, &[])])
    }
}

impl Verifier for Watched {
    fn update(&mut self, _: &[u8]) {}

    fn finish(self: Box<Self>, _: &[u8]) -> Result<(), VerifyError> {
        self.note();
        Ok(())
    }
}

async fn own_handler(State(receiver): State<Receiver>, delivery: Delivery<Verified>) -> Answer {
    receiver.store(&delivery).await
}

#[tokio::test]
async fn a_large_body_is_proved_and_split_beside_the_connections() {
    for (bytes, beside) in [(1_000, false), (1 << 20, true)] {
        let watched = Watched::default();
        let receiver = Receiver::new(watched.clone(), Arc::new(MemoryInbox::new()));
        let router: Router = receiver.clone().into_router();
        let extractor: Router = Router::new().route("/", post(own_handler)).with_state(receiver.clone());
        for app in [router, extractor] {
            let request = Request::post("/").body(Body::from(vec![b'x'; bytes])).unwrap();
            assert_eq!(app.oneshot(request).await.unwrap().status(), 200);
        }
        let body = Bytes::from(vec![b'y'; bytes]);
        assert_eq!(receiver.handle(HeaderMap::new(), None, body).await, Answer::Accepted);
        let (threads, here) = (watched.0.lock().unwrap(), std::thread::current().id());
        assert_eq!(threads.len(), 6, "each of the three ways proves and splits");
        assert!(threads.iter().all(|thread| (*thread != here) == beside), "{bytes} bytes");
    }
}
