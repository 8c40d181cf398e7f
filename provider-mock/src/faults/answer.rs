//! What a call gets that a fault struck.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use tokio_util::sync::CancellationToken;

use super::fault::{self, Cut, Fault};
use crate::deliveries::{Body as Sent, PacedBody};

/// Answers a call that a fault struck; `body` makes what the provider gives with a status. A mock that stops waits for no
/// delay.
pub async fn answer(
    fault: Fault,
    body: fn(StatusCode, u16) -> Response,
    stop: &CancellationToken,
    request: Request,
    next: Next,
) -> Response {
    if !fault.delay.is_zero() {
        let _ = stop.run_until_cancelled(tokio::time::sleep(fault.delay)).await;
    }
    let mut answer = if fault.has_answer() { own_answer(&fault, body) } else { next.run(request).await };
    if let Some(seconds) = fault.retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    match fault.cut {
        Some(cut) => cut_off(answer, cut).await,
        None => answer,
    }
}

fn own_answer(fault: &Fault, body: fn(StatusCode, u16) -> Response) -> Response {
    let status = fault.status.unwrap_or(200);
    // A business code travels under 416.
    let http = StatusCode::from_u16(status).unwrap_or(StatusCode::RANGE_NOT_SATISFIABLE);
    match &fault.body {
        Some(fault::Body::Json(json)) => (http, axum::Json(json)).into_response(),
        Some(fault::Body::Text(text)) => {
            (http, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text.clone()).into_response()
        }
        None => body(http, status),
    }
}

/// The answer with its whole length declared, of which half is sent, or nothing at all: hyper holds the head back until
/// the body gives something, so a body that breaks at once takes the head with it.
async fn cut_off(answer: Response, cut: Cut) -> Response {
    let (mut head, body) = answer.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let body = match cut {
        Cut::Body if bytes.len() > 1 => PacedBody::new(&Sent::Kept(bytes)).broken_off(),
        _ => PacedBody::new(&Sent::Kept(Bytes::from_static(b"-"))).broken_at_once(),
    };
    head.headers.remove(CONTENT_LENGTH);
    // These have no body, so nothing would break.
    if matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        head.status = StatusCode::OK;
    }
    Response::from_parts(head, Body::new(body))
}
