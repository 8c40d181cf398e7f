use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;

use crate::belvo::instance::Instance;
use crate::belvo::openapi::ForControl;
use crate::received::ReceivedRequest;

/// A call to the API, without headers and body, which hold secrets.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Request)]
pub(super) struct RequestView {
    id: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    method: String,
    /// Without its query.
    path: String,
    bytes: usize,
    /// `null` while it is being answered, and where the caller went away.
    status: Option<u16>,
    /// The fault that struck it.
    fault: Option<u64>,
}

/// Calls to the API, the oldest first.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Requests)]
pub(super) struct RequestList {
    requests: Vec<RequestView>,
}

impl From<&ReceivedRequest> for RequestView {
    fn from(request: &ReceivedRequest) -> Self {
        Self {
            id: request.id,
            at: request.at,
            method: request.method.to_string(),
            path: request.path_alone().to_owned(),
            bytes: request.body.len(),
            status: request.status.map(|status| status.as_u16()),
            fault: request.fault,
        }
    }
}

/// Calls to the API, without secrets.
#[utoipa::path(
    get,
    path = "/_mock/requests",
    operation_id = "listRequests",
    tag = "Control",
    responses(
        (status = 200, description = "The newest 10,000", body = RequestList),
        ForControl,
    ),
)]
pub(super) async fn list(State(mock): State<Arc<Instance>>) -> Json<RequestList> {
    let requests = mock.received.snapshot().iter().map(RequestView::from).collect();
    Json(RequestList { requests })
}
