use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;

use super::limit;
use crate::faults;
use crate::instance::Instance;
use crate::received::ReceivedRequest;
use crate::refusal::Refusal;

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
        return Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, message).into_response();
    };
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), |path| path.as_str());
    let hit = mock.faults.hit(&parts.method, parts.uri.path());
    let id = mock.received.push(ReceivedRequest {
        id: 0,
        at: mock.clock.now(),
        method: parts.method.clone(),
        path: path.to_owned(),
        headers: parts.headers.clone(),
        body: if body.len() <= LARGEST { body.clone() } else { Bytes::new() },
        status: None,
        fault: hit.as_ref().map(|hit| hit.id),
    });
    let request = Request::from_parts(parts, Body::from(body));
    let answer = match hit {
        Some(hit) => faults::answer(hit.fault, mock.deliveries.stopping(), request, next).await,
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
