//! What the sibling product "Analysis" has for a partner that pulls. Source: docs.klavi.ai/analysis; a pull answers
//! the event that a push would send, an object.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use klavi_types::events::Event;
use serde_json::{Value, json};

use super::schemas;
use super::segment::Segment;
use crate::instance::Instance;
use crate::openapi::{ForCall, ForKeys, Forbidden};
use crate::refusal::Refusal;
use crate::rules;

/// The event of the newest batch, as a push would send it.
#[utoipa::path(
    get,
    path = "/data/analysis/v1/events",
    operation_id = "pullEvent",
    tag = "Analysis",
    security(("SecretKey" = [])),
    responses(
        (status = 200, description = "The event", body = schemas::AnalysisEvent, links(
            ("result" = (operation_id = "getResult", parameters(("file" = "{$response.body#/payload/batchId}.json")))),
        )),
        ForCall, ForKeys,
    ),
)]
pub(crate) async fn events(
    State(mock): State<Arc<Instance>>,
    headers: HeaderMap,
) -> Result<Json<Event>, Refusal> {
    let given = headers.get("secretKey").and_then(|value| value.to_str().ok());
    if given == Some(&*mock.settings.secret_key) {
        Ok(Json(mock.analysis_event()))
    } else {
        Err(Refusal::by(&rules::SECRET_KEY, "The header secretKey is missing or wrong"))
    }
}

/// The file behind `presignedUrl`, which wants no credentials.
///
/// What it holds is not documented: here nothing.
#[utoipa::path(
    get,
    path = "/analysis-results/{file}",
    operation_id = "getResult",
    tag = "Analysis",
    params(("file" = String, Path, description = "Of the `presignedUrl`")),
    responses(
        (status = 200, description = "The result", body = schemas::AnalysisResult),
        Forbidden,
    ),
)]
pub(crate) async fn result(
    State(mock): State<Arc<Instance>>,
    Segment(file): Segment,
) -> Result<Json<Value>, Refusal> {
    let batch_id = file.strip_suffix(".json").filter(|batch_id| mock.has_result(batch_id));
    let batch_id = batch_id
        .ok_or_else(|| Refusal::by(&rules::ANALYSIS_RESULT, "The address is wrong or has expired"))?;
    Ok(Json(json!({"batchId": batch_id, "results": []})))
}
