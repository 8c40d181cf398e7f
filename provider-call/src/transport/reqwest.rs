//! The provided transport: reqwest over rustls.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::{Transport, TransportError, TransportErrorKind, TransportFuture};
use crate::base_url::is_loopback;

/// Long enough for a slow TLS handshake across an ocean, short enough to leave time for a second try.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may stay silent: bank data is gathered behind the API, so some thinking time is normal.
const READ_TIMEOUT: Duration = Duration::from_secs(15);

/// Far above any documented answer; a guard against a server gone wild, not a quota.
const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// Limits of a [`ReqwestTransport`].
///
/// ```
/// use provider_call::TransportLimits;
///
/// let limits = TransportLimits { max_response_bytes: 1024 * 1024, ..TransportLimits::default() };
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransportLimits {
    /// How long a connection may take to come about, TLS included. Default: 5 s.
    pub connect_timeout: Duration,
    /// How long the server may stay silent before or within an answer. Default: 15 s.
    pub read_timeout: Duration,
    /// The largest answer that is read, in bytes. Default: 64 MiB.
    pub max_response_bytes: usize,
}

impl Default for TransportLimits {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: READ_TIMEOUT,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }
}

/// A [`Transport`] over reqwest: HTTP/1.1 and HTTP/2, rustls, pooled connections, no redirects.
///
/// The proxy settings of the environment hold, except for plain `http` to this very machine.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// For plain `http` to loopback: a proxy would carry the credential off the machine in clear text.
    loopback: Option<reqwest::Client>,
    max_response_bytes: usize,
}

impl ReqwestTransport {
    /// A transport with the given limits.
    ///
    /// # Errors
    /// If TLS cannot be set up, for instance because the machine has no root certificates.
    pub fn new(limits: TransportLimits) -> Result<Self, TransportError> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .connect_timeout(limits.connect_timeout)
                .read_timeout(limits.read_timeout)
        };
        let client = builder().build().map_err(classify)?;
        // It never speaks TLS, so it need not load any certificates.
        let loopback = builder().no_proxy().tls_certs_only([]).build().map_err(classify)?;
        Ok(Self { client, loopback: Some(loopback), max_response_bytes: limits.max_response_bytes })
    }

    /// A transport over a client of your own, for a company proxy or extra root certificates.
    ///
    /// This is the only place where a reqwest type shows. The client must not follow redirects
    /// (`redirect::Policy::none()`) and should have a connect and a read timeout.
    #[must_use]
    pub fn from_client(client: reqwest::Client, max_response_bytes: usize) -> Self {
        Self { client, loopback: None, max_response_bytes }
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
        let request = reqwest::Request::try_from(request).map_err(classify)?;
        let response = self.client_for(&request).execute(request).await.map_err(classify)?;

        let limit = self.max_response_bytes;
        let too_large = || TransportError::new(TransportErrorKind::BodyTooLarge { limit });
        // A declared length is refused before anything is read, an undeclared one while it grows.
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let (parts, body) = Response::<reqwest::Body>::from(response).into_parts();
        let body = Limited::new(body, limit).collect().await.map_err(|error| {
            match error.downcast::<reqwest::Error>() {
                Ok(error) => classify(*error),
                Err(error) if error.is::<LengthLimitError>() => too_large(),
                Err(error) => TransportError::new(TransportErrorKind::Other).with_source(error),
            }
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

fn classify(error: reqwest::Error) -> TransportError {
    // The URL may carry a tax id in its query.
    let error = error.without_url();
    let kind = if error.is_connect() {
        if mentions_certificate(&error) {
            TransportErrorKind::Certificate
        } else {
            TransportErrorKind::Connect
        }
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Other
    };
    TransportError::new(kind).with_source(error)
}

/// Looks through the whole chain: TLS errors hide several wrappers deep, and their types belong to whatever
/// TLS library the client was built with. Their texts all say "certificate".
fn mentions_certificate(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source())
        .any(|error| error.to_string().to_ascii_lowercase().contains("certificate"))
}

#[cfg(test)]
mod tests;
