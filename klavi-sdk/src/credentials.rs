//! The partner's pair of keys.

use klavi_types::Secret;
use klavi_types::api::Login;
use provider_call::{ConfigError, Variables};

const ACCESS_KEY: &str = "KLAVI_ACCESS_KEY";
const SECRET_KEY: &str = "KLAVI_SECRET_KEY";

/// `accessKey` and `secretKey` of one environment, from Klavi's console. `Debug` shows neither.
///
/// The secret key also signs webhooks. Keep both on the back end.
#[doc(alias("api_key", "auth"))]
#[derive(Clone, Debug)]
pub struct Credentials {
    access_key: Secret,
    secret_key: Secret,
}

impl Credentials {
    /// A pair of keys. There is no default.
    pub fn new(access_key: impl Into<Secret>, secret_key: impl Into<Secret>) -> Self {
        Self { access_key: access_key.into(), secret_key: secret_key.into() }
    }

    /// The keys in `KLAVI_ACCESS_KEY` and `KLAVI_SECRET_KEY`, or in the files that `KLAVI_ACCESS_KEY_FILE` and
    /// `KLAVI_SECRET_KEY_FILE` name. Of several secret keys, separated by commas for the receiver of webhooks, the first
    /// one is taken.
    ///
    /// # Errors
    /// If one of them is not set or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(&Variables::of_process())
    }

    pub(crate) fn from_variables(variables: &Variables) -> Result<Self, ConfigError> {
        let access_key = variables.secret(ACCESS_KEY)?;
        let secret_keys = variables.secret(SECRET_KEY)?;
        let first = secret_keys.expose().split(',').next().unwrap_or_default().trim();
        Ok(Self::new(access_key, first))
    }

    pub(crate) fn complete(self) -> Result<Self, ConfigError> {
        let is_complete = !self.access_key.is_empty() && !self.secret_key.is_empty();
        if is_complete { Ok(self) } else { Err(ConfigError::EmptyKey) }
    }

    pub(crate) fn secret_key(&self) -> &Secret {
        &self.secret_key
    }

    pub(crate) fn login(&self) -> Login {
        Login::new(self.access_key.clone(), self.secret_key.clone())
    }
}
