use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::api::schemas;
use crate::api::{Segment, link_view};
use crate::instance::{Instance, LinkAct};
use provider_mock::control::Problem;
use provider_mock::control::{ForControl, NotFound};

/// Lets something happen to a link, and answers it as the API shows it.
#[utoipa::path(
    post,
    path = "/_mock/links/{id}/{act}",
    operation_id = "actOnLink",
    tag = "Control",
    params(
        ("id" = String, Path),
        ("act" = String, Path, description = "`invalidate`, `require-token`, `expire-credentials`, `change-password` or `update`"),
    ),
    responses(
        (status = 200, description = "The link", body = schemas::Link),
        ForControl, NotFound,
    ),
)]
pub(super) async fn link(
    State(mock): State<Arc<Instance>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Value>, Problem> {
    let Ok(Path((id, act))) = path else { return Err(Problem::not_found("there is no such thing")) };
    let act = LinkAct::from_word(&act).ok_or_else(|| Problem::not_found("there is no such link or act"))?;
    let link = mock.act(&id, act).ok_or_else(|| Problem::not_found("there is no such link or act"))?;
    Ok(Json(link_view(&link, &mock.behaviour())))
}

/// Brings an authorised consent to its end.
#[utoipa::path(
    post,
    path = "/_mock/consents/{id}/expire",
    operation_id = "expireConsent",
    tag = "Control",
    params(
        ("id" = String, Path),
    ),
    responses(
        (status = 200, description = "Its id and status", body = Object),
        ForControl, NotFound,
    ),
)]
pub(super) async fn expire_consent(
    State(mock): State<Arc<Instance>>,
    Segment(id): Segment,
) -> Result<Json<Value>, Problem> {
    if !mock.expire_consent(&id) {
        return Err(Problem::not_found("there is no such thing"));
    }
    Ok(Json(serde_json::json!({"id": id, "status": "EXPIRED"})))
}
