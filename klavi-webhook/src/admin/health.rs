//! Liveness and readiness, as functions and as pages.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::{InboxError, InboxErrorKind, InboxSampler, Receiver, Store};

/// Probes are given a second, and an answer that says what is wrong has to arrive within it.
const PATIENCE: Duration = Duration::from_millis(800);

/// Whether a receiver lives and is ready to take deliveries. Cheap to clone.
///
/// ```
/// use std::sync::Arc;
/// use klavi_webhook::{Health, MemoryInbox, Receiver, klavi::Klavi};
///
/// let inbox = Arc::new(MemoryInbox::new());
/// let receiver = Receiver::new(Klavi::new("the secretKey"), inbox.clone());
/// let health = Health::new(inbox, receiver.clone());
/// let admin: axum::Router = health.clone().into_router(); // /healthz and /readyz, on an address of its own
/// let app: axum::Router = axum::Router::new().nest("/klavi", receiver.into_router());
/// # let _ = (admin, app);
/// health.stopping(); // before the server is stopped
/// ```
#[derive(Clone)]
pub struct Health {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    receiver: Receiver,
    sampler: Option<InboxSampler>,
    stopping: AtomicBool,
    /// Held while the store is asked: one that is stuck is asked once, not once for each probe.
    turn: Arc<Mutex<()>>,
    /// Whether it was ready when that was last asked, so that a change is logged once.
    was_ready: AtomicBool,
}

/// Why a receiver is not ready. The text is one line without secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotReady {
    /// It was told to stop.
    #[error("the receiver is stopping")]
    Stopping,
    /// The store did not answer in time.
    #[error("the inbox did not answer within {} ms", PATIENCE.as_millis())]
    Silent,
    /// The store could take nothing in.
    #[error("{0}")]
    Store(InboxError),
    /// The store answers, but the latest delivery could not be stored.
    #[error("the latest delivery could not be stored")]
    NotStoring,
}

impl Health {
    /// Of this receiver and the store that it writes to.
    pub fn new(store: Arc<dyn Store>, receiver: Receiver) -> Self {
        let inner = Inner {
            store,
            receiver,
            sampler: None,
            stopping: AtomicBool::new(false),
            turn: Arc::default(),
            was_ready: AtomicBool::new(true),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Its page also tells to which targets nothing is delivered, as the sampler has seen it. That is no reason to be not
    /// ready: deliveries are taken in all the same.
    ///
    /// # Panics
    /// Where it was cloned before.
    #[must_use]
    pub fn sampler(mut self, sampler: InboxSampler) -> Self {
        Arc::get_mut(&mut self.inner).expect("no clone of it is in use yet").sampler = Some(sampler);
        self
    }

    /// From now on it is not ready, so that load balancers send deliveries elsewhere.
    pub fn stopping(&self) {
        self.inner.stopping.store(true, Ordering::Release);
    }

    /// Whether it takes deliveries: it is not stopping, its store [answers](Store::check) within 800 ms, and
    /// [stored](Receiver::is_storing) the latest delivery.
    ///
    /// # Errors
    /// Why it is not ready.
    pub async fn readiness(&self) -> Result<(), NotReady> {
        if self.inner.stopping.load(Ordering::Acquire) {
            return Err(NotReady::Stopping);
        }
        self.check().await?;
        if self.inner.receiver.is_storing() { Ok(()) } else { Err(NotReady::NotStoring) }
    }

    /// Whether the process can still recover by itself. A full disk, a database that is away or a file that was moved are
    /// no reason to restart it: the receiver goes on as soon as they are repaired.
    ///
    /// # Errors
    /// Where only a restart helps: a part of the store [has ended](InboxErrorKind::Ended).
    pub async fn liveness(&self) -> Result<(), InboxError> {
        match self.check().await {
            Err(NotReady::Store(error)) if error.kind() == InboxErrorKind::Ended => Err(error),
            _ => Ok(()),
        }
    }

    /// The pages `/healthz` ([liveness](Self::liveness)) and `/readyz` ([readiness](Self::readiness)): 200 or 503, with
    /// one line of text that says what is wrong, and on `/readyz` one for each target to which nothing is delivered. They show the inside: keep them off the internet.
    pub fn into_router<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz)).with_state(self)
    }

    async fn check(&self) -> Result<(), NotReady> {
        let inner = self.inner.clone();
        let check = async {
            let turn = inner.turn.clone().lock_owned().await;
            // It ends by itself: a statement that is given up half-way would leave its connection in the dark.
            let check = tokio::spawn(async move {
                let checked = inner.store.check().await;
                drop(turn);
                checked
            });
            check.await.unwrap_or_else(|error| Err(InboxError::new("answer a probe", error)))
        };
        match timeout(PATIENCE, check).await {
            Ok(checked) => checked.map_err(NotReady::Store),
            Err(_) => Err(NotReady::Silent),
        }
    }

    /// Logs that it is not ready any more, or again.
    fn note(&self, ready: &Result<(), NotReady>) {
        let was_ready = self.inner.was_ready.swap(ready.is_ok(), Ordering::Relaxed);
        match ready {
            Ok(()) if !was_ready => tracing::info!("ready again"),
            Err(NotReady::Stopping) => {}
            Err(reason) if was_ready => {
                let cause = if let NotReady::Store(error) = reason { Some(error.cause()) } else { None };
                tracing::error!(cause, "not ready: {reason}");
            }
            _ => {}
        }
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health").field("stopping", &self.inner.stopping).finish_non_exhaustive()
    }
}

