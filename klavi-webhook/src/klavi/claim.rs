use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::stringify::stringify;
use super::{Signature, SigningKey};
use crate::{Claim, VerifyError};

/// A signature, to be proved with one of the keys.
pub(super) struct Signed {
    keys: Vec<Keyed>,
    signature: Signature,
    respelled: bool,
}

struct Keyed {
    fresh: Hmac<Sha256>,
    body: Hmac<Sha256>,
}

impl Signed {
    pub(super) fn new<'a>(
        keys: impl Iterator<Item = &'a SigningKey>,
        signature: Signature,
        respelled: bool,
    ) -> Self {
        // Anybody could sign with an empty key.
        let keys = keys.filter(|key| !key.is_empty()).map(SigningKey::mac);
        let keys = keys.map(|fresh| Keyed { body: fresh.clone(), fresh }).collect();
        Self { keys, signature, respelled }
    }

    /// Every key is tried, so that the time taken does not tell which one fits.
    fn any(&self, mac: impl Fn(&Keyed) -> Hmac<Sha256>) -> bool {
        self.keys.iter().fold(false, |found, key| self.signature.is_of(mac(key)) | found)
    }
}

impl Claim for Signed {
    fn update(&mut self, piece: &[u8]) {
        for key in &mut self.keys {
            key.body.update(piece);
        }
    }

    fn prove(self: Box<Self>, body: &[u8]) -> Result<(), VerifyError> {
        if self.any(|key| key.body.clone()) {
            return Ok(());
        }
        let text = self.respelled.then(|| stringify(body)).flatten().ok_or(VerifyError::Mismatch)?;
        if !self.any(|key| key.fresh.clone().chain_update(&text)) {
            return Err(VerifyError::Mismatch);
        }
        tracing::debug!(bytes = body.len(), "the signature fits the body as JavaScript respells it");
        Ok(())
    }
}
