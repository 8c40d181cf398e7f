use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;

use crate::instance::Instance;
use crate::refusal::{Refusal, forbidden_by_edge};
use crate::rules;
use provider_mock::faults;

/// The largest body that a call may have.
const LARGEST: usize = 2 << 20;
/// What is read of a larger one, so that its sender sees the answer.
const READ: usize = 16 << 20;

/// Notes each call to the API, also one to a path that does not exist, and lets it meet the edge, which counts, and the
/// fault that waits for it.
pub(crate) async fn record(
    State(mock): State<Arc<Instance>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = read(body).await;
    let taken = mock.takes_call(peer.ip());
    let hit = if taken { mock.faults.hit(&parts.method, parts.uri.path()) } else { None };
    let kept = body.clone().unwrap_or_default();
    let id = mock.received.push(mock.now(), &parts, kept, hit.as_ref().map(|hit| hit.id));
    let answer = match body {
        _ if !taken => forbidden_by_edge(),
        None => Refusal::by(&rules::BODY_SIZE, "The body is too large or was cut off").into_response(),
        Some(body) => {
            let request = Request::from_parts(parts, Body::from(body));
            match hit {
                Some(hit) => {
                    let stop = mock.deliveries.stopping();
                    faults::answer(hit.fault, belvos_body, stop, request, next).await
                }
                None => next.run(request).await,
            }
        }
    };
    mock.received.note(id, |request| request.status = Some(answer.status()));
    answer
}

/// The body that Belvo gives with a status; a business code of Klavi's is none.
fn belvos_body(http: StatusCode, status: u16) -> Response {
    if http.as_u16() == status {
        Refusal::of_status(http).into_response()
    } else {
        Refusal::of_status(StatusCode::BAD_REQUEST).into_response()
    }
}

/// The whole body; `None` where it is too large or breaks off.
async fn read(mut body: Body) -> Option<Bytes> {
    let (mut kept, mut length) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            length += data.len();
            if length <= LARGEST {
                kept.extend_from_slice(&data);
            } else if length > READ {
                break;
            }
        }
    }
    (length <= LARGEST).then(|| kept.freeze())
}
