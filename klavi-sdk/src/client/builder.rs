//! Settings of a client.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "rate-limit")]
use provider_call::RateLimit;
use provider_call::{Caller, Clock, RetryBudget, RetryPolicy, SystemClock, Transport, user_agent};
#[cfg(feature = "rustls-no-provider")]
use provider_call::{ReqwestTransport, TransportOptions};

use super::{Client, ConfigError, Inner, PROVIDER};
use crate::api::Api;
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::session::{Session, TokenRenewal};

const ENVIRONMENT: &str = "KLAVI_ENVIRONMENT";
const BASE_URL: &str = "KLAVI_BASE_URL";

/// Builds a [`Client`]. Nothing is sent and nothing is started before the first call.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    credentials: Credentials,
    environment: Environment,
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "rustls-no-provider")]
    transport_options: TransportOptions,
    clock: Option<Arc<dyn Clock>>,
    retry_policy: RetryPolicy,
    retry_budget: RetryBudget,
    #[cfg(feature = "rate-limit")]
    rate_limit: Option<RateLimit>,
    attempt_timeout: Option<Duration>,
    token_renewal: TokenRenewal,
    app_name: Option<String>,
}

impl ClientBuilder {
    pub(super) fn new(credentials: Credentials, environment: Environment) -> Self {
        Self {
            credentials,
            environment,
            transport: None,
            #[cfg(feature = "rustls-no-provider")]
            transport_options: TransportOptions::new(),
            clock: None,
            retry_policy: RetryPolicy::default(),
            retry_budget: RetryBudget::default(),
            #[cfg(feature = "rate-limit")]
            rate_limit: None,
            attempt_timeout: None,
            token_renewal: TokenRenewal::default(),
            app_name: None,
        }
    }

    /// Takes the keys from `KLAVI_ACCESS_KEY` and `KLAVI_SECRET_KEY`, the environment from
    /// `KLAVI_ENVIRONMENT` (`sandbox`, `testing` or `production`) or, before that, from `KLAVI_BASE_URL`.
    ///
    /// # Errors
    /// If a variable is missing or cannot be used. There is no default key and no default environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let given = |name: &str| variable(name).filter(|text| !text.trim().is_empty());
        let credentials = Credentials::from_variables(given)?;
        let environment = match (given(BASE_URL), given(ENVIRONMENT)) {
            (Some(base_url), _) => Environment::Custom(base_url.trim().to_owned()),
            (None, Some(name)) => name.parse().map_err(ConfigError::UnknownEnvironment)?,
            (None, None) => return Err(ConfigError::NoEnvironment),
        };
        Ok(Self::new(credentials, environment))
    }

    /// Calls another address than that of the environment: `https`, or `http` to loopback.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.environment = Environment::Custom(base_url.into());
        self
    }

    /// Sends requests another way than over the provided transport.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Timeouts, size limit, certificates and proxy of the provided transport. Without effect on a transport of your
    /// own.
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
    #[cfg(feature = "rustls-no-provider")]
    pub fn transport_options(mut self, options: TransportOptions) -> Self {
        self.transport_options = options;
        self
    }

    /// Takes the time from another clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// How often and for how long a call is tried.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = policy;
        self
    }

    /// How many repeats all calls may make together, so that an outage is not met with a multiple of the load.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// How many attempts may be made in a time, as Klavi agrees a rate with each partner. Default: no limit on this
    /// side; a 429 is waited out.
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// How the access token is renewed before it ends.
    pub fn token_renewal(mut self, renewal: TokenRenewal) -> Self {
        self.token_renewal = renewal;
        self
    }

    /// The time for one attempt. Default: 30 s, which is also the default for the whole call.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Name and version of your application, such as `shop/1.4`; goes into the `User-Agent` header.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    #[cfg(feature = "rustls-no-provider")]
    fn provided_transport(&self) -> Result<Arc<dyn Transport>, ConfigError> {
        let transport = ReqwestTransport::new(&self.transport_options).map_err(ConfigError::Transport)?;
        Ok(Arc::new(transport))
    }

    #[cfg(not(feature = "rustls-no-provider"))]
    fn provided_transport(_: &Self) -> Result<Arc<dyn Transport>, ConfigError> {
        Err(ConfigError::NoTransport)
    }

    /// Builds the client.
    ///
    /// # Errors
    /// If a setting cannot be used; see [`ConfigError`].
    pub fn build(self) -> Result<Client, ConfigError> {
        if !self.credentials.is_complete() {
            return Err(ConfigError::EmptyKey);
        }
        let base_url = self.environment.base_url().parse().map_err(ConfigError::BaseUrl)?;
        let agent = user_agent("klavi-sdk", env!("CARGO_PKG_VERSION"), self.app_name.as_deref())
            .map_err(ConfigError::AppName)?;
        let transport = match self.transport.clone() {
            Some(transport) => transport,
            None => Self::provided_transport(&self)?,
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
        let mut caller = Caller::new(base_url, transport, clock)
            .provider(PROVIDER)
            .retry_policy(self.retry_policy)
            .retry_budget(self.retry_budget)
            .user_agent(agent);
        #[cfg(feature = "rate-limit")]
        if let Some(limit) = self.rate_limit {
            caller = caller.rate_limit(limit);
        }
        if let Some(timeout) = self.attempt_timeout {
            caller = caller.attempt_timeout(timeout);
        }
        let api = Api::new(caller);
        let session = Arc::new(Session::new(api.clone(), self.credentials, self.token_renewal));
        Ok(Client { inner: Arc::new(Inner { api, session }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<ClientBuilder, ConfigError> {
        ClientBuilder::from_variables(|name| {
            let found = variables.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| (*value).to_owned())
        })
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
            (vec![SECRET, environment], "the variable KLAVI_ACCESS_KEY is not set"),
            (vec![ACCESS, environment], "the variable KLAVI_SECRET_KEY is not set"),
            (
                vec![ACCESS, ("KLAVI_SECRET_KEY", " "), environment],
                "the variable KLAVI_SECRET_KEY is not set",
            ),
            (
                vec![ACCESS, SECRET],
                "set KLAVI_ENVIRONMENT to `sandbox`, `testing` or `production`, or KLAVI_BASE_URL to an address",
            ),
            (
                vec![ACCESS, SECRET, ("KLAVI_ENVIRONMENT", "live")],
                "the variable KLAVI_ENVIRONMENT cannot be used",
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
