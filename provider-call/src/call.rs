//! The loop around the attempts of one call.

mod options;
mod request;

use std::convert::Infallible;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, FutureExt as _, select};
use http::{HeaderValue, Request, Response, StatusCode};
use tracing::Instrument as _;

pub use self::options::{CallOptions, InvalidHeader};
pub use self::request::{ATTEMPT_HEADER, Call, REQUEST_ID_HEADER};
use self::request::{Envelope, new_request_id};
use crate::base_url::BaseUrl;
use crate::clock::Clock;
use crate::credential::{CredentialSource, Renewal};
use crate::error::{CallError, Failure, Refusal, status_label};
use crate::metric;
#[cfg(feature = "rate-limit")]
use crate::rate_limit::{Gate, RateLimit};
use crate::retry::{Account, Failed, Next, RetryAdvice, RetryBudget, RetryPolicy, SoFar, Stop, retry_after};
use crate::span;
use crate::transport::Transport;

/// The default time for one attempt, from the first byte sent to the last byte read.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// Makes calls to one provider. Cheap to clone.
///
/// ```no_run
/// # async fn example(
/// #     transport: std::sync::Arc<dyn provider_call::Transport>,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use provider_call::{Call, Caller, FixedCredential, Idempotency, SystemClock, bearer};
///
/// let caller = Caller::new("https://api.example.com".parse()?, transport, Arc::new(SystemClock::new()));
/// let credential = FixedCredential::new(bearer("token")?);
/// let call = Call::new(http::Method::GET, "/things/{id}", Idempotency::Idempotent).path_value("id", "42");
/// let reply = caller.run(&call, &credential).await?;
/// println!("{} bytes", reply.response.body().len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Caller {
    base_url: BaseUrl,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    policy: RetryPolicy,
    advice: fn(&Response<Bytes>) -> RetryAdvice,
    budget: Arc<Account>,
    #[cfg(feature = "rate-limit")]
    gate: Option<Arc<Gate>>,
    attempt_timeout: Duration,
    user_agent: Option<HeaderValue>,
    provider: &'static str,
    options: CallOptions,
}

/// A 2xx answer, and what it took to get it. `Debug` shows no header and no body.
pub struct Reply {
    /// The answer.
    pub response: Response<Bytes>,
    /// How many times the request was sent.
    pub attempts: u32,
    /// The time from the beginning of the call.
    pub elapsed: Duration,
    /// The id that went with each attempt.
    pub request_id: String,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.response.status())
            .field("body_bytes", &self.response.body().len())
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .field("request_id", &self.request_id)
            .finish()
    }
}

impl Caller {
    /// A caller with the default policy and attempt timeout.
    #[must_use]
    pub fn new(base_url: BaseUrl, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        let budget = Arc::new(Account::new(RetryBudget::default(), clock.monotonic()));
        Self {
            base_url,
            transport,
            clock,
            policy: RetryPolicy::default(),
            advice: |_| RetryAdvice::AsStatus,
            budget,
            #[cfg(feature = "rate-limit")]
            gate: None,
            attempt_timeout: ATTEMPT_TIMEOUT,
            user_agent: None,
            provider: "",
            options: CallOptions::new(),
        }
    }

    /// Replaces the retry policy.
    #[must_use]
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Asks `advice` about each answer that is not 2xx before it is repeated. Default: the status decides alone.
    #[must_use]
    pub fn retry_advice(mut self, advice: fn(&Response<Bytes>) -> RetryAdvice) -> Self {
        self.advice = advice;
        self
    }

