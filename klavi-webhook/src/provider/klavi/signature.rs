//! Klavi's signature and the key that makes it. Knows no HTTP beyond the names of its headers.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderName;
use klavi_types::Secret;
use sha2::Sha256;

use crate::VerifyError;

/// Carries the signature: 64 hexadecimal digits, no prefix.
pub const SIGNATURE_HEADER: HeaderName = HeaderName::from_static("x-klavi-signature");

/// Carries the time of sending in Unix seconds. Not part of what is signed, so it proves nothing.
pub const TIMESTAMP_HEADER: HeaderName = HeaderName::from_static("x-klavi-timestamp");

/// The secretKey as it signs deliveries: its text, as UTF-8 bytes.
///
/// ```
/// use klavi_webhook::klavi::SigningKey;
///
/// let key = SigningKey::from("key");
/// let signature = key.sign(b"The quick brown fox jumps over the lazy dog");
/// assert_eq!(
///     signature.to_string(),
///     "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SigningKey(Secret);

impl SigningKey {
    /// Signs a body as Klavi does.
    pub fn sign(&self, body: &[u8]) -> Signature {
        Signature(self.mac().chain_update(body).finalize().into_bytes().into())
    }

    /// Whether this key gives that signature for that body; compared in constant time. An empty key verifies nothing:
    /// anybody could sign with it.
    pub fn verifies(&self, body: &[u8], signature: &Signature) -> bool {
        signature.is_of(self.mac().chain_update(body)) & !self.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn mac(&self) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(self.0.expose().as_bytes()).expect("HMAC takes a key of any length")
    }
}

impl From<&str> for SigningKey {
    fn from(key: &str) -> Self {
        Self(key.into())
    }
}

impl From<String> for SigningKey {
    fn from(key: String) -> Self {
        Self(key.into())
    }
}

impl From<Secret> for SigningKey {
    fn from(key: Secret) -> Self {
        Self(key)
    }
}

/// A signature: 32 bytes, shown as 64 lower-case hexadecimal digits, read in either case.
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Compared in constant time.
    pub(super) fn is_of(&self, mac: Hmac<Sha256>) -> bool {
        mac.verify_slice(&self.0).is_ok()
    }
}

impl FromStr for Signature {
    type Err = VerifyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| VerifyError::Malformed)?;
        let mut bytes = [0; 32];
        HEXLOWER_PERMISSIVE.decode_mut(digits, &mut bytes).map_err(|_| VerifyError::Malformed)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}
