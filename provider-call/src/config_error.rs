//! Why a client cannot be built. Knows no provider: what differs is given.

use crate::base_url::InvalidBaseUrl;
use crate::credential::InvalidCredential;
#[cfg(feature = "rustls-no-provider")]
use crate::transport::reqwest::TransportSetupError;
use crate::user_agent::InvalidAppName;
use crate::variables::{MissingVariable, UnknownEnvironment};

/// Why a client cannot be built. Holds no key and no value of a variable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable of the environment is not set or empty, or its file cannot be read.
    #[error("{0}")]
    Variable(MissingVariable),
    /// Neither the variable that names an environment nor the one with an address is set.
    #[error("set {prefix}_ENVIRONMENT to {names}, or {prefix}_BASE_URL to an address")]
    NoEnvironment {
        /// What the names of the variables begin with.
        prefix: &'static str,
        /// The environments of the provider.
        names: &'static str,
    },
    /// The variable names no environment of the provider.
    #[error("the variable {prefix}_ENVIRONMENT cannot be used: {error}")]
    UnknownEnvironment {
        /// What the name of the variable begins with.
        prefix: &'static str,
        /// Says which environments there are.
        error: UnknownEnvironment,
    },
    /// One of the keys is empty.
    #[error("one of the keys is empty")]
    EmptyKey,
    /// The keys do not fit into a header.
    #[error("the keys cannot be sent: a colon in the id, or a control character in one of them")]
    Key(InvalidCredential),
    /// The base URL cannot be used, above all because it is plain `http` to another machine.
    #[error("the base URL cannot be used: {0}")]
    BaseUrl(InvalidBaseUrl),
    /// The application name does not fit into a header.
    #[error("the application name cannot be used: {0}")]
    AppName(InvalidAppName),
    /// The provided transport could not be set up.
    #[cfg(feature = "rustls-no-provider")]
    #[error("the transport cannot be set up")]
    Transport(#[source] TransportSetupError),
    /// No transport was given, and the client is built without one.
    #[error("no transport is given, and the client is built without one")]
    NoTransport,
    /// The runtime of a blocking client could not be set up.
    #[cfg(feature = "blocking")]
    #[error("the runtime of a blocking client cannot be set up")]
    Runtime(#[source] std::io::Error),
}
