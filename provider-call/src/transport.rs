//! The seam between a call and the network.

#[cfg(feature = "rustls-no-provider")]
pub(crate) mod reqwest;

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

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

    /// The same with connections of its own, where it keeps any: connections are driven by the runtime that opened them,
    /// and a blocking client has another runtime than the rest of the program.
    fn with_own_connections(&self) -> Option<Arc<dyn Transport>> {
        None
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        (**self).send(request)
    }

    fn with_own_connections(&self) -> Option<Arc<dyn Transport>> {
        (**self).with_own_connections()
    }
}

/// The sorts of [`TransportError`], apart as far as they call for different reactions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[cfg_attr(any(test, feature = "test-util"), derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(any(test, feature = "test-util"), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection came about (name, network, TLS handshake, connect timeout): nothing was sent.
    #[error("no connection to the server")]
    Connect,
    /// The server's TLS certificate was not accepted: nothing was sent, and trying again changes nothing.
    #[error("the server's TLS certificate was not accepted")]
    Certificate,
    /// The server did not accept the client's TLS certificate, or asks for one: it has not acted, and trying again
    /// changes nothing.
    #[error("the server did not accept the client's TLS certificate")]
    ClientCertificate,
    /// The transport refused to send the request, such as a recording that has no answer to it: nothing was sent, and
    /// trying again changes nothing.
    #[error("the transport did not send the request")]
    NotSent,
    /// The connection stood, but the server fell silent.
    #[error("the server fell silent")]
    Timeout,
    /// The answer is larger than the transport accepts.
    #[error("the answer is larger than {limit} bytes")]
    BodyTooLarge {
        /// The largest accepted size in bytes.
        limit: usize,
    },
    /// Anything else, such as a connection that broke in the middle of an answer.
    #[error("the connection failed")]
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
        matches!(self, Self::Connect | Self::Certificate | Self::ClientCertificate | Self::NotSent)
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
            Self::NotSent => "not_sent",
            Self::Timeout => "timeout",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::Other => "transport",
        }
    }
}

/// Why no answer could be read.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}
