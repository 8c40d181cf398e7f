//! The attempts of one call: credential, rate limit, transport, and whether to try again.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{HeaderValue, Request, Response, StatusCode};
use tracing::Instrument as _;

use super::Caller;
use super::request::{Content, Envelope, new_request_id};
use crate::answer::Answer;
use crate::credential::{Credential, CredentialLookup, CredentialSource, Renewal};
use crate::endpoint::Endpoint;
use crate::error::{CallError, Failure, Inner, Refusal, status_label};
use crate::metric;
use crate::retry::{Failed, Next, RetryAdvice, RetryPolicy, SoFar, Stop};
use crate::settings::Timeouts;
use crate::span;

/// A call in progress.
pub(super) struct Attempts<'c> {
    caller: &'c Caller,
    endpoint: &'c Endpoint,
    policy: RetryPolicy,
    timeouts: Timeouts,
    request_id: HeaderValue,
    metric: metric::Of,
    started: Duration,
    /// The time as it was last read: after each wait.
    now: Duration,
    attempts: u32,
    /// Attempts made by the retry policy; the one with a new credential after a 401 is not one of them.
    retries: u32,
    /// Whether a 401 may still be answered with a new credential.
    renewal: Renewal,
}

/// Why a call ends without a 2xx answer.
enum End {
    Failure(Failure),
    /// The login on the way to it failed.
    Credential(CallError),
}

impl<'c> Attempts<'c> {
    pub(super) fn new(caller: &'c Caller, endpoint: &'c Endpoint) -> Self {
        let settings = &caller.settings;
        let now = settings.clock.monotonic();
        Self {
            policy: caller.options.policy(settings.retry_policy),
            timeouts: caller.options.timeouts(settings.timeouts(endpoint)),
            request_id: caller.options.given_request_id().cloned().unwrap_or_else(new_request_id),
            metric: metric::Of::call(settings.provider.name, endpoint, &settings.base_url),
            started: now,
            now,
            attempts: 0,
            retries: 0,
            renewal: Renewal::Possible,
            caller,
            endpoint,
        }
    }

    pub(super) async fn make(
        mut self,
        source: &dyn CredentialSource,
        content: &Content<'_>,
    ) -> Result<Answer, CallError> {
        let span = span::call_span(self.endpoint, &self.caller.settings.base_url, &self.request_id);
        self.caller.settings.budget.earn();
        let result = self.repeat(source, content).instrument(span.clone()).await;
        if self.attempts > 1 {
            span.record("http.request.resend_count", self.attempts - 1);
        }
        let elapsed = self.elapsed();
        let Self { endpoint, attempts, request_id, .. } = self;
        match result {
            Ok(response) => {
                span::record_status(&span, response.status());
                self.metric.called(status_label(response.status()), elapsed);
                Ok(Answer { endpoint: endpoint.clone(), response, attempts, elapsed, request_id })
            }
            Err(End::Credential(error)) => {
                span::record_failure(&span, "credential");
                self.metric.called("credential", elapsed);
                Err(error)
            }
            Err(End::Failure(failure)) => {
                if let Some(status) = failure.status() {
                    span::record_status(&span, status);
                }
                span::record_failure(&span, &failure.label());
                self.metric.called(failure.label(), elapsed);
                let retry_after = self.caller.settings.retry_after(&failure);
                let not_acted = self.caller.settings.advice(&failure) == RetryAdvice::NotActed;
                let (endpoint, request_id) = (Some(endpoint.clone()), Some(request_id));
                let inner =
                    Inner { endpoint, failure, attempts, elapsed, request_id, retry_after, not_acted };
                Err(CallError::new(inner))
            }
        }
    }

