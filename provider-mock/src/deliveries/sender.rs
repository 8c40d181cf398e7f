//! Posts bodies to receivers. Must not know what is in them.

use std::fmt;
use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, Method};
use jiff::Timestamp;
use reqwest::{Body as Sent, Response};
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

use super::attempt::reasons;
use super::{Attempt, Body, Delivery, PacedBody, Redirect};
use crate::{Error, address};

/// How much of an answer's body is kept, and how long it is waited for: it is there for people to look at and decides
/// nothing.
const ANSWER: usize = 1 << 10;
const ANSWER_WAIT: Duration = Duration::from_secs(1);

/// How a provider sends its webhooks.
pub struct Rules {
    /// How long a receiver has to answer.
    pub timeout: Duration,
    /// Attempts after the first.
    pub retries: u32,
    /// The pause before a retry, counted from 1, made of that before the first.
    pub pause: fn(Duration, u32) -> Duration,
    /// How many redirects are followed; without any, one is an answer like others.
    pub redirects: usize,
    /// The headers beside those that say what the body is.
    pub headers: Headers,
}

/// Makes the headers of an attempt at that time.
pub type Headers = Box<dyn Fn(&Delivery, &Body, Timestamp) -> HeaderMap + Send + Sync>;

/// Posts bodies to receivers.
pub struct Sender {
    http: reqwest::Client,
    rules: Rules,
    /// Whether nothing leaves this machine.
    loopback_only: bool,
}

impl Sender {
    /// One that keeps to those rules.
    ///
    /// # Errors
    /// [`Error::Sender`].
    pub fn new(rules: Rules, loopback_only: bool) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(rules.timeout)
            .redirect(reqwest::redirect::Policy::none())
            // A proxy of the environment does not know the receivers of this machine.
            .no_proxy()
            .build()
            .map_err(|error| Error::Sender(error.into()))?;
        Ok(Self { http, rules, loopback_only })
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Posts once, and follows redirects as far as the rules say. Which method those have is that of RFC 9110, section
    /// 15.4, and of the common clients. 307 and 308 are posted again with the body; 301, 302 and 303 lead to a GET
    /// without one, so that a receiver which moved in that way gets nothing.
    pub(super) async fn attempt(&self, delivery: &Delivery, number: u32, at: Timestamp) -> Attempt {
        let (Some(url), Some(body)) = (&delivery.url, delivery.content()) else {
            let mut attempt = Attempt::new(at, HeaderMap::new());
            attempt.error = Some("the body is no longer kept".to_owned());
            return attempt;
        };
        let mut headers = (self.rules.headers)(delivery, &body, at);
        headers.insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_LENGTH, body.len().into());
        let mut attempt = Attempt::new(at, headers);
        let start = Instant::now();
        let parcel = Parcel { body: &body, delivery, breaks_off: number < delivery.options.truncated };
        let answer = self.follow(&parcel, url.clone(), &mut attempt).await;
        attempt.duration = start.elapsed();
        match answer {
            Ok(answer) => {
                attempt.status = Some(answer.status().as_u16());
                attempt.answer = beginning(answer).await;
            }
            Err(reason) => attempt.error = Some(reason),
        }
        attempt
    }

    async fn follow(
        &self,
        parcel: &Parcel<'_>,
        mut url: Url,
        attempt: &mut Attempt,
    ) -> Result<Response, String> {
        let mut method = Method::POST;
        loop {
            // Of a redirect's address too.
            if self.loopback_only && !address::is_loopback(&url) {
                return Err(reasons::ELSEWHERE.to_owned());
            }
            let answer = if method == Method::POST {
                self.post(parcel, url.clone(), attempt.headers.clone()).await?
            } else {
                self.get(url.clone(), attempt.headers.clone()).await?
            };
            let Some(to) = redirect(&answer).filter(|_| self.rules.redirects > 0) else { return Ok(answer) };
            if attempt.redirects.len() == self.rules.redirects {
                return Err(format!("more than {} redirects", self.rules.redirects));
            }
            let status = answer.status().as_u16();
            if matches!(status, 301..=303) {
                method = Method::GET;
            }
            attempt.redirects.push(Redirect::new(status, method.clone(), to.clone()));
            url = to;
        }
    }

    async fn post(&self, parcel: &Parcel<'_>, url: Url, headers: HeaderMap) -> Result<Response, String> {
        let mut body = PacedBody::new(parcel.body).slow(parcel.delivery.options.slow);
        if parcel.breaks_off {
            body = body.broken_off();
        }
        let (body, progress) = body.watched();
        let request = self.http.post(url).headers(headers).body(Sent::wrap(body));
        tokio::select! {
            answer = request.send() => match answer {
                Err(error) if parcel.breaks_off && !error.is_connect() => Err(reasons::TRUNCATED.to_owned()),
                answer => answer.map_err(|error| self.reason(&error)),
            },
            () = no_progress(progress, self.rules.timeout) => Err(self.no_answer()),
        }
    }

    async fn get(&self, url: Url, mut headers: HeaderMap) -> Result<Response, String> {
        headers.remove(CONTENT_TYPE);
        headers.remove(CONTENT_LENGTH);
        let request = self.http.get(url).headers(headers).timeout(self.rules.timeout);
        request.send().await.map_err(|error| self.reason(&error))
    }

    fn reason(&self, error: &reqwest::Error) -> String {
        if error.is_timeout() {
            self.no_answer()
        } else if error.is_connect() {
            reasons::NO_CONNECTION.to_owned()
        } else {
            reasons::BROKEN_OFF.to_owned()
        }
    }

    fn no_answer(&self) -> String {
        format!("no answer within {} seconds", self.rules.timeout.as_secs())
    }
}

/// One body on its way.
struct Parcel<'a> {
    body: &'a Body,
    delivery: &'a Delivery,
    breaks_off: bool,
}

/// As much of the answer's body as is kept and comes in time.
async fn beginning(mut answer: Response) -> String {
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

/// Where the answer sends the body next.
fn redirect(answer: &Response) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301..=303 | 307 | 308) {
        return None;
    }
    let to = answer.url().join(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    matches!(to.scheme(), "http" | "https").then_some(to)
}

/// Ends once nothing has happened for as long as the provider waits. That the time counts from the last piece that the receiver
/// took is chosen by the mock: a report of any size can be sent.
async fn no_progress(mut taken: watch::Receiver<Instant>, wait: Duration) {
    loop {
        let deadline = *taken.borrow_and_update() + wait;
        match tokio::time::timeout_at(deadline, taken.changed()).await {
            Ok(Ok(())) => {}
            // All of the body is out.
            Ok(Err(_)) => return tokio::time::sleep_until(deadline).await,
            Err(_) => return,
        }
    }
}

impl fmt::Debug for Rules {
    /// Closed: what it holds may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rules(..)")
    }
}

impl fmt::Debug for Sender {
    /// Closed: what it holds may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn the_wait_counts_from_the_last_piece() {
        let start = Instant::now();
        let (piece, taken) = watch::channel(start);
        let waiting = tokio::spawn(no_progress(taken, TIMEOUT));
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
}
