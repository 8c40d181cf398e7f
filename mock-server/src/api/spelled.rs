//! Answers in the spelling that is asked for. Must not know which calls there are.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt as _;

use crate::instance::Instance;
use crate::spelling::Spelling;

/// Writes the answers of the API in the spelling that is asked for.
pub(crate) async fn spell(State(mock): State<Arc<Instance>>, request: Request, next: Next) -> Response {
    let is_api = ["/data/", "/klaas/"].iter().any(|path| request.uri().path().starts_with(path));
    let response = next.run(request).await;
    let spelling = mock.behaviour.get().spelling();
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if spelling == Spelling::default() || !is_api || !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // An answer of the mock's own is in memory and does not break off.
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(spelling.write(body)))
}
