use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Makes `X-Klavi-Signature` of a body: HMAC-SHA-256 in lower-case hexadecimal, the key is the text of the secret key.
/// Source: docs.klavi.ai/connect/security.
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(crate) fn new(secret_key: &str) -> Self {
        Self(Hmac::new_from_slice(secret_key.as_bytes()).expect("HMAC takes keys of any length"))
    }

    pub(crate) fn update(&mut self, body: &[u8]) {
        self.0.update(body);
    }

    pub(crate) fn finish(self) -> String {
        hex::encode(self.0.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        let signature = |key: &str, body: &[u8]| {
            let mut signer = Signer::new(key);
            body.chunks(5).for_each(|piece| signer.update(piece));
            signer.finish()
        };
        // RFC 4231, case 2.
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            signature("key", b"The quick brown fox jumps over the lazy dog"),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        );
    }
}
