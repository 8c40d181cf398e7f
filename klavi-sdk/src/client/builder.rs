//! Settings of a client.

use std::sync::Arc;

use provider_call::{ClientSettings, ConfigError, Variables, client_settings};

use super::{Client, PROVIDER};
use crate::credentials::Credentials;
use crate::environment::{Environment, NAMES};
use crate::session::{Session, TokenRenewal};

/// What the names of all variables begin with.
const PREFIX: &str = "KLAVI";

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
        let environment = variables.environment(PREFIX, NAMES, Environment::Custom)?;
        let builder = Self::new(credentials, environment);
        Ok(builder.allow_plain_http(variables.allow_plain_http(PREFIX)))
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
        let caller = self.settings.caller(&PROVIDER, self.environment.base_url())?;
        let session = Session::new(caller.clone(), self.credentials, self.token_renewal)?;
        Ok(Client { caller, session: Arc::new(session) })
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
