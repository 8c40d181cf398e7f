//! How a call fails, and what to do about it.

mod detail;
mod predicates;

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use belvo_types::api::{ErrorBody, ErrorCode, MfaChallenge};
use belvo_types::{InstitutionUserId, RequestId};
use bytes::Bytes;
use http::{Response, StatusCode};
use provider_call::{CallError, Failure, TransportErrorKind, excerpt};

pub use self::detail::ErrorDetail;
use crate::decode::Answer;
use crate::endpoint::Endpoint;
use crate::retry::is_edge_limit;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How many errors of a refusal its text names.
const TOLD: usize = 3;

/// A call that failed. Cheap to clone.
///
/// The predicates tell situations apart and say what to do in each. `Display` is one sentence for a log; it holds
/// neither keys, passwords, external ids nor bodies.
///
/// ```no_run
/// # async fn example(client: belvo_sdk::Client, id: belvo_sdk::belvo_types::LinkId) {
/// match client.links().get(&id).await {
///     Ok(link) => println!("{:?}", link.status),
///     Err(error) if error.is_not_found() => println!("there is no such link"),
///     Err(error) if error.needs_reconnect() => println!("open the widget in update mode"),
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
    /// Belvo answered, but not with success.
    Status,
    /// Belvo answered with success, but the answer could not be read.
    Decode,
    /// The pages of a list lead in a circle, or to another host.
    Pages,
    /// The request was not sent, as something about it is wrong on this side.
    Request,
}

struct Inner {
    kind: ErrorKind,
    endpoint: Endpoint,
    /// What happened, in words that follow the endpoint.
    text: String,
    status: Option<StatusCode>,
    details: Vec<ErrorDetail>,
    belvo_request_id: Option<RequestId>,
    institution_user_id: Option<InstitutionUserId>,
    challenge: Option<Box<MfaChallenge>>,
    /// A proxy before Belvo turned the call away.
    at_the_edge: bool,
    cooldown: Option<Duration>,
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
            details: Vec::new(),
            belvo_request_id: None,
            institution_user_id: None,
            challenge: None,
            at_the_edge: false,
            cooldown: None,
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
    pub(crate) fn from_call(endpoint: Endpoint, error: CallError<Infallible>) -> Self {
        let (attempts, elapsed) = (error.attempts(), error.elapsed());
        let (request_id, retry_after) = (error.request_id().to_owned(), error.retry_after());
        let failure = error.into_failure();
        let text = failure.to_string();
        let inner = match failure {
            Failure::Status(response) => Self::refused(endpoint, &response),
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

    fn refused(endpoint: Endpoint, response: &Response<Bytes>) -> Inner {
        let (status, body) = (response.status(), response.body());
        let errors = ErrorBody::read(body).into_errors();
        let details: Vec<_> = errors.iter().map(ErrorDetail::of).collect();
        let at_the_edge = is_edge_limit(response);
        let said = details.iter().filter(|detail| !detail.is_empty()).take(TOLD).map(ToString::to_string);
        let said = said.collect::<Vec<_>>().join("; ");
        let text = match (at_the_edge, said.is_empty()) {
            (true, _) => format!("HTTP {status}, as a page: too many requests from this address"),
            (false, true) => format!("HTTP {status}"),
            (false, false) => format!("HTTP {}, {said}", status.as_u16()),
        };
        let challenge = errors.iter().find_map(MfaChallenge::of);
        let cooldown = errors.iter().find_map(|error| detail::minutes(error.message.as_ref()?.as_str()));
        Inner {
            status: Some(status),
            belvo_request_id: errors.iter().find_map(|error| error.request_id.clone()),
            institution_user_id: errors.iter().find_map(|error| error.institution_user_id.clone()),
            challenge: challenge.filter(|_| status == StatusCode::PRECONDITION_REQUIRED).map(Box::new),
            at_the_edge,
            cooldown,
            // What came with a challenge is a secret.
            body_excerpt: Some(excerpt(body))
                .filter(|excerpt| status != StatusCode::PRECONDITION_REQUIRED && !excerpt.is_empty()),
            details,
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

    /// Something that this side has to give is not given.
    pub(crate) fn unfit(endpoint: &Endpoint, text: &str) -> Self {
        Inner::new(ErrorKind::Request, endpoint.clone(), format!("not sent: {text}")).into()
    }

    /// The next page of a list is not to be asked for.
    pub(crate) fn pages(endpoint: &Endpoint, text: &str) -> Self {
        Inner::new(ErrorKind::Pages, endpoint.clone(), text.to_owned()).into()
    }

    /// What sort of failure it was.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Method and path template of the endpoint, such as `GET /api/links/{id}/`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.inner.endpoint.to_string()
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn http_status(&self) -> Option<StatusCode> {
        self.inner.status
    }

    /// What went wrong, in a word; the first one if there are several.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.codes().next()
    }

    /// What went wrong, in a word for each error of the refusal.
    pub fn codes(&self) -> impl Iterator<Item = &ErrorCode> {
        self.details().iter().filter_map(ErrorDetail::code)
    }

    /// Every error of the refusal: code, field, message.
    #[must_use]
    pub fn details(&self) -> &[ErrorDetail] {
        &self.inner.details
    }

    /// What Belvo says about it: for people, not stable, masked and cut.
    #[must_use]
    pub fn provider_message(&self) -> Option<&str> {
        self.details().iter().find_map(ErrorDetail::message)
    }

    /// The second factor that the institution asks for, where a call that has no [`Registered`](crate::Registered)
    /// was answered with one, such as a [`Client::request`](crate::Client::request) for accounts.
    #[must_use]
    pub fn mfa_challenge(&self) -> Option<&MfaChallenge> {
        self.inner.challenge.as_deref()
    }

    /// With `duplicated`: Belvo's id of the user at the institution, by which the link that exists is found.
    #[must_use]
    pub fn institution_user_id(&self) -> Option<&InstitutionUserId> {
        self.inner.institution_user_id.as_ref()
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

    /// Belvo's id of the request, to be kept, and named to Belvo's support.
    #[must_use]
    pub fn belvo_request_id(&self) -> Option<&RequestId> {
        self.inner.belvo_request_id.as_ref()
    }

    /// The `x-request-id` that went with each attempt: the client's own id of the call, as in spans.
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

    /// The pause that the `Retry-After` header asks for. Belvo does not document one; a proxy may send it.
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
            let inner = Inner::new(ErrorKind::Timeout, Endpoint::RegisterLink, String::new());
            Error::from(Inner { attempts, ..inner })
        };
        assert!(!timeout(0).is_outcome_unknown());
        assert!(timeout(1).is_outcome_unknown());
    }
}
