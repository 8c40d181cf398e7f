//! Settings of a client.

use std::sync::Arc;
use std::time::Duration;

use provider_call::{ClientSettings, ConfigError, Variables, client_settings};

use super::{Client, PROVIDER};
use crate::credentials::Credentials;
use crate::environment::{Environment, NAMES};
use crate::keys::Keys;

/// What the names of all variables begin with.
const PREFIX: &str = "BELVO";

/// Builds a [`Client`]. Nothing is sent and nothing is started before the first call.
///
/// Defaults, as Belvo recommends: six attempts within three minutes, with a backoff of 3, 6, 12, 24 and 48 seconds; 30 s
/// for one attempt, and [`login_timeout`](Self::login_timeout) for calls in which Belvo logs in at a bank.
///
/// ```no_run
/// use belvo_sdk::{Client, Credentials, Environment, TransportOptions};
///
/// # fn example(keys: Credentials) -> Result<(), Box<dyn std::error::Error>> {
/// let options = TransportOptions::new().root_certificates(std::fs::read("company-ca.pem")?);
/// let client = Client::builder(keys, Environment::Production).transport_options(options).build()?;
/// # Ok(())
/// # }
/// ```
///
/// Above 80 calls in 30 seconds from one address Belvo answers 403, and blocks the address in the end. With the feature
/// `rate-limit`, two calls a second with a burst of twenty stay below it: 20 at once, and 60 more within 30 seconds.
#[cfg_attr(
    feature = "rate-limit",
    doc = "
```no_run
use std::num::NonZeroU32;
use belvo_sdk::{Client, Credentials, Environment, RateLimit};

# fn example(keys: Credentials) -> Result<(), Box<dyn std::error::Error>> {
let two = NonZeroU32::new(2).ok_or(\"not zero\")?;
let twenty = NonZeroU32::new(20).ok_or(\"not zero\")?;
let limit = RateLimit::per_second(two).burst(twenty);
let client = Client::builder(keys, Environment::Production).rate_limit(limit).build()?;
# Ok(())
# }
```"
)]
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    credentials: Credentials,
    environment: Environment,
    settings: ClientSettings,
}

impl ClientBuilder {
    pub(super) fn new(credentials: Credentials, environment: Environment) -> Self {
        Self { credentials, environment, settings: ClientSettings::new() }
    }

    /// Takes the keys from `BELVO_SECRET_ID` and `BELVO_SECRET_PASSWORD`, or from the files that `BELVO_SECRET_ID_FILE`
    /// and `BELVO_SECRET_PASSWORD_FILE` name; the environment from `BELVO_ENVIRONMENT` (`sandbox` or `production`) or,
    /// before that, from `BELVO_BASE_URL`. `BELVO_ALLOW_PLAIN_HTTP=true` is [`allow_plain_http`](Self::allow_plain_http).
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

    /// The time for one attempt of the calls in which Belvo logs in at the institution: to register a link, to resume
    /// it, to give it new credentials. Such a call may take twice as long in all. Default: 330 s, as Belvo itself gives
    /// up after 300 s.
    pub fn login_timeout(mut self, timeout: Duration) -> Self {
        self.settings = self.settings.slow_attempt_timeout(timeout);
        self
    }

    client_settings!();

    /// Builds the client.
    ///
    /// # Errors
    /// If a setting cannot be used; see [`ConfigError`].
    pub fn build(self) -> Result<Client, ConfigError> {
        let keys = Arc::new(Keys::new(self.credentials)?);
        let caller = self.settings.caller(&PROVIDER, self.environment.base_url())?;
        Ok(Client { caller, keys })
    }
}

#[cfg(test)]
mod tests {
    use provider_call::ScriptedTransport;

    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<ClientBuilder, ConfigError> {
        ClientBuilder::from_variables(&Variables::given(variables))
    }

    const ID: (&str, &str) = ("BELVO_SECRET_ID", "k-id");
    const PASSWORD: (&str, &str) = ("BELVO_SECRET_PASSWORD", "k-password");

    #[test]
    fn keys_and_environment_come_from_variables() {
        let builder = from(&[ID, PASSWORD, ("BELVO_ENVIRONMENT", "Production")]).unwrap();
        assert_eq!(builder.environment, Environment::Production);
        let builder = from(&[
            ID,
            PASSWORD,
            ("BELVO_ENVIRONMENT", "production"),
            ("BELVO_BASE_URL", " http://127.0.0.1:4020 "),
        ]);
        assert_eq!(builder.unwrap().environment, Environment::Custom("http://127.0.0.1:4020".to_owned()));
    }

    #[test]
    fn nothing_is_made_up() {
        let environment = ("BELVO_ENVIRONMENT", "sandbox");
        for (variables, expected) in [
            (
                vec![PASSWORD, environment],
                "the variable BELVO_SECRET_ID is not set, nor is BELVO_SECRET_ID_FILE",
            ),
            (
                vec![ID, environment],
                "the variable BELVO_SECRET_PASSWORD is not set, nor is BELVO_SECRET_PASSWORD_FILE",
            ),
            (
                vec![ID, ("BELVO_SECRET_PASSWORD", " "), environment],
                "the variable BELVO_SECRET_PASSWORD is not set, nor is BELVO_SECRET_PASSWORD_FILE",
            ),
            (
                vec![ID, PASSWORD],
                "set BELVO_ENVIRONMENT to `sandbox` or `production`, or BELVO_BASE_URL to an address",
            ),
            (
                vec![ID, PASSWORD, ("BELVO_ENVIRONMENT", "development")],
                "the variable BELVO_ENVIRONMENT cannot be used: an environment is `sandbox` or `production`",
            ),
        ] {
            assert_eq!(from(&variables).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn plain_http_to_a_named_host_needs_its_variable() {
        let address = ("BELVO_BASE_URL", "http://belvo-mock:4020");
        let build = |allow| {
            let builder = from(&[ID, PASSWORD, address, ("BELVO_ALLOW_PLAIN_HTTP", allow)]).unwrap();
            builder.transport(ScriptedTransport::new()).build()
        };
        assert!(build("true").is_ok() && build("TRUE").is_ok());
        for allow in ["", "false", "0"] {
            assert!(matches!(build(allow), Err(ConfigError::BaseUrl(_))), "{allow}");
        }
    }

    #[test]
    fn keys_show_in_no_debug_text() {
        let builder = from(&[ID, PASSWORD, ("BELVO_ENVIRONMENT", "sandbox")]).unwrap();
        assert!(!format!("{builder:?}").contains("k-"));
    }
}
