//! Spans of a call and its attempts, with the field names of OpenTelemetry. Never a query, body or header.

use http::{Method, StatusCode};
use tracing::Span;
use tracing::field::Empty;

pub(crate) fn call_span(method: &Method, template: &'static str, authority: &str, request_id: &str) -> Span {
    tracing::info_span!(
        "call",
        otel.kind = "client",
        http.request.method = method.as_str(),
        url.template = template,
        server.address = authority,
        request.id = request_id,
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
        error.type = Empty,
    )
}

pub(crate) fn record_status(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
}

pub(crate) fn record_failure(span: &Span, label: &str) {
    span.record("error.type", label);
}
