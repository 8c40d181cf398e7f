//! Klavi as a [`Provider`]: its signature, its bodies, typed handlers for its reports and events.

mod handlers;
mod item;
mod signature;
mod split;

use http::HeaderMap;
use jiff::Timestamp;

use crate::{Delivery, Provider, Split, Verified, VerifyError};

pub use handlers::{HandledTwice, Handlers, HandlersBuilder, Received};
pub use item::{Item, parse};
pub use signature::{SIGNATURE_HEADER, Signature, SigningKey, TIMESTAMP_HEADER};

/// Klavi's deliveries: HMAC-SHA-256 over the raw body, keyed with the secretKey as text.
///
/// Source: docs.klavi.ai/connect/security.
#[derive(Clone, Debug)]
pub struct Klavi {
    keys: Vec<KeyInUse>,
}

#[derive(Clone, Debug)]
struct KeyInUse {
    key: SigningKey,
    until: Option<Timestamp>,
}

impl Klavi {
    /// Accepts deliveries signed with this key.
    pub fn new(key: impl Into<SigningKey>) -> Self {
        Self { keys: vec![KeyInUse { key: key.into(), until: None }] }
    }

    /// Accepts another key as well: after a rotation deliveries under way still carry the old one.
    #[must_use]
    pub fn also(mut self, key: impl Into<SigningKey>) -> Self {
        self.keys.push(KeyInUse { key: key.into(), until: None });
        self
    }

    /// Accepts another key up to an instant.
    #[must_use]
    pub fn also_until(mut self, key: impl Into<SigningKey>, until: Timestamp) -> Self {
        self.keys.push(KeyInUse { key: key.into(), until: Some(until) });
        self
    }
}

impl Provider for Klavi {
    fn name(&self) -> &'static str {
        "klavi"
    }

    fn authenticate(&self, body: &[u8], headers: &HeaderMap, now: Timestamp) -> Result<(), VerifyError> {
        let mut lines = headers.get_all(SIGNATURE_HEADER).iter();
        let line = lines.next().ok_or(VerifyError::Missing)?;
        if lines.next().is_some() {
            return Err(VerifyError::Repeated);
        }
        let signature: Signature = line.to_str().map_err(|_| VerifyError::Malformed)?.parse()?;
        let current = self.keys.iter().filter(|key| key.until.is_none_or(|until| now < until));
        // Every key is tried, so that the time taken does not tell which one fits.
        if current.fold(false, |found, key| key.key.verifies(body, &signature) | found) {
            Ok(())
        } else {
            Err(VerifyError::Mismatch)
        }
    }

    fn kept_headers(&self) -> &'static [&'static str] {
        &["x-klavi-signature", "x-klavi-timestamp", "content-type", "user-agent"]
    }

    fn split(&self, delivery: &Delivery<Verified>) -> Split {
        split::split(delivery, self.kept_headers())
    }
}
