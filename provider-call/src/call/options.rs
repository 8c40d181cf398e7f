//! What one call does otherwise than the rest.

use std::fmt;
use std::time::Duration;

use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap,
    PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use http::{HeaderName, HeaderValue};

use super::request::{ATTEMPT_HEADER, REQUEST_ID_HEADER};
use crate::retry::RetryPolicy;

/// Timeouts, retries and headers of single calls, in place of those of the whole client.
///
/// What is not set here stays as it is. `Debug` shows the names of headers, not their values.
///
/// ```
/// use std::time::Duration;
/// use provider_call::{CallOptions, RetryPolicy};
///
/// let patient = CallOptions::new().attempt_timeout(Duration::from_secs(60)).total(Duration::from_secs(180));
/// let once = CallOptions::new().retry_policy(RetryPolicy::never());
/// let traced = CallOptions::new().header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?;
/// # Ok::<(), provider_call::InvalidHeader>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    attempt_timeout: Option<Duration>,
    retry_policy: Option<RetryPolicy>,
    total: Option<Duration>,
    headers: HeaderMap,
}

/// Why a header cannot be added to a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidHeader {
    /// The name has characters that no header name may have.
    Name,
    /// The value has characters that no header can carry.
    Value,
    /// The header belongs to the client: the credential, the body, the connection, the ids of a call.
    Reserved,
}

/// What the client sets itself. The credential above all: with another one, a refusal would be met by renewing a
/// token that was never sent.
const RESERVED: [HeaderName; 14] = [
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    COOKIE,
    HOST,
    CONNECTION,
    UPGRADE,
    TE,
    TRANSFER_ENCODING,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    ACCEPT,
    USER_AGENT,
    REQUEST_ID_HEADER,
    ATTEMPT_HEADER,
];

impl CallOptions {
    /// Options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time for one attempt, from the first byte sent to the last byte read.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How often the call is tried, and for how long.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = Some(policy);
        self
    }

    /// The time for everything, whichever policy holds: attempts, pauses, waiting for a credential and for room
    /// under a rate limit.
    pub fn total(mut self, total: Duration) -> Self {
        self.total = Some(total);
        self
    }

    /// Adds a header to each attempt; one of the same name is replaced. No log and no `Debug` shows the value.
    ///
    /// # Errors
    /// If name or value do not fit into a header, or if the header is one that the client sets.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, InvalidHeader> {
        let name: HeaderName = name.parse().map_err(|_| InvalidHeader::Name)?;
        if RESERVED.contains(&name) {
            return Err(InvalidHeader::Reserved);
        }
        let mut value: HeaderValue = value.parse().map_err(|_| InvalidHeader::Value)?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// These options, and `over` where it sets something else.
    pub(crate) fn overridden_by(&self, over: Self) -> Self {
        let mut headers = self.headers.clone();
        headers.extend(over.headers);
        Self {
            attempt_timeout: over.attempt_timeout.or(self.attempt_timeout),
            // A policy brings its own total time.
            total: over.total.or(if over.retry_policy.is_some() { None } else { self.total }),
            retry_policy: over.retry_policy.or(self.retry_policy),
            headers,
        }
    }

    pub(super) fn timeout_instead_of(&self, usual: Duration) -> Duration {
        self.attempt_timeout.unwrap_or(usual)
    }

    pub(super) fn policy_instead_of(&self, usual: RetryPolicy) -> RetryPolicy {
        let policy = self.retry_policy.unwrap_or(usual);
        self.total.map_or(policy, |total| policy.total(total))
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retry_policy", &self.retry_policy)
            .field("total", &self.total)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}

impl fmt::Display for InvalidHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a header name consists of ASCII letters, digits and dashes",
            Self::Value => "a header value consists of visible ASCII characters and spaces",
            Self::Reserved => "the client sets this header itself",
        })
    }
}

impl std::error::Error for InvalidHeader {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_sets_cannot_be_overridden() {
        for name in ["Authorization", "AUTHORIZATION", "cookie", "Host", "content-length", "X-Request-Id"] {
            assert_eq!(CallOptions::new().header(name, "x").unwrap_err(), InvalidHeader::Reserved, "{name}");
        }
    }

    #[test]
    fn a_header_cannot_smuggle_another() {
        assert_eq!(
            CallOptions::new().header("x-a", "b\r\nauthorization: c").unwrap_err(),
            InvalidHeader::Value
        );
        assert_eq!(CallOptions::new().header("x-a: b\r\nx-c", "d").unwrap_err(), InvalidHeader::Name);
    }

    #[test]
    fn a_value_shows_in_no_debug_text() {
        let text = format!("{:?}", CallOptions::new().header("x-tenant", "s3cret").unwrap());
        assert!(text.contains("x-tenant") && !text.contains("s3cret"), "{text}");
    }

    #[test]
    fn the_later_option_holds_and_the_others_stay() {
        let seconds = Duration::from_secs;
        let usual = RetryPolicy::default();
        let first =
            CallOptions::new().attempt_timeout(seconds(1)).total(seconds(2)).header("x-a", "1").unwrap();
        let second = first.overridden_by(CallOptions::new().total(seconds(3)).header("x-b", "2").unwrap());
        assert_eq!(second.timeout_instead_of(seconds(9)), seconds(1));
        assert_eq!(second.policy_instead_of(usual), usual.total(seconds(3)));
        assert_eq!(second.headers().len(), 2);
        let third =
            second.overridden_by(CallOptions::new().retry_policy(RetryPolicy::never().total(seconds(4))));
        assert_eq!(third.policy_instead_of(usual), RetryPolicy::never().total(seconds(4)));
    }
}
