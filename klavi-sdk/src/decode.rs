//! From bytes to answers: what can be read is read, a leaf that cannot be read is set aside.

use bytes::Bytes;
use http::HeaderValue;
use klavi_types::api::{Consent, ErrorBody};
use klavi_types::events::{Event, Events};
use klavi_types::kaas::{Categorization, decode_categorization};
use klavi_types::{DecodeError, Decoded, Integer, List, Malformed, OneOrMany, Secret, Text};
use provider_call::{Reply, bearer, redact};
use provider_wire::{Value, decode, record};
use serde::de::DeserializeOwned;

use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// A 2xx answer, not read yet.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) endpoint: Endpoint,
    pub(crate) reply: Reply,
}

/// A record out of an answer, and what had to be set aside to read it.
#[derive(Debug)]
pub(crate) struct Parsed<T> {
    pub(crate) value: T,
    malformed: Vec<Malformed>,
    answer: Answer,
}

/// The form of the consent list that clients guard against (observed).
#[record]
struct WrappedConsents {
    /// The list.
    pub consents: List<Consent>,
}

impl Answer {
    pub(crate) fn new(endpoint: Endpoint, reply: Reply) -> Self {
        Self { endpoint, reply }
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.reply.response.body()
    }

    /// A JSON object.
    pub(crate) fn record<T: Value>(self) -> Result<Parsed<T>> {
        match decode::<T>(self.body()) {
            Ok(Decoded { value, malformed, .. }) => {
                self.note(&malformed);
                Ok(Parsed { value, malformed, answer: self })
            }
            Err(error) => Err(self.unreadable(error)),
        }
    }

    /// A JSON object, or nothing at all where the answer says nothing but "done".
    pub(crate) fn record_or_empty<T: Value + Default>(self) -> Result<T> {
        if self.body().trim_ascii().is_empty() {
            return Ok(T::default());
        }
        self.record().map(|parsed| parsed.value)
    }

    /// A bare JSON array.
    pub(crate) fn list<T: Value>(self) -> Result<Vec<T>> {
        match self.record::<OneOrMany<T>>()? {
            Parsed { value: OneOrMany::Many(items), .. } => Ok(items),
            Parsed { answer, .. } => Err(answer.unreadable(DecodeError::shape("not an array"))),
        }
    }

    /// A bare JSON array, or an object with the array in `consents`.
    pub(crate) fn consents(self) -> Result<Vec<Consent>> {
        if !self.body().trim_ascii_start().starts_with(b"{") {
            return self.list();
        }
        let parsed = self.record::<WrappedConsents>()?;
        if !parsed.value.consents.is_present() {
            return Err(parsed.lacks("consents"));
        }
        Ok(parsed.value.consents.into_vec())
    }

    /// Whatever type the caller reads it as.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<T> {
        serde_json::from_slice(self.body()).map_err(|error| Error::decode(&self, None, Unusable::at(&error)))
    }

    pub(crate) fn into_body(self) -> Bytes {
        self.reply.response.into_body()
    }

    /// Events: one object or an array of them, or nothing at all where there are none.
    pub(crate) fn events(self) -> Result<Vec<Event>> {
        if self.body().trim_ascii().is_empty() {
            return Ok(Vec::new());
        }
        self.record::<Events>().map(|parsed| parsed.value.into_vec())
    }

    /// The entries of a categorisation.
    pub(crate) fn categorization(self) -> Result<Categorization> {
        match decode_categorization(self.body()) {
            Ok(Decoded { value, malformed, .. }) => {
                self.note(&malformed);
                Ok(value)
            }
            Err(error) => Err(self.unreadable(error)),
        }
    }

    /// One line, however many there are: a list of thousands may have the same flaw in each item.
    fn note(&self, malformed: &[Malformed]) {
        if let Some(first) = malformed.first() {
            // Unknown member names come from the sender, so they are masked like any other text of theirs.
            let path = redact(&first.path.pattern());
            let leaves = malformed.len();
            tracing::warn!(endpoint = %self.endpoint, leaves, path, reason = first.reason, "set aside");
        }
    }

    fn unreadable(&self, error: DecodeError) -> Error {
        Error::decode(self, None, error)
    }
}

impl<T> Parsed<T> {
    /// The token in `member`, without which the answer is of no use, and the header value that carries it.
    pub(crate) fn token<'t>(
        &self,
        member: &'static str,
        token: Option<&'t Secret>,
    ) -> Result<(&'t Secret, HeaderValue)> {
        let token = token.ok_or_else(|| self.lacks(member))?;
        match bearer(token.expose()) {
            Ok(value) => Ok((token, value)),
            Err(error) => Err(Error::decode(&self.answer, Some(member), error)),
        }
    }

    /// The error that `member` is not there or cannot be read.
    fn lacks(&self, member: &'static str) -> Error {
        let set_aside = self.malformed.iter().find(|leaf| leaf.path.to_string() == member);
        let reason = match set_aside {
            Some(leaf) => leaf.reason.clone(),
            None => "the member is missing".to_owned(),
        };
        Error::decode(&self.answer, Some(member), Unusable(reason))
    }
}

/// Why a member cannot be used. Never holds its value.
#[derive(Debug)]
struct Unusable(String);

impl Unusable {
    /// Where the body and the type part. The text of the error itself may quote the body.
    fn at(error: &serde_json::Error) -> Self {
        let what = if error.is_data() { "does not fit the type" } else { "is not JSON" };
        Self(format!("the body {what}, at line {} column {}", error.line(), error.column()))
    }
}

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

/// What a refusal says.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    pub(crate) code: Option<i64>,
    /// Redacted.
    pub(crate) message: Option<String>,
}

impl Refusal {
    /// Reads the body of an answer that is not 2xx. Any body will do: not JSON means nothing was said.
    pub(crate) fn read(body: &[u8]) -> Self {
        let Ok(Decoded { value, malformed, .. }) = decode::<ErrorBody>(body) else {
            return Self::default();
        };
        // A list of messages is not text, but the only thing that tells what is wrong.
        let raw_message =
            malformed.iter().find(|leaf| leaf.path.to_string() == "message").map(Malformed::raw);
        let said =
            [value.message.as_ref().map(Text::as_str), raw_message, value.error.as_ref().map(Text::as_str)];
        let text = said.into_iter().flatten().find(|text| !text.is_empty());
        Self { code: value.status_code.map(Integer::get), message: text.map(redact) }
    }
}
