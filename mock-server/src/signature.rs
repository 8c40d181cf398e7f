//! What deliveries are signed with.

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName};
use provider_mock::Signing;
use provider_mock::deliveries::{Headers, Sign};
use sha2::Sha256;

const SIGNATURE: HeaderName = HeaderName::from_static("x-klavi-signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-klavi-timestamp");

/// The headers of deliveries that are signed with that key.
pub(crate) fn headers(secret_key: String) -> Headers {
    Box::new(move |delivery, body, now| {
        let mut headers = HeaderMap::new();
        headers.insert(TIMESTAMP, now.as_second().into());
        let signature = || body.signature(Signer::new(&secret_key));
        let signature = match delivery.options.signing {
            Signing::Signed => Some(signature()),
            Signing::Unsigned => None,
            Signing::Tampered => Some(tampered(&signature())),
        };
        if let Some(signature) = signature {
            headers.insert(SIGNATURE, signature.parse().expect("hexadecimal digits fit a header"));
        }
        headers
    })
}

/// Another digit in the first place: the form is right, the signature is not.
fn tampered(signature: &str) -> String {
    let first = if signature.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", signature.get(1..).unwrap_or_default())
}

/// Makes `X-Klavi-Signature` of a body: HMAC-SHA-256 in lower-case hexadecimal, the key is the text of the secret key.
/// Source: docs.klavi.ai/connect/security.
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(crate) fn new(secret_key: &str) -> Self {
        Self(Hmac::new_from_slice(secret_key.as_bytes()).expect("HMAC takes keys of any length"))
    }
}

impl Sign for Signer {
    fn update(&mut self, body: &[u8]) {
        Mac::update(&mut self.0, body);
    }

    fn finish(self) -> String {
        hex::encode(self.0.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tampered_signature_has_the_form_of_one() {
        for (signature, wrong) in [("0af3", "1af3"), ("9bc0", "0bc0")] {
            assert_eq!(tampered(signature), wrong);
        }
    }

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
