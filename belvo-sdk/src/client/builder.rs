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
use crate::retry::{self, LOGIN_TIMEOUT};

const ENVIRONMENT: &str = "BELVO_ENVIRONMENT";
const BASE_URL: &str = "BELVO_BASE_URL";

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
    login_timeout: Duration,
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
            retry_policy: retry::policy(),
            retry_budget: RetryBudget::default(),
            #[cfg(feature = "rate-limit")]
            rate_limit: None,
            attempt_timeout: None,
            login_timeout: LOGIN_TIMEOUT,
            app_name: None,
        }
    }

    /// Takes the keys from `BELVO_SECRET_ID` and `BELVO_SECRET_PASSWORD`, the environment from
    /// `BELVO_ENVIRONMENT` (`sandbox` or `production`) or, before that, from `BELVO_BASE_URL`.
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

    /// Sends requests another way than over the provided transport. It has to bear a server that is silent for as
    /// long as [`login_timeout`](Self::login_timeout).
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Timeouts, size limit, certificates and proxy of the provided transport. Without effect on a transport of your
    /// own. A read timeout that is not set here is the [`login_timeout`](Self::login_timeout).
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

    /// How often and for how long a call is tried. Default: six attempts within three minutes, with the pauses that
    /// Belvo recommends. Calls in which Belvo logs in have twice the [`login_timeout`](Self::login_timeout) in all.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = policy;
        self
    }

    /// How many repeats all calls may make together, so that an outage is not met with a multiple of the load.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// How many attempts may be made in a time. Above 80 in 30 seconds from one address Belvo answers 403, and blocks
    /// the address in the end. Default: no limit on this side.
    ///
    /// Two a second with a burst of twenty stay below it: 20 at once, and 60 more within 30 seconds.
    ///
    /// ```no_run
    /// use std::num::NonZeroU32;
    /// use belvo_sdk::{Client, Credentials, Environment, RateLimit};
    ///
    /// # fn example(keys: Credentials) -> Result<(), Box<dyn std::error::Error>> {
    /// let two = NonZeroU32::new(2).ok_or("not zero")?;
    /// let twenty = NonZeroU32::new(20).ok_or("not zero")?;
    /// let limit = RateLimit::per_second(two).burst(twenty);
    /// let client = Client::builder(keys, Environment::Production).rate_limit(limit).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// The time for one attempt. Default: 30 s.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// The time for one attempt of the calls in which Belvo logs in at the institution: to register a link, to resume
    /// it, to give it new credentials. Default: 330 s, as Belvo itself gives up after 300 s.
    pub fn login_timeout(mut self, timeout: Duration) -> Self {
        self.login_timeout = timeout;
        self
    }

    /// Name and version of your application, such as `shop/1.4`; goes into the `User-Agent` header.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    #[cfg(feature = "rustls-no-provider")]
    fn provided_transport(&self) -> Result<Arc<dyn Transport>, ConfigError> {
        let options = self.transport_options.clone().or_read_timeout(self.login_timeout);
        let transport = ReqwestTransport::new(&options).map_err(ConfigError::Transport)?;
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
        let source = self.credentials.basic().map_err(ConfigError::Key)?;
        let base_url = self.environment.base_url().parse().map_err(ConfigError::BaseUrl)?;
        let agent = user_agent("belvo-sdk", env!("CARGO_PKG_VERSION"), self.app_name.as_deref())
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
            .retry_advice(retry::advice)
            .user_agent(agent);
        #[cfg(feature = "rate-limit")]
        if let Some(limit) = self.rate_limit {
            caller = caller.rate_limit(limit);
        }
        let login = caller
            .clone()
            .retry_policy(self.retry_policy.total(self.login_timeout.saturating_mul(2)))
            .attempt_timeout(self.login_timeout);
        if let Some(timeout) = self.attempt_timeout {
            caller = caller.attempt_timeout(timeout);
        }
        let api = Api::new(caller, login, source);
        Ok(Client { inner: Arc::new(Inner { api, credentials: self.credentials }) })
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
            (vec![PASSWORD, environment], "the variable BELVO_SECRET_ID is not set"),
            (vec![ID, environment], "the variable BELVO_SECRET_PASSWORD is not set"),
            (
                vec![ID, ("BELVO_SECRET_PASSWORD", " "), environment],
                "the variable BELVO_SECRET_PASSWORD is not set",
            ),
            (
                vec![ID, PASSWORD],
                "set BELVO_ENVIRONMENT to `sandbox` or `production`, or BELVO_BASE_URL to an address",
            ),
            (
                vec![ID, PASSWORD, ("BELVO_ENVIRONMENT", "development")],
                "the variable BELVO_ENVIRONMENT cannot be used",
            ),
        ] {
            assert_eq!(from(&variables).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn keys_show_in_no_debug_text() {
        let builder = from(&[ID, PASSWORD, ("BELVO_ENVIRONMENT", "sandbox")]).unwrap();
        assert!(!format!("{builder:?}").contains("k-"));
    }
}
