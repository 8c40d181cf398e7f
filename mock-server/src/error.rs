use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use klavi_types::api::ConsentStatus;

/// Why the mock could not be started, or could not do what a test asked of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The address to listen on cannot be taken.
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The sender of deliveries could not be set up.
    Sender(Box<dyn StdError + Send + Sync>),
    /// The address for webhooks is no absolute `https` URL (`http` only to this machine). Does not hold the URL,
    /// which may carry a token.
    InvalidWebhook,
    /// There is no such consent.
    UnknownConsent,
    /// This cannot happen to a consent of that status.
    OutOfTurn(ConsentStatus),
    /// There is no such institution.
    UnknownInstitution,
    /// There is no such link, or its time is over.
    UnknownLink,
    /// The institution would not take that login: the CPF or the password has not the form it asks for.
    InvalidLogin,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, .. } => write!(f, "the mock cannot listen on {address}"),
            Self::Sender(_) => f.write_str("the sender of webhooks cannot be set up"),
            Self::InvalidWebhook => {
                f.write_str("a webhook is an absolute https URL (http only to this machine)")
            }
            Self::UnknownConsent => f.write_str("there is no such consent"),
            Self::OutOfTurn(status) => write!(f, "the consent is {status}, this cannot happen to it"),
            Self::UnknownInstitution => f.write_str("there is no such institution"),
            Self::UnknownLink => f.write_str("there is no such link, or its time is over"),
            Self::InvalidLogin => f.write_str("the institution asks for a login of another form"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(source),
            Self::Sender(source) => Some(&**source),
            Self::InvalidWebhook
            | Self::UnknownConsent
            | Self::OutOfTurn(_)
            | Self::UnknownInstitution
            | Self::UnknownLink
            | Self::InvalidLogin => None,
        }
    }
}
