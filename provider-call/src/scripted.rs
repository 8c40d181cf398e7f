//! A transport with written answers, for tests.

use std::collections::VecDeque;
use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};

use crate::transport::{Transport, TransportError, TransportErrorKind, TransportFuture};

/// A transport that answers from a script and writes down what it was sent. Clones share one script.
///
/// ```
/// use provider_call::{ScriptedAnswer, ScriptedTransport};
///
/// let transport = ScriptedTransport::new()
///     .then(ScriptedAnswer::empty(503).header("retry-after", "2"))
///     .then(ScriptedAnswer::json(200, r#"{"message":"ok"}"#));
/// assert!(transport.requests().is_empty());
/// ```
#[derive(Clone)]
pub struct ScriptedTransport {
    shared: Arc<Shared>,
}

type Script = dyn Fn(&Request<Bytes>) -> ScriptedAnswer + Send + Sync;

struct Shared {
    script: Box<Script>,
    written: Mutex<VecDeque<ScriptedAnswer>>,
    requests: Mutex<Vec<Request<Bytes>>>,
}

/// One answer of a [`ScriptedTransport`].
#[derive(Debug)]
pub struct ScriptedAnswer {
    outcome: Outcome,
    pending_polls: u32,
}

#[derive(Debug)]
enum Outcome {
    Respond(Response<Bytes>),
    Fail(TransportErrorKind),
    Hang,
}

impl ScriptedTransport {
    /// A transport without answers, see [`then`](Self::then). A request beyond them fails.
    #[must_use]
    pub fn new() -> Self {
        Self::answering(|_| ScriptedAnswer::fail(TransportErrorKind::NotSent))
    }

    /// A transport that asks `answer` when there is no written answer left.
    #[must_use]
    pub fn answering(answer: impl Fn(&Request<Bytes>) -> ScriptedAnswer + Send + Sync + 'static) -> Self {
        Self {
            shared: Arc::new(Shared {
                script: Box::new(answer),
                written: Mutex::default(),
                requests: Mutex::default(),
            }),
        }
    }

    /// Adds an answer after those already written.
    #[must_use]
    pub fn then(self, answer: ScriptedAnswer) -> Self {
        lock(&self.shared.written).push_back(answer);
        self
    }

    /// All requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        lock(&self.shared.requests).clone()
    }

    /// Method and path of all requests so far, such as `GET /things`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        lock(&self.shared.requests)
            .iter()
            .map(|request| format!("{} {}", request.method(), request.uri().path()))
            .collect()
    }

    /// How many written answers no request has asked for.
    #[must_use]
    pub fn unused(&self) -> usize {
        lock(&self.shared.written).len()
    }
}

impl Default for ScriptedTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedTransport").field("unused", &self.unused()).finish_non_exhaustive()
    }
}

impl Transport for ScriptedTransport {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        let written = lock(&self.shared.written).pop_front();
        let answer = written.unwrap_or_else(|| (self.shared.script)(&request));
        lock(&self.shared.requests).push(request);
        Box::pin(async move {
            for _ in 0..answer.pending_polls {
                tokio::task::yield_now().await;
            }
            match answer.outcome {
                Outcome::Respond(response) => Ok(response),
                Outcome::Fail(kind) => Err(TransportError::new(kind)),
                Outcome::Hang => pending().await,
            }
        })
    }
}

impl ScriptedAnswer {
    /// A JSON answer.
    ///
    /// # Panics
    /// If `status` is no HTTP status.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::text(status, "application/json", body)
    }

    /// An answer with a body of the given type.
    ///
    /// # Panics
    /// If `status` is no HTTP status.
    #[must_use]
    pub fn text(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).expect("the test names an HTTP status");
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { outcome: Outcome::Respond(response), pending_polls: 0 }
    }

    /// An answer without a body.
    ///
    /// # Panics
    /// If `status` is no HTTP status.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(status).expect("the test names an HTTP status");
        Self { outcome: Outcome::Respond(response), pending_polls: 0 }
    }

    /// No answer, but an error.
    #[must_use]
    pub fn fail(kind: TransportErrorKind) -> Self {
        Self { outcome: Outcome::Fail(kind), pending_polls: 0 }
    }

    /// Neither an answer nor an error, ever.
    #[must_use]
    pub fn hang() -> Self {
        Self { outcome: Outcome::Hang, pending_polls: 0 }
    }

    /// Adds a header to an answer.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        if let Outcome::Respond(response) = &mut self.outcome {
            let name = HeaderName::from_static(name);
            response.headers_mut().append(name, HeaderValue::from_static(value));
        }
        self
    }

    /// Lets the other tasks run this many times before it is there.
    #[must_use]
    pub fn after_yields(mut self, yields: u32) -> Self {
        self.pending_polls = yields;
        self
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
