//! The same client for programs without an async runtime: each call blocks the thread until it has ended.
//!
//! ```no_run
//! use klavi_sdk::blocking::Client;
//! use klavi_sdk::klavi_types::api::ConsentQuery;
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! for consent in client.consents().list(&ConsentQuery::personal("123.456.789-09".parse()?))? {
//!     println!("{:?}", consent.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Groups and methods are those of [`klavi_sdk::Client`](crate::Client), whose documentation holds for them too, with two
//! differences. What is a stream there is an iterator here. URL, id, token and end of a link are those of
//! [`LinkSession::session`]. In an async task every call panics, since it would stop the runtime: use
//! [`klavi_sdk::Client`](crate::Client) there.

mod groups;
mod link_session;
mod watch;

use std::borrow::Cow;

use http::Method;
use provider_call::{BlockingRuntime, CallOptions, ConfigError};

pub use self::groups::{Analysis, Consents, Kaas, Links, Reports};
pub use self::link_session::{LinkSession, OpenDataTask};
pub use self::watch::Watch;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::kaas::KaasCredentials;

/// A call that this version has no method for; from [`Client::request`] and [`LinkSession::request`].
pub type CustomCall<'a> = provider_call::CustomCall<'a, Error, &'a BlockingRuntime>;

/// A client whose calls block. Cheap to clone; may be shared by threads, whose calls run side by side.
///
/// It has a thread, connections and a token of its own, beside those of the client that it was made of.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    runtime: BlockingRuntime,
}

impl Client {
    /// A client like `client` whose calls block.
    ///
    /// # Errors
    /// If the operating system refuses what a runtime needs.
    pub fn new(client: &crate::Client) -> std::io::Result<Self> {
        BlockingRuntime::new().map(|runtime| Self { client: client.with_own_connections(), runtime })
    }

    /// A client from the variables of the environment, see
    /// [`klavi_sdk::ClientBuilder::from_env`](crate::ClientBuilder::from_env).
    ///
    /// # Errors
    /// If a variable is missing or cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::new(&crate::Client::from_env()?).map_err(ConfigError::Runtime)
    }

    /// This client with other timeouts, retries or headers, see
    /// [`klavi_sdk::Client::with_options`](crate::Client::with_options).
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { client: self.client.with_options(options), runtime: self.runtime.clone() }
    }

    /// Replaces the keys, see [`klavi_sdk::Client::set_credentials`](crate::Client::set_credentials).
    ///
    /// # Errors
    /// If one of the keys is empty.
    pub fn set_credentials(&self, credentials: Credentials) -> Result<(), ConfigError> {
        self.client.set_credentials(credentials)
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
        Kaas::new(self, credentials)
    }

    /// Batch analyses: pull their events.
    #[must_use]
    pub fn analysis(&self) -> Analysis<'_> {
        Analysis::new(self)
    }

    /// A call with the access token that this version has no method for, see
    /// [`klavi_sdk::Client::request`](crate::Client::request).
    pub fn request(&self, method: Method, path: impl Into<Cow<'static, str>>) -> CustomCall<'_> {
        self.client.request(method, path).blocking(&self.runtime)
    }

    /// The address of the API that this client calls.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.client.base_url()
    }

    fn wait<T>(&self, call: impl AsyncFnOnce(&crate::Client) -> T) -> T {
        self.runtime.wait(call(&self.client))
    }
}
