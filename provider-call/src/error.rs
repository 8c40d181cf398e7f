//! How a call fails.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::transport::TransportError;

/// A call that did not succeed: what happened last, and what was done before.
///
/// `E` is the error of the [`CredentialSource`](crate::CredentialSource).
pub struct CallError<E> {
    pub(crate) failure: Failure<E>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) request_id: String,
    pub(crate) retry_after: Option<Duration>,
}

/// What happened last.
#[non_exhaustive]
pub enum Failure<E> {
    /// No answer could be read.
    Transport(TransportError),
    /// An attempt had no answer within its time.
    Timeout {
        /// The time it was given.
        after: Duration,
    },
    /// The total time was used up before an attempt could begin.
    Deadline,
    /// The server answered, but not with a 2xx status. Kept whole for the caller to decode.
    Status(Box<Response<Bytes>>),
    /// There was no credential to call with.
    Credential(E),
    /// The call was not sent for a reason on this side.
    Refused(Refusal),
}

/// Why a call was not sent at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The path would leave the host of the base URL, and the credential with it.
    ForeignHost,
    /// A value in the path is empty, `.` or `..`, and would lead to another resource.
    PathValue {
        /// The name of the value in the path template.
        name: &'static str,
    },
    /// The path template has a name without a value.
    MissingPathValue,
}

impl<E> CallError<E> {
    /// What happened last.
    #[must_use]
    pub fn failure(&self) -> &Failure<E> {
        &self.failure
    }

    /// What happened last, taken out.
    #[must_use]
    pub fn into_failure(self) -> Failure<E> {
        self.failure
    }

    /// How many times the request was sent, or was tried to be.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The time from the beginning of the call to its failure.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The id that went with each attempt, see [`REQUEST_ID_HEADER`](crate::REQUEST_ID_HEADER).
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The pause that the server asked for in its last answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl<E> Failure<E> {
    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status(response) => Some(response.status()),
            _ => None,
        }
    }

    /// The value of `error.type` in a span: the status, or a short word.
    pub(crate) fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Transport(error) => error.kind().label(),
            Self::Timeout { .. } => "timeout",
            Self::Deadline => "deadline",
            Self::Status(response) => return status_label(response.status()),
            Self::Credential(_) => "credential",
            Self::Refused(_) => "refused",
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

impl<E> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(f),
            Self::Timeout { after } => write!(f, "no answer within {after:?}"),
            Self::Deadline => f.write_str("the time for the call was used up"),
            Self::Status(response) => write!(f, "the server answered {}", response.status()),
            Self::Credential(_) => f.write_str("there is no credential to call with"),
            Self::Refused(refusal) => write!(f, "not sent: {refusal}"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignHost => f.write_str("the path leads to another host"),
            Self::PathValue { name } => write!(f, "`{name}` is empty or a relative path"),
            Self::MissingPathValue => f.write_str("the path lacks a value"),
        }
    }
}

/// Without the body: it may hold anything.
impl<E: fmt::Debug> fmt::Debug for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
            Self::Timeout { after } => f.debug_struct("Timeout").field("after", after).finish(),
            Self::Deadline => f.write_str("Deadline"),
            Self::Status(response) => f
                .debug_struct("Status")
                .field("status", &response.status())
                .field("body_bytes", &response.body().len())
                .finish_non_exhaustive(),
            Self::Credential(error) => f.debug_tuple("Credential").field(error).finish(),
            Self::Refused(refusal) => f.debug_tuple("Refused").field(refusal).finish(),
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallError")
            .field("failure", &self.failure)
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

impl<E> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (attempts: {}, request id: {})", self.failure, self.attempts, self.request_id)
    }
}

impl<E: Error + 'static> Error for CallError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.failure {
            // The text of the transport error is ours already, so the chain goes on with its cause.
            Failure::Transport(error) => error.source(),
            Failure::Credential(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::TransportErrorKind;

    fn failed(failure: Failure<std::io::Error>) -> CallError<std::io::Error> {
        CallError {
            failure,
            attempts: 2,
            elapsed: Duration::from_secs(1),
            request_id: "abc".to_owned(),
            retry_after: None,
        }
    }

    #[test]
    fn a_body_shows_nowhere() {
        let mut response = Response::new(Bytes::from_static(b"Maria da Silva"));
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response.headers_mut().insert("set-cookie", "Maria".parse().unwrap());
        let error = failed(Failure::Status(Box::new(response)));
        assert!(!format!("{error} {error:?}").contains("Maria"));
        assert_eq!(error.to_string(), "the server answered 502 Bad Gateway (attempts: 2, request id: abc)");
    }

    #[test]
    fn a_cause_is_told_once() {
        let cause = std::io::Error::other("name not found");
        let error =
            failed(Failure::Transport(TransportError::new(TransportErrorKind::Connect).with_source(cause)));
        assert_eq!(error.to_string(), "no connection to the server (attempts: 2, request id: abc)");
        assert_eq!(error.source().unwrap().to_string(), "name not found");
    }
}
