//! The partner's pair of keys.

use belvo_types::Secret;
use belvo_types::api::CreateWidgetToken;
use provider_call::{ConfigError, Credential, Variables, basic};
use serde::Serialize;

const SECRET_ID: &str = "BELVO_SECRET_ID";
const SECRET_PASSWORD: &str = "BELVO_SECRET_PASSWORD";

/// `secretId` and `secretPassword` of one environment, from Belvo's dashboard. `Debug` shows neither.
///
/// Keep both on the back end: browsers and apps get a widget token.
#[doc(alias("api_key", "auth"))]
#[derive(Clone, Debug)]
pub struct Credentials {
    secret_id: Secret,
    secret_password: Secret,
}

/// A request for a widget token, which has the keys in its body.
#[derive(Serialize)]
pub(crate) struct WithKeys<'a> {
    id: &'a Secret,
    password: &'a Secret,
    #[serde(flatten)]
    request: &'a CreateWidgetToken,
}

impl Credentials {
    /// A pair of keys. There is no default.
    pub fn new(secret_id: impl Into<Secret>, secret_password: impl Into<Secret>) -> Self {
        Self { secret_id: secret_id.into(), secret_password: secret_password.into() }
    }

    /// The keys in `BELVO_SECRET_ID` and `BELVO_SECRET_PASSWORD`, or in the files that `BELVO_SECRET_ID_FILE` and
    /// `BELVO_SECRET_PASSWORD_FILE` name.
    ///
    /// # Errors
    /// If one of them is not set or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(&Variables::of_process())
    }

    pub(crate) fn from_variables(variables: &Variables) -> Result<Self, ConfigError> {
        Ok(Self::new(variables.secret(SECRET_ID)?, variables.secret(SECRET_PASSWORD)?))
    }

    /// The keys as HTTP Basic.
    pub(crate) fn basic(&self) -> Result<Credential, ConfigError> {
        if self.secret_id.is_empty() || self.secret_password.is_empty() {
            return Err(ConfigError::EmptyKey);
        }
        let header = basic(self.secret_id.expose(), self.secret_password.expose());
        header.map(Credential::new).map_err(ConfigError::Key)
    }

    pub(crate) fn with<'a>(&'a self, request: &'a CreateWidgetToken) -> WithKeys<'a> {
        WithKeys { id: &self.secret_id, password: &self.secret_password, request }
    }
}
