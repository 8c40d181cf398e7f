//! What is counted. The facade `metrics` takes it nowhere unless the application installs a recorder.
//!
//! | name | kind | labels | counts |
//! |---|---|---|---|
//! | [`CALL_SECONDS`] | histogram | provider, method, endpoint, result | calls, by how they ended and how long they took, pauses and logins included |
//! | [`ATTEMPTS`] | counter | provider, method, endpoint, result | requests sent |
//! | [`RETRIES`] | counter | provider, method, endpoint, result | repeats, by the failure before them |
//! | [`RETRIES_WITHHELD`] | counter | provider, method, endpoint, result | repeats that the [`RetryBudget`](crate::RetryBudget) did not allow |
//! | [`LOGINS`] | counter | provider, result | fetches of a token: `ok` or `failed` |
//! | [`RATE_LIMIT_WAIT_SECONDS`] | histogram | provider | seconds that an attempt waited for room under a [`RateLimit`](crate::RateLimit) |
//!
//! `provider` is a fixed word. `endpoint` is a path template such as `/things/{id}`, never a path. `result` is an HTTP
//! status or one of `connect`, `certificate`, `client_certificate`, `timeout`, `body_too_large`, `transport`,
//! `deadline`, `credential`, `refused`. So the number of series is bounded, and no label holds anything of a person.

use std::time::Duration;

use http::Method;
use metrics::{Label, SharedString, counter, histogram};

/// Calls, by how they ended and how many seconds they took, pauses and logins included.
pub const CALL_SECONDS: &str = "client_call_seconds";
/// Requests sent.
pub const ATTEMPTS: &str = "client_attempts_total";
/// Repeats, by the failure before them.
pub const RETRIES: &str = "client_retries_total";
/// Repeats that the budget did not allow.
pub const RETRIES_WITHHELD: &str = "client_retries_withheld_total";
/// Fetches of a token.
pub const LOGINS: &str = "client_logins_total";
/// Seconds that an attempt waited for room under a rate limit.
pub const RATE_LIMIT_WAIT_SECONDS: &str = "client_rate_limit_wait_seconds";

/// The labels that everything of one call has.
#[derive(Clone, Debug)]
pub(crate) struct Of {
    provider: &'static str,
    method: SharedString,
    endpoint: &'static str,
}

impl Of {
    pub(crate) fn call(provider: &'static str, method: &Method, endpoint: &'static str) -> Self {
        Self { provider, method: method_label(method), endpoint }
    }

    pub(crate) fn called(&self, result: impl Into<SharedString>, took: Duration) {
        histogram!(CALL_SECONDS, self.labels(result)).record(took);
    }

    pub(crate) fn attempted(&self, result: impl Into<SharedString>) {
        counter!(ATTEMPTS, self.labels(result)).increment(1);
    }

    pub(crate) fn retried(&self, result: impl Into<SharedString>) {
        counter!(RETRIES, self.labels(result)).increment(1);
    }

    pub(crate) fn withheld(&self, result: impl Into<SharedString>) {
        counter!(RETRIES_WITHHELD, self.labels(result)).increment(1);
    }

    fn labels(&self, result: impl Into<SharedString>) -> Vec<Label> {
        vec![
            Label::from_static_parts("provider", self.provider),
            Label::new("method", self.method.clone()),
            Label::from_static_parts("endpoint", self.endpoint),
            Label::new("result", result),
        ]
    }
}

/// A token was fetched, or could not be.
pub(crate) fn logged_in(provider: &'static str, success: bool) {
    counter!(LOGINS, "provider" => provider, "result" => if success { "ok" } else { "failed" }).increment(1);
}

/// An attempt waited for room.
#[cfg(feature = "rate-limit")]
pub(crate) fn waited(provider: &'static str, took: Duration) {
    histogram!(RATE_LIMIT_WAIT_SECONDS, "provider" => provider).record(took);
}

fn method_label(method: &Method) -> SharedString {
    match *method {
        Method::GET => "GET".into(),
        Method::POST => "POST".into(),
        Method::PUT => "PUT".into(),
        Method::PATCH => "PATCH".into(),
        Method::DELETE => "DELETE".into(),
        _ => method.as_str().to_owned().into(),
    }
}
