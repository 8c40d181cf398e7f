//! How a call fails. What a provider's refusal means is not known here.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use provider_wire::InvalidRequest;

use crate::answer::{Answer, without_bom};
use crate::endpoint::Endpoint;
use crate::redact::excerpt;
use crate::transport::{TransportError, TransportErrorKind};

/// A call that did not succeed: what happened last, and what was done before. Cheap to clone.
///
/// `Display` is one sentence for a log: it holds neither keys, tokens, ids nor anything that the server sent.
/// If the login failed on the way to a call, this is the error of the login, and [`endpoint`](Self::endpoint) says so.
#[derive(Clone)]
pub struct CallError(Arc<Inner>);

/// What sort of failure it was.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request was not sent, as something about it is wrong on this side.
    Request,
    /// No answer could be read from the network.
    Transport,
    /// There was no answer in time.
    Timeout,
    /// The server answered, but not with success.
    Status,
    /// The server answered with success, but the answer could not be read.
    Decode,
}

pub(crate) struct Inner {
    /// Absent where a request could not be made.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) failure: Failure,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    /// Absent where there was no call yet.
    pub(crate) request_id: Option<HeaderValue>,
    pub(crate) retry_after: Option<Duration>,
    /// The provider's own answer says that it did not act.
    pub(crate) not_acted: bool,
}

/// What happened last.
pub(crate) enum Failure {
    Transport(TransportError),
    AttemptTimeout {
        after: Duration,
    },
    /// The time was used up before an attempt could begin.
    Deadline,
    /// It did not come about in the time given.
    NotSettled,
    Status(Box<Response<Bytes>>),
    Refused(Refusal),
    Decode {
        response: Box<Response<Bytes>>,
        path: Option<String>,
        reason: Cow<'static, str>,
    },
}

/// Why a call was not sent at all.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the path leads to another host")]
    ForeignHost,
    #[error("`{0}` is empty or a relative path")]
    PathValue(String),
    #[error("the path has no value for `{0}`")]
    MissingPathValue(String),
    #[error("the body cannot be written as JSON")]
    Unserializable,
    #[error("{0}")]
    Invalid(InvalidRequest),
    #[error("{0}")]
    Other(Cow<'static, str>),
}

impl CallError {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    fn before_sending(endpoint: Option<Endpoint>, failure: Failure, elapsed: Duration) -> Self {
        Self::new(Inner {
            endpoint,
            failure,
            attempts: 0,
            elapsed,
            request_id: None,
            retry_after: None,
            not_acted: false,
        })
    }

    pub(crate) fn refused(endpoint: &Endpoint, refusal: Refusal) -> Self {
        Self::before_sending(Some(endpoint.clone()), Failure::Refused(refusal), Duration::ZERO)
    }

    /// The request could not be made: every field of it that the provider would refuse.
    #[must_use]
    pub fn invalid(request: InvalidRequest) -> Self {
        Self::before_sending(None, Failure::Refused(Refusal::Invalid(request)), Duration::ZERO)
    }

    /// No call was made, for a reason on this side that is about none of them: a client that cannot be built, a header that
    /// cannot be sent.
    #[must_use]
    pub fn unmade(reason: impl fmt::Display) -> Self {
        let refusal = Refusal::Other(reason.to_string().into());
        Self::before_sending(None, Failure::Refused(refusal), Duration::ZERO)
    }

    /// The call was not sent, for a reason on this side.
    #[must_use]
    pub fn request(endpoint: &Endpoint, reason: impl Into<Cow<'static, str>>) -> Self {
        let refusal = Refusal::Other(reason.into());
        Self::before_sending(Some(endpoint.clone()), Failure::Refused(refusal), Duration::ZERO)
    }

    /// What was waited for had not come about when the time was over.
    #[must_use]
    pub fn not_settled(endpoint: &Endpoint, elapsed: Duration) -> Self {
        Self::before_sending(Some(endpoint.clone()), Failure::NotSettled, elapsed)
    }

