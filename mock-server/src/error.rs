use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use klavi_types::api::ConsentStatus;

use crate::StateFileError;

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
    /// The address for webhooks is no absolute `https` URL. `http` goes to this machine, and elsewhere where the mock allows
    /// it. Does not hold the URL, which may carry a token.
    InvalidWebhook,
    /// The public URL is not `http` or `https` with a host and nothing behind it. Does not hold the URL.
    InvalidPublicUrl,
    /// A key is empty, so that no login could succeed; the words name it.
    EmptyKey(&'static str),
    /// The value for `Authorization` has characters that no header can have.
    InvalidAuthorization,
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
    /// The provider refuses it, with this code.
    Refused(&'static str),
    /// There can be no such fault; the words say why.
    InvalidFault(&'static str),
    /// The clock goes from the year 2000 to the end of 2099.
    ClockRange,
    /// There is no such delivery, or it is one of so long ago that it is forgotten.
    UnknownDelivery,
    /// The body of that delivery is no longer kept, so it cannot be sent again.
    BodyForgotten,
    /// It was not said where to send it, and no console webhook is set.
    NoAddress,
    /// A report could not be made.
    Report(io::Error),
    /// The state file cannot be used.
    StateFile(StateFileError),
    /// The state file is of another seed, so that its customers would not be the same.
    OtherSeed {
        /// The seed of the file.
        kept: u64,
        /// The seed that was asked for.
        asked: u64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, .. } => write!(f, "the mock cannot listen on {address}"),
            Self::Sender(_) => f.write_str("the sender of webhooks cannot be set up"),
            Self::InvalidWebhook => {
                f.write_str("a webhook is an absolute https URL (http only to this machine)")
            }
            Self::InvalidPublicUrl => {
                f.write_str("a public URL is http or https, a host and perhaps a port: the pages have no path before them")
            }
            Self::EmptyKey(key) => write!(f, "the {key} is empty"),
            Self::InvalidAuthorization => f.write_str("the value for Authorization fits no header"),
            Self::UnknownConsent => f.write_str("there is no such consent"),
            Self::OutOfTurn(status) => write!(f, "the consent is {status}, this cannot happen to it"),
            Self::UnknownInstitution => f.write_str("there is no such institution"),
            Self::UnknownLink => f.write_str("there is no such link, or its time is over"),
            Self::InvalidLogin => f.write_str("the institution asks for a login of another form"),
            Self::Refused(code) => write!(f, "it is refused: {code}"),
            Self::InvalidFault(why) => write!(f, "there can be no such fault: {why}"),
            Self::ClockRange => f.write_str("the clock goes from the year 2000 to the end of 2099"),
            Self::UnknownDelivery => f.write_str("there is no such delivery"),
            Self::BodyForgotten => f.write_str("the body of this delivery is no longer kept"),
            Self::NoAddress => f.write_str("it is not said where to send it, and no console webhook is set"),
            Self::Report(_) => f.write_str("the report cannot be made"),
            Self::StateFile(error) => error.fmt(f),
            Self::OtherSeed { kept, asked } => {
                write!(f, "the state file is of seed {kept}, so the mock cannot start with seed {asked}")
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Listen { source, .. } | Self::Report(source) => Some(source),
            Self::Sender(source) => Some(&**source),
            Self::StateFile(error) => error.source(),
            Self::InvalidWebhook
            | Self::InvalidPublicUrl
            | Self::EmptyKey(_)
            | Self::InvalidAuthorization
            | Self::UnknownConsent
            | Self::OutOfTurn(_)
            | Self::UnknownInstitution
            | Self::UnknownLink
            | Self::InvalidLogin
            | Self::Refused(_)
            | Self::InvalidFault(_)
            | Self::ClockRange
            | Self::UnknownDelivery
            | Self::BodyForgotten
            | Self::NoAddress
            | Self::OtherSeed { .. } => None,
        }
    }
}
