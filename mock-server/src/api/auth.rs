use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::api::AccessToken;

use super::callers::Partner;
use super::fields::Fields;
use crate::instance::Instance;
use crate::refusal::Refusal;

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

pub(crate) async fn refresh(State(mock): State<Arc<Instance>>, _: Partner) -> Json<AccessToken> {
    Json(mock.issue_access_token())
}
