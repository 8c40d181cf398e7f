//! The body of a message whose bytes are elsewhere. Must not know any broker.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Message;
use crate::EntryId;
use crate::blocking::run_blocking;

/// Stands in a message in place of a body that is too large for it: `{"claim": {…}}` as JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Claim {
    /// Number of the entry in the inbox that holds the bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// Where the bytes are, if no inbox holds them.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub stored: Option<StoredBody>,
    /// Dedup key of the entry.
    pub dedup_key: String,
    /// How many bytes there are.
    pub bytes: u64,
    /// Their SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// A body in the broker's own store for large objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StoredBody {
    /// The bucket.
    pub bucket: String,
    /// Its name there.
    pub object: String,
}

impl StoredBody {
    /// A body of that name in that bucket.
    pub fn new(bucket: impl Into<String>, object: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), object: object.into() }
    }
}

impl Claim {
    /// The claim to a body that an inbox holds.
    pub(crate) async fn in_inbox(message: &Message, entry: EntryId) -> Self {
        Self { entry: Some(entry.get()), ..Self::of(message).await }
    }

    /// The claim to a body that the broker holds.
    pub(crate) async fn in_bucket(message: &Message, stored: StoredBody) -> Self {
        Self { stored: Some(stored), ..Self::of(message).await }
    }

    async fn of(message: &Message) -> Self {
        let body = message.body.clone();
        let digest = run_blocking(body.len(), move || Sha256::digest(&body)).await;
        Self {
            entry: None,
            stored: None,
            dedup_key: message.dedup_key().to_owned(),
            bytes: message.body.len() as u64,
            // The pool is gone only while the process ends, and then nothing is published.
            sha256: digest.map(|digest| HEXLOWER.encode(&digest)).unwrap_or_default(),
        }
    }

    /// The word for where the bytes are: `inbox` or `bucket`.
    pub(super) const fn place(&self) -> &'static str {
        if self.stored.is_some() { "bucket" } else { "inbox" }
    }

    pub(super) fn to_json(&self) -> Bytes {
        let claim = serde_json::json!({ "claim": self });
        claim.to_string().into()
    }
}
