//! From bytes to answers: what can be read is read, a leaf that cannot be read is set aside.

use belvo_types::{DecodeError, Decoded, Malformed};
use bytes::Bytes;
use provider_call::{Reply, redact};
use provider_wire::{Value, decode};
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

    /// A JSON object, or nothing at all where the answer says nothing but "accepted".
    pub(crate) fn record_or_empty<T: Value + Default>(self) -> Result<T> {
        if self.body().trim_ascii().is_empty() {
            return Ok(T::default());
        }
        self.record().map(|parsed| parsed.value)
    }

    /// Whatever type the caller reads it as.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<T> {
        serde_json::from_slice(self.body()).map_err(|error| Error::decode(&self, None, Unusable::at(&error)))
    }

    pub(crate) fn into_body(self) -> Bytes {
        self.reply.response.into_body()
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
    /// The error that `member`, without which the answer is of no use, is not there or cannot be read.
    pub(crate) fn lacks(&self, member: &'static str) -> Error {
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
