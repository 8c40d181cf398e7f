//! Why a client cannot be built.

use std::error::Error;
use std::fmt;

#[cfg(feature = "rustls-no-provider")]
use provider_call::TransportSetupError;
use provider_call::{InvalidAppName, InvalidBaseUrl, InvalidCredential};

use crate::environment::UnknownEnvironment;

/// Why a client cannot be built. Holds no value of a variable.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable of the environment is not set or empty.
    MissingVariable {
        /// Its name.
        name: &'static str,
    },
    /// Neither `BELVO_ENVIRONMENT` nor `BELVO_BASE_URL` is set.
    NoEnvironment,
    /// `BELVO_ENVIRONMENT` names no environment.
    UnknownEnvironment(UnknownEnvironment),
    /// The secret id or the secret password is empty.
    EmptyKey,
    /// The secret id or the secret password does not fit into HTTP Basic: a colon in the id, a control character.
    Key(InvalidCredential),
    /// The base URL cannot be used, above all because it is plain `http` to another machine.
    BaseUrl(InvalidBaseUrl),
    /// The application name does not fit into a header.
    AppName(InvalidAppName),
    /// The provided transport could not be set up.
    #[cfg(feature = "rustls-no-provider")]
    Transport(TransportSetupError),
    /// The runtime of a blocking client could not be set up.
    #[cfg(feature = "blocking")]
    Runtime(std::io::Error),
    /// No transport was given, and belvo-sdk is built without one.
    NoTransport,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingVariable { name } => write!(f, "the variable {name} is not set"),
            Self::NoEnvironment => f.write_str(
                "set BELVO_ENVIRONMENT to `sandbox` or `production`, or BELVO_BASE_URL to an address",
            ),
            Self::UnknownEnvironment(_) => f.write_str("the variable BELVO_ENVIRONMENT cannot be used"),
            Self::EmptyKey => f.write_str("the secret id or the secret password is empty"),
            Self::Key(_) => f.write_str("the secret id or the secret password cannot be used"),
            Self::BaseUrl(_) => f.write_str("the base URL cannot be used"),
            Self::AppName(_) => f.write_str("the application name cannot be used"),
            #[cfg(feature = "rustls-no-provider")]
            Self::Transport(_) => f.write_str("the transport cannot be set up"),
            #[cfg(feature = "blocking")]
            Self::Runtime(_) => f.write_str("the runtime of a blocking client cannot be set up"),
            Self::NoTransport => f.write_str("no transport is given, and belvo-sdk is built without one"),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UnknownEnvironment(error) => Some(error),
            Self::Key(error) => Some(error),
            Self::BaseUrl(error) => Some(error),
            Self::AppName(error) => Some(error),
            #[cfg(feature = "rustls-no-provider")]
            Self::Transport(error) => Some(error),
            #[cfg(feature = "blocking")]
            Self::Runtime(error) => Some(error),
            Self::MissingVariable { .. } | Self::NoEnvironment | Self::EmptyKey | Self::NoTransport => None,
        }
    }
}
