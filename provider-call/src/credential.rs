//! Who is calling.

use std::convert::Infallible;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

/// Hands out the credential for each attempt of a call.
pub trait CredentialSource: Send + Sync {
    /// One credential, such as a token.
    type Credential: Send + Sync;
    /// Why there is none, such as a refused login.
    type Error: Send;

    /// The credential to use now. Asked once per attempt, so that each attempt has a fresh one.
    fn credential(&self) -> impl Future<Output = Result<Self::Credential, Self::Error>> + Send;

    /// The value of the `Authorization` header, if there is one.
    fn authorization(&self, credential: &Self::Credential) -> Option<HeaderValue>;

    /// The server answered 401 to `refused`: it must not be handed out again.
    fn invalidate(&self, refused: &Self::Credential) -> Renewal;
}

/// Whether another credential can be had after one was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renewal {
    /// The next [`CredentialSource::credential`] will be another one.
    Possible,
    /// There is no other; the refusal is final.
    Impossible,
}

/// For calls that carry no credential, such as a login.
#[derive(Clone, Copy, Debug)]
pub struct NoCredential;

impl CredentialSource for NoCredential {
    type Credential = ();
    type Error = Infallible;

    async fn credential(&self) -> Result<(), Infallible> {
        Ok(())
    }

    fn authorization(&self, (): &()) -> Option<HeaderValue> {
        None
    }

    fn invalidate(&self, (): &()) -> Renewal {
        Renewal::Impossible
    }
}

/// One credential that cannot be replaced. `Debug` does not show it.
#[derive(Clone)]
pub struct FixedCredential(HeaderValue);

impl FixedCredential {
    /// A credential with the given value of the `Authorization` header, see [`bearer`] and [`basic`].
    #[must_use]
    pub fn new(mut authorization: HeaderValue) -> Self {
        authorization.set_sensitive(true);
        Self(authorization)
    }
}

impl fmt::Debug for FixedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FixedCredential(..)")
    }
}

impl CredentialSource for FixedCredential {
    type Credential = ();
    type Error = Infallible;

    async fn credential(&self) -> Result<(), Infallible> {
        Ok(())
    }

    fn authorization(&self, (): &()) -> Option<HeaderValue> {
        Some(self.0.clone())
    }

    fn invalidate(&self, (): &()) -> Renewal {
        Renewal::Impossible
    }
}

/// A token or key with characters that a header cannot carry, or an empty one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidCredential;

impl fmt::Display for InvalidCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token is empty or has characters that a header cannot carry")
    }
}

impl std::error::Error for InvalidCredential {}

/// The header value `Bearer <token>`, marked so that nobody prints it.
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

/// The header value `Basic <user:password>` in base64, marked so that nobody prints it.
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
        assert!(!format!("{value:?} {:?}", FixedCredential::new(value.clone())).contains("s3cret"));
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
