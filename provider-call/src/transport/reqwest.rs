//! The provided transport: reqwest over rustls.

mod egress;
mod options;

use std::error::Error;
use std::mem;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::FutureExt as _;
use http::{Request, Response};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use self::egress::Forbidden;
pub use self::egress::{EgressRule, InvalidEgressHost};
pub use self::options::{TransportOptions, TransportSetupError};
use super::{DiscardBody, Transport, TransportError, TransportErrorKind, TransportFuture};
use crate::base_url::is_loopback;

/// How much of a body that is discarded is read, so that its connection can be used again.
const DISCARDED_BYTES: usize = 64 * 1024;

/// How long a body that is discarded may take.
const DISCARD_TIME: Duration = Duration::from_secs(1);

/// A [`Transport`] over reqwest: HTTP/1.1 and HTTP/2, rustls, pooled connections, no redirects.
///
/// The cryptography below TLS is that of aws-lc-rs, or of the provider that the process has installed as rustls'
/// default before. With the feature `rustls-no-provider` in place of `reqwest` aws-lc-rs is not even built.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// For plain `http` to loopback: a proxy would carry the credential off the machine in clear text.
    loopback: Option<reqwest::Client>,
    limits: Limits,
    /// What it was made of.
    options: Option<Arc<TransportOptions>>,
    /// Whether another thread than that of the calls drives the connections.
    is_driven_elsewhere: bool,
}

/// What an answer may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Bytes of the body, unpacked.
    bytes: usize,
    /// Silence within the body.
    silence: Duration,
}

impl ReqwestTransport {
    /// A transport with the given options.
    ///
    /// # Errors
    /// If a certificate or the proxy cannot be used, or if the machine has no root certificates.
    ///
    /// # Panics
    /// With the feature `rustls-no-provider` alone, if the process has installed no provider for rustls.
    pub fn new(options: &TransportOptions) -> Result<Self, TransportSetupError> {
        Ok(Self {
            client: options.client()?,
            loopback: Some(options.loopback_client()?),
            limits: options.limits(),
            options: Some(Arc::new(options.clone())),
            is_driven_elsewhere: false,
        })
    }

    /// A transport over a client of your own, for what [`TransportOptions`] has no word for.
    ///
    /// This is the only place where a reqwest type shows. The client must not follow redirects
    /// (`redirect::Policy::none()`) and should have a connect timeout.
    #[must_use]
    pub fn from_client(client: reqwest::Client, max_response_bytes: usize) -> Self {
        let limits = Limits { bytes: max_response_bytes, ..TransportOptions::new().limits() };
        Self { client, loopback: None, limits, options: None, is_driven_elsewhere: false }
    }

    fn client_for(&self, request: &reqwest::Request) -> &reqwest::Client {
        let url = request.url();
        match &self.loopback {
            Some(loopback) if url.scheme() == "http" && url.host().as_ref().is_some_and(is_loopback) => {
                loopback
            }
            _ => &self.client,
        }
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if let Some(rule) = self.options.as_ref().and_then(|options| options.egress_rule()) {
            rule.check(request.uri())
                .map_err(|error| TransportError::new(TransportErrorKind::NotSent).with_source(error))?;
        }
        let discards = request.extensions().get::<DiscardBody>().is_some();
        let request = reqwest::Request::try_from(request).map_err(classify)?;
        let mut response = self.client_for(&request).execute(request).await.map_err(classify)?;

        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = response.status();
        *answer.version_mut() = response.version();
        if discards {
            *answer.headers_mut() = mem::take(response.headers_mut());
            discard(response);
        } else {
            *answer.body_mut() = read(&mut response, self.limits).await?;
            *answer.headers_mut() = mem::take(response.headers_mut());
        }
        Ok(answer)
    }
}

