//! The client and how it is built.

mod builder;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::Method;
use provider_call::{Call, CallOptions, Caller, ConfigError, CustomCall, Endpoint, Provider};

pub use self::builder::ClientBuilder;
use crate::consents::Consents;
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::error::Error;
use crate::institutions::Institutions;
use crate::keys::{KEYS, Keys};
use crate::links::Links;
use crate::retry;
use crate::widget_tokens::WidgetTokens;

/// How Belvo is known in metrics, this crate to Belvo, and what Belvo recommends.
pub(crate) const PROVIDER: Provider = Provider::new("belvo", "belvo-sdk", env!("CARGO_PKG_VERSION"))
    .timeout(retry::TIMEOUT)
    .slow_attempt_timeout(retry::LOGIN_TIMEOUT)
    .retry_policy(retry::policy)
    .retry_advice(retry::advice);

/// A client of Belvo's API. Cheap to clone; make one and share it, as clones share connections and limits.
///
/// ```no_run
/// use belvo_sdk::{Client, Credentials, Environment};
///
/// # fn example(secret_id: &str, secret_password: &str) -> Result<(), belvo_sdk::ConfigError> {
/// let keys = Credentials::new(secret_id, secret_password);
/// let client = Client::builder(keys, Environment::Sandbox).app_name("shop/1.4").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    caller: Caller,
    keys: Arc<Keys>,
}

impl Client {
    /// A builder for a client with these keys at this environment.
    #[doc(alias = "new")]
    pub fn builder(credentials: Credentials, environment: Environment) -> ClientBuilder {
        ClientBuilder::new(credentials, environment)
    }

    /// A client from the variables of the environment, see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    /// If a variable is missing or cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    /// This client with other timeouts, retries or headers for the calls made through it. Keys, connections, retry budget
    /// and rate limit are those of this client.
    ///
    /// A retry policy says how often a call is tried, never for how long: logins at a bank keep their
    /// [timeout](ClientBuilder::login_timeout) unless the options set one.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use belvo_sdk::CallOptions;
    /// # use belvo_sdk::belvo_types::LinkId;
    ///
    /// # async fn example(client: belvo_sdk::Client, id: LinkId) -> Result<(), belvo_sdk::Error> {
    /// let hasty = CallOptions::new().attempt_timeout(Duration::from_secs(2)).timeout(Duration::from_secs(5));
    /// let link = client.with_options(hasty).links().get(&id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("customize", "request_options"))]
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { caller: self.caller.with_options(options), keys: Arc::clone(&self.keys) }
    }

    /// Replaces the keys in this client and all its clones, for rotation. The next attempt of each call uses them.
    ///
    /// # Errors
    /// If a key is empty or cannot be used; the old keys stay in use.
    #[doc(alias("rotate", "set_api_key"))]
    pub fn set_credentials(&self, credentials: Credentials) -> Result<(), ConfigError> {
        self.keys.set(credentials)
    }

    /// Links: list, register, resume, get, change, refresh, delete.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links::new(self)
    }

    /// Institutions: list, get.
    #[must_use]
    pub fn institutions(&self) -> Institutions<'_> {
        Institutions::new(self)
    }

    /// Consents of Open Finance in Brazil: list, get.
    #[must_use]
    pub fn consents(&self) -> Consents<'_> {
        Consents::new(self)
    }

    /// Tokens for Belvo's pages: create one.
    #[must_use]
    pub fn widget_tokens(&self) -> WidgetTokens<'_> {
        WidgetTokens::new(self)
    }

    /// A call that this version has no method for; `path` begins with `/api/` and ends with `/`. `Method` is that of the
    /// crate `http`.
    ///
    /// A call that retrieves data from the bank needs [`slow`](CustomCall::slow), and may be answered with an MFA
    /// challenge: [`Error::mfa_challenge`].
    ///
    /// ```no_run
    /// use http::Method;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Account {
    ///     id: String,
    /// }
    ///
    /// # async fn example(client: belvo_sdk::Client) -> Result<(), belvo_sdk::Error> {
    /// let account: Account = client
    ///     .request(Method::GET, "/api/accounts/{id}/")
    ///     .path_value("id", "0d3ffb69-f83b-456e-ad8e-208d0998d71d")
    ///     .send()
    ///     .await?;
    /// println!("{}", account.id);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("execute", "send", "raw"))]
    pub fn request(&self, method: Method, path: impl Into<Cow<'static, str>>) -> CustomCall<'_, Error> {
        CustomCall::new(self.call(&Endpoint::new(method, path).credential(KEYS)))
    }

    /// The address of the API that this client calls.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.caller.base_url().as_str()
    }

    /// A call with the keys in `Authorization`.
    pub(crate) fn call(&self, endpoint: &Endpoint) -> Call<'_> {
        self.caller.call(endpoint).credential(&*self.keys)
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// This client with connections and keys of its own, for another runtime.
    #[cfg(feature = "blocking")]
    pub(crate) fn with_own_connections(&self) -> Self {
        Self { caller: self.caller.with_own_connections(), keys: Arc::new(self.keys.copied()) }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
