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
use crate::settings::Timeouts;

/// Timeouts, retries and headers of single calls, in place of those of the whole client.
///
/// What is not set here stays as it is. `Debug` shows the names of headers, not their values.
///
/// ```
/// use std::time::Duration;
/// use provider_call::{CallOptions, RetryPolicy};
///
/// let patient = CallOptions::new().attempt_timeout(Duration::from_secs(60)).timeout(Duration::from_secs(180));
/// let once = CallOptions::new().retry_policy(RetryPolicy::none());
/// let traced = CallOptions::new()
///     .request_id("order-4711")?
///     .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?;
/// # Ok::<(), provider_call::InvalidHeader>(())
/// ```
#[doc(alias = "RequestOptions")]
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    retry_policy: Option<RetryPolicy>,
    request_id: Option<HeaderValue>,
    headers: HeaderMap,
}

/// Why a header cannot be added to a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidHeader {
    /// The name has characters that no header name may have.
    #[error("a header name consists of ASCII letters, digits and dashes")]
    Name,
    /// The value has characters that no header can carry.
    #[error("a header value consists of visible ASCII characters and spaces")]
    Value,
    /// The header belongs to the client: the credential, the body, the connection, the ids of a call.
    #[error("the client sets this header itself")]
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

    /// The time for everything: attempts, pauses, waiting for a credential and for room under a rate limit.
    #[doc(alias = "deadline")]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The time for one attempt, from the first byte sent to the last byte read.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How often the call is tried, and with which pauses.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = Some(policy);
        self
    }

    /// The `x-request-id` of the calls, in place of one made for each: your own correlation id. It stands in spans and
    /// errors, so it must not hold personal data.
    ///
    /// # Errors
    /// If a header cannot carry it.
    #[doc(alias = "correlation_id")]
    pub fn request_id(mut self, id: &str) -> Result<Self, InvalidHeader> {
        let value: HeaderValue = id.parse().map_err(|_| InvalidHeader::Value)?;
        let visible = !id.is_empty() && value.to_str().is_ok();
        self.request_id = Some(value).filter(|_| visible);
        if visible { Ok(self) } else { Err(InvalidHeader::Value) }
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
            timeout: over.timeout.or(self.timeout),
            attempt_timeout: over.attempt_timeout.or(self.attempt_timeout),
            retry_policy: over.retry_policy.or(self.retry_policy),
            request_id: over.request_id.or_else(|| self.request_id.clone()),
            headers,
        }
    }

    pub(super) fn timeouts(&self, usual: Timeouts) -> Timeouts {
        Timeouts {
            attempt: self.attempt_timeout.unwrap_or(usual.attempt),
            call: self.timeout.unwrap_or(usual.call),
        }
    }

    pub(super) fn policy(&self, usual: RetryPolicy) -> RetryPolicy {
        self.retry_policy.unwrap_or(usual)
    }

    pub(super) fn given_request_id(&self) -> Option<&HeaderValue> {
        self.request_id.as_ref()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retry_policy", &self.retry_policy)
            .field("request_id", &self.request_id)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}

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
        let usual = Timeouts { attempt: seconds(8), call: seconds(9) };
        let first =
            CallOptions::new().attempt_timeout(seconds(1)).timeout(seconds(2)).header("x-a", "1").unwrap();
        let second = first.overridden_by(CallOptions::new().timeout(seconds(3)).header("x-b", "2").unwrap());
        assert_eq!(second.timeouts(usual), Timeouts { attempt: seconds(1), call: seconds(3) });
        assert_eq!(second.headers().len(), 2);
        // A policy says how often, never for how long.
        let third = second.overridden_by(CallOptions::new().retry_policy(RetryPolicy::none()));
        assert_eq!(third.policy(RetryPolicy::default()), RetryPolicy::none());
        assert_eq!(third.timeouts(usual), second.timeouts(usual));
    }

    #[test]
    fn a_request_id_is_one_visible_word() {
        assert!(CallOptions::new().request_id("order-4711").is_ok());
        for bad in ["", "a\r\nb", "\u{1}", "ç"] {
            assert_eq!(CallOptions::new().request_id(bad).unwrap_err(), InvalidHeader::Value, "{bad:?}");
        }
    }
}