    async fn repeat(
        &mut self,
        source: &dyn CredentialSource,
        content: &Content<'_>,
    ) -> Result<Response<Bytes>, End> {
        let caller = self.caller;
        let (base_url, headers) = (&caller.settings.base_url, caller.options.headers());
        let envelope = Envelope::of(self.endpoint, content, base_url, self.request_id.clone(), headers)
            .map_err(|refusal| End::Failure(Failure::Refused(refusal)))?;
        let mut refused = None;
        loop {
            let credential = self.credential(source, refused.as_ref()).await?;
            #[cfg(feature = "rate-limit")]
            self.wait_for_room().await?;
            // An attempt without time could only end with its outcome unknown.
            if self.remaining().is_zero() {
                return Err(End::Failure(Failure::Deadline));
            }
            let request = self.sign(&envelope, credential.as_ref())?;
            let failure = match self.attempt(request).await {
                Ok(response) if response.status().is_success() => {
                    self.note_late_success();
                    return Ok(response);
                }
                Ok(response) => Failure::Status(Box::new(response)),
                Err(failure) => failure,
            };
            if self.renews(source, credential.as_ref(), &failure) {
                refused = credential;
                continue;
            }
            match self.next(&failure) {
                Next::RetryAfter(pause) => {
                    let label = failure.label();
                    tracing::debug!(attempt = self.attempts, ?pause, error.r#type = &*label, "retry");
                    self.metric.retried(label);
                    caller.settings.clock.sleep(pause).await;
                    self.read_clock();
                    self.retries += 1;
                }
                Next::Stop(stop) => {
                    self.note_giving_up(stop, &failure.label());
                    return Err(End::Failure(failure));
                }
            }
        }
    }

    /// The credential for the next attempt, waited for no longer than the call may last.
    async fn credential(
        &mut self,
        source: &dyn CredentialSource,
        refused: Option<&Credential>,
    ) -> Result<Option<Credential>, End> {
        let remaining = self.remaining();
        // A source may send a login as soon as it is asked.
        if remaining.is_zero() {
            return Err(End::Failure(Failure::Deadline));
        }
        let waited_for = match source.credential(remaining, refused) {
            CredentialLookup::Ready(result) => return result.map_err(End::Credential),
            CredentialLookup::Pending(future) => future,
        };
        let deadline = self.caller.settings.clock.sleep(remaining);
        let result = match select(waited_for, deadline).await {
            Either::Left((result, _)) => result.map_err(End::Credential),
            Either::Right(_) => Err(End::Failure(Failure::Deadline)),
        };
        self.read_clock();
        result
    }

    /// Waits at the rate limit, no longer than the call may last.
    #[cfg(feature = "rate-limit")]
    async fn wait_for_room(&mut self) -> Result<(), End> {
        if let Some(gate) = &self.caller.settings.gate {
            let waited = gate.pass(self.remaining()).await;
            self.read_clock();
            let waited = waited.map_err(|_| End::Failure(Failure::Deadline))?;
            metric::waited(self.caller.settings.provider.name, waited);
        }
        Ok(())
    }

    fn sign(
        &mut self,
        envelope: &Envelope<'_>,
        credential: Option<&Credential>,
    ) -> Result<Request<Bytes>, End> {
        let settings = &self.caller.settings;
        let request = envelope.request(self.attempts + 1, &settings.user_agent, credential);
        // Held here as well, at the last moment before the credential leaves the process.
        if !settings.base_url.is_origin_of(request.uri()) {
            return Err(End::Failure(Failure::Refused(Refusal::ForeignHost)));
        }
        self.attempts += 1;
        Ok(request)
    }

    async fn attempt(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let settings = &self.caller.settings;
        let span = span::attempt_span(self.attempts);
        let after = self.timeouts.attempt.min(self.remaining());
        let begun = self.now;
        let sent = settings.transport.send(request).instrument(span.clone());
        // The transport is polled first: an answer that is there wins against a timeout that is due as well.
        let result = match select(pin!(sent), settings.clock.sleep(after)).await {
            Either::Left((result, _)) => result.map_err(Failure::Transport),
            Either::Right(_) => Err(Failure::AttemptTimeout { after }),
        };
        self.read_clock();
        let took = self.now.saturating_sub(begun);
        match &result {
            Ok(response) => {
                span::record_status(&span, response.status());
                self.metric.attempted(status_label(response.status()), took);
            }
            Err(failure) => {
                span::record_failure(&span, &failure.label());
                self.metric.attempted(failure.label(), took);
            }
        }
        result
    }

    /// True if a 401 was met with a new credential, so that the call is to be sent once more.
    ///
    /// Safe for every call: the server refused it before it acted.
    fn renews(
        &mut self,
        source: &dyn CredentialSource,
        refused: Option<&Credential>,
        failure: &Failure,
    ) -> bool {
        let Some(refused) = refused.filter(|_| failure.status() == Some(StatusCode::UNAUTHORIZED)) else {
            return false;
        };
        // Asked even if this call has had its second try: the next call must not use this credential.
        let other = source.refused(refused);
        let allowed = std::mem::replace(&mut self.renewal, Renewal::Impossible);
        other == Renewal::Possible && allowed == Renewal::Possible && !self.remaining().is_zero()
    }

    fn next(&self, failure: &Failure) -> Next {
        let settings = &self.caller.settings;
        let failed = match failure {
            Failure::Status(response) => Failed::Status {
                status: response.status(),
                retry_after: settings.retry_after(failure),
                advice: settings.advice(failure),
            },
            Failure::Transport(error) => Failed::Transport(error.kind()),
            Failure::AttemptTimeout { .. } => Failed::Timeout,
            _ => return Next::Stop(Stop::Final),
        };
        let so_far = SoFar {
            idempotency: self.endpoint.idempotency(),
            retries: self.retries,
            remaining: self.remaining(),
        };
        let next = self.policy.next(&so_far, failed, fastrand::f64());
        if matches!(next, Next::RetryAfter(_)) && !settings.budget.spend(self.now) {
            self.metric.withheld(failure.label());
            return Next::Stop(Stop::BudgetSpent);
        }
        next
    }

    fn read_clock(&mut self) {
        self.now = self.caller.settings.clock.monotonic();
    }

    fn elapsed(&self) -> Duration {
        self.now.saturating_sub(self.started)
    }

    fn remaining(&self) -> Duration {
        self.timeouts.call.saturating_sub(self.elapsed())
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
