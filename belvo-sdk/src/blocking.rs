//! The same client for programs without an async runtime: each call blocks the thread until it has ended.
//!
//! ```no_run
//! use belvo_sdk::belvo_types::api::LinkQuery;
//! use belvo_sdk::blocking::Client;
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! for link in client.links().list(&LinkQuery::new()).by_item() {
//!     let link = link?;
//!     println!("{:?}: {:?}", link.id, link.action());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Groups and methods are those of [`belvo_sdk::Client`](crate::Client), whose documentation holds for them too. What is a
//! stream there is an iterator here. In an async task every call panics, since it would stop the runtime: use
//! [`belvo_sdk::Client`](crate::Client) there.

mod groups;
mod pages;

use std::borrow::Cow;

use http::Method;
use provider_call::{BlockingRuntime, CallOptions, ConfigError};

pub use self::groups::{Consents, Institutions, Links, WidgetTokens};
pub use self::pages::Pages;
use crate::credentials::Credentials;
use crate::error::Error;

/// A call that this version has no method for; from [`Client::request`].
pub type CustomCall<'a> = provider_call::CustomCall<'a, Error, &'a BlockingRuntime>;

/// A client whose calls block. Cheap to clone; may be shared by threads, whose calls run side by side.
///
/// It has a thread, connections and keys of its own, apart from those of the client that it was made of.
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
    /// [`belvo_sdk::ClientBuilder::from_env`](crate::ClientBuilder::from_env).
    ///
    /// # Errors
    /// If a variable is missing or cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::new(&crate::Client::from_env()?).map_err(ConfigError::Runtime)
    }

    /// This client with other timeouts, retries or headers, see
    /// [`belvo_sdk::Client::with_options`](crate::Client::with_options).
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { client: self.client.with_options(options), runtime: self.runtime.clone() }
    }

    /// Replaces the keys, see [`belvo_sdk::Client::set_credentials`](crate::Client::set_credentials).
    ///
    /// # Errors
    /// If a key is empty or cannot be used; the old keys stay in use.
    pub fn set_credentials(&self, credentials: Credentials) -> Result<(), ConfigError> {
        self.client.set_credentials(credentials)
    }

    /// Links: list, register, resume, get, change, refresh, delete.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links::new(self.client.links(), &self.runtime)
    }

    /// Institutions: list, get.
    #[must_use]
    pub fn institutions(&self) -> Institutions<'_> {
        Institutions::new(self.client.institutions(), &self.runtime)
    }

    /// Consents of Open Finance in Brazil: list, get.
    #[must_use]
    pub fn consents(&self) -> Consents<'_> {
        Consents::new(self.client.consents(), &self.runtime)
    }

    /// Tokens for Belvo's pages: create one.
    #[must_use]
    pub fn widget_tokens(&self) -> WidgetTokens<'_> {
        WidgetTokens::new(self.client.widget_tokens(), &self.runtime)
    }

    /// A call that this version has no method for, see [`belvo_sdk::Client::request`](crate::Client::request).
    pub fn request(&self, method: Method, path: impl Into<Cow<'static, str>>) -> CustomCall<'_> {
        self.client.request(method, path).blocking(&self.runtime)
    }

    /// The address of the API that this client calls.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.client.base_url()
    }
}
