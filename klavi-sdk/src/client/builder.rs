//! Settings of a client.

use std::sync::Arc;
use std::time::Duration;

use provider_call::{Caller, Clock, RetryPolicy, SystemClock, Transport, user_agent};
#[cfg(feature = "reqwest")]
use provider_call::{ReqwestTransport, TransportLimits};

use super::{Client, ConfigError, Inner};
use crate::api::Api;
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::session::Session;

const ENVIRONMENT: &str = "KLAVI_ENVIRONMENT";
const BASE_URL: &str = "KLAVI_BASE_URL";

/// Builds a [`Client`]. Nothing is sent and nothing is started before the first call.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    credentials: Credentials,
    environment: Environment,
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "reqwest")]
    transport_limits: TransportLimits,
    clock: Option<Arc<dyn Clock>>,
    retry_policy: RetryPolicy,
    attempt_timeout: Option<Duration>,
    app_name: Option<String>,
}

impl ClientBuilder {
    pub(super) fn new(credentials: Credentials, environment: Environment) -> Self {
        Self {
            credentials,
            environment,
            transport: None,
            #[cfg(feature = "reqwest")]
            transport_limits: TransportLimits::default(),
            clock: None,
            retry_policy: RetryPolicy::default(),
            attempt_timeout: None,
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

    /// Timeouts and size limit of the provided transport. Without effect on a transport of your own.
    #[cfg(feature = "reqwest")]
    pub fn transport_limits(mut self, limits: TransportLimits) -> Self {
        self.transport_limits = limits;
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

    #[cfg(feature = "reqwest")]
    fn provided_transport(&self) -> Result<Arc<dyn Transport>, ConfigError> {
        let transport = ReqwestTransport::new(self.transport_limits).map_err(ConfigError::Transport)?;
        Ok(Arc::new(transport))
    }

    #[cfg(not(feature = "reqwest"))]
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
        let mut caller =
            Caller::new(base_url, transport, clock).retry_policy(self.retry_policy).user_agent(agent);
        if let Some(timeout) = self.attempt_timeout {
            caller = caller.attempt_timeout(timeout);
        }
        let api = Api::new(caller);
        let session = Session::new(api.clone(), self.credentials);
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
