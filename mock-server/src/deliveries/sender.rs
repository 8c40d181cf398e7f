use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use reqwest::{Body, Response};
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

use super::delivery::reasons;
use super::{Attempt, AttemptOutcome, Content, Manner, PacedBody, Redirect, Signing};
use crate::{Error, web_address};

/// Source of both: docs.klavi.ai/link/lqUr-overview.
const TIMEOUT: Duration = Duration::from_secs(10);
const REDIRECTS: usize = 3;

/// How much of an answer's body is kept, and how long it is waited for: it is there for people to look at and decides
/// nothing.
const ANSWER: usize = 1 << 10;
const ANSWER_WAIT: Duration = Duration::from_secs(1);

const SIGNATURE: HeaderName = HeaderName::from_static("x-klavi-signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-klavi-timestamp");

/// Posts bodies to receivers.
pub(crate) struct Sender {
    http: reqwest::Client,
    secret_key: String,
    /// Whether nothing leaves this machine.
    loopback_only: bool,
}

/// One body on its way to one address.
pub(crate) struct Shipment {
    url: Url,
    content: Content,
    pub(crate) manner: Manner,
    signature: Option<String>,
}

impl Shipment {
    pub(crate) fn new(url: Url, content: Content, manner: Manner, secret_key: &str) -> Self {
        let signature = match manner.signing {
            Signing::Signed => Some(content.signature(secret_key)),
            Signing::Unsigned => None,
            Signing::Tampered => Some(tampered(&content.signature(secret_key))),
        };
        Self { url, content, manner, signature }
    }

    fn headers(&self, now: Timestamp) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_LENGTH, self.content.len().into());
        headers.insert(TIMESTAMP, now.as_second().into());
        if let Some(signature) = &self.signature {
            headers.insert(SIGNATURE, signature.parse().expect("hexadecimal digits fit a header"));
        }
        headers
    }
}

/// Another digit in the first place: the form is right, the signature is not.
fn tampered(signature: &str) -> String {
    let first = if signature.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", signature.get(1..).unwrap_or_default())
}

impl Sender {
    pub(crate) fn new(secret_key: String, loopback_only: bool) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            // A proxy of the environment does not know the receivers of this machine.
            .no_proxy()
            .build()
            .map_err(|error| Error::Sender(error.into()))?;
        Ok(Self { http, secret_key, loopback_only })
    }

    pub(crate) fn secret_key(&self) -> &str {
        &self.secret_key
    }

    /// Posts once, and follows redirects. Which method those have is not documented: it is that of RFC 9110, section
    /// 15.4, and of the common clients. 307 and 308 are posted again with the body; 301, 302 and 303 lead to a GET
    /// without one, so that a receiver which moved in that way gets nothing.
    pub(crate) async fn attempt(&self, shipment: &Shipment, number: u32, at: Timestamp) -> Attempt {
        let (headers, start) = (shipment.headers(at), Instant::now());
        let mut redirects = Vec::new();
        let answer = self.follow(shipment, number, &headers, &mut redirects).await;
        let duration = start.elapsed();
        let (outcome, answer) = match answer {
            Ok(answer) => (AttemptOutcome::Status(answer.status().as_u16()), beginning(answer).await),
            Err(reason) => (AttemptOutcome::Error(reason), String::new()),
        };
        Attempt { at, duration, outcome, headers, redirects, answer }
    }

    async fn follow(
        &self,
        shipment: &Shipment,
        number: u32,
        headers: &HeaderMap,
        redirects: &mut Vec<Redirect>,
    ) -> Result<Response, &'static str> {
        let (mut method, mut url) = (Method::POST, shipment.url.clone());
        loop {
            // Of a redirect's address too.
            if self.loopback_only && !web_address::is_loopback(&url) {
                return Err(reasons::ELSEWHERE);
            }
            let sent = if method == Method::POST {
                self.post(shipment, number, url.clone(), headers.clone()).await
            } else {
                self.get(url.clone(), headers.clone()).await
            };
            let answer = sent?;
            let status = answer.status().as_u16();
            let Some(to) = redirect(&answer) else { return Ok(answer) };
            if redirects.len() == REDIRECTS {
                return Err(reasons::REDIRECTS);
            }
            if matches!(status, 301..=303) {
                method = Method::GET;
            }
            redirects.push(Redirect { status, method: method.clone(), url: to.clone() });
            url = to;
        }
    }

    async fn post(
        &self,
        shipment: &Shipment,
        number: u32,
        url: Url,
        headers: HeaderMap,
    ) -> Result<Response, &'static str> {
        let breaks_off = number < shipment.manner.truncated;
        let mut body = PacedBody::new(&shipment.content).slow(shipment.manner.slow);
        if breaks_off {
            body = body.broken_off();
        }
        let (body, progress) = body.watched();
        let request = self.http.post(url).headers(headers).body(Body::wrap(body));
        tokio::select! {
            answer = request.send() => match answer {
                Err(error) if breaks_off && !error.is_connect() => Err(reasons::TRUNCATED),
                answer => answer.map_err(|error| reason(&error)),
            },
            () = no_progress(progress) => Err(reasons::NO_ANSWER),
        }
    }

    async fn get(&self, url: Url, mut headers: HeaderMap) -> Result<Response, &'static str> {
        headers.remove(CONTENT_TYPE);
        headers.remove(CONTENT_LENGTH);
        let request = self.http.get(url).headers(headers).timeout(TIMEOUT);
        request.send().await.map_err(|error| reason(&error))
    }
}

