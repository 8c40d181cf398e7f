use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::belvo::openapi::ForControl;

/// Whether the mock can be called.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`: a mock that is not ready does not answer.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the mock is ready.
#[utoipa::path(
    get,
    path = "/_mock/health",
    operation_id = "getHealth",
    tag = "Control",
    responses((status = 200, description = "It is", body = Health), ForControl),
)]
pub(super) async fn show() -> Json<Health> {
    Json(Health { status: "ok" })
}
