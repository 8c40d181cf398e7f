//! What an answer, or its absence, says of an attempt.
//!
//! Knows statuses and transport errors. It must not know entries or credentials.

use std::error::Error;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use provider_call::{CallError, TransportError, TransportErrorKind, retry_after};

use crate::SinkError;

/// Judges an answer by its status and headers.
pub(super) fn judge(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Result<(), SinkError> {
    let code = status.as_u16();
    let answered = format!("the endpoint answered {code}");
    let error = match status {
        _ if status.is_success() => return Ok(()),
        _ if status.is_redirection() => SinkError::retry(format!(
            "{answered}, a redirect, which is not followed: set the target's URL to the new address"
        )),
        StatusCode::GONE => SinkError::outage(format!("{answered}: it takes no deliveries")),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let error = SinkError::unavailable(answered);
            match retry_after(headers, now) {
                Some(pause) => error.retry_after(pause),
                None => error,
            }
        }
        _ if status.is_server_error() => SinkError::unavailable(answered),
        _ => SinkError::retry(answered),
    };
    Err(error.shown())
}

/// No answer came. The texts are about the network alone.
pub(super) fn no_answer(error: &TransportError) -> SinkError {
    // Which name, address or certificate it was says only the cause.
    let last = std::iter::successors(error.source(), |&cause| cause.source()).last();
    let text = match last {
        Some(last) => format!("{error}: {last}"),
        None => error.to_string(),
    };
    match error.kind() {
        TransportErrorKind::Name
        | TransportErrorKind::Tls
        | TransportErrorKind::Certificate
        | TransportErrorKind::ClientCertificate
        | TransportErrorKind::NotSent => SinkError::outage(text),
        _ => SinkError::unavailable(text),
    }
    .shown()
}

/// No token could be had: that is no entry's fault. The error quotes nothing that the server said.
pub(super) fn no_token(error: &CallError) -> SinkError {
    let text = format!("no access token: {error}");
    if error.is_passing() { SinkError::unavailable(text) } else { SinkError::outage(text) }.shown()
}
