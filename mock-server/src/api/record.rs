use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;

use crate::instance::Instance;
use crate::received::ReceivedRequest;
use crate::refusal::Refusal;

/// Notes each call to the API, also one to a path that does not exist. Bodies beyond axum's limit of 2 MB are refused.
pub(crate) async fn record(State(mock): State<Arc<Instance>>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/data/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await else {
        let message = "The request body is too large or was cut off";
        return Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, message).into_response();
    };
    let path = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), |path| path.as_str());
    mock.received.push(ReceivedRequest {
        method: parts.method.clone(),
        path: path.to_owned(),
        headers: parts.headers.clone(),
        body: body.clone(),
    });
    next.run(Request::from_parts(parts, Body::from(body))).await
}
