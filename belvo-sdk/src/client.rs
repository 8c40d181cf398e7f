//! The client and how it is built.

mod builder;
mod config_error;

use std::fmt;
use std::sync::Arc;

use http::Method;
use provider_call::CallOptions;

pub use self::builder::ClientBuilder;
pub use self::config_error::ConfigError;
use crate::api::Api;
use crate::consents::Consents;
use crate::credentials::Credentials;
use crate::custom_call::CustomCall;
use crate::environment::Environment;
use crate::institutions::Institutions;
use crate::links::Links;
use crate::widget_tokens::WidgetTokens;

/// What metrics call Belvo.
pub(crate) const PROVIDER: &str = "belvo";

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
    inner: Arc<Inner>,
}

struct Inner {
    api: Api,
    credentials: Credentials,
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

    /// This client with other timeouts, retries or headers for the calls made through it. Connections, retry budget
    /// and rate limit are those of this client.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use belvo_sdk::CallOptions;
    /// # use belvo_sdk::belvo_types::LinkId;
    ///
    /// # async fn example(client: belvo_sdk::Client, id: LinkId) -> Result<(), belvo_sdk::Error> {
    /// let hasty = CallOptions::new().attempt_timeout(Duration::from_secs(2)).total(Duration::from_secs(5));
    /// let link = client.with(hasty).links().get(&id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        let Inner { api, credentials } = &*self.inner;
        Self { inner: Arc::new(Inner { api: api.with(options), credentials: credentials.clone() }) }
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

    /// A call that this version has no method for; `path` begins with `/api/` and ends with `/`.
    pub fn request(&self, method: Method, path: &'static str) -> CustomCall<'_> {
        CustomCall::new(self, method, path)
    }

    /// The address of the API that this client calls.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.inner.api.base_url().as_str()
    }

    pub(crate) fn api(&self) -> &Api {
        &self.inner.api
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.inner.credentials
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
