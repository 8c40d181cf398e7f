//! One attempt of a delivery.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;
use utoipa::ToSchema;

use super::options::milliseconds;

/// One attempt: what was sent, and what came of it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Attempt {
    /// When it began, in the mock's time.
    pub at: Timestamp,
    /// How long it took.
    #[serde(rename = "durationMs", with = "milliseconds")]
    #[schema(value_type = u64)]
    pub duration: Duration,
    /// The status that the receiver answered with; `None` where there was no answer.
    #[schema(required)]
    pub status: Option<u16>,
    /// Why there was no answer, in a few words.
    #[schema(required)]
    pub error: Option<String>,
    /// The headers that the mock gave to the request; written with names in lower case, without the values of secret ones.
    #[serde(with = "shown_headers")]
    #[schema(value_type = BTreeMap<String, String>)]
    pub headers: HeaderMap,
    /// Where it was sent on to.
    pub redirects: Vec<Redirect>,
    /// How the body of the answer begins, 1 KiB at most, as text; empty where there was none.
    #[serde(default)]
    pub answer: String,
}

/// One redirect that was followed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct Redirect {
    /// The status that asked for it.
    pub status: u16,
    /// How the next request was made: POST with the body after 307 and 308, GET without one after the others.
    #[serde(with = "word")]
    #[schema(value_type = String)]
    pub method: Method,
    /// Where it went.
    pub url: Url,
}

impl Attempt {
    pub(super) fn new(at: Timestamp, headers: HeaderMap) -> Self {
        Self {
            at,
            duration: Duration::ZERO,
            status: None,
            error: None,
            headers,
            redirects: Vec::new(),
            answer: String::new(),
        }
    }

    /// Whether it counts as received: 2xx.
    pub fn is_success(&self) -> bool {
        matches!(self.status, Some(200..=299))
    }

    /// Whether it was to leave a machine that it may not leave, which no retry changes.
    pub(super) fn is_kept_back(&self) -> bool {
        self.error.as_deref() == Some(reasons::ELSEWHERE)
    }

    /// What came of it, in a few words.
    pub fn outcome(&self) -> String {
        match (self.status, &self.error) {
            (Some(status), _) => status.to_string(),
            (None, Some(error)) => error.clone(),
            (None, None) => String::new(),
        }
    }
}

impl Redirect {
    pub(super) fn new(status: u16, method: Method, url: Url) -> Self {
        Self { status, method, url }
    }
}

impl fmt::Debug for Attempt {
    /// Without the receiver's answer, which may quote what it was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("at", &self.at)
            .field("duration", &self.duration)
            .field("status", &self.status)
            .field("error", &self.error)
            .field("headers", &self.headers)
            .field("redirects", &self.redirects)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Redirect {
    /// Without the address, which may carry a token of the receiver's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redirect({}, {})", self.status, self.method)
    }
}

/// Why there was no answer.
pub(super) mod reasons {
    pub(in crate::deliveries) const NO_CONNECTION: &str = "no connection";
    pub(in crate::deliveries) const BROKEN_OFF: &str = "the connection broke off";
    pub(in crate::deliveries) const TRUNCATED: &str = "broken off in the middle of the body, as asked for";
    pub(in crate::deliveries) const ELSEWHERE: &str = "not sent: deliveries are kept on this machine";
}

mod shown_headers {
    use super::{
        BTreeMap, Deserialize, Deserializer, HeaderMap, HeaderName, HeaderValue, Serialize, Serializer,
    };

    pub(super) fn serialize<S: Serializer>(headers: &HeaderMap, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = |value: &HeaderValue| match value.is_sensitive() {
            true => "..".to_owned(),
            false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        let shown: BTreeMap<_, _> =
            headers.iter().map(|(name, value)| (name.as_str(), shown(value))).collect();
        shown.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HeaderMap, D::Error> {
        let shown = BTreeMap::<String, String>::deserialize(deserializer)?;
        let header = |(name, value): (String, String)| {
            Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
        };
        Ok(shown.into_iter().filter_map(header).collect())
    }
}

mod word {
    use super::{Deserialize, Deserializer, Method, Serializer};

    pub(super) fn serialize<S: Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(method.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
