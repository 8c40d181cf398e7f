use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::belvo::api::{Segment, link_view};
use crate::belvo::instance::{Instance, LinkAct};
use crate::belvo::refusal::Refusal;

/// Lets something happen to a link, and answers it as the API shows it.
pub(super) async fn link(
    State(mock): State<Arc<Instance>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Value>, Refusal> {
    let Ok(Path((id, act))) = path else { return Err(Refusal::not_found()) };
    let act = LinkAct::from_word(&act).ok_or_else(Refusal::not_found)?;
    let link = mock.act(&id, act).ok_or_else(Refusal::not_found)?;
    Ok(Json(link_view(&link, &mock.behaviour())))
}

/// Brings an authorised consent to its end.
pub(super) async fn expire_consent(
    State(mock): State<Arc<Instance>>,
    Segment(id): Segment,
) -> Result<Json<Value>, Refusal> {
    if !mock.expire_consent(&id) {
        return Err(Refusal::not_found());
    }
    Ok(Json(serde_json::json!({"id": id, "status": "EXPIRED"})))
}
