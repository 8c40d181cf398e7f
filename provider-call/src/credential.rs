//! Who is calling.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use crate::error::CallError;

/// Provides the credential for each attempt of a call.
pub trait CredentialSource: fmt::Debug + Send + Sync {
    /// The credential to use now; `None` where none goes with the call. Asked once per attempt, so that each attempt
    /// has a fresh one.
    ///
    /// `patience` is how long the call can wait. A source that renews a credential that still works gives up in time, so that
    /// a renewal that hangs costs no call. `refused` is the credential that the server did not accept in this call: the
    /// call needs another one.
    fn credential(&self, patience: Duration, refused: Option<&Credential>) -> CredentialLookup<'_>;

    /// The server answered 401 to `refused`.
    fn refused(&self, refused: &Credential) -> Renewal {
        let _ = refused;
        Renewal::Impossible
    }
}

/// What a [`CredentialSource`] has. The error is that of the login that failed.
pub enum CredentialLookup<'a> {
    /// It is known. Most calls find their credential so, and allocate no future for it.
    Ready(Result<Option<Credential>, CallError>),
    /// It has to be waited for.
    Pending(Pin<Box<dyn Future<Output = Result<Option<Credential>, CallError>> + Send + 'a>>),
}

impl CredentialLookup<'_> {
    /// This credential, without waiting.
    #[must_use]
    pub fn ready(credential: Credential) -> Self {
        Self::Ready(Ok(Some(credential)))
    }

    /// Waits for it, for tests of a source.
    ///
    /// # Errors
    /// That of the login.
    pub async fn wait(self) -> Result<Option<Credential>, CallError> {
        match self {
            Self::Ready(result) => result,
            Self::Pending(future) => future.await,
        }
    }
}

impl fmt::Debug for CredentialLookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready(_) => "Ready(..)",
            Self::Pending(_) => "Pending(..)",
        })
    }
}

/// The value of an `Authorization` header. `Debug` does not show it.
#[derive(Clone)]
pub struct Credential {
    authorization: HeaderValue,
    /// Which one it is among those of its source.
    pub(crate) generation: u64,
}

/// Whether another credential can be had after one was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renewal {
    /// The next [`CredentialSource::credential`] will be another one.
    Possible,
    /// There is no other; the refusal is final.
    Impossible,
}

impl Credential {
    /// A credential with the given value of the `Authorization` header, see [`bearer`] and [`basic`].
    #[must_use]
    pub fn new(authorization: HeaderValue) -> Self {
        Self::of_generation(authorization, 0)
    }

    pub(crate) fn of_generation(mut authorization: HeaderValue, generation: u64) -> Self {
        authorization.set_sensitive(true);
        Self { authorization, generation }
    }

    /// The value of the header.
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(..)")
    }
}

/// For calls that carry no credential in `Authorization`, such as a login.
#[derive(Clone, Copy, Debug)]
pub struct NoCredential;

impl CredentialSource for NoCredential {
    fn credential(&self, _: Duration, _: Option<&Credential>) -> CredentialLookup<'_> {
        CredentialLookup::Ready(Ok(None))
    }
}

/// One credential that cannot be renewed.
impl CredentialSource for Credential {
    fn credential(&self, _: Duration, _: Option<&Credential>) -> CredentialLookup<'_> {
        CredentialLookup::ready(self.clone())
    }
}

/// A token or key with characters that a header cannot carry, or an empty one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the token is empty or has characters that a header cannot carry")]
pub struct InvalidCredential;

/// The header value `Bearer <token>`, marked as sensitive so that it is not printed.
///
/// # Errors
/// If the token is empty or not visible ASCII.
pub fn bearer(token: &str) -> Result<HeaderValue, InvalidCredential> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(InvalidCredential);
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| InvalidCredential)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The header value `Basic <user:password>` in base64, marked as sensitive so that it is not printed.
///
/// # Errors
/// If the user or the password is empty or has a control character, or if the user has a colon.
pub fn basic(user: &str, password: &str) -> Result<HeaderValue, InvalidCredential> {
    let unfit = |text: &str| text.is_empty() || text.chars().any(char::is_control);
    if unfit(user) || unfit(password) || user.contains(':') {
        return Err(InvalidCredential);
    }
    let encoded = STANDARD.encode(format!("{user}:{password}"));
    let mut value = HeaderValue::try_from(format!("Basic {encoded}")).map_err(|_| InvalidCredential)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_value_is_never_printed() {
        let value = bearer("s3cret").unwrap();
        assert_eq!(value, "Bearer s3cret");
        assert!(!format!("{value:?} {:?}", Credential::new(value.clone())).contains("s3cret"));
    }

    #[test]
    fn user_and_password_are_encoded_and_never_printed() {
        // The example of RFC 7617.
        let value = basic("Aladdin", "open sesame").unwrap();
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(!format!("{value:?}").contains("QWxh"));
        assert!(basic("user", "pass:word").is_ok());
        for (user, password) in [("", "p"), ("u", ""), ("u:v", "p"), ("u\r\n", "p"), ("u", "p\0")] {
            assert_eq!(basic(user, password), Err(InvalidCredential), "{user:?} {password:?}");
        }
    }

    #[test]
    fn a_token_cannot_smuggle_a_header() {
        for bad in ["", "a b", "a\r\nx: y", "ç"] {
            assert_eq!(bearer(bad), Err(InvalidCredential), "{bad:?}");
        }
    }
}
