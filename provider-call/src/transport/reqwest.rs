//! The provided transport: reqwest over rustls.

mod options;

use std::error::Error;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

pub use self::options::{TransportOptions, TransportSetupError};
use super::{Transport, TransportError, TransportErrorKind, TransportFuture};
use crate::base_url::is_loopback;

/// A [`Transport`] over reqwest: HTTP/1.1 and HTTP/2, rustls, pooled connections, no redirects.
///
/// The cryptography below TLS is that of aws-lc-rs, or of the provider that the process has installed as rustls'
/// default before. With the feature `rustls-no-provider` in place of `reqwest` aws-lc-rs is not even built.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// For plain `http` to loopback: a proxy would carry the credential off the machine in clear text.
    loopback: Option<reqwest::Client>,
    max_response_bytes: usize,
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
            max_response_bytes: options.limit(),
        })
    }

    /// A transport over a client of your own, for what [`TransportOptions`] has no word for.
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
        if is_refused_by_alert(&error) {
            TransportErrorKind::ClientCertificate
        } else if mentions(&error, "certificate") {
            TransportErrorKind::Certificate
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

/// A server tells in an alert what it has against a client's certificate; since TLS 1.3 only after the handshake.
fn is_refused_by_alert(error: &(dyn Error + 'static)) -> bool {
    mentions(error, "received fatal alert")
        && ["certificate", "unknownca", "accessdenied"].iter().any(|word| mentions(error, word))
}

/// Looks through the whole chain: TLS errors hide several wrappers deep, and their types belong to whatever
/// TLS library the client was built with. `word` is in lower case.
fn mentions(error: &(dyn Error + 'static), word: &str) -> bool {
    std::iter::successors(Some(error), |&error| error.source())
        .any(|error| error.to_string().to_ascii_lowercase().contains(word))
}

#[cfg(test)]
mod tests;
