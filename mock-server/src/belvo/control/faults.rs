use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::Input;
use crate::belvo::api::Segment;
use crate::belvo::instance::Instance;
use crate::belvo::openapi::{ForControl, ForControlBody, NotFound};
use crate::belvo::refusal::Refusal;
use crate::faults::FaultView;
use crate::{Cut, Fault};

/// More than anybody waits for, in seconds.
const RETRY_AFTER: u64 = 1_000_000_000;

/// The faults that still wait for calls.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Faults)]
pub(super) struct FaultList {
    pub(super) faults: Vec<FaultView>,
}

/// A fault to be played. Without `method` and `path`: on every call; without `times`: until it is taken away.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = Fault)]
pub(super) struct FaultOrder {
    /// In any case, or `*`.
    #[schema(pattern = "^([!#$%&'*+.^_`|~0-9A-Za-z-]+)$")]
    method: Option<String>,
    /// `/api/links/`, `/api/links/{id}/`, `/api/*`, `*`.
    #[schema(pattern = "^([*]|/([^*?#]*|[^*?#]*/)|/[*]|/[^*?#]*/[*])$")]
    path: Option<String>,
    /// An HTTP status.
    #[schema(minimum = 200, maximum = 599)]
    status: Option<u16>,
    /// Text as it is, anything else as JSON.
    body: Option<Value>,
    /// In seconds.
    #[schema(maximum = 1000000000)]
    retry_after: Option<u64>,
    #[schema(maximum = 3600000)]
    delay_ms: Option<u64>,
    cut: Option<Cut>,
    #[schema(format = "uint32", minimum = 1, maximum = 4294967295_u64)]
    times: Option<u32>,
}

impl FaultList {
    pub(super) fn of(mock: &Instance) -> Self {
        Self { faults: mock.faults.snapshot().iter().map(FaultView::from).collect() }
    }
}

/// The faults that wait for calls.
#[utoipa::path(
    get,
    path = "/_mock/faults",
    operation_id = "listFaults",
    tag = "Control",
    responses(
        (status = 200, description = "All of them", body = FaultList),
        ForControl,
    ),
)]
pub(super) async fn list(State(mock): State<Arc<Instance>>) -> Json<FaultList> {
    Json(FaultList::of(&mock))
}

/// Plays a fault.
#[utoipa::path(
    post,
    path = "/_mock/faults",
    operation_id = "armFault",
    tag = "Control",
    request_body = FaultOrder,
    responses(
        (status = 201, description = "The fault, with its number", body = FaultView),
        ForControlBody,
    ),
)]
pub(super) async fn arm(
    State(mock): State<Arc<Instance>>,
    Input(order): Input<FaultOrder>,
) -> Result<(StatusCode, Json<FaultView>), Refusal> {
    let armed = mock.faults.arm(order.fault()?);
    let armed = armed.map_err(|error| Refusal::bad_request("invalid", error.to_string()))?;
    Ok((StatusCode::CREATED, Json(FaultView::from(&armed))))
}

impl FaultOrder {
    fn fault(self) -> Result<Fault, Refusal> {
        let path = self.path.as_deref().unwrap_or("*");
        let mut fault = match self.method.as_deref() {
            None | Some("*") => Fault::any(path),
            Some(word) => {
                let method = word.to_uppercase().parse::<Method>();
                let message = "Must be a method of HTTP, or *";
                Fault::on(method.map_err(|_| Refusal::of_field("invalid", "method", message))?, path)
            }
        };
        if let Some(status) = self.status {
            // Business codes are Klavi's.
            if status > 599 {
                return Err(Refusal::of_field("invalid", "status", "Must be from 200 to 599."));
            }
            fault = fault.status(status);
        }
        fault = match self.body {
            Some(Value::String(text)) => fault.body(text),
            Some(json) => fault.json(json),
            None => fault,
        };
        if let Some(seconds) = self.retry_after {
            if seconds > RETRY_AFTER {
                let message = format!("Must be from 0 to {RETRY_AFTER}.");
                return Err(Refusal::of_field("invalid", "retryAfter", message));
            }
            fault = fault.retry_after(Duration::from_secs(seconds));
        }
        if let Some(delay) = self.delay_ms {
            fault = fault.delay(Duration::from_millis(delay));
        }
        if let Some(times) = self.times {
            fault = fault.times(times);
        }
        Ok(match self.cut {
            Some(Cut::Connection) => fault.break_connection(),
            Some(Cut::Body) => fault.truncate_body(),
            None => fault,
        })
    }
}

/// Takes all faults away.
#[utoipa::path(
    delete,
    path = "/_mock/faults",
    operation_id = "clearFaults",
    tag = "Control",
    responses(
        (status = 200, description = "None", body = FaultList),
        ForControl,
    ),
)]
pub(super) async fn clear(State(mock): State<Arc<Instance>>) -> Json<FaultList> {
    mock.faults.clear();
    Json(FaultList::of(&mock))
}

/// Takes one fault away.
#[utoipa::path(
    delete,
    path = "/_mock/faults/{id}",
    operation_id = "removeFault",
    tag = "Control",
    params(
        ("id" = u64, Path),
    ),
    responses(
        (status = 200, description = "Those that are left", body = FaultList),
        ForControl, NotFound,
    ),
)]
pub(super) async fn remove(
    State(mock): State<Arc<Instance>>,
    Segment(id): Segment,
) -> Result<Json<FaultList>, Refusal> {
    let removed = id.parse().is_ok_and(|id| mock.faults.remove(id));
    if removed { Ok(Json(FaultList::of(&mock))) } else { Err(Refusal::not_found()) }
}
