//! The key of the Standard Webhooks signature.
//!
//! Knows nothing of entries.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use provider_wire::Secret;
use sha2::Sha256;

use super::InvalidForward;

/// The key that both sides have: `whsec_` and the Base64 of 24 to 64 random bytes, as
/// `echo "whsec_$(openssl rand -base64 32)"` makes one.
#[derive(Clone, Debug)]
pub struct ForwardKey(Secret);

impl FromStr for ForwardKey {
    type Err = InvalidForward;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
        match bytes {
            Some(bytes) if (24..=64).contains(&bytes.len()) => Ok(Self(text.into())),
            _ => Err(InvalidForward::Key),
        }
    }
}

impl ForwardKey {
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let key = self.0.expose().strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&key.unwrap_or_default()).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}
