//! Spans of a call and its attempts, with the field names of OpenTelemetry. Never a query, body or header.
//!
//! The span of the call is the client span of the conventions: `http.response.status_code` and `error.type` are those
//! of the last attempt. `url.full` is left out, since a URL may hold a tax id; `url.template` stands in its place.

use http::{HeaderValue, StatusCode};
use tracing::Span;
use tracing::field::Empty;

use crate::base_url::BaseUrl;
use crate::endpoint::Endpoint;

pub(crate) fn call_span(endpoint: &Endpoint, base_url: &BaseUrl, request_id: &HeaderValue) -> Span {
    tracing::info_span!(
        "call",
        otel.name = %endpoint,
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = endpoint.method().as_str(),
        url.template = endpoint.path(),
        server.address = base_url.host(),
        server.port = base_url.port(),
        request.id = request_id.to_str().unwrap_or_default(),
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        error.type = Empty,
    )
}

pub(crate) fn attempt_span(attempt: u32) -> Span {
    tracing::debug_span!(
        "attempt",
        http.request.resend_count = attempt - 1,
        http.response.status_code = Empty,
        otel.status_code = Empty,
        error.type = Empty,
    )
}

pub(crate) fn record_status(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
}

pub(crate) fn record_failure(span: &Span, label: &str) {
    span.record("error.type", label);
    span.record("otel.status_code", "ERROR");
}
