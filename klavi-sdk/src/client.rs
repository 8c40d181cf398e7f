//! The client and how it is built.

mod builder;
mod config_error;

use std::fmt;
use std::sync::Arc;

use http::Method;
use provider_call::CallOptions;

pub use self::builder::ClientBuilder;
pub use self::config_error::ConfigError;
use crate::analysis::Analysis;
use crate::api::Api;
use crate::consents::Consents;
use crate::credentials::Credentials;
use crate::custom_call::CustomCall;
use crate::environment::Environment;
use crate::kaas::{Kaas, KaasCredentials};
use crate::links::Links;
use crate::reports::Reports;
use crate::session::Session;

/// What metrics call Klavi.
pub(crate) const PROVIDER: &str = "klavi";

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
    inner: Arc<Inner>,
}

struct Inner {
    api: Api,
    session: Arc<Session>,
}

impl Client {
    /// A builder for a client with these keys at this environment.
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

    /// This client with other timeouts, retries or headers for the calls made through it, and through the sessions
    /// of the links that it creates. Token, connections, retry budget and rate limit are those of this client.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use klavi_sdk::CallOptions;
    /// # use klavi_sdk::klavi_types::ConsentId;
    ///
    /// # async fn example(client: klavi_sdk::Client, id: ConsentId) -> Result<(), klavi_sdk::Error> {
    /// let hasty = CallOptions::new().attempt_timeout(Duration::from_secs(2)).total(Duration::from_secs(5));
    /// let consent = client.with(hasty).consents().get(&id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        let Inner { api, session } = &*self.inner;
        Self { inner: Arc::new(Inner { api: api.with(options), session: Arc::clone(session) }) }
    }

    /// Links: create one, go on with one.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links::new(self)
    }

    /// Consents: get, list, watch, revoke; create one where none can be used.
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
        Kaas::new(self.api().clone(), credentials)
    }

    /// Batch analyses: pull their events.
    #[must_use]
    pub fn analysis(&self) -> Analysis<'_> {
        Analysis::new(self)
    }

    /// A call with the access token that this version has no method for; `path` begins with `/data/v1/`.
    pub fn request(&self, method: Method, path: &'static str) -> CustomCall<'_> {
        CustomCall::of_client(self, method, path)
    }

    /// The address of the API that this client calls.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.inner.api.caller().base_url().as_str()
    }

    pub(crate) fn api(&self) -> &Api {
        &self.inner.api
    }

    pub(crate) fn session(&self) -> &Session {
        &self.inner.session
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
