//! The seam between a call and the network.

#[cfg(feature = "rustls-no-provider")]
pub(crate) mod reqwest;

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response};

/// The future of a [`Transport::send`].
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

/// Sends one request and reads its whole answer.
///
/// A transport answers for the network alone: it does not retry, does not follow redirects (a credential
/// would travel to another host), limits the size of what it reads, and puts neither the query of a URL nor
/// a header into its errors. A status such as 500 is an answer, not an error.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use provider_call::{Transport, TransportFuture};
///
/// /// Answers everything with an empty 200.
/// #[derive(Debug)]
/// struct Agreeable;
///
/// impl Transport for Agreeable {
///     fn send(&self, _request: Request<Bytes>) -> TransportFuture<'_> {
///         Box::pin(async { Ok(Response::new(Bytes::new())) })
///     }
/// }
/// ```
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends `request`; its URI is absolute.
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_>;
}

/// Why no answer could be read.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The sorts of [`TransportError`], apart as far as they call for different reactions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection came about (name, network, TLS handshake, connect timeout): nothing was sent.
    Connect,
    /// The server's TLS certificate was not accepted: nothing was sent, and trying again changes nothing.
    Certificate,
    /// The server did not accept the client's TLS certificate, or asks for one: it has not acted, and trying again
    /// changes nothing.
    ClientCertificate,
    /// The connection stood, but the server fell silent.
    Timeout,
    /// The answer is larger than the transport accepts.
    BodyTooLarge {
        /// The largest accepted size in bytes.
        limit: usize,
    },
    /// Anything else, such as a connection that broke in the middle of an answer.
    Other,
}

impl TransportError {
    /// An error without a cause.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Adds the cause. Its text must not hold a query, a header or a body.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What sort of error it is.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The cause, taken out.
    #[must_use]
    pub fn into_source(self) -> Option<Box<dyn Error + Send + Sync>> {
        self.source
    }

    /// True if the server provably never read the request, so that it cannot have acted on it.
    #[must_use]
    pub fn is_provably_unsent(&self) -> bool {
        self.kind.is_provably_unsent()
    }

    /// True if the server stopped answering.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind == TransportErrorKind::Timeout
    }
}

impl TransportErrorKind {
    /// True if the server provably never read the request, so that it cannot have acted on it.
    #[must_use]
    pub fn is_provably_unsent(self) -> bool {
        matches!(self, Self::Connect | Self::Certificate | Self::ClientCertificate)
    }

    /// True if the same request may fare better later.
    #[must_use]
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Connect | Self::Timeout | Self::Other)
    }

    /// A short word for a span.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Certificate => "certificate",
            Self::ClientCertificate => "client_certificate",
            Self::Timeout => "timeout",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::Other => "transport",
        }
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("no connection to the server"),
            Self::Certificate => f.write_str("the server's TLS certificate was not accepted"),
            Self::ClientCertificate => f.write_str("the server did not accept the client's TLS certificate"),
            Self::Timeout => f.write_str("the server fell silent"),
            Self::BodyTooLarge { limit } => write!(f, "the answer is larger than {limit} bytes"),
            Self::Other => f.write_str("the connection failed"),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
