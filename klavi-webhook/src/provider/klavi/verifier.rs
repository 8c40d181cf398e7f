//! The verifier of Klavi's signature: HMAC-SHA-256 over the raw body. Knows no HTTP.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::stringify::stringify;
use super::{Signature, SigningKey};
use crate::{Verifier, VerifyError};

/// Verifies the signature of a body with several keys.
pub(super) struct SignatureVerifier {
    signature: Signature,
    /// Of what has arrived, one for each key.
    macs: Vec<Hmac<Sha256>>,
    /// Of nothing yet, where the re-serialised text is tried as well.
    fresh: Option<Vec<Hmac<Sha256>>>,
}

impl SignatureVerifier {
    pub(super) fn new<'a>(
        keys: impl Iterator<Item = &'a SigningKey>,
        signature: Signature,
        respelled: bool,
    ) -> Self {
        // Anybody could sign with an empty key.
        let macs: Vec<_> = keys.filter(|key| !key.is_empty()).map(SigningKey::mac).collect();
        Self { signature, fresh: respelled.then(|| macs.clone()), macs }
    }
}

impl Verifier for SignatureVerifier {
    fn update(&mut self, chunk: &[u8]) {
        for mac in &mut self.macs {
            mac.update(chunk);
        }
    }

    fn finish(self: Box<Self>, body: &[u8]) -> Result<(), VerifyError> {
        let Self { signature, macs, fresh } = *self;
        if is_of_any(&signature, macs.into_iter()) {
            return Ok(());
        }
        let fresh = fresh.ok_or(VerifyError::Mismatch)?;
        let text = stringify(body).ok_or(VerifyError::Mismatch)?;
        if !is_of_any(&signature, fresh.into_iter().map(|mac| mac.chain_update(&text))) {
            return Err(VerifyError::Mismatch);
        }
        tracing::debug!(bytes = body.len(), "the signature matches the body as JavaScript serialises it");
        Ok(())
    }
}

/// Every key is tried, so that the time taken does not tell which one fits.
fn is_of_any(signature: &Signature, macs: impl Iterator<Item = Hmac<Sha256>>) -> bool {
    macs.fold(false, |found, mac| signature.is_of(mac) | found)
}
