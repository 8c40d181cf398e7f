//! Klavi as a [`Provider`]: its signature, its bodies, typed handlers for its reports and events.

#[cfg(feature = "field-cipher")]
mod cipher;
mod handlers;
mod item;
mod signature;
mod split;

use std::fmt;

use http::HeaderMap;
use jiff::Timestamp;

use crate::{Delivery, Provider, Split, Verified, VerifyError};

/// The variable that holds the secretKey, or several, separated by commas.
const KEY_VARIABLE: &str = "KLAVI_SECRET_KEY";

#[cfg(feature = "field-cipher")]
pub use cipher::{
    AesFieldCipher, AesMode, CbcIv, FieldCipher, FieldCipherError, FieldEncoding, GcmNonce, InvalidFieldKey,
    KeyDerivation,
};
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

    /// Accepts deliveries signed with any of the keys in the variable `KLAVI_SECRET_KEY`, separated by commas.
    ///
    /// # Errors
    /// Where the variable holds no key.
    pub fn from_env() -> Result<Self, NoKey> {
        Self::from_list(&std::env::var(KEY_VARIABLE).unwrap_or_default())
    }

    fn from_list(list: &str) -> Result<Self, NoKey> {
        let keys = list.split(',').map(str::trim).filter(|key| !key.is_empty());
        let keys: Vec<_> = keys.map(|key| KeyInUse { key: key.into(), until: None }).collect();
        if keys.is_empty() { Err(NoKey(())) } else { Ok(Self { keys }) }
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

/// The variable `KLAVI_SECRET_KEY` holds no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKey(());

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{KEY_VARIABLE} holds no key")
    }
}

impl std::error::Error for NoKey {}

impl Provider for Klavi {
    fn name(&self) -> &'static str {
        "klavi"
    }

    fn authenticate(&self, body: &[u8], headers: &HeaderMap, now: Timestamp) -> Result<(), VerifyError> {
        let signature = signature(headers)?;
        let current = self.keys.iter().filter(|key| key.until.is_none_or(|until| now < until));
        // Every key is tried, so that the time taken does not tell which one fits.
        if current.fold(false, |found, key| key.key.verifies(body, &signature) | found) {
            Ok(())
        } else {
            Err(VerifyError::Mismatch)
        }
    }

    fn check_head(&self, headers: &HeaderMap) -> Result<(), VerifyError> {
        signature(headers).map(drop)
    }

    fn kept_headers(&self) -> &'static [&'static str] {
        &["x-klavi-signature", "x-klavi-timestamp", "content-type", "user-agent"]
    }

    fn split(&self, delivery: &Delivery<Verified>) -> Split {
        split::split(delivery, self.kept_headers())
    }
}

/// The one signature that a delivery carries.
fn signature(headers: &HeaderMap) -> Result<Signature, VerifyError> {
    let mut lines = headers.get_all(SIGNATURE_HEADER).iter();
    let line = lines.next().ok_or(VerifyError::Missing)?;
    if lines.next().is_some() {
        return Err(VerifyError::Repeated);
    }
    line.to_str().map_err(|_| VerifyError::Malformed)?.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_keys_may_have_blanks_but_not_be_empty() {
        assert_eq!(Klavi::from_list(" new , old\n").unwrap().keys.len(), 2);
        for list in ["", " ", ",", " , \n"] {
            assert_eq!(Klavi::from_list(list).unwrap_err().to_string(), "KLAVI_SECRET_KEY holds no key");
        }
    }
}
