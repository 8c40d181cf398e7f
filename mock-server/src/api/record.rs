use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;
use klavi_types::api::BusinessCode;

use super::limit;
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;
use provider_mock::faults;

/// The largest body that a call may have; axum's own limit is 2 MB.
const LARGEST: usize = 2 << 20;
/// The same for KaaS: a year of a person's entries comes at once.
const LARGEST_DATA: usize = 32 << 20;

/// Notes each call to the API, also one to a path that does not exist, and lets it meet the fault that waits for it. Of
/// calls with more than 2 MB the body is not kept; larger bodies than a call may have are refused.
pub(crate) async fn record(State(mock): State<Arc<Instance>>, request: Request, next: Next) -> Response {
    let largest = match request.uri().path() {
        path if path.starts_with("/data/") => LARGEST,
        path if path.starts_with("/klaas/") => LARGEST_DATA,
        _ => return next.run(request).await,
    };
    let mut request = request;
    // It holds for whoever reads the body further in as well.
    DefaultBodyLimit::max(largest).apply(&mut request);
    let (parts, body) = request.into_parts();
    let Some(body) = read(body, largest).await else {
        let message = "The request body is too large or was cut off";
        return Refusal::by(&rules::BODY_SIZE, message).into_response();
    };
    let hit = mock.faults.hit(&parts.method, parts.uri.path());
    let kept = if body.len() <= LARGEST { body.clone() } else { Bytes::new() };
    let id = mock.received.push(mock.clock.now(), &parts, kept, hit.as_ref().map(|hit| hit.id));
    let request = Request::from_parts(parts, Body::from(body));
    let answer = match hit {
        Some(hit) => faults::answer(hit.fault, fault_body, mock.deliveries.stopping(), request, next).await,
        None => limit::limit(State(Arc::clone(&mock)), request, next).await,
    };
    mock.received.note(id, |request| request.status = Some(answer.status()));
    answer
}

/// The whole body; `None` where it is too large or breaks off. What is too large is taken and dropped, up to a point: a
/// sender that is still sending would not see the answer.
async fn read(mut body: Body, largest: usize) -> Option<Bytes> {
    let (mut kept, mut length) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            length += data.len();
            if length <= largest {
                kept.extend_from_slice(&data);
            } else if length > 4 * LARGEST_DATA {
                break;
            }
        }
    }
    (length <= largest).then(|| kept.freeze())
}

/// The body that Klavi gives with the status of a fault.
fn fault_body(http: StatusCode, status: u16) -> Response {
    let message = "A fault that was asked for";
    if http != StatusCode::RANGE_NOT_SATISFIABLE {
        return Refusal::played(http, None, message).into_response();
    }
    let codes = [
        BusinessCode::INVALID_AUTHORISATION,
        BusinessCode::INVALID_PRODUCT,
        BusinessCode::CONSENT_LIMIT,
        BusinessCode::INVALID_INSTITUTION,
        BusinessCode::NO_PRODUCTS,
        BusinessCode::INVALID_CALLBACK_URL,
        BusinessCode::PRODUCT_REQUEST_FAILED,
        BusinessCode::NO_CONSENT,
        BusinessCode::KYC_NEEDED,
    ];
    let code = codes.into_iter().find(|code| code.get() == i64::from(status));
    let code = code.unwrap_or(BusinessCode::PRODUCT_REQUEST_FAILED);
    Refusal::played(http, Some(code), message).into_response()
}
