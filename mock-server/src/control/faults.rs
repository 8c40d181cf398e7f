use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::{At, Input, invalid};
use crate::faults::FaultView;
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::{Cut, Fault};

/// The faults that still wait for calls.
#[derive(Serialize)]
pub(super) struct FaultList {
    pub(super) faults: Vec<FaultView>,
}

/// A fault to be played. Without `method` and `path`: on every call; without `times`: until it is taken away.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct FaultOrder {
    /// In any case, or `*`.
    method: Option<String>,
    path: Option<String>,
    /// An HTTP status, or one of Klavi's business codes, which travel under 416.
    status: Option<u16>,
    /// Text as it is, anything else as JSON.
    body: Option<Value>,
    /// In seconds.
    retry_after: Option<u64>,
    delay_ms: Option<u64>,
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
    let armed = mock.faults.arm(order.fault()?).map_err(|error| Refusal::unprocessable(error.to_string()))?;
    Ok((StatusCode::CREATED, Json(FaultView::from(&armed))))
}

impl FaultOrder {
    fn fault(self) -> Result<Fault, Refusal> {
        let path = self.path.as_deref().unwrap_or("*");
        let mut fault = match self.method.as_deref() {
            None | Some("*") => Fault::any(path),
            Some(word) => {
                let method = word.to_uppercase().parse::<Method>();
                Fault::on(method.map_err(|_| invalid("method", &"must be one of HTTP or \"*\""))?, path)
            }
        };
        if let Some(status) = self.status {
            fault = fault.status(status);
        }
        fault = match self.body {
            Some(Value::String(text)) => fault.body(text),
            Some(json) => fault.json(json),
            None => fault,
        };
        if let Some(seconds) = self.retry_after {
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

pub(super) async fn clear(State(mock): State<Arc<Instance>>) -> Json<FaultList> {
    mock.faults.clear();
    Json(FaultList::of(&mock))
}

pub(super) async fn remove(
    State(mock): State<Arc<Instance>>,
    At(id): At<u64>,
) -> Result<Json<FaultList>, Refusal> {
    if !mock.faults.remove(id) {
        return Err(Refusal::not_found("there is no such fault"));
    }
    Ok(Json(FaultList::of(&mock)))
}
