//! The client and how it is built.

mod builder;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::Method;
use provider_call::{Call, CallOptions, Caller, ConfigError, CustomCall, Endpoint, Provider};

pub use self::builder::ClientBuilder;
use crate::analysis::Analysis;
use crate::consents::Consents;
use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::error::Error;
use crate::kaas::{Kaas, KaasCredentials};
use crate::links::Links;
use crate::reports::Reports;
use crate::session::{ACCESS_TOKEN, Session};

/// How Klavi is known in metrics, and this crate to Klavi.
pub(crate) const PROVIDER: Provider = Provider::new("klavi", "klavi-sdk", env!("CARGO_PKG_VERSION"));

/// A client of Klavi's API. Cheap to clone; make one and share it, as clones share connections and the token.
///
/// ```no_run
/// use klavi_sdk::{Client, Credentials, Environment};
///
/// # fn example(access_key: &str, secret_key: &str) -> Result<(), klavi_sdk::ConfigError> {
/// let keys = Credentials::new(access_key, secret_key);
/// let client = Client::builder(keys, Environment::Sandbox).app_name("shop/1.4").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    caller: Caller,
    session: Arc<Session>,
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

    /// This client with other timeouts, retries or headers for the calls made through it, and through the sessions of the
    /// links that it creates. Token, connections, retry budget and rate limit are those of this client.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use klavi_sdk::CallOptions;
    /// # use klavi_sdk::klavi_types::ConsentId;
    ///
    /// # async fn example(client: klavi_sdk::Client, id: ConsentId) -> Result<(), klavi_sdk::Error> {
    /// let hasty = CallOptions::new().attempt_timeout(Duration::from_secs(2)).timeout(Duration::from_secs(5));
    /// let consent = client.with_options(hasty).consents().get(&id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("customize", "request_options"))]
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { caller: self.caller.with_options(options), session: Arc::clone(&self.session) }
    }

    /// Replaces the keys in this client and all its clones, for rotation. The next call logs in with them; sessions of links
    /// keep their tokens.
    ///
    /// # Errors
    /// If one of the keys is empty; the old keys stay in use.
    #[doc(alias("rotate", "set_api_key"))]
    pub fn set_credentials(&self, credentials: Credentials) -> Result<(), ConfigError> {
        self.session.set_credentials(credentials)
    }

    /// Links: create one, go on with one. Consents are created in the session of a link:
    /// [`LinkSession::create_consent`](crate::LinkSession::create_consent).
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links::new(self)
    }

    /// Consents: get, list, watch, revoke, [create or reuse](Consents::create_or_reuse). The plain creation is
    /// [`LinkSession::create_consent`](crate::LinkSession::create_consent).
    #[must_use]
    pub fn consents(&self) -> Consents<'_> {
        Consents::new(self)
    }

    /// Reports: ask for them.
    #[must_use]
    pub fn reports(&self) -> Reports<'_> {
        Reports::new(self)
    }

    /// KaaS, with credentials of its own.
    #[must_use]
    pub fn kaas(&self, credentials: KaasCredentials) -> Kaas {
        Kaas::new(self.caller.clone(), credentials)
    }

    /// Batch analyses: pull their events.
    #[must_use]
    pub fn analysis(&self) -> Analysis<'_> {
        Analysis::new(self)
    }

    /// A call with the access token that this version has no method for; `path` begins with `/data/v1/`. `Method` is that
    /// of the crate `http`.
    ///
    /// ```no_run
    /// use http::Method;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Link {
    ///     status: String,
    /// }
    ///
    /// # async fn example(client: klavi_sdk::Client) -> Result<(), klavi_sdk::Error> {
    /// let link: Link = client
    ///     .request(Method::GET, "/data/v1/links/{linkId}")
    ///     .path_value("linkId", "4437b139-8a16-11ee-b636-487b6bad036a")
    ///     .send()
    ///     .await?;
    /// println!("{}", link.status);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("execute", "send", "raw"))]
    pub fn request(&self, method: Method, path: impl Into<Cow<'static, str>>) -> CustomCall<'_, Error> {
        CustomCall::new(self.call(&Endpoint::new(method, path).credential(ACCESS_TOKEN)))
    }

    /// The address of the API that this client calls.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.caller.base_url().as_str()
    }

    /// A call with the access token.
    pub(crate) fn call(&self, endpoint: &Endpoint) -> Call<'_> {
        self.caller.call(endpoint).credential(&*self.session)
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    /// This client with connections and a token of its own, for another runtime.
    #[cfg(feature = "blocking")]
    pub(crate) fn with_own_connections(&self) -> Self {
        let caller = self.caller.with_own_connections();
        let session = Arc::new(self.session.with_caller(caller.clone()));
        Self { caller, session }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
