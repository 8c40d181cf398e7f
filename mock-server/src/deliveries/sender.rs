use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use reqwest::redirect::Policy;
use url::Url;

use super::AttemptOutcome;
use super::signature::signature;
use crate::Error;

/// Source of both: docs.klavi.ai/link/lqUr-overview.
const TIMEOUT: Duration = Duration::from_secs(10);
const REDIRECTS: usize = 3;

/// Posts one body once.
pub(crate) struct Sender {
    http: reqwest::Client,
    /// `None` where deliveries go out unsigned.
    secret_key: Option<String>,
}

impl Sender {
    pub(crate) fn new(secret_key: Option<String>) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::limited(REDIRECTS))
            // A proxy of the environment does not know the receivers of this machine.
            .no_proxy()
            .build()
            .map_err(|error| Error::Sender(error.into()))?;
        Ok(Self { http, secret_key })
    }

    pub(crate) async fn post(&self, url: Url, body: Bytes, now: Timestamp) -> AttemptOutcome {
        let mut request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("X-Klavi-Timestamp", now.as_second().to_string());
        if let Some(secret_key) = &self.secret_key {
            request = request.header("X-Klavi-Signature", signature(secret_key, &body));
        }
        // The answer's body says nothing and is not read.
        match request.body(body).send().await {
            Ok(response) => AttemptOutcome::Status(response.status().as_u16()),
            Err(error) if error.is_timeout() => AttemptOutcome::Error("no answer within 10 seconds"),
            Err(error) if error.is_redirect() => AttemptOutcome::Error("more than 3 redirects"),
            Err(error) if error.is_connect() => AttemptOutcome::Error("no connection"),
            Err(_) => AttemptOutcome::Error("the connection broke off"),
        }
    }
}