async fn healthz(State(health): State<Health>) -> (StatusCode, String) {
    answer("alive", health.liveness().await)
}

async fn readyz(State(health): State<Health>) -> (StatusCode, String) {
    let ready = health.readiness().await;
    health.note(&ready);
    let (status, mut page) = answer("ready", ready);
    for sentence in health.inner.sampler.iter().flat_map(InboxSampler::interruptions) {
        page.push_str(&line(&sentence));
        page.push('\n');
    }
    (status, page)
}

fn answer(well: &str, result: Result<(), impl fmt::Display>) -> (StatusCode, String) {
    match result {
        Ok(()) => (StatusCode::OK, format!("{well}\n")),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", line(&reason.to_string()))),
    }
}

/// The text without line breaks and the like.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::{BoxFuture, MemoryInbox, NewEntry, Stored, klavi::Klavi};

    /// A store that answers probes as it is told, or never.
    #[derive(Debug, Default)]
    struct Told {
        kind: Option<InboxErrorKind>,
        stuck: bool,
        asked: AtomicUsize,
    }

    impl Store for Told {
        fn store(&self, _: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
            Box::pin(async { Err(InboxError::new("store entries", "told to")) })
        }

        fn check(&self) -> BoxFuture<'_, Result<(), InboxError>> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            Box::pin(async {
                if self.stuck {
                    std::future::pending::<()>().await;
                }
                let error = |kind| Err(InboxError::new("answer a probe", "a password").with_kind(kind));
                self.kind.map_or(Ok(()), error)
            })
        }
    }

    fn health(store: Arc<dyn Store>) -> Health {
        let receiver = Receiver::new(Klavi::new("key"), store.clone()).unguarded();
        Health::new(store, receiver)
    }

    async fn pages(health: &Health) -> [(u16, String); 2] {
        let (alive, ready) = tokio::join!(healthz(State(health.clone())), readyz(State(health.clone())));
        [(alive.0.as_u16(), alive.1), (ready.0.as_u16(), ready.1)]
    }

    #[tokio::test]
    async fn a_receiver_is_ready_until_it_is_told_to_stop() {
        let health = health(Arc::new(MemoryInbox::new()));
        assert_eq!(pages(&health).await, [(200, "alive\n".to_owned()), (200, "ready\n".to_owned())]);
        health.stopping();
        let stopping = "the receiver is stopping\n".to_owned();
        assert_eq!(pages(&health).await, [(200, "alive\n".to_owned()), (503, stopping)]);
    }

    #[tokio::test]
    async fn only_a_store_that_has_ended_asks_for_a_restart() {
        for (kind, alive) in [
            (InboxErrorKind::Full, 200),
            (InboxErrorKind::Moved, 200),
            (InboxErrorKind::Unreachable, 200),
            (InboxErrorKind::Other, 200),
            (InboxErrorKind::Ended, 503),
        ] {
            let health = health(Arc::new(Told { kind: Some(kind), ..Told::default() }));
            let [healthz, readyz] = pages(&health).await;
            assert_eq!((healthz.0, readyz.0), (alive, 503), "{kind:?}");
            assert!(readyz.1.starts_with("the inbox could not answer a probe"), "{}", readyz.1);
            assert!(readyz.1.ends_with('\n') && readyz.1.lines().count() == 1, "{}", readyz.1);
            assert!(!readyz.1.contains("password"), "{}", readyz.1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_does_not_answer_is_asked_once_and_named_in_time() {
        let store = Arc::new(Told { stuck: true, ..Told::default() });
        let health = health(store.clone());
        for _ in 0..3 {
            let [healthz, readyz] = pages(&health).await;
            assert_eq!((healthz.0, readyz.0), (200, 503));
            assert_eq!(readyz.1, "the inbox did not answer within 800 ms\n");
        }
        assert_eq!(store.asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_delivery_that_could_not_be_stored_makes_it_not_ready() {
        let health = health(Arc::new(Told::default()));
        let body = r#"{"eventId":"1","eventName":"link_created"}"#;
        let mut headers = http::HeaderMap::new();
        let signature = crate::klavi::SigningKey::from("key").sign(body.as_bytes()).to_string();
        headers.insert(crate::klavi::SIGNATURE_HEADER, signature.parse().unwrap());
        assert!(health.readiness().await.is_ok());
        health.inner.receiver.handle(headers, None, body.into()).await;
        let [healthz, readyz] = pages(&health).await;
        assert_eq!(healthz.0, 200);
        assert_eq!(readyz, (503, "the latest delivery could not be stored\n".to_owned()));
    }
}
