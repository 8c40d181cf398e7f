//! The partner's pair of keys.

use klavi_types::Secret;
use klavi_types::api::Login;

use crate::client::ConfigError;

const ACCESS_KEY: &str = "KLAVI_ACCESS_KEY";
const SECRET_KEY: &str = "KLAVI_SECRET_KEY";

/// `accessKey` and `secretKey` of one environment, from Klavi's console. `Debug` shows neither.
///
/// The secret key also signs webhooks. Keep both on the back end.
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

    /// The keys in `KLAVI_ACCESS_KEY` and `KLAVI_SECRET_KEY`. Of several secret keys, separated by commas for
    /// the receiver of webhooks, the first one is taken.
    ///
    /// # Errors
    /// If one of the variables is not set or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    pub(crate) fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let given = |name, text: &str| match text.trim() {
            "" => Err(ConfigError::MissingVariable { name }),
            key => Ok(Secret::from(key)),
        };
        let access_key = variable(ACCESS_KEY).unwrap_or_default();
        let secret_keys = variable(SECRET_KEY).unwrap_or_default();
        let secret_key = secret_keys.split(',').next().unwrap_or_default();
        Ok(Self::new(given(ACCESS_KEY, &access_key)?, given(SECRET_KEY, secret_key)?))
    }

    pub(crate) fn is_complete(&self) -> bool {
        !self.access_key.is_empty() && !self.secret_key.is_empty()
    }

    pub(crate) fn secret_key(&self) -> &Secret {
        &self.secret_key
    }

    pub(crate) fn login(&self) -> Login {
        Login::new(self.access_key.clone(), self.secret_key.clone())
    }
}