/// Reads the body within bounds, so that its connection can be used again; beyond them the connection is closed.
fn discard(mut response: reqwest::Response) {
    let all = async move {
        let mut left = DISCARDED_BYTES;
        while let Ok(Some(chunk)) = response.chunk().await {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    let mut all = Box::pin(timeout(DISCARD_TIME, all));
    if all.as_mut().now_or_never().is_none() {
        // Not waited for: the answer is there, and must not be lost to a time limit of the caller.
        tokio::spawn(all);
    }
}

/// The body. A declared length over `limit` is refused before anything is read, an undeclared one while it grows.
async fn read(response: &mut reqwest::Response, limits: Limits) -> Result<Bytes, TransportError> {
    let limit = limits.bytes;
    let too_large = || TransportError::new(TransportErrorKind::BodyTooLarge { limit });
    let declared = response.content_length().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    // Most answers are one chunk, which is passed on without a copy.
    let (mut first, mut joined) = (Bytes::new(), BytesMut::new());
    let silent = |_| TransportError::new(TransportErrorKind::Timeout);
    loop {
        // Mostly the body has come with the headers, and no timeout need be set up. The wait for the headers has the time
        // of the attempt: a provider may work long before it answers.
        let chunk = match response.chunk().now_or_never() {
            Some(chunk) => chunk,
            None => timeout(limits.silence, response.chunk()).await.map_err(silent)?,
        };
        let Some(chunk) = chunk.map_err(classify)? else { break };
        if chunk.len() > limit - first.len().max(joined.len()) {
            return Err(too_large());
        }
        if first.is_empty() {
            first = chunk;
            continue;
        }
        if joined.is_empty() {
            joined.reserve(declared.unwrap_or(first.len() + chunk.len()));
            joined.extend_from_slice(&first);
        }
        joined.extend_from_slice(&chunk);
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        if !self.is_driven_elsewhere {
            return Box::pin(self.exchange(request));
        }
        let transport = self.clone();
        Box::pin(Elsewhere(tokio::spawn(async move { transport.exchange(request).await })))
    }

    fn with_own_connections(&self) -> Option<Arc<dyn Transport>> {
        // Options that did once do again.
        let transport = Self::new(self.options.as_deref()?).ok()?;
        Some(Arc::new(Self { is_driven_elsewhere: true, ..transport }))
    }
}

/// An exchange on the thread that drives its connection. On the thread of the call each step of it would wake that thread,
/// and be woken by it. It ends when it is dropped.
struct Elsewhere(JoinHandle<Result<Response<Bytes>, TransportError>>);

impl Future for Elsewhere {
    type Output = Result<Response<Bytes>, TransportError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_unpin(context).map(|ended| {
            ended.unwrap_or_else(|error| match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The runtime has ended.
                Err(_) => Err(TransportError::new(TransportErrorKind::Other)),
            })
        })
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn classify(error: reqwest::Error) -> TransportError {
    // The URL may carry a tax id in its query.
    let error = error.without_url();
    let kind = if error.is_connect() {
        if causes(&error).any(<dyn Error>::is::<Forbidden>) {
            TransportErrorKind::NotSent
        } else if is_refused_by_alert(&error) {
            TransportErrorKind::ClientCertificate
        } else if mentions(&error, "certificate") {
            TransportErrorKind::Certificate
        } else if mentions(&error, "dns error") {
            TransportErrorKind::Name
        } else if TLS_WORDS.iter().any(|word| mentions(&error, word)) {
            TransportErrorKind::Tls
        } else {
            TransportErrorKind::Connect
        }
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if is_refused_by_alert(&error) {
        TransportErrorKind::ClientCertificate
    } else {
        TransportErrorKind::Other
    };
    TransportError::new(kind).with_source(error)
}

/// How rustls begins to say that the other side speaks no TLS, or none that both know. In lower case.
const TLS_WORDS: [&str; 5] = [
    "received fatal alert",
    "received corrupt message",
    "received unexpected",
    "peer is incompatible",
    "peer misbehaved",
];

/// A server tells in an alert what it has against a client's certificate; since TLS 1.3 only after the handshake.
fn is_refused_by_alert(error: &(dyn Error + 'static)) -> bool {
    mentions(error, "received fatal alert")
        && ["certificate", "unknownca", "accessdenied"].iter().any(|word| mentions(error, word))
}

/// The error and its causes.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Looks through the whole chain: TLS errors hide several wrappers deep, and their types belong to whatever
/// TLS library the client was built with. `word` is in lower case.
fn mentions(error: &(dyn Error + 'static), word: &str) -> bool {
    causes(error).any(|error| error.to_string().to_ascii_lowercase().contains(word))
}

#[cfg(test)]
mod tests;
