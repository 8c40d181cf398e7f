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
///
/// # A header on every request
///
/// A transport around another one adds what each attempt has to carry, such as the trace context of the caller:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use bytes::Bytes;
/// use http::{HeaderValue, Request};
/// use provider_call::{Transport, TransportFuture};
/// # fn traceparent() -> String { "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned() }
///
/// #[derive(Debug)]
/// struct Traced<T>(T);
///
/// impl<T: Transport> Transport for Traced<T> {
///     fn send(&self, mut request: Request<Bytes>) -> TransportFuture<'_> {
///         // `traceparent` asks the propagator of OpenTelemetry for the current context.
///         if let Ok(value) = HeaderValue::try_from(traceparent()) {
///             request.headers_mut().insert("traceparent", value);
///         }
///         self.0.send(request)
///     }
///
///     fn with_own_connections(&self) -> Option<Arc<dyn Transport>> {
///         Some(Arc::new(Traced(self.0.with_own_connections()?)))
///     }
/// }
/// #
/// # #[derive(Debug)]
/// # struct Echo;
/// # impl Transport for Echo {
/// #     fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
/// #         assert!(request.headers()["traceparent"].to_str().unwrap().starts_with("00-"));
/// #         Box::pin(async { Ok(http::Response::new(Bytes::new())) })
/// #     }
/// # }
/// # Traced(Echo).send(Request::new(Bytes::new())).await?;
/// # Ok(())
/// # }
/// ```
///
/// # An audit log
///
/// The path of a request may hold an id of a person, and its query a tax id: log the host alone. An attempt whose
/// time is over is dropped, so that the line is written when the entry is dropped:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Method, Request};
/// use provider_call::{Clock, Transport, TransportFuture};
///
/// #[derive(Debug)]
/// struct Audited<T> {
///     transport: T,
///     clock: Arc<dyn Clock>,
/// }
///
/// struct Entry {
///     method: Method,
///     host: String,
///     status: Option<u16>,
///     begun: Duration,
///     clock: Arc<dyn Clock>,
/// }
///
/// impl Drop for Entry {
///     fn drop(&mut self) {
///         let Self { method, host, status, begun, clock } = self;
///         let took = clock.monotonic().saturating_sub(*begun);
///         tracing::info!(target: "audit", %method, host, status, ?took, "request");
///     }
/// }
///
/// impl<T: Transport> Transport for Audited<T> {
///     fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
///         let mut entry = Entry {
///             method: request.method().clone(),
///             host: request.uri().host().unwrap_or_default().to_owned(),
///             status: None,
///             begun: self.clock.monotonic(),
///             clock: Arc::clone(&self.clock),
///         };
///         Box::pin(async move {
///             let result = self.transport.send(request).await;
///             entry.status = result.as_ref().ok().map(|response| response.status().as_u16());
///             result
///         })
///     }
///
///     fn with_own_connections(&self) -> Option<Arc<dyn Transport>> {
///         let transport = self.transport.with_own_connections()?;
///         Some(Arc::new(Audited { transport, clock: Arc::clone(&self.clock) }))
///     }
/// }
/// #
/// # #[derive(Debug)]
/// # struct Agreeable;
/// # impl Transport for Agreeable {
/// #     fn send(&self, _request: Request<Bytes>) -> TransportFuture<'_> {
/// #         Box::pin(async { Ok(http::Response::new(Bytes::new())) })
/// #     }
/// # }
/// # let audited = Audited { transport: Agreeable, clock: Arc::new(provider_call::SystemClock::new()) };
/// # assert_eq!(audited.send(Request::new(Bytes::new())).await?.status(), 200);
/// # Ok(())
/// # }
/// ```
#[doc(alias("HttpClient", "middleware", "interceptor"))]
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

/// Put into the extensions of a request whose answer counts by its status and its headers alone.
///
/// A transport that knows it gives an answer with an empty body as soon as it has the headers. A body that is cut off, too
/// large or without end is no error then.
///
/// ```
/// use bytes::Bytes;
/// use http::Request;
/// use provider_call::DiscardBody;
///
/// let request = Request::post("https://example.com/").extension(DiscardBody).body(Bytes::new())?;
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DiscardBody;

/// The sorts of [`TransportError`], apart as far as they call for different reactions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[cfg_attr(any(test, feature = "test-util"), derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(any(test, feature = "test-util"), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection came about (network, connect timeout): nothing was sent.
    #[error("no connection to the server")]
    Connect,
    /// The server's name could not be looked up: nothing was sent.
    #[error("the server's name could not be looked up")]
    Name,
    /// The two sides could not agree on TLS: nothing was sent.
    #[error("TLS could not be agreed on with the server")]
    Tls,
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
        self.is_connect() || matches!(self, Self::Certificate | Self::ClientCertificate | Self::NotSent)
    }

    /// True if no connection came about, though another attempt may have one.
    #[must_use]
    pub fn is_connect(self) -> bool {
        matches!(self, Self::Connect | Self::Name | Self::Tls)
    }

    /// True if the same request may fare better later.
    #[must_use]
    pub fn is_passing(self) -> bool {
        self.is_connect() || matches!(self, Self::Timeout | Self::Other)
    }

    /// A short word for a span.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Name => "name",
            Self::Tls => "tls",
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
