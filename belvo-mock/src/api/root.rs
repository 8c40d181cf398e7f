//! `GET /api/`: where the resources are. Must not know what they hold.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::callers::Partner;
use crate::instance::Instance;
use crate::openapi::{ForCall, ForKeys};

/// Lists where the resources are: what the official clients log in by.
#[utoipa::path(
    get,
    path = "/api/",
    operation_id = "showRoot",
    tag = "Token",
    security(("Keys" = [])),
    responses(
        (status = 200, description = "Address of each resource", body = Object),
        ForCall, ForKeys,
    ),
)]
pub(super) async fn show(State(mock): State<Arc<Instance>>, _: Partner) -> Json<Value> {
    let address = |name: &&str| ((*name).to_owned(), format!("{}/api/{name}/", mock.base_url()).into());
    Json(Value::Object(["consents", "institutions", "links", "token"].iter().map(address).collect()))
}
