//! Exchanges with a provider, kept without secrets and answered from again; for tests. Knows no provider.

mod scrub;

use std::collections::BTreeMap;
use std::fmt;
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::transport::{Transport, TransportError, TransportErrorKind, TransportFuture};

/// Exchanges with a server in the order in which they were begun: a file beside a test.
///
/// Values of headers and queries, ids in paths, tokens, keys, passwords, tax ids, names and addresses are masked. Names of
/// persons in free text look like other words, and amounts and days stay: read a recording before you share it.
/// `Debug` shows the number of exchanges only.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct Recording {
    exchanges: Vec<Exchange>,
}

/// Why a recording cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The file cannot be read.
    #[error("cannot read recording {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// The file cannot be written.
    #[error("cannot write recording {}", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// The text is no recording, as shows at this place.
    #[error("not a recording: line {line}, column {column}")]
    NotARecording {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
}

#[derive(Clone, Deserialize, Serialize)]
struct Exchange {
    method: String,
    path: String,
    /// The names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    query: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    outcome: Outcome,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Answer {
        status: u16,
        headers: BTreeMap<String, String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Body>,
    },
    Failure(TransportErrorKind),
    /// The attempt was given up.
    Unanswered,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Body {
    Json(Value),
    Text(String),
}

impl Recording {
    /// Reads what [`to_json`](Self::to_json) has written.
    ///
    /// # Errors
    /// If it is no recording.
    pub fn from_json(text: &str) -> Result<Self, RecordingError> {
        serde_json::from_str(text)
            .map_err(|error| RecordingError::NotARecording { line: error.line(), column: error.column() })
    }

    /// The recording as a JSON document over many lines.
    ///
    /// # Panics
    /// Never: texts and JSON can be written.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts and JSON can be written")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If the file cannot be read, or is no recording.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, RecordingError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path);
        Self::from_json(&text.map_err(|error| RecordingError::Read(path.to_owned(), error))?)
    }

    /// Writes a file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), RecordingError> {
        let path = path.as_ref();
        std::fs::write(path, self.to_json()).map_err(|error| RecordingError::Write(path.to_owned(), error))
    }

    /// Method and masked path of all exchanges, such as `GET /things/***`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.exchanges.iter().map(|exchange| format!("{} {}", exchange.method, exchange.path)).collect()
    }
}

/// A transport that records what another one sends and receives. Clones share one recording.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use provider_call::{ClientSettings, Endpoint, Provider, Recorder, ReplayTransport};
/// # use provider_call::{ScriptedAnswer, ScriptedTransport};
///
/// const GET_THING: Endpoint = Endpoint::get("/things/{id}");
/// const PROVIDER: Provider = Provider::new("example", "example-sdk", "1.0.0");
/// # let transport = ScriptedTransport::new()
/// #     .then(ScriptedAnswer::json(200, r#"{"name":"Maria","size":3}"#));
///
/// // Once, against the provider's sandbox:
/// let recorder = Recorder::new(transport); // such as a `ReqwestTransport`
/// let caller = ClientSettings::new().transport(recorder.clone()).caller(&PROVIDER, "https://api.example.com")?;
/// caller.call(&GET_THING).path_value("id", "4711").send().await?;
/// let recording = recorder.recording(); // `recording.write("tests/things.json")?`
/// assert_eq!(recording.calls(), ["GET /things/***"]);
///
/// // Then in a test, without a network:
/// let replay = ReplayTransport::new(recording); // `Recording::read("tests/things.json")?`
/// let caller = ClientSettings::new().transport(replay.clone()).caller(&PROVIDER, "https://api.example.com")?;
/// let answer = caller.call(&GET_THING).path_value("id", "4711").send().await?;
/// assert_eq!(answer.body(), r#"{"name":"***","size":3}"#);
/// assert_eq!(replay.unused(), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Recorder {
    transport: Arc<dyn Transport>,
    kept: Arc<Mutex<Recording>>,
}

