//! What is repeated, as Belvo recommends. Source: developers.belvo.com, belvo-api-errors.

use std::time::Duration;

use belvo_types::api::{ErrorBody, ErrorCode};
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};
use provider_call::{RetryAdvice, RetryPolicy};

/// Belvo gives a login and retrieval 300 s and then answers 408; the rest is for the way there and back.
pub(crate) const LOGIN_TIMEOUT: Duration = Duration::from_secs(330);

/// One try and five repeats.
const ATTEMPTS: u32 = 6;

/// `unexpected_error` is tried three times at most.
const UNEXPECTED_ATTEMPTS: u32 = 3;

/// A quarter of each pause is jitter, so that the pause is at least the recommended one: 3 to 4 s, 6 to 8 s, …
const BASE_PAUSE: Duration = Duration::from_secs(4);
const MAX_PAUSE: Duration = Duration::from_secs(64);
const JITTER_PERCENT: u8 = 25;

/// The time for a usual call. The five pauses take up to 124 s; the rest is for the attempts.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(180);

/// Six attempts with pauses of 3, 6, 12, 24 and 48 seconds.
pub(crate) fn policy() -> RetryPolicy {
    RetryPolicy::default().max_attempts(ATTEMPTS).backoff(BASE_PAUSE, MAX_PAUSE).jitter(JITTER_PERCENT)
}

/// What an answer says about a repeat, beyond its status.
pub(crate) fn advice(response: &Response<Bytes>) -> RetryAdvice {
    let status = response.status();
    let names_a_time = response.headers().contains_key(RETRY_AFTER);
    if is_edge_limit(status, response.body()) {
        // The edge turned it away. More calls without a pause have the address blocked.
        return if names_a_time { RetryAdvice::NotActed } else { RetryAdvice::Never };
    }
    let body = ErrorBody::read(response.body());
    let has = |code: &ErrorCode| body.codes().any(|given| given == code);
    if has(&ErrorCode::TooManySessions) {
        // No login came about.
        RetryAdvice::NotActed
    } else if has(&ErrorCode::UnexpectedError) {
        RetryAdvice::AtMost(UNEXPECTED_ATTEMPTS)
    } else if status.is_client_error() && !(names_a_time && status == StatusCode::TOO_MANY_REQUESTS) {
        RetryAdvice::Never
    } else {
        RetryAdvice::AsStatus
    }
}

/// Above 80 requests in 30 seconds a proxy before Belvo answers 403 with a page, where Belvo answers with JSON.
pub(crate) fn is_edge_limit(status: StatusCode, body: &[u8]) -> bool {
    status == StatusCode::FORBIDDEN && body.trim_ascii_start().starts_with(b"<")
}
