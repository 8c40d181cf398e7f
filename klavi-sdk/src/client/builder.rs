//! Settings of a client.

use std::sync::Arc;

use provider_call::{ClientSettings, MissingVariable, SettingsError, Variables, client_settings};

use super::{Client, PROVIDER};
use crate::credentials::Credentials;
use crate::environment::{Environment, UnknownEnvironment};
use crate::session::{Session, TokenRenewal};

const ENVIRONMENT: &str = "KLAVI_ENVIRONMENT";
const BASE_URL: &str = "KLAVI_BASE_URL";
const ALLOW_PLAIN_HTTP: &str = "KLAVI_ALLOW_PLAIN_HTTP";

/// Builds a [`Client`]. Nothing is sent and nothing is started before the first call.
///
/// ```no_run
/// use klavi_sdk::{Client, Credentials, Environment, TransportOptions};
///
/// # fn example(keys: Credentials) -> Result<(), Box<dyn std::error::Error>> {
/// let options = TransportOptions::new().root_certificates(std::fs::read("company-ca.pem")?);
/// let client = Client::builder(keys, Environment::Production).transport_options(options).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    credentials: Credentials,
    environment: Environment,
    token_renewal: TokenRenewal,
    settings: ClientSettings,
}

/// Why a client cannot be built. Holds no value of a variable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable of the environment is not set or empty, or its file cannot be read.
    #[error(transparent)]
    Variable(MissingVariable),
    /// Neither `KLAVI_ENVIRONMENT` nor `KLAVI_BASE_URL` is set.
    #[error("set KLAVI_ENVIRONMENT to `sandbox`, `testing` or `production`, or KLAVI_BASE_URL to an address")]
    NoEnvironment,
    /// `KLAVI_ENVIRONMENT` names no environment.
    #[error("the variable KLAVI_ENVIRONMENT cannot be used: {0}")]
    UnknownEnvironment(UnknownEnvironment),
    /// The access key or the secret key is empty.
    #[error("the access key or the secret key is empty")]
    EmptyKey,
    /// Another setting cannot be used.
    #[error(transparent)]
    Settings(SettingsError),
    /// The runtime of a blocking client could not be set up.
    #[cfg(feature = "blocking")]
    #[error("the runtime of a blocking client cannot be set up")]
    Runtime(#[source] std::io::Error),
}

impl ClientBuilder {
    pub(super) fn new(credentials: Credentials, environment: Environment) -> Self {
        let (token_renewal, settings) = (TokenRenewal::default(), ClientSettings::new());
        Self { credentials, environment, token_renewal, settings }
    }

    /// Takes the keys from `KLAVI_ACCESS_KEY` and `KLAVI_SECRET_KEY`, or from the files that `KLAVI_ACCESS_KEY_FILE` and
    /// `KLAVI_SECRET_KEY_FILE` name; the environment from `KLAVI_ENVIRONMENT` (`sandbox`, `testing` or `production`) or,
    /// before that, from `KLAVI_BASE_URL`. `KLAVI_ALLOW_PLAIN_HTTP=true` is
    /// [`allow_plain_http`](Self::allow_plain_http).
    ///
    /// # Errors
    /// If a variable is missing or cannot be used. There is no default key and no default environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(&Variables::of_process())
    }

    fn from_variables(variables: &Variables) -> Result<Self, ConfigError> {
        let credentials = Credentials::from_variables(variables)?;
        let environment = match (variables.get(BASE_URL), variables.get(ENVIRONMENT)) {
            (Some(base_url), _) => Environment::Custom(base_url),
            (None, Some(name)) => name.parse().map_err(ConfigError::UnknownEnvironment)?,
            (None, None) => return Err(ConfigError::NoEnvironment),
        };
        let plain = variables.get(ALLOW_PLAIN_HTTP).is_some_and(|word| word.eq_ignore_ascii_case("true"));
        Ok(Self::new(credentials, environment).allow_plain_http(plain))
    }

    /// Calls another address than that of the environment: `https`, or `http` to loopback.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.environment = Environment::Custom(base_url.into());
        self
    }

    /// How the access token is renewed before it ends.
    pub fn token_renewal(mut self, renewal: TokenRenewal) -> Self {
        self.token_renewal = renewal;
        self
    }

    client_settings!();

    /// Builds the client.
    ///
    /// # Errors
    /// If a setting cannot be used; see [`ConfigError`].
    pub fn build(self) -> Result<Client, ConfigError> {
        if !self.credentials.is_complete() {
            return Err(ConfigError::EmptyKey);
        }
        let caller =
            self.settings.caller(&PROVIDER, self.environment.base_url()).map_err(ConfigError::Settings)?;
        let session = Arc::new(Session::new(caller.clone(), self.credentials, self.token_renewal));
        Ok(Client { caller, session })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<ClientBuilder, ConfigError> {
        ClientBuilder::from_variables(&Variables::given(variables))
    }

    const ACCESS: (&str, &str) = ("KLAVI_ACCESS_KEY", "k-access");
    const SECRET: (&str, &str) = ("KLAVI_SECRET_KEY", "k-secret");

    #[test]
    fn keys_and_environment_come_from_variables() {
        let builder = from(&[ACCESS, SECRET, ("KLAVI_ENVIRONMENT", "Testing")]).unwrap();
        assert_eq!(builder.environment, Environment::Testing);
        let builder = from(&[
            ACCESS,
            SECRET,
            ("KLAVI_ENVIRONMENT", "production"),
            ("KLAVI_BASE_URL", "http://127.0.0.1:4010"),
        ]);
        assert_eq!(builder.unwrap().environment, Environment::Custom("http://127.0.0.1:4010".to_owned()));
    }

    #[test]
    fn of_several_secret_keys_the_first_one_logs_in() {
        let builder =
            from(&[ACCESS, ("KLAVI_SECRET_KEY", "new-key,old-key"), ("KLAVI_ENVIRONMENT", "sandbox")])
                .unwrap();
        let login = serde_json::to_string(&builder.credentials.login()).unwrap();
        assert_eq!(login, r#"{"accessKey":"k-access","secretKey":"new-key"}"#);
    }

    #[test]
    fn nothing_is_made_up() {
        let environment = ("KLAVI_ENVIRONMENT", "sandbox");
        for (variables, expected) in [
            (
                vec![SECRET, environment],
                "the variable KLAVI_ACCESS_KEY is not set, nor is KLAVI_ACCESS_KEY_FILE",
            ),
            (
                vec![ACCESS, environment],
                "the variable KLAVI_SECRET_KEY is not set, nor is KLAVI_SECRET_KEY_FILE",
            ),
            (
                vec![ACCESS, ("KLAVI_SECRET_KEY", " "), environment],
                "the variable KLAVI_SECRET_KEY is not set, nor is KLAVI_SECRET_KEY_FILE",
            ),
            (
                vec![ACCESS, SECRET],
                "set KLAVI_ENVIRONMENT to `sandbox`, `testing` or `production`, or KLAVI_BASE_URL to an address",
            ),
            (
                vec![ACCESS, SECRET, ("KLAVI_ENVIRONMENT", "live")],
                "the variable KLAVI_ENVIRONMENT cannot be used: \
                 an environment is `sandbox`, `testing` or `production`",
            ),
        ] {
            assert_eq!(from(&variables).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn keys_show_in_no_debug_text() {
        let builder = from(&[ACCESS, SECRET, ("KLAVI_ENVIRONMENT", "sandbox")]).unwrap();
        assert!(!format!("{builder:?}").contains("k-"));
    }
}