impl Recorder {
    /// A recorder around `transport`, with an empty recording.
    #[must_use]
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self { transport: Arc::new(transport), kept: Arc::default() }
    }

    /// All exchanges so far.
    #[must_use]
    pub fn recording(&self) -> Recording {
        lock(&self.kept).clone()
    }

    fn begin(&self, request: &Request<Bytes>) -> usize {
        let mut kept = lock(&self.kept);
        kept.exchanges.push(Exchange {
            method: request.method().to_string(),
            path: scrub::path(request.uri().path()),
            query: scrub::query_names(request.uri().query().unwrap_or_default()),
            body: scrub::body(request.body(), false),
            outcome: Outcome::Unanswered,
        });
        kept.exchanges.len() - 1
    }
}

impl Transport for Recorder {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        let exchange = self.begin(&request);
        Box::pin(async move {
            let result = self.transport.send(request).await;
            lock(&self.kept).exchanges[exchange].outcome = match &result {
                Ok(response) => Outcome::Answer {
                    status: response.status().as_u16(),
                    headers: scrub::headers(response.headers()),
                    body: scrub::body(response.body(), true),
                },
                Err(error) => Outcome::Failure(error.kind()),
            };
            result
        })
    }

    fn with_own_connections(&self) -> Option<Arc<dyn Transport>> {
        let transport = self.transport.with_own_connections()?;
        Some(Arc::new(Self { transport, kept: Arc::clone(&self.kept) }))
    }
}

/// A transport that answers from a [`Recording`]: to each method and path its answers in their order, whatever query and
/// body are. A request without an answer fails with [`TransportErrorKind::NotSent`], and the cause names it. See
/// [`Recorder`] for an example. Clones share one recording.
#[derive(Clone, Debug)]
pub struct ReplayTransport {
    left: Arc<Mutex<Recording>>,
}

/// The recording has no answer, or none that is one.
#[derive(Debug, thiserror::Error)]
#[error("the recording has no answer left to {method} {path}")]
struct NoAnswer {
    method: String,
    path: String,
}

impl ReplayTransport {
    /// A transport that has all answers of `recording` left.
    #[must_use]
    pub fn new(recording: Recording) -> Self {
        Self { left: Arc::new(Mutex::new(recording)) }
    }

    /// How many answers no request has asked for.
    #[must_use]
    pub fn unused(&self) -> usize {
        lock(&self.left).exchanges.len()
    }

    fn take(&self, method: &str, path: &str) -> Option<Outcome> {
        let exchanges = &mut lock(&self.left).exchanges;
        let fits = |exchange: &Exchange| exchange.method == method && exchange.path == path;
        let position = exchanges.iter().position(fits)?;
        Some(exchanges.remove(position).outcome)
    }
}

impl Transport for ReplayTransport {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        let (method, path) = (request.method().to_string(), scrub::path(request.uri().path()));
        let outcome = self.take(&method, &path);
        Box::pin(async move {
            let response = match outcome {
                Some(Outcome::Answer { status, headers, body }) => response(status, &headers, body),
                Some(Outcome::Failure(kind)) => return Err(TransportError::new(kind)),
                Some(Outcome::Unanswered) => pending().await,
                None => None,
            };
            let refused = TransportError::new(TransportErrorKind::NotSent);
            response.ok_or_else(|| refused.with_source(NoAnswer { method, path }))
        })
    }
}

/// `None` if there is no such status.
fn response(status: u16, headers: &BTreeMap<String, String>, body: Option<Body>) -> Option<Response<Bytes>> {
    let body = match body {
        Some(Body::Json(value)) => value.to_string(),
        Some(Body::Text(text)) => text,
        None => String::new(),
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(status).ok()?;
    let parsed = headers.iter().filter_map(|(name, value)| {
        Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))
    });
    response.headers_mut().extend(parsed);
    Some(response)
}

fn lock(recording: &Mutex<Recording>) -> MutexGuard<'_, Recording> {
    recording.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("exchanges", &self.exchanges.len()).finish()
    }
}

#[cfg(test)]
mod tests;
