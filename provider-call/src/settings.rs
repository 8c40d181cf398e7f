//! What a client can be told, for every provider alike. Knows neither keys nor environments.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response};

use crate::base_url::BaseUrl;
use crate::call::Caller;
use crate::clock::{Clock, SystemClock};
use crate::config_error::ConfigError;
use crate::endpoint::Endpoint;
use crate::error::Failure;
#[cfg(feature = "rate-limit")]
use crate::rate_limit::{Gate, RateLimit};
use crate::retry::{Account, RetryAdvice, RetryBudget, RetryPolicy, retry_after};
use crate::transport::Transport;
#[cfg(feature = "rustls-no-provider")]
use crate::transport::reqwest::{ReqwestTransport, TransportOptions};
use crate::user_agent::user_agent;

/// The time for one attempt, and for a whole call: users do not wait longer for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A call for which the provider works long may be tried a second time.
const SLOW_ATTEMPTS: u32 = 2;

/// What a client of a provider says of it.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its word in the labels of metrics.
    pub(crate) name: &'static str,
    product: &'static str,
    version: &'static str,
    timeout: Duration,
    slow_attempt_timeout: Option<Duration>,
    retry_policy: fn() -> RetryPolicy,
    advice: fn(&Response<Bytes>) -> RetryAdvice,
}

impl Provider {
    /// A provider, by its word in the labels of metrics; name and version of its client stand in `User-Agent`.
    #[must_use]
    pub const fn new(name: &'static str, product: &'static str, version: &'static str) -> Self {
        Self {
            name,
            product,
            version,
            timeout: TIMEOUT,
            slow_attempt_timeout: None,
            retry_policy: default_policy,
            advice: |_| RetryAdvice::AsStatus,
        }
    }

    /// Replaces the default [`timeout`](ClientSettings::timeout) of a call.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Replaces the default [`slow_attempt_timeout`](ClientSettings::slow_attempt_timeout).
    #[must_use]
    pub const fn slow_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.slow_attempt_timeout = Some(timeout);
        self
    }

    /// Replaces the default retry policy.
    #[must_use]
    pub const fn retry_policy(mut self, policy: fn() -> RetryPolicy) -> Self {
        self.retry_policy = policy;
        self
    }

    /// Asks `advice` about each answer that is not 2xx before it is repeated. Default: the status decides alone.
    #[must_use]
    pub const fn retry_advice(mut self, advice: fn(&Response<Bytes>) -> RetryAdvice) -> Self {
        self.advice = advice;
        self
    }
}

fn default_policy() -> RetryPolicy {
    RetryPolicy::default()
}

/// Timeouts, retries, limits, transport and clock of a client. What is not set is the provider's usual.
///
/// ```
/// use std::time::Duration;
/// use provider_call::{ClientSettings, RetryPolicy};
///
/// let settings = ClientSettings::new().timeout(Duration::from_secs(10)).retry_policy(RetryPolicy::none());
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClientSettings {
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "rustls-no-provider")]
    transport_options: TransportOptions,
    clock: Option<Arc<dyn Clock>>,
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    slow_attempt_timeout: Option<Duration>,
    retry_policy: Option<RetryPolicy>,
    retry_budget: RetryBudget,
    #[cfg(feature = "rate-limit")]
    rate_limit: Option<RateLimit>,
    app_name: Option<String>,
    base_url: Option<String>,
    plain_http: bool,
}

impl ClientSettings {
    /// The usual settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends requests another way than over the provided transport.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Timeouts of the connection, size limit, certificates and proxy of the provided transport. Without effect on a
    /// transport of your own.
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

    /// The time for a whole call: attempts, pauses, waiting for a credential and for room under a rate limit.
    /// Default: 30 s, unless the provider has another; twice the [`slow_attempt_timeout`](Self::slow_attempt_timeout) for [slow](Endpoint::slow) calls,
    /// which this does not change.
    #[doc(alias = "deadline")]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The time for one attempt, from the first byte sent to the last byte read. Default: 30 s, and never more than what
    /// is left of the call.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// The time for one attempt of a [slow](Endpoint::slow) call. Default: as any other, unless the provider has
    /// another.
    pub fn slow_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.slow_attempt_timeout = Some(timeout);
        self
    }

    /// How often a call is tried, and with which pauses.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = Some(policy);
        self
    }

    /// How many repeats all calls may make together, so that an outage is not met with a multiple of the load.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// How many attempts may be made in a time. Default: no limit on this side.
    #[cfg(feature = "rate-limit")]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Name and version of your application, such as `shop/1.4`; goes into the `User-Agent` header.
    #[doc(alias = "user_agent")]
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Calls another address than that of the environment: `https`, or `http` to loopback.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Allows plain `http` to any host, where it otherwise is for loopback alone. For networks of containers, where a
    /// mock has a name: everyone who can read the network reads keys and personal data.
    #[doc(alias = "insecure")]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.plain_http = allow;
        self
    }

    /// What calls a provider at that address, or at the [`base_url`](Self::base_url) that was set.
    ///
    /// # Errors
    /// If a setting cannot be used.
    pub fn caller(self, provider: &Provider, base_url: &str) -> Result<Caller, ConfigError> {
        let read = if self.plain_http { BaseUrl::parse_with_plain_http } else { str::parse };
        let base_url = self.base_url.as_deref().unwrap_or(base_url);
        let base_url = read(base_url).map_err(ConfigError::BaseUrl)?;
        let user_agent = user_agent(provider.product, provider.version, self.app_name.as_deref())
            .map_err(ConfigError::AppName)?;
        let transport = match &self.transport {
            Some(transport) => Arc::clone(transport),
            None => Self::provided_transport(&self)?,
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
        let attempt = self.attempt_timeout.unwrap_or(TIMEOUT);
        let usual = Timeouts { attempt, call: self.timeout.unwrap_or(provider.timeout) };
        let slow = self.slow_attempt_timeout.or(provider.slow_attempt_timeout);
        let slow = slow.map(|attempt| Timeouts { attempt, call: attempt.saturating_mul(SLOW_ATTEMPTS) });
        Ok(Caller::new(Settings {
            base_url,
            transport,
            retry_policy: self.retry_policy.unwrap_or_else(provider.retry_policy),
            budget: Arc::new(Account::new(self.retry_budget, clock.monotonic())),
            #[cfg(feature = "rate-limit")]
            gate: self.rate_limit.map(|limit| Arc::new(Gate::new(limit, Arc::clone(&clock)))),
            clock,
            usual,
            slow: slow.unwrap_or(usual),
            user_agent,
            provider: provider.clone(),
        }))
    }

    #[cfg(feature = "rustls-no-provider")]
    fn provided_transport(settings: &Self) -> Result<Arc<dyn Transport>, ConfigError> {
        let transport = ReqwestTransport::new(&settings.transport_options).map_err(ConfigError::Transport)?;
        Ok(Arc::new(transport))
    }

    #[cfg(not(feature = "rustls-no-provider"))]
    fn provided_transport(_: &Self) -> Result<Arc<dyn Transport>, ConfigError> {
        Err(ConfigError::NoTransport)
    }
}