    /// The answer cannot be used. `path` is that of the member it is about; `reason` holds nothing of the answer.
    #[must_use]
    pub fn decode(answer: Answer, path: Option<String>, reason: impl Into<Cow<'static, str>>) -> Self {
        let Answer { endpoint, response, attempts, elapsed, request_id } = answer;
        let failure = Failure::Decode { response: Box::new(response), path, reason: reason.into() };
        Self::new(Inner {
            endpoint: Some(endpoint),
            failure,
            attempts,
            elapsed,
            request_id: Some(request_id),
            retry_after: None,
            not_acted: false,
        })
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.failure {
            Failure::Transport(error) if error.is_timeout() => ErrorKind::Timeout,
            Failure::Transport(_) => ErrorKind::Transport,
            Failure::AttemptTimeout { .. } | Failure::Deadline | Failure::NotSettled => ErrorKind::Timeout,
            Failure::Status(_) => ErrorKind::Status,
            Failure::Refused(_) => ErrorKind::Request,
            Failure::Decode { .. } => ErrorKind::Decode,
        }
    }

    /// The endpoint. Its text is method and path template, such as `GET /things/{id}`. Absent if the request could not be
    /// built.
    #[must_use]
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.0.endpoint.as_ref()
    }

    /// The broken fields, if the request could not be built.
    #[must_use]
    pub fn invalid_request(&self) -> Option<&InvalidRequest> {
        match &self.0.failure {
            Failure::Refused(Refusal::Invalid(request)) => Some(request),
            _ => None,
        }
    }

    fn response(&self) -> Option<&Response<Bytes>> {
        match &self.0.failure {
            Failure::Status(response) | Failure::Decode { response, .. } => Some(response),
            _ => None,
        }
    }

    /// The HTTP status, if there was an answer.
    #[doc(alias("status_code", "http_status"))]
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(Response::status)
    }

    /// Status and body of the answer, if the server refused the call: what a client reads its provider's reasons from.
    #[must_use]
    pub fn refusal(&self) -> Option<(StatusCode, &Bytes)> {
        match &self.0.failure {
            Failure::Status(response) => Some((response.status(), response.body())),
            _ => None,
        }
    }

    /// The headers of the answer, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(Response::headers)
    }

    /// The body of the answer, if there was one. It is unchanged, and may hold personal data.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.response().map(Response::body)
    }

    /// The beginning of the body, masked and shortened, for a log. None of it where a success carries JSON: that may hold
    /// tokens and personal data, and what is wrong in it has a path.
    #[must_use]
    pub fn body_excerpt(&self) -> Option<String> {
        let body = self.body()?;
        let start = without_bom(body).trim_ascii_start().first();
        let is_json = matches!(start, Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9'));
        if self.kind() == ErrorKind::Decode && is_json {
            return None;
        }
        Some(excerpt(body)).filter(|excerpt| !excerpt.is_empty())
    }

    /// The path of the member of the answer that could not be read, such as `results[3].id`.
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        match &self.0.failure {
            Failure::Decode { path, .. } => path.as_deref(),
            _ => None,
        }
    }

    /// The `x-request-id` that the client sent with each attempt; empty if nothing was sent. Give it to the provider's
    /// support.
    #[doc(alias("correlation_id", "trace_id"))]
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.0.request_id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default()
    }

    /// The number of attempts, including those that made no connection.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The time from the beginning of the call to its failure.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The pause that the server asked for in its last answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The kind of network failure, if it was one.
    #[must_use]
    pub fn transport_kind(&self) -> Option<TransportErrorKind> {
        match &self.0.failure {
            Failure::Transport(error) => Some(error.kind()),
            _ => None,
        }
    }

    /// No connection was made, so nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.transport_kind().is_some_and(TransportErrorKind::is_connect)
    }

    /// A certificate was not accepted, on either side.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(
            self.transport_kind(),
            Some(TransportErrorKind::Certificate | TransportErrorKind::ClientCertificate)
        )
    }

    /// There was no answer in time, or the server itself says so with 408.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout || self.is_refused_with(&[408])
    }

    /// The server may have acted on a call that is not idempotent, although it failed.
    ///
    /// The request was sent, but no answer came back that tells: look before doing it again.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        if self.endpoint().is_none_or(Endpoint::is_idempotent) || self.0.attempts == 0 {
            return false;
        }
        match &self.0.failure {
            Failure::Transport(error) => !error.is_provably_unsent(),
            Failure::AttemptTimeout { .. } | Failure::Decode { .. } => true,
            Failure::Status(response) => {
                let status = response.status();
                !self.0.not_acted && (status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT)
            }
            // Attempts before a deadline were repeatable, so they did nothing.
            Failure::Deadline | Failure::NotSettled | Failure::Refused(_) => false,
        }
    }

    /// The same call may fare better later: the network, a timeout, 408, 429 or a 5xx.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match &self.0.failure {
            Failure::Transport(error) => error.kind().is_passing(),
            Failure::AttemptTimeout { .. } | Failure::Deadline | Failure::NotSettled => true,
            Failure::Status(_) => self.is_server_error() || self.is_refused_with(&[408, 429]),
            Failure::Refused(_) | Failure::Decode { .. } => false,
        }
    }

    /// The server refused the call with one of these statuses.
    #[must_use]
    pub fn is_refused_with(&self, statuses: &[u16]) -> bool {
        matches!(&self.0.failure, Failure::Status(response) if statuses.contains(&response.status().as_u16()))
    }

    /// The server refused the call with a 5xx.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        matches!(&self.0.failure, Failure::Status(response) if response.status().is_server_error())
    }
}

