//! An answer, and how its body is decoded. Decoding is lenient: a malformed field costs that field alone.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use provider_wire::{DecodeError, Decoded, Malformed, OneOrMany, Secret, Value, decode};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::credential::bearer;
use crate::endpoint::Endpoint;
use crate::error::CallError;
use crate::redact::{MASK, redact};

/// Names of members are shorter.
const MAX_NAME: usize = 64;

/// A 2xx answer that is not read yet, and what it took to get it. `Debug` shows no header and no body.
pub struct Answer {
    pub(crate) endpoint: Endpoint,
    pub(crate) response: Response<Bytes>,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) request_id: HeaderValue,
}

/// A value out of an answer, and the malformed fields that were skipped.
#[derive(Debug)]
pub struct Parsed<T> {
    /// The value.
    pub value: T,
    malformed: Vec<Malformed>,
    answer: Answer,
}

impl Answer {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The body, unchanged.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        self.response.body()
    }

    /// How many times the request was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The time from the beginning of the call.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The id that went with each attempt.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.request_id.to_str().unwrap_or_default()
    }

    /// Status, headers and body.
    #[must_use]
    pub fn into_response(self) -> Response<Bytes> {
        self.response
    }

    /// A JSON document.
    ///
    /// # Errors
    /// If the body is no JSON, or JSON of another shape.
    pub fn record<T: Value>(self) -> Result<Parsed<T>, CallError> {
        match decode::<T>(self.body()) {
            Ok(Decoded { value, malformed, .. }) => Ok(self.parsed(value, malformed)),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// A JSON document, or nothing at all where the answer says nothing but "done".
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn record_or_empty<T: Value + Default>(self) -> Result<T, CallError> {
        if without_bom(self.body()).trim_ascii().is_empty() {
            return Ok(T::default());
        }
        self.record().map(|parsed| parsed.value)
    }

    /// A bare JSON array.
    ///
    /// # Errors
    /// As [`record`](Self::record), and if it is no array.
    pub fn list<T: Value>(self) -> Result<Vec<T>, CallError> {
        match self.record::<OneOrMany<T>>()? {
            Parsed { value: OneOrMany::Many(items), .. } => Ok(items),
            Parsed { answer, .. } => Err(answer.unreadable(&DecodeError::shape("not an array"))),
        }
    }

    /// What `read` makes of the body.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn read_by<T>(
        self,
        read: impl FnOnce(&[u8]) -> Result<Decoded<T>, DecodeError>,
    ) -> Result<Parsed<T>, CallError> {
        match read(self.body()) {
            Ok(Decoded { value, malformed, .. }) => Ok(self.parsed(value, malformed)),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Whatever type the caller reads it as.
    ///
    /// # Errors
    /// If the body does not fit the type; the error says at which path, and nothing of the value.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, CallError> {
        let body = without_bom(self.body());
        let error = match serde_json::from_slice(body) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if !error.is_data() {
            let reason = format!("not JSON at line {} column {}", error.line(), error.column());
            return Err(self.not_json(reason));
        }
        // Only what failed is read a second time, for its path.
        let mut reader = serde_json::Deserializer::from_slice(body);
        let path = serde_path_to_error::deserialize::<_, T>(&mut reader).err();
        let path = path.map(|error| path_text(error.path())).filter(|path| !path.is_empty());
        Err(CallError::decode(self, path, "does not fit the type"))
    }

    fn parsed<T>(self, value: T, malformed: Vec<Malformed>) -> Parsed<T> {
        // One line, however many there are: a list of thousands may have the same flaw in each item.
        if let Some(first) = malformed.first() {
            // Unknown member names come from the sender, so they are masked like any other text of theirs.
            let path = redact(&first.path.pattern());
            let malformed = malformed.len();
            tracing::warn!(endpoint = %self.endpoint, malformed, path, reason = first.reason, "skipped malformed fields");
        }
        Parsed { value, malformed, answer: self }
    }

    fn unreadable(self, error: &DecodeError) -> CallError {
        self.not_json(error.to_string())
    }

    fn not_json(self, reason: String) -> CallError {
        const HTML: &[u8] = b"text/html";
        let named = self.headers().get(CONTENT_TYPE).map_or(&[][..], HeaderValue::as_bytes);
        // The header is the sender's text as well, so that no more of it is quoted.
        let reason = if named.get(..HTML.len()).is_some_and(|start| start.eq_ignore_ascii_case(HTML)) {
            "text/html: a proxy's page?".to_owned()
        } else if without_bom(self.body()).trim_ascii_start().starts_with(b"<") {
            "markup in place of JSON: a proxy's page?".to_owned()
        } else {
            reason
        };
        CallError::decode(self, None, reason)
    }
}

pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// A path such as `results[3].id`. Keys of a map come from the sender and may be a tax id or a name: what is not
/// spelled like the name of a member is masked.
fn path_text(path: &serde_path_to_error::Path) -> String {
    let mut text = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => {
                text.push_str(&format!("[{index}]"));
                continue;
            }
            Segment::Map { key } => key,
            Segment::Enum { variant } => variant,
            Segment::Unknown => "?",
        };
        if !text.is_empty() {
            text.push('.');
        }
        let is_spelled = |c: char| c.is_ascii_alphanumeric() || "_-$@?".contains(c);
        let is_name = name.len() <= MAX_NAME && name.chars().all(is_spelled) && redact(name) == name;
        text.push_str(if is_name { name } else { MASK });
    }
    text
}

impl<T> Parsed<T> {
    /// The value, the token in its `member`, without which it is of no use, and the header value that carries the token.
    ///
    /// # Errors
    /// If there is none, or one that a header cannot carry.
    pub fn bearer(
        self,
        member: &'static str,
        token: impl FnOnce(&T) -> Option<&Secret>,
    ) -> Result<(T, Secret, HeaderValue), CallError> {
        let Some(token) = token(&self.value).cloned() else { return Err(self.lacks(member)) };
        match bearer(token.expose()) {
            Ok(header) => Ok((self.value, token, header)),
            Err(error) => Err(CallError::decode(self.answer, Some(member.to_owned()), error.to_string())),
        }
    }

    /// The value, if `is_there` holds of it.
    ///
    /// # Errors
    /// That `member`, without which the answer is of no use, is not there or cannot be read.
    pub fn require(self, member: &'static str, is_there: impl FnOnce(&T) -> bool) -> Result<T, CallError> {
        if is_there(&self.value) { Ok(self.value) } else { Err(self.lacks(member)) }
    }

    /// The value, and the answer that it was read from.
    #[must_use]
    pub fn into_parts(self) -> (T, Answer) {
        (self.value, self.answer)
    }

    /// The error that `member`, without which the answer is of no use, is missing or malformed.
    #[must_use]
    pub fn lacks(self, member: &'static str) -> CallError {
        let set_aside = self.malformed.iter().find(|leaf| leaf.path.to_string() == member);
        let reason = match set_aside {
            Some(leaf) => leaf.reason.clone(),
            None => "the member is missing".to_owned(),
        };
        CallError::decode(self.answer, Some(member.to_owned()), reason)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("endpoint", &self.endpoint)
            .field("status", &self.status())
            .field("body_bytes", &self.body().len())
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .field("request_id", &self.request_id)
            .finish()
    }
}
