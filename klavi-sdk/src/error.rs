//! How a call fails, and what to do about it.

mod predicates;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use klavi_types::api::BusinessCode;
use provider_call::{CallError, Failure, TransportErrorKind, excerpt};

use crate::api::IntoError;
use crate::decode::{Answer, Refusal};
use crate::endpoint::Endpoint;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call that failed. Cheap to clone, since those who wait for one login share its failure.
///
/// The predicates tell situations apart and say what to do in each. `Display` is one sentence for a log; it
/// holds neither keys, tokens, tax ids nor bodies. If the login failed on the way to a call, this is the error
/// of the login, and [`endpoint`](Self::endpoint) says so.
///
/// ```no_run
/// # async fn example(client: klavi_sdk::Client, id: klavi_sdk::klavi_types::ConsentId) {
/// match client.consents().get(&id).await {
///     Ok(consent) => println!("{:?}", consent.status),
///     Err(error) if error.is_not_found() => println!("there is no such consent"),
///     Err(error) if error.is_auth() => println!("check the keys: {error}"),
///     Err(error) if error.is_retryable() => println!("later, perhaps in {:?}", error.retry_after()),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
}

/// What sort of failure it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No answer could be read from the network.
    Transport,
    /// There was no answer in time.
    Timeout,
    /// Klavi answered, but not with success.
    Status,
    /// Klavi answered with success, but the answer could not be read.
    Decode,
    /// The request was not sent, as something about it is wrong on this side.
    Request,
}

struct Inner {
    kind: ErrorKind,
    endpoint: Endpoint,
    /// What happened, in words that follow the endpoint.
    text: String,
    status: Option<StatusCode>,
    business_code: Option<BusinessCode>,
    message: Option<String>,
    body_excerpt: Option<String>,
    json_path: Option<&'static str>,
    transport: Option<TransportErrorKind>,
    retry_after: Option<Duration>,
    request_id: Option<String>,
    attempts: u32,
    /// The time ended before an attempt could begin. Attempts before it were repeatable, so they did nothing.
    never_begun: bool,
    elapsed: Duration,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Inner {
    fn new(kind: ErrorKind, endpoint: Endpoint, text: String) -> Self {
        Self {
            kind,
            endpoint,
            text,
            status: None,
            business_code: None,
            message: None,
            body_excerpt: None,
            json_path: None,
            transport: None,
            retry_after: None,
            request_id: None,
            attempts: 0,
            never_begun: false,
            elapsed: Duration::ZERO,
            source: None,
        }
    }
}

impl From<Inner> for Error {
    fn from(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }
}

impl Error {
    pub(crate) fn from_call<E: IntoError>(endpoint: Endpoint, error: CallError<E>) -> Self {
        let (attempts, elapsed) = (error.attempts(), error.elapsed());
        let (request_id, retry_after) = (error.request_id().to_owned(), error.retry_after());
        let failure = error.into_failure();
        let text = failure.to_string();
        let inner = match failure {
            Failure::Credential(error) => return error.into_error(),
            Failure::Status(response) => Self::refused(endpoint, response.status(), response.body()),
            Failure::Transport(error) => Inner {
                kind: if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport },
                transport: Some(error.kind()),
                // Its own text is already ours.
                source: error.into_source(),
                ..Inner::new(ErrorKind::Transport, endpoint, text)
            },
            Failure::Timeout { .. } => Inner::new(ErrorKind::Timeout, endpoint, text),
            Failure::Deadline => {
                Inner { never_begun: true, ..Inner::new(ErrorKind::Timeout, endpoint, text) }
            }
            _ => Inner::new(ErrorKind::Request, endpoint, text),
        };
        Inner { attempts, elapsed, retry_after, request_id: Some(request_id), ..inner }.into()
    }

    fn refused(endpoint: Endpoint, status: StatusCode, body: &[u8]) -> Inner {
        let Refusal { code, message } = Refusal::read(body);
        // Other answers repeat the HTTP status in the same member.
        let business_code = code
            .filter(|code| status == StatusCode::RANGE_NOT_SATISFIABLE || *code >= 1000)
            .filter(|code| *code != i64::from(status.as_u16()))
            .map(BusinessCode::from);
        let mut text = match business_code {
            // The usual reason of 416, "Range Not Satisfiable", would only mislead.
            Some(code) => format!("HTTP {}, business code {code}", status.as_u16()),
            None => format!("HTTP {status}"),
        };
        if let Some(message) = &message {
            text.push_str(": ");
            text.push_str(message);
        }
        Inner {
            status: Some(status),
            business_code,
            message,
            body_excerpt: Some(excerpt(body)).filter(|excerpt| !excerpt.is_empty()),
            ..Inner::new(ErrorKind::Status, endpoint, text)
        }
    }

