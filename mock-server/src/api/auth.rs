use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::api::AccessToken;

use super::callers::Partner;
use super::fields::Fields;
use super::schemas;
use crate::instance::Instance;
use crate::openapi::{ForBody, ForCall, ForKeys, ForToken};
use crate::refusal::Refusal;

/// Gives an accessToken for the partner's keys.
#[utoipa::path(
    post,
    path = "/data/v1/auth",
    operation_id = "logIn",
    tag = "Authentication",
    request_body = schemas::Login,
    responses(
        (status = 200, description = "An accessToken", body = schemas::AccessToken),
        ForCall, ForBody, ForKeys,
    ),
)]
pub(crate) async fn log_in(
    State(mock): State<Arc<Instance>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<AccessToken>, Refusal> {
    let mut fields = Fields::read(&headers, &body)?;
    let access_key = fields.required_text("accessKey");
    let secret_key = fields.required_text("secretKey");
    fields.finish(&mock, "POST /data/v1/auth")?;
    mock.log_in(&access_key, &secret_key).map(Json)
}

/// Gives a further accessToken for one that is valid.
#[utoipa::path(
    get,
    path = "/data/v1/refresh",
    operation_id = "refresh",
    tag = "Authentication",
    security(("AccessToken" = [])),
    responses(
        (status = 200, description = "A further accessToken", body = schemas::AccessToken),
        ForCall, ForToken,
    ),
)]
pub(crate) async fn refresh(State(mock): State<Arc<Instance>>, _: Partner) -> Json<AccessToken> {
    Json(mock.issue_access_token())
}