/// For one attempt, and for a whole call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Timeouts {
    pub(crate) attempt: Duration,
    pub(crate) call: Duration,
}

/// The settings as a call needs them.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) base_url: BaseUrl,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) budget: Arc<Account>,
    #[cfg(feature = "rate-limit")]
    pub(crate) gate: Option<Arc<Gate>>,
    usual: Timeouts,
    slow: Timeouts,
    pub(crate) user_agent: HeaderValue,
    pub(crate) provider: Provider,
}

impl Settings {
    pub(crate) fn timeouts(&self, endpoint: &Endpoint) -> Timeouts {
        if endpoint.is_slow() { self.slow } else { self.usual }
    }

    pub(crate) fn retry_after(&self, failure: &Failure) -> Option<Duration> {
        match failure {
            Failure::Status(response) => retry_after(response.headers(), self.clock.wall()),
            _ => None,
        }
    }

    pub(crate) fn advice(&self, failure: &Failure) -> RetryAdvice {
        match failure {
            Failure::Status(response) => (self.provider.advice)(response),
            _ => RetryAdvice::AsStatus,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// The setters of [`ClientSettings`] for a builder that has a field `settings`, under the same names.
#[doc(hidden)]
#[macro_export]
macro_rules! client_settings {
    () => {
        /// Sends requests another way than over the provided transport.
        pub fn transport(mut self, transport: impl $crate::Transport + 'static) -> Self {
            self.settings = self.settings.transport(transport);
            self
        }

        /// Timeouts of the connection, size limit, certificates and proxy of the provided transport. Without effect on a
        /// transport of your own.
        #[cfg(feature = "rustls-no-provider")]
        pub fn transport_options(mut self, options: $crate::TransportOptions) -> Self {
            self.settings = self.settings.transport_options(options);
            self
        }

        /// Takes the time from another clock.
        pub fn clock(mut self, clock: impl $crate::Clock + 'static) -> Self {
            self.settings = self.settings.clock(clock);
            self
        }

        /// The time for a whole call: attempts, pauses, waiting for a credential and for room under a rate limit.
        #[doc(alias = "deadline")]
        pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.settings = self.settings.timeout(timeout);
            self
        }

        /// The time for one attempt, from the first byte sent to the last byte read. Default: 30 s.
        pub fn attempt_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.settings = self.settings.attempt_timeout(timeout);
            self
        }

        /// How often a call is tried, and with which pauses.
        pub fn retry_policy(mut self, policy: $crate::RetryPolicy) -> Self {
            self.settings = self.settings.retry_policy(policy);
            self
        }

        /// How many repeats all calls may make together, so that an outage is not met with a multiple of the load.
        pub fn retry_budget(mut self, budget: $crate::RetryBudget) -> Self {
            self.settings = self.settings.retry_budget(budget);
            self
        }

        /// How many attempts may be made in a time. Default: no limit on this side.
        #[cfg(feature = "rate-limit")]
        pub fn rate_limit(mut self, limit: $crate::RateLimit) -> Self {
            self.settings = self.settings.rate_limit(limit);
            self
        }

        /// Name and version of your application, such as `shop/1.4`; goes into the `User-Agent` header.
        #[doc(alias = "user_agent")]
        pub fn app_name(mut self, name: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.settings = self.settings.app_name(name);
            self
        }

        /// Calls another address than that of the environment: `https`, or `http` to loopback.
        pub fn base_url(mut self, base_url: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.settings = self.settings.base_url(base_url);
            self
        }

        /// Allows plain `http` to any host, where it otherwise is for loopback alone. For networks of containers, where a
        /// mock has a name: everyone who can read the network reads keys and personal data.
        #[doc(alias = "insecure")]
        pub fn allow_plain_http(mut self, allow: bool) -> Self {
            self.settings = self.settings.allow_plain_http(allow);
            self
        }
    };
}