    pub(crate) fn decode(
        answer: &Answer,
        json_path: Option<&'static str>,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        let text = match json_path {
            Some(path) => format!("the answer cannot be used without `{path}`"),
            None => "the answer cannot be read".to_owned(),
        };
        let body = answer.body();
        // Successful answers in JSON carry tokens and personal data, and what is wrong in them has a path.
        let is_json = body.trim_ascii_start().starts_with(b"{") || body.trim_ascii_start().starts_with(b"[");
        Inner {
            status: Some(answer.reply.response.status()),
            body_excerpt: Some(excerpt(body)).filter(|excerpt| !is_json && !excerpt.is_empty()),
            json_path,
            request_id: Some(answer.reply.request_id.clone()),
            attempts: answer.reply.attempts,
            elapsed: answer.reply.elapsed,
            source: Some(Box::new(source)),
            ..Inner::new(ErrorKind::Decode, answer.endpoint.clone(), text)
        }
        .into()
    }

    pub(crate) fn unsendable(endpoint: &Endpoint, source: serde_json::Error) -> Self {
        let text = "the request cannot be written as JSON".to_owned();
        Inner { source: Some(source.into()), ..Inner::new(ErrorKind::Request, endpoint.clone(), text) }.into()
    }

    /// A credential that is no `Authorization` does not fit into its header.
    pub(crate) fn unfit_key(endpoint: &Endpoint) -> Self {
        let text = "not sent: the key has characters that a header cannot carry".to_owned();
        Inner::new(ErrorKind::Request, endpoint.clone(), text).into()
    }

    /// What was watched could still change when the time was over.
    pub(crate) fn unsettled(endpoint: &Endpoint, elapsed: Duration) -> Self {
        let text = format!("not settled after {} s", elapsed.as_secs());
        Inner { elapsed, ..Inner::new(ErrorKind::Timeout, endpoint.clone(), text) }.into()
    }

    /// What sort of failure it was.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Method and path template of the endpoint, such as `GET /data/v1/consents/{consentId}`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.inner.endpoint.to_string()
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn http_status(&self) -> Option<StatusCode> {
        self.inner.status
    }

    /// Klavi's business code, which goes with HTTP 416.
    #[must_use]
    pub fn business_code(&self) -> Option<BusinessCode> {
        self.inner.business_code
    }

    /// What Klavi says about it: for people, not stable, masked and cut.
    #[must_use]
    pub fn provider_message(&self) -> Option<&str> {
        self.inner.message.as_deref()
    }

    /// The beginning of the body, masked and cut; for a log. None of it where a success carries data.
    #[must_use]
    pub fn body_excerpt(&self) -> Option<&str> {
        self.inner.body_excerpt.as_deref()
    }

    /// The member of the answer that could not be read.
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.inner.json_path
    }

    /// The `x-request-id` that went with each attempt, to be named to Klavi's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// How many times the request was sent, or was tried to be.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// The time from the beginning of the call to its failure.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner.elapsed
    }

    /// The pause that Klavi asks for before the next call.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { endpoint, text, attempts, .. } = &*self.inner;
        write!(f, "{endpoint} failed: {text}")?;
        if *attempts > 1 {
            write!(f, " (after {attempts} attempts)")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("text", &self.to_string())
            .field("json_path", &inner.json_path)
            .field("request_id", &inner.request_id)
            .field("attempts", &inner.attempts)
            .field("elapsed", &inner.elapsed)
            .field("retry_after", &inner.retry_after)
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_small() {
        assert!(size_of::<Error>() <= 16);
    }

    #[test]
    fn a_call_that_was_never_sent_has_a_known_outcome() {
        let timeout = |attempts| {
            let inner = Inner::new(ErrorKind::Timeout, Endpoint::CreateConsent, String::new());
            Error::from(Inner { attempts, ..inner })
        };
        assert!(!timeout(0).is_outcome_unknown());
        assert!(timeout(1).is_outcome_unknown());
    }
}
