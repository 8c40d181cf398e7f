//! One trouble: which calls it strikes, and how.

use std::time::Duration;

use http::Method;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::path_pattern::PathPattern;

/// Longest delay: whoever waits longer has given up.
const DELAY: Duration = Duration::from_secs(3600);

/// A trouble of the provider's API: which calls it strikes and what they get instead of their answer.
///
/// What is not said is as without it: a [`delay`](Self::delay) alone delays, a [`status`](Self::status) alone has the
/// body that the provider gives with that status. A call that gets a status or a body of the fault's is not carried out. Without
/// them it is carried out, and only its answer suffers: so [`break_connection`](Self::break_connection) alone is the case
/// in which a client cannot know whether its call did anything.
///
/// ```
/// use std::time::Duration;
///
/// use http::Method;
/// use provider_mock::{Fault, Faults};
///
/// let faults = Faults::default();
/// faults.arm(Fault::on(Method::POST, "/data/v1/auth").status(503).retry_after(Duration::from_secs(1)).times(1))?;
/// assert!(faults.hit(&Method::POST, "/data/v1/auth").is_some());
/// assert!(faults.hit(&Method::POST, "/data/v1/auth").is_none(), "it struck once");
/// # Ok::<(), provider_mock::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until it is given to a mock"]
pub struct Fault {
    method: Option<Method>,
    path: PathPattern,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<Body>,
    pub(crate) retry_after: Option<u64>,
    pub(crate) delay: Duration,
    pub(crate) cut: Option<Cut>,
    times: Option<u32>,
}

/// The body of a fault's answer. Closed to `Debug`: it may be a copy of a real one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// As it is, `text/plain`.
    Text(String),
    Json(serde_json::Value),
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

/// Where a connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Cut {
    /// Before the answer: the client gets nothing.
    Connection,
    /// In the middle of the answer's body, whose whole length was declared.
    Body,
}

impl Fault {
    /// Strikes calls of that method to that path, which is given without a query: `/data/v1/auth`; with a template for
    /// any one segment, `/data/v1/consents/{consentId}`; or with `*` at the end for whatever follows, `/data/v1/*`. `*`
    /// alone is every path.
    pub fn on(method: Method, path: &str) -> Self {
        Self { method: Some(method), ..Self::any(path) }
    }

    /// As [`on`](Self::on), for every method.
    pub fn any(path: &str) -> Self {
        Self {
            method: None,
            path: PathPattern::new(path),
            status: None,
            body: None,
            retry_after: None,
            delay: Duration::ZERO,
            cut: None,
            times: None,
        }
    }

    /// Answers with that HTTP status, 200 to 599, without carrying the call out. A business code, 4001 to 4009, is sent
    /// as its provider does: under HTTP 416.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Answers with that text, `text/plain`; may be empty. With status 200 unless another is asked for.
    pub fn body(self, body: impl Into<String>) -> Self {
        Self { body: Some(Body::Text(body.into())), ..self }
    }

    /// Answers with that JSON. With status 200 unless another is asked for.
    pub fn json(self, body: serde_json::Value) -> Self {
        Self { body: Some(Body::Json(body)), ..self }
    }

    /// Adds `Retry-After`, in whole seconds.
    pub fn retry_after(self, after: Duration) -> Self {
        Self { retry_after: Some(after.as_secs()), ..self }
    }

    /// Answers later, by the machine's clock; an hour at most.
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Closes the connection in place of the answer.
    pub fn break_connection(self) -> Self {
        Self { cut: Some(Cut::Connection), ..self }
    }

    /// Closes the connection in the middle of the answer's body.
    pub fn truncate_body(self) -> Self {
        Self { cut: Some(Cut::Body), ..self }
    }

    /// Strikes so many calls and is gone. Else it stays until it is taken away.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Why there can be no such fault.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if !self.path.is_valid() {
            return Err("the path is \"*\" or begins with \"/\"; \"*\" in it may only be its last segment");
        }
        if self.status.is_some_and(|status| !matches!(status, 200..=599 | 4001..=4009)) {
            return Err("the status is an HTTP status from 200 to 599 or a business code from 4001 to 4009");
        }
        if self.times == Some(0) {
            return Err("a fault happens once at least");
        }
        if self.delay > DELAY {
            return Err("a delay is an hour at most");
        }
        let does_something =
            self.has_answer() || self.retry_after.is_some() || !self.delay.is_zero() || self.cut.is_some();
        if does_something { Ok(()) } else { Err("the fault does nothing") }
    }

    /// Whether calls are answered in place of being carried out.
    pub(crate) fn has_answer(&self) -> bool {
        self.status.is_some() || self.body.is_some()
    }

    pub(crate) fn fits(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method) && self.path.matches(path)
    }
}

/// A fault that waits for calls.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArmedFault {
    /// Its number, by which it can be taken away.
    pub id: u64,
    /// How many calls it has struck.
    pub hits: u32,
    /// What it does.
    pub fault: Fault,
}

impl ArmedFault {
    /// How many calls it will still strike; `None` where there is no end to it.
    pub fn left(&self) -> Option<u32> {
        self.fault.times.map(|times| times.saturating_sub(self.hits))
    }
}

/// A fault in the words of the control API.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FaultView {
    id: u64,
    /// `*` for every one.
    method: String,
    path: String,
    #[schema(required)]
    status: Option<u16>,
    #[schema(required)]
    body: Option<serde_json::Value>,
    /// In seconds.
    #[schema(required)]
    retry_after: Option<u64>,
    delay_ms: u64,
    #[schema(required)]
    cut: Option<Cut>,
    /// `null` without an end.
    #[schema(required)]
    times: Option<u32>,
    hits: u32,
    #[schema(required)]
    left: Option<u32>,
}

impl From<&ArmedFault> for FaultView {
    fn from(armed: &ArmedFault) -> Self {
        let fault = &armed.fault;
        Self {
            id: armed.id,
            method: fault.method.as_ref().map_or("*", Method::as_str).to_owned(),
            path: fault.path.as_str().to_owned(),
            status: fault.status,
            body: fault.body.clone().map(|body| match body {
                Body::Text(text) => text.into(),
                Body::Json(json) => json,
            }),
            retry_after: fault.retry_after,
            delay_ms: u64::try_from(fault.delay.as_millis()).unwrap_or(u64::MAX),
            cut: fault.cut,
            times: fault.times,
            hits: armed.hits,
            left: armed.left(),
        }
    }
}

impl Cut {
    /// The word for it: `connection`, `body`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Body => "body",
        }
    }
}