    /// Replaces the retry budget with a full one, which clones made from here on share.
    #[must_use]
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = Arc::new(Account::new(budget, self.clock.monotonic()));
        self
    }

    /// Bounds the rate of attempts, for this caller and the clones made from here on together.
    #[cfg(feature = "rate-limit")]
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.gate = Some(Arc::new(Gate::new(limit, Arc::clone(&self.clock))));
        self
    }

    /// The word for the provider in the labels of metrics, see [`metric`].
    #[must_use]
    pub fn provider(mut self, provider: &'static str) -> Self {
        self.provider = provider;
        self
    }

    /// Replaces the time for one attempt.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets the `User-Agent` header, see [`user_agent`](crate::user_agent).
    #[must_use]
    pub fn user_agent(mut self, user_agent: HeaderValue) -> Self {
        self.user_agent = Some(user_agent);
        self
    }

    /// A caller like this one, but for the options. It shares budget, rate limit and connections with this one.
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { options: self.options.overridden_by(options), ..self.clone() }
    }

    /// The address that all calls go below.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// The clock of this caller.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Makes one call: attempts, pauses, and one new credential after a 401.
    ///
    /// # Errors
    /// If there is no 2xx answer in the end; the last failure tells why.
    pub async fn run<S: CredentialSource>(
        &self,
        call: &Call<'_>,
        source: &S,
    ) -> Result<Reply, CallError<S::Error>> {
        let request_id = new_request_id();
        let span = span::call_span(call.method(), call.template(), &self.base_url, &request_id);
        let running = Running {
            caller: self,
            policy: self.options.policy_instead_of(self.policy),
            attempt_timeout: self.options.timeout_instead_of(self.attempt_timeout),
            metric: metric::Of::call(self.provider, call.method(), call.template()),
            started: self.clock.monotonic(),
            attempts: 0,
            retries: 0,
            renewal: Renewal::Possible,
        };
        let (result, attempts, elapsed) = running.finish(call, source, &request_id).instrument(span).await;
        match result {
            Ok(response) => Ok(Reply { response, attempts, elapsed, request_id }),
            Err(failure) => {
                let retry_after = self.retry_after(&failure);
                Err(CallError { failure, attempts, elapsed, request_id, retry_after })
            }
        }
    }

    fn retry_after<E>(&self, failure: &Failure<E>) -> Option<Duration> {
        match failure {
            Failure::Status(response) => retry_after(response.headers(), self.clock.wall()),
            _ => None,
        }
    }
}

/// One call under way.
struct Running<'c> {
    caller: &'c Caller,
    policy: RetryPolicy,
    attempt_timeout: Duration,
    metric: metric::Of,
    started: Duration,
    attempts: u32,
    /// Attempts made by the retry policy; the one with a new credential after a 401 is not one of them.
    retries: u32,
    /// Whether a 401 may still be answered with a new credential.
    renewal: Renewal,
}

