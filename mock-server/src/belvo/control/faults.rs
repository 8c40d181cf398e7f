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
use crate::belvo::refusal::Refusal;
use crate::faults::FaultView;
use crate::{Cut, Fault};

/// The faults that still wait for calls.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Faults)]
pub(crate) struct FaultList {
    #[schema(value_type = Vec<Object>)]
    pub(super) faults: Vec<FaultView>,
}

/// A fault to be played. Without `method` and `path`: on every call; without `times`: until it is taken away.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = Fault)]
pub(crate) struct FaultOrder {
    /// In any case, or `*`.
    method: Option<String>,
    /// `/api/links/`, `/api/links/{id}/`, `/api/*`, `*`.
    path: Option<String>,
    /// An HTTP status.
    status: Option<u16>,
    /// Text as it is, anything else as JSON.
    #[schema(value_type = Option<Object>)]
    body: Option<Value>,
    /// In seconds.
    retry_after: Option<u64>,
    delay_ms: Option<u64>,
    /// `connection` or `body`.
    #[schema(value_type = Option<String>)]
    cut: Option<Cut>,
    times: Option<u32>,
}

impl FaultList {
    pub(super) fn of(mock: &Instance) -> Self {
        Self { faults: mock.faults.snapshot().iter().map(FaultView::from).collect() }
    }
}

pub(super) async fn list(State(mock): State<Arc<Instance>>) -> Json<FaultList> {
    Json(FaultList::of(&mock))
}

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
        fault = match self.status {
            Some(status) => fault.status(status),
            None => fault,
        };
        fault = match self.body {
            Some(Value::String(text)) => fault.body(text),
            Some(json) => fault.json(json),
            None => fault,
        };
        fault = match self.retry_after {
            Some(seconds) => fault.retry_after(Duration::from_secs(seconds)),
            None => fault,
        };
        fault = match self.delay_ms {
            Some(delay) => fault.delay(Duration::from_millis(delay)),
            None => fault,
        };
        fault = match self.times {
            Some(times) => fault.times(times),
            None => fault,
        };
        Ok(match self.cut {
            Some(Cut::Connection) => fault.break_connection(),
            Some(Cut::Body) => fault.truncate_body(),
            None => fault,
        })
    }
}

pub(super) async fn clear(State(mock): State<Arc<Instance>>) -> Json<FaultList> {
    mock.faults.clear();
    Json(FaultList::of(&mock))
}

pub(super) async fn remove(
    State(mock): State<Arc<Instance>>,
    Segment(id): Segment,
) -> Result<Json<FaultList>, Refusal> {
    let removed = id.parse().is_ok_and(|id| mock.faults.remove(id));
    if removed { Ok(Json(FaultList::of(&mock))) } else { Err(Refusal::not_found()) }
}