impl Failure {
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status(response) => Some(response.status()),
            _ => None,
        }
    }

    /// The value of `error.type` in a span: the status, or a short word.
    pub(crate) fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Transport(error) => error.kind().label(),
            Self::AttemptTimeout { .. } | Self::NotSettled => "timeout",
            Self::Deadline => "deadline",
            Self::Status(response) => return status_label(response.status()),
            Self::Refused(_) => "refused",
            Self::Decode { .. } => "decode",
        })
    }
}

pub(crate) fn status_label(status: StatusCode) -> Cow<'static, str> {
    Cow::Borrowed(match status {
        StatusCode::OK => "200",
        StatusCode::CREATED => "201",
        StatusCode::NO_CONTENT => "204",
        other => return Cow::Owned(other.as_str().to_owned()),
    })
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            Failure::Transport(error) => error.fmt(f),
            Failure::AttemptTimeout { after } => write!(f, "no answer within {after:?}"),
            Failure::Deadline => f.write_str("the time for the call was used up"),
            Failure::NotSettled => write!(f, "not settled after {} s", self.elapsed.as_secs()),
            // The number alone: the usual reason of 416, "Range Not Satisfiable", would mislead.
            Failure::Status(response) => write!(f, "HTTP {}", response.status().as_u16()),
            Failure::Refused(Refusal::Invalid(request)) => request.fmt(f),
            Failure::Refused(refusal) => write!(f, "not sent: {refusal}"),
            Failure::Decode { path: Some(path), reason, .. } => {
                write!(f, "the answer cannot be used: `{path}`: {reason}")
            }
            Failure::Decode { path: None, reason, .. } => write!(f, "the answer cannot be read: {reason}"),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(endpoint) = &self.0.endpoint {
            write!(f, "{endpoint} failed: ")?;
        }
        self.0.fmt(f)?;
        if self.0.attempts > 1 {
            write!(f, " (after {} attempts)", self.0.attempts)?;
        }
        Ok(())
    }
}

/// Without the answer: it may hold anything.
impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallError")
            .field("kind", &self.kind())
            .field("text", &self.to_string())
            .field("request_id", &self.request_id())
            .field("attempts", &self.0.attempts)
            .field("elapsed", &self.0.elapsed)
            .field("retry_after", &self.0.retry_after)
            .finish_non_exhaustive()
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.failure {
            // The text of the transport error is ours already, so the chain goes on with its cause.
            Failure::Transport(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