impl Running<'_> {
    async fn finish<S: CredentialSource>(
        mut self,
        call: &Call<'_>,
        source: &S,
        request_id: &str,
    ) -> (Result<Response<Bytes>, Failure<S::Error>>, u32, Duration) {
        self.caller.budget.earn();
        let result = self.repeat(call, source, request_id).await;
        let elapsed = self.elapsed();
        let span = tracing::Span::current();
        if self.attempts > 1 {
            span.record("http.request.resend_count", self.attempts - 1);
        }
        match &result {
            Ok(response) => {
                span::record_status(&span, response.status());
                self.metric.called(status_label(response.status()), elapsed);
            }
            Err(failure) => {
                if let Some(status) = failure.status() {
                    span::record_status(&span, status);
                }
                span::record_failure(&span, &failure.label());
                self.metric.called(failure.label(), elapsed);
            }
        }
        (result, self.attempts, elapsed)
    }

    async fn repeat<S: CredentialSource>(
        &mut self,
        call: &Call<'_>,
        source: &S,
        request_id: &str,
    ) -> Result<Response<Bytes>, Failure<S::Error>> {
        let headers = self.caller.options.headers();
        let envelope =
            Envelope::of(call, &self.caller.base_url, request_id, headers).map_err(Failure::Refused)?;
        loop {
            let credential = self.credential(source).await?;
            #[cfg(feature = "rate-limit")]
            self.wait_for_room().await?;
            let request = self.sign(&envelope, source.authorization(&credential))?;
            let failure = match self.attempt(request).await {
                Ok(response) if response.status().is_success() => {
                    self.note_late_success();
                    return Ok(response);
                }
                Ok(response) => Failure::Status(Box::new(response)),
                Err(failure) => failure.cast(),
            };
            if self.renews(source, &credential, &failure) {
                continue;
            }
            match self.next(call, &failure) {
                Next::RetryAfter(pause) => {
                    let label = failure.label();
                    tracing::debug!(attempt = self.attempts, ?pause, error.r#type = &*label, "retry");
                    self.metric.retried(label);
                    self.caller.clock.sleep(pause).await;
                    self.retries += 1;
                }
                Next::Stop(stop) => {
                    self.note_giving_up(stop, &failure.label());
                    return Err(failure);
                }
            }
        }
    }

    /// The credential for the next attempt, waited for no longer than the call may last.
    async fn credential<S: CredentialSource>(&self, source: &S) -> Result<S::Credential, Failure<S::Error>> {
        let mut credential = pin!(source.credential());
        // Mostly there is one already, and no deadline to set up.
        if let Some(result) = (&mut credential).now_or_never() {
            return result.map_err(Failure::Credential);
        }
        let deadline = self.caller.clock.sleep(self.remaining());
        match select(credential, deadline).await {
            Either::Left((result, _)) => result.map_err(Failure::Credential),
            Either::Right(_) => Err(Failure::Deadline),
        }
    }

    /// Waits at the rate limit, no longer than the call may last.
    #[cfg(feature = "rate-limit")]
    async fn wait_for_room<E>(&self) -> Result<(), Failure<E>> {
        if let Some(gate) = &self.caller.gate {
            let waited = gate.pass(self.remaining()).await.map_err(|_| Failure::Deadline)?;
            metric::waited(self.caller.provider, waited);
        }
        Ok(())
    }

    fn sign<E>(
        &mut self,
        envelope: &Envelope<'_>,
        authorization: Option<HeaderValue>,
    ) -> Result<Request<Bytes>, Failure<E>> {
        let request = envelope.request(self.attempts + 1, self.caller.user_agent.as_ref(), authorization);
        // Held here as well, at the last moment before the credential leaves the process.
        if !self.caller.base_url.is_origin_of(request.uri()) {
            return Err(Failure::Refused(Refusal::ForeignHost));
        }
        self.attempts += 1;
        Ok(request)
    }

    async fn attempt(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure<Infallible>> {
        let span = span::attempt_span(self.attempts);
        let after = self.attempt_timeout.min(self.remaining());
        let sent = self.caller.transport.send(request).instrument(span.clone());
        // The transport is polled first: an answer that is there wins against a timeout that is due as well.
        let result = match select(pin!(sent), self.caller.clock.sleep(after)).await {
            Either::Left((result, _)) => result.map_err(Failure::Transport),
            Either::Right(_) => Err(Failure::Timeout { after }),
        };
        match &result {
            Ok(response) => {
                span::record_status(&span, response.status());
                self.metric.attempted(status_label(response.status()));
            }
            Err(failure) => {
                span::record_failure(&span, &failure.label());
                self.metric.attempted(failure.label());
            }
        }
        result
    }

    /// True if a 401 was met with a new credential, so that the call is to be sent once more.
    ///
    /// Safe for every call: the server refused it before it acted.
    fn renews<S: CredentialSource>(
        &mut self,
        source: &S,
        refused: &S::Credential,
        failure: &Failure<S::Error>,
    ) -> bool {
        if failure.status() != Some(StatusCode::UNAUTHORIZED) {
            return false;
        }
        // Asked even if this call has had its second try: the next call must not use this credential.
        let other = source.invalidate(refused);
        let allowed = std::mem::replace(&mut self.renewal, Renewal::Impossible);
        other == Renewal::Possible && allowed == Renewal::Possible && !self.remaining().is_zero()
    }

    fn next<E>(&self, call: &Call<'_>, failure: &Failure<E>) -> Next {
        let failed = match failure {
            Failure::Status(response) => Failed::Status {
                status: response.status(),
                retry_after: self.caller.retry_after(failure),
                advice: (self.caller.advice)(response),
            },
            Failure::Transport(error) => Failed::Transport(error.kind()),
            Failure::Timeout { .. } => Failed::Timeout,
            Failure::Deadline | Failure::Credential(_) | Failure::Refused(_) => {
                return Next::Stop(Stop::Final);
            }
        };
        let so_far =
            SoFar { idempotency: call.idempotency(), retries: self.retries, elapsed: self.elapsed() };
        let next = self.policy.next(&so_far, failed, fastrand::f64());
        if matches!(next, Next::RetryAfter(_)) && !self.caller.budget.spend(self.caller.clock.monotonic()) {
            self.metric.withheld(failure.label());
            return Next::Stop(Stop::BudgetSpent);
        }
        next
    }

    fn elapsed(&self) -> Duration {
        self.caller.clock.monotonic().saturating_sub(self.started)
    }

    fn remaining(&self) -> Duration {
        self.policy.remaining(self.elapsed())
    }

    fn note_late_success(&self) {
        if self.retries > 0 {
            tracing::warn!(attempts = self.attempts, elapsed = ?self.elapsed(), "succeeded after retries");
        }
    }

    fn note_giving_up(&self, stop: Stop, label: &str) {
        if stop != Stop::Final || self.retries > 0 {
            let elapsed = self.elapsed();
            tracing::warn!(attempts = self.attempts, ?elapsed, ?stop, error.r#type = label, "gave up");
        }
    }
}

impl Failure<Infallible> {
    fn cast<E>(self) -> Failure<E> {
        match self {
            Self::Transport(error) => Failure::Transport(error),
            Self::Timeout { after } => Failure::Timeout { after },
            Self::Deadline => Failure::Deadline,
            Self::Status(response) => Failure::Status(response),
            Self::Refused(refusal) => Failure::Refused(refusal),
            Self::Credential(never) => match never {},
        }
    }
}

#[cfg(test)]
mod tests;
