//! The same client for programs without an async runtime: each call blocks the thread until it has ended.
//!
//! ```no_run
//! use belvo_sdk::belvo_types::api::LinkQuery;
//! use belvo_sdk::blocking::Client;
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::from_env()?;
//! for link in client.links().list(&LinkQuery::new())? {
//!     println!("{:?}: {:?}", link.id, link.action());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Groups and methods are those of [`belvo_sdk::Client`](crate::Client), whose documentation holds for them too;
//! [`Client::wait`] reaches whatever has no method here. In an async task every call panics, since it would stop the
//! runtime: use [`belvo_sdk::Client`](crate::Client) there.

mod groups;

use std::fmt;

use provider_call::{CallOptions, Waiting};

pub use self::groups::{Consents, Institutions, Links, WidgetTokens};
use crate::client::ConfigError;

/// A client whose calls block. Cheap to clone; may be shared by threads, whose calls run side by side.
///
/// It brings a runtime of its own, which works on the threads that call, and only while they do.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    waiting: Waiting,
}

impl Client {
    /// Makes the calls of `client` block.
    ///
    /// # Errors
    /// If the operating system refuses what a runtime needs.
    pub fn new(client: crate::Client) -> std::io::Result<Self> {
        Waiting::new().map(|waiting| Self { client, waiting })
    }

    /// A client from the variables of the environment, see [`belvo_sdk::ClientBuilder::from_env`](crate::ClientBuilder::from_env).
    ///
    /// # Errors
    /// If a variable is missing or cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::new(crate::Client::from_env()?).map_err(ConfigError::Runtime)
    }

    /// This client with other timeouts, retries or headers, see [`belvo_sdk::Client::with`](crate::Client::with).
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { client: self.client.with(options), waiting: self.waiting.clone() }
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

    /// The address of the API that this client calls.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.client.base_url()
    }

    /// Waits for any call of the async client.
    ///
    /// ```no_run
    /// # fn example(client: belvo_sdk::blocking::Client, id: belvo_sdk::belvo_types::ConsentId) -> belvo_sdk::Result<()> {
    /// let consent = client.wait(async |client| client.consents().get(&id).await)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// In an async task.
    pub fn wait<T>(&self, call: impl AsyncFnOnce(&crate::Client) -> T) -> T {
        self.waiting.wait(call(&self.client))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("blocking::Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
