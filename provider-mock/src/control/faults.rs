//! The faults: armed and taken away.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};

use super::{At, ForControl, ForControlBody, Input, NotFound, Problem, bounded, invalid};
use crate::faults::FaultView;
use crate::{Cut, Fault, Mock, Shared};

/// In seconds. More than these are an accident; the library has no such bound.
const RETRY_AFTER: u64 = 1_000_000_000;

/// The faults that still wait for calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultList {
    /// They.
    pub faults: Vec<FaultView>,
}

/// A fault to be played. Without `method` and `path`: on every call; without `times`: until it is taken away.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(json!({"path": "/api/links/", "status": 503, "retryAfter": 1, "times": 1})))]
pub(crate) struct FaultOrder {
    /// In any case, or `*`.
    #[schema(pattern = "^([!#$%&'*+.^_`|~0-9A-Za-z-]+)$")]
    method: Option<String>,
    /// Without a query: whole, with a template for a segment, or with `*` at the end for whatever follows.
    #[schema(pattern = "^([*]|/([^*?#]*|[^*?#]*/)|/[*]|/[^*?#]*/[*])$")]
    path: Option<String>,
    /// An HTTP status, or a business code, which travels under 416.
    #[schema(schema_with = status)]
    status: Option<u16>,
    /// Text as it is, anything else as JSON.
    body: Option<Value>,
    /// In seconds.
    #[schema(maximum = 1000000000)]
    retry_after: Option<u64>,
    #[schema(maximum = 3600000)]
    delay_ms: Option<u64>,
    cut: Option<Cut>,
    #[schema(minimum = 1, maximum = 4294967295_u64)]
    times: Option<u32>,
}

/// An HTTP status or a business code.
fn status() -> Schema {
    let range = |least: u16, most: u16| {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most))
    };
    let codes = AnyOfBuilder::new().item(range(200, 599)).item(range(4001, 4009));
    let none = ObjectBuilder::new().schema_type(Type::Null);
    codes.item(none).description(Some("An HTTP status, or a business code, which travels under 416.")).into()
}

impl FaultList {
    /// Those of that mock.
    pub fn of(mock: &dyn Mock) -> Self {
        Self { faults: mock.faults().snapshot().iter().map(FaultView::from).collect() }
    }
}

/// The faults that still wait for calls.
#[utoipa::path(
    get,
    path = "/_mock/faults",
    operation_id = "listFaults",
    tag = "Control",
    responses(
        (status = 200, description = "The faults", body = FaultList),
        ForControl,
    ),
)]
pub(crate) async fn list(State(mock): State<Shared>) -> Json<FaultList> {
    Json(FaultList::of(&*mock))
}

/// Has a trouble played to calls of the API.
#[utoipa::path(
    post,
    path = "/_mock/faults",
    operation_id = "armFault",
    tag = "Control",
    request_body = FaultOrder,
    responses(
        (status = 201, description = "The fault", body = FaultView, links(
            ("remove" = (operation_id = "removeFault", parameters(("id" = "$response.body#/id")))),
        )),
        ForControlBody,
    ),
)]
pub(crate) async fn arm(
    State(mock): State<Shared>,
    Input(order): Input<FaultOrder>,
) -> Result<(StatusCode, Json<FaultView>), Problem> {
    let armed =
        mock.faults().arm(order.fault()?).map_err(|error| Problem::unprocessable(error.to_string()))?;
    Ok((StatusCode::CREATED, Json(FaultView::from(&armed))))
}

impl FaultOrder {
    fn fault(self) -> Result<Fault, Problem> {
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
        if let Some(seconds) = bounded("retryAfter", self.retry_after, 0, RETRY_AFTER)? {
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
        (status = 200, description = "None is left", body = FaultList),
        ForControl,
    ),
)]
pub(crate) async fn clear(State(mock): State<Shared>) -> Json<FaultList> {
    mock.faults().clear();
    Json(FaultList::of(&*mock))
}

/// Takes a fault away.
#[utoipa::path(
    delete,
    path = "/_mock/faults/{id}",
    operation_id = "removeFault",
    tag = "Control",
    params(("id" = u64, Path)),
    responses(
        (status = 200, description = "The others", body = FaultList),
        ForControl, NotFound,
    ),
)]
pub(crate) async fn remove(State(mock): State<Shared>, At(id): At<u64>) -> Result<Json<FaultList>, Problem> {
    if !mock.faults().remove(id) {
        return Err(Problem::not_found("there is no such fault"));
    }
    Ok(Json(FaultList::of(&*mock)))
}
