//! Why a mock could not be started, or could not do what was asked of it.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use thiserror::Error;

use crate::StateFileError;

/// Why a mock could not be started, or could not do what a test asked of it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The address to listen on cannot be taken.
    #[error("the mock cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The sender of deliveries could not be set up.
    #[error("the sender of webhooks cannot be set up")]
    Sender(#[source] Box<dyn StdError + Send + Sync>),
    /// The address for webhooks is no absolute `https` URL. `http` goes to this machine, and elsewhere where the mock allows
    /// it. Does not hold the URL, which may carry a token.
    #[error("a webhook is an absolute https URL (http only to this machine)")]
    InvalidWebhook,
    /// The public URL is not `http` or `https` with a host and nothing behind it. Does not hold the URL.
    #[error("a public URL is http or https, a host and perhaps a port: the pages have no path before them")]
    InvalidPublicUrl,
    /// A key is empty, so that no login could succeed; the words name it.
    #[error("the {0} is empty")]
    EmptyKey(&'static str),
    /// The value for `Authorization` has characters that no header can have.
    #[error("the value for Authorization fits no header")]
    InvalidAuthorization,
    /// There is no such consent.
    #[error("there is no such consent")]
    UnknownConsent,
    /// This cannot happen to a consent of that status.
    #[error("the consent is {0}, this cannot happen to it")]
    OutOfTurn(String),
    /// There is no such institution.
    #[error("there is no such institution")]
    UnknownInstitution,
    /// There is no such link, or its time is over.
    #[error("there is no such link, or its time is over")]
    UnknownLink,
    /// The institution would not take that login: the CPF or the password has not the form it asks for.
    #[error("the institution asks for a login of another form")]
    InvalidLogin,
    /// The provider refuses it, with this code.
    #[error("it is refused: {0}")]
    Refused(&'static str),
    /// There can be no such fault; the words say why.
    #[error("there can be no such fault: {0}")]
    InvalidFault(&'static str),
    /// The clock goes from the year 2000 to the end of 2099.
    #[error("the clock goes from the year 2000 to the end of 2099")]
    ClockRange,
    /// There is no such delivery, or it is one of so long ago that it is forgotten.
    #[error("there is no such delivery")]
    UnknownDelivery,
    /// The body of that delivery is no longer kept, so it cannot be sent again.
    #[error("the body of this delivery is no longer kept")]
    BodyForgotten,
    /// It was not said where to send it, and no setting names an address.
    #[error("it is not said where to send it, and no console webhook is set")]
    NoAddress,
    /// The address to send to is no absolute URL of HTTP. Does not hold it: it may carry a token.
    #[error("the address to send to is no absolute http or https URL")]
    InvalidAddress,
    /// A report could not be made.
    #[error("the report cannot be made")]
    Report(#[source] io::Error),
    /// The state file cannot be used.
    #[error("{0}")]
    StateFile(#[source] StateFileError),
    /// The state file is of another seed, so that its customers would not be the same.
    #[error("the state file is of seed {kept}, so the mock cannot start with seed {asked}")]
    OtherSeed {
        /// The seed of the file.
        kept: u64,
        /// The seed that was asked for.
        asked: u64,
    },
}
