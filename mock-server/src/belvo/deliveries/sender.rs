use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use tokio::time::Instant;

use super::Delivery;
use crate::deliveries::{Attempt, AttemptOutcome, ELSEWHERE, beginning};
use crate::{Error, web_address};

/// How long a receiver has to answer. Source: developers.belvo.com, integration checklist.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Posts webhooks to the receiver.
pub(crate) struct Sender {
    http: reqwest::Client,
    loopback_only: bool,
}

impl Sender {
    pub(crate) fn new(loopback_only: bool) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            // Nothing says that Belvo follows redirects; one is no 2xx.
            .redirect(reqwest::redirect::Policy::none())
            // A proxy of the environment does not know the receivers of this machine.
            .no_proxy()
            .build()
            .map_err(|error| Error::Sender(error.into()))?;
        Ok(Self { http, loopback_only })
    }

    pub(super) async fn attempt(&self, delivery: &Delivery, at: Timestamp) -> Attempt {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(value) = &delivery.authorization {
            headers.insert(AUTHORIZATION, value.clone());
        }
        let start = Instant::now();
        let sent = match &delivery.url {
            Some(url) if self.loopback_only && !web_address::is_loopback(url) => Err(ELSEWHERE),
            Some(url) => {
                let request = self.http.post(url.clone()).headers(headers.clone());
                request.body(delivery.body.clone()).send().await.map_err(|error| reason(&error))
            }
            None => Err("no address"),
        };
        let duration = start.elapsed();
        let (outcome, answer) = match sent {
            Ok(answer) => (AttemptOutcome::Status(answer.status().as_u16()), beginning(answer).await),
            Err(reason) => (AttemptOutcome::Error(reason), String::new()),
        };
        Attempt { at, duration, outcome, headers, redirects: Vec::new(), answer }
    }
}

fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer within 5 seconds"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    }
}
