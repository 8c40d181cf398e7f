//! The value that Belvo sends in `Authorization`. Must not show it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use provider_wire::Secret;
use sha2::Sha256;

/// The value that Belvo sends in `Authorization`, letter by letter as it was set in the dashboard.
///
/// Compared as a whole: a scheme in other case or Base64 spelt otherwise is another value. Blanks around it do not
/// count, since HTTP does not carry them.
///
/// ```
/// use klavi_webhook::belvo::Authorization;
///
/// assert_eq!(Authorization::basic("belvo", "s3cret"), Authorization::from("Basic YmVsdm86czNjcmV0"));
/// assert_eq!(Authorization::bearer("t0ken"), Authorization::from("Bearer t0ken"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Authorization(Secret);

impl Authorization {
    /// `Basic`, and the Base64 of user and password.
    pub fn basic(user: &str, password: &str) -> Self {
        format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))).into()
    }

    /// `Bearer`, and the token.
    pub fn bearer(token: &str) -> Self {
        format!("Bearer {token}").into()
    }

    /// Whether there is nothing secret in it: no text, a scheme alone, or neither user nor password. Anybody could send
    /// that, so that it verifies nothing.
    pub fn is_empty(&self) -> bool {
        /// The Base64 of a colon.
        const NOBODY: &str = "Og==";
        let value = self.0.expose();
        let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
        match (scheme, rest.trim()) {
            ("" | "Basic" | "Bearer", "") | ("Basic", NOBODY) => true,
            (_, _) => false,
        }
    }

    /// Compared in constant time, for values of any length.
    pub(super) fn is(&self, presented: &[u8]) -> bool {
        tag(self.0.expose().as_bytes()).verify_slice(&tag(presented).finalize().into_bytes()).is_ok()
            & !self.is_empty()
    }
}

/// Something of the same length for every value, another one for each.
fn tag(value: &[u8]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(b"authorization").expect("HMAC takes a key of any length");
    mac.chain_update(value)
}

impl From<&str> for Authorization {
    fn from(value: &str) -> Self {
        Self(value.trim().into())
    }
}

impl From<String> for Authorization {
    fn from(value: String) -> Self {
        value.as_str().into()
    }
}

impl From<Secret> for Authorization {
    fn from(value: Secret) -> Self {
        value.expose().into()
    }
}
