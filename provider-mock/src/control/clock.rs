//! The clock: looked at and turned.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::{ForControl, ForControlBody, Input, Problem, invalid};
use crate::{Hands, Mock, Shared};

/// What the clock shows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockView {
    now: Timestamp,
    frozen: bool,
    /// By how much it is ahead of the machine's; `null` while it stands still.
    #[schema(required)]
    ahead_ms: Option<i64>,
}

/// `advanceSeconds` or `now`, and `frozen` with either or alone; or `followMachine` alone. The clock goes from the year 2000
/// to the end of 2099.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(json!({"advanceSeconds": 1800})))]
pub(crate) struct Turn {
    #[schema(maximum = 3155760000_u64)]
    advance_seconds: Option<u64>,
    #[schema(pattern = "^20[0-9][0-9]-")]
    now: Option<Timestamp>,
    frozen: Option<bool>,
    #[schema(schema_with = yes)]
    follow_machine: Option<bool>,
}

/// The one word that says anything.
fn yes() -> ObjectBuilder {
    let word = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Boolean, Type::Null]));
    let word = word.enum_values(Some([Value::Bool(true), Value::Null]));
    word.description(Some("Back to the machine's time, with which it runs on."))
}

impl ClockView {
    /// Of that mock.
    pub fn of(mock: &dyn Mock) -> Self {
        let (ahead_ms, frozen) = match mock.clock().hands_now() {
            Hands::AheadMs(ahead) => (Some(ahead), false),
            Hands::Frozen(_) => (None, true),
        };
        Self { now: mock.clock().now(), frozen, ahead_ms }
    }
}

/// What the clock shows.
#[utoipa::path(
    get,
    path = "/_mock/clock",
    operation_id = "getClock",
    tag = "Control",
    responses(
        (status = 200, description = "What it shows", body = ClockView),
        ForControl,
    ),
)]
pub(crate) async fn show(State(mock): State<Shared>) -> Json<ClockView> {
    Json(ClockView::of(&*mock))
}

/// Turns the clock, stops it, lets it run, or has it follow the machine's again.
#[utoipa::path(
    post,
    path = "/_mock/clock",
    operation_id = "turnClock",
    tag = "Control",
    request_body = Turn,
    responses(
        (status = 200, description = "What it shows now", body = ClockView),
        ForControlBody,
    ),
)]
pub(crate) async fn turn(
    State(mock): State<Shared>,
    Input(turn): Input<Turn>,
) -> Result<Json<ClockView>, Problem> {
    turn.apply(&*mock)?;
    // Lets time take effect, so that its events are on their way when this is answered.
    mock.pass_time();
    Ok(Json(ClockView::of(&*mock)))
}

impl Turn {
    fn apply(self, mock: &dyn Mock) -> Result<(), Problem> {
        let Self { advance_seconds, now, frozen, follow_machine } = self;
        match follow_machine {
            Some(true) if advance_seconds.is_some() || now.is_some() || frozen.is_some() => {
                return Err(Problem::unprocessable("followMachine excludes every other member"));
            }
            Some(true) => {
                mock.clock().follow_machine();
                return Ok(());
            }
            Some(false) => return Err(invalid("followMachine", &"must be true or left out")),
            None => {}
        }
        if advance_seconds.is_some() && now.is_some() {
            return Err(Problem::unprocessable("advanceSeconds and now exclude each other"));
        }
        if advance_seconds.is_none() && now.is_none() && frozen.is_none() {
            let message = "advanceSeconds, now, frozen or followMachine is required";
            return Err(Problem::unprocessable(message));
        }
        let turned = mock.clock().turn(advance_seconds.map(Duration::from_secs), now, frozen);
        turned.map_err(|error| invalid(if now.is_some() { "now" } else { "advanceSeconds" }, &error))
    }
}