/// As much of the answer's body as is kept and comes in time.
pub(crate) async fn beginning(mut answer: Response) -> String {
    let mut kept = Vec::new();
    let reading = async {
        while kept.len() < ANSWER
            && let Ok(Some(piece)) = answer.chunk().await
        {
            kept.extend_from_slice(&piece);
        }
    };
    let _ = tokio::time::timeout(ANSWER_WAIT, reading).await;
    kept.truncate(ANSWER);
    String::from_utf8_lossy(&kept).into_owned()
}

fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        reasons::NO_ANSWER
    } else if error.is_connect() {
        reasons::NO_CONNECTION
    } else {
        reasons::BROKEN_OFF
    }
}

/// Where the answer sends the body next.
fn redirect(answer: &Response) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301..=303 | 307 | 308) {
        return None;
    }
    let to = answer.url().join(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    matches!(to.scheme(), "http" | "https").then_some(to)
}

/// Ends once nothing has happened for as long as Klavi waits. That the time counts from the last piece that the receiver
/// took is chosen by the mock: a report of any size can be sent.
async fn no_progress(mut taken: watch::Receiver<Instant>) {
    loop {
        let deadline = *taken.borrow_and_update() + TIMEOUT;
        match tokio::time::timeout_at(deadline, taken.changed()).await {
            Ok(Ok(())) => {}
            // All of the body is out.
            Ok(Err(_)) => return tokio::time::sleep_until(deadline).await,
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_wait_counts_from_the_last_piece() {
        let start = Instant::now();
        let (piece, taken) = watch::channel(start);
        let waiting = tokio::spawn(no_progress(taken));
        for _ in 0..3 {
            tokio::time::advance(TIMEOUT - Duration::from_secs(1)).await;
            piece.send_replace(Instant::now());
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished());
        }
        let last = Instant::now();
        // The body is out, and only the answer is missing.
        drop(piece);
        waiting.await.unwrap();
        assert_eq!((last - start, last.elapsed()), (Duration::from_secs(27), TIMEOUT));
    }

    #[test]
    fn a_tampered_signature_has_the_form_of_one() {
        for (signature, wrong) in [("0af3", "1af3"), ("9bc0", "0bc0")] {
            assert_eq!(tampered(signature), wrong);
        }
    }
}
