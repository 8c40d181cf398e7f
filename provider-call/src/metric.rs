//! What is counted, with the feature `metrics`. The facade `metrics` takes it nowhere unless the application installs a
//! recorder.
//!
//! | name | kind | labels | counts |
//! |---|---|---|---|
//! | [`REQUEST_SECONDS`] | histogram | those of OpenTelemetry | requests sent, with the seconds until the answer was read or had failed |
//! | [`CALL_SECONDS`] | histogram | provider, method, endpoint, result | calls, by how they ended and how long they took, pauses and logins included |
//! | [`RETRIES`] | counter | provider, method, endpoint, result | repeats, by the failure before them |
//! | [`RETRIES_WITHHELD`] | counter | provider, method, endpoint, result | repeats that the [`RetryBudget`](crate::RetryBudget) did not allow |
//! | [`LOGINS`] | counter | provider, result | fetches of a token: `ok` or `failed` |
//! | [`RATE_LIMIT_WAIT_SECONDS`] | histogram | provider | seconds that an attempt waited for room under a `RateLimit` |
//!
//! [`REQUEST_SECONDS`] has name and attributes of OpenTelemetry's semantic conventions for HTTP clients:
//! `http.request.method`, `url.template`, `server.address`, and `http.response.status_code` or `error.type`. An exporter
//! for Prometheus turns the dots into underscores.
//!
//! `provider` is a fixed word. `endpoint` is a path template such as `/things/{id}`, never a path. `result` is an HTTP
//! status or one of `connect`, `certificate`, `client_certificate`, `not_sent`, `timeout`, `body_too_large`, `transport`,
//! `deadline`, `credential`, `refused`. So the number of series is bounded, and no label holds anything of a person.

use std::borrow::Cow;
use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::endpoint::Endpoint;

/// Requests sent, and how many seconds each took.
pub const REQUEST_SECONDS: &str = "http.client.request.duration";
/// Calls, by how they ended and how many seconds they took, pauses and logins included.
pub const CALL_SECONDS: &str = "client_call_seconds";
/// Repeats, by the failure before them.
pub const RETRIES: &str = "client_retries_total";
/// Repeats that the budget did not allow.
pub const RETRIES_WITHHELD: &str = "client_retries_withheld_total";
/// Fetches of a token.
pub const LOGINS: &str = "client_logins_total";
/// Seconds that an attempt waited for room under a rate limit.
pub const RATE_LIMIT_WAIT_SECONDS: &str = "client_rate_limit_wait_seconds";

#[cfg(feature = "metrics")]
pub(crate) use self::counted::*;
#[cfg(not(feature = "metrics"))]
pub(crate) use self::uncounted::*;

#[cfg(feature = "metrics")]
mod counted {
    use http::Method;
    use metrics::{Label, SharedString, counter, histogram};

    use super::*;

    /// The labels that everything of one call has.
    #[derive(Clone, Debug)]
    pub(crate) struct Of {
        provider: &'static str,
        method: SharedString,
        endpoint: SharedString,
        server: String,
    }

    impl Of {
        pub(crate) fn call(provider: &'static str, endpoint: &Endpoint, base_url: &BaseUrl) -> Self {
            let (method, server) = (method_label(endpoint.method()), base_url.host().to_owned());
            Self { provider, method, endpoint: endpoint.shared_path().into(), server }
        }

        pub(crate) fn called(&self, result: impl Into<Cow<'static, str>>, took: Duration) {
            histogram!(CALL_SECONDS, self.labels(result)).record(took);
        }

        pub(crate) fn attempted(&self, result: impl Into<Cow<'static, str>>, took: Duration) {
            let result = result.into();
            let is_status = result.as_bytes().first().is_some_and(u8::is_ascii_digit);
            let labels = vec![
                Label::new("http.request.method", self.method.clone()),
                Label::new("url.template", self.endpoint.clone()),
                Label::new("server.address", self.server.clone()),
                Label::new(if is_status { "http.response.status_code" } else { "error.type" }, result),
            ];
            histogram!(REQUEST_SECONDS, labels).record(took);
        }

        pub(crate) fn retried(&self, result: impl Into<Cow<'static, str>>) {
            counter!(RETRIES, self.labels(result)).increment(1);
        }

        pub(crate) fn withheld(&self, result: impl Into<Cow<'static, str>>) {
            counter!(RETRIES_WITHHELD, self.labels(result)).increment(1);
        }

        fn labels(&self, result: impl Into<Cow<'static, str>>) -> Vec<Label> {
            vec![
                Label::from_static_parts("provider", self.provider),
                Label::new("method", self.method.clone()),
                Label::new("endpoint", self.endpoint.clone()),
                Label::new("result", result.into()),
            ]
        }
    }

    /// A token was fetched, or could not be.
    pub(crate) fn logged_in(provider: &'static str, success: bool) {
        let result = if success { "ok" } else { "failed" };
        counter!(LOGINS, "provider" => provider, "result" => result).increment(1);
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
}

/// Nothing is counted.
#[cfg(not(feature = "metrics"))]
mod uncounted {
    use super::*;

    #[derive(Clone, Debug)]
    pub(crate) struct Of;

    #[expect(clippy::unused_self, reason = "the same calls as with the feature")]
    impl Of {
        pub(crate) fn call(_: &'static str, _: &Endpoint, _: &BaseUrl) -> Self {
            Self
        }

        pub(crate) fn called(&self, _: impl Into<Cow<'static, str>>, _: Duration) {}

        pub(crate) fn attempted(&self, _: impl Into<Cow<'static, str>>, _: Duration) {}

        pub(crate) fn retried(&self, _: impl Into<Cow<'static, str>>) {}

        pub(crate) fn withheld(&self, _: impl Into<Cow<'static, str>>) {}
    }

    pub(crate) fn logged_in(_: &'static str, _: bool) {}

    #[cfg(feature = "rate-limit")]
    pub(crate) fn waited(_: &'static str, _: Duration) {}
}
