use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::input::Input;
use crate::belvo::instance::Instance;
use crate::belvo::openapi::{ForControl, ForControlBody};
use crate::belvo::refusal::Refusal;
use crate::clock::Hands;

/// What the clock shows.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Clock)]
pub(super) struct ClockView {
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    frozen: bool,
    /// By how much it is ahead of the machine's; `null` while it stands still.
    ahead_ms: Option<i64>,
}

/// `advanceSeconds` or `now`, and `frozen` with either or alone; or `followMachine` alone. The clock goes from the year 2000
/// to the end of 2099.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = TurnClock)]
pub(super) struct Turn {
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
    pub(super) fn of(mock: &Instance) -> Self {
        let (ahead_ms, frozen) = match mock.clock.hands_now() {
            Hands::AheadMs(ahead) => (Some(ahead), false),
            Hands::Frozen(_) => (None, true),
        };
        Self { now: mock.now(), frozen, ahead_ms }
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
pub(super) async fn show(State(mock): State<Arc<Instance>>) -> Json<ClockView> {
    Json(ClockView::of(&mock))
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
pub(super) async fn turn(
    State(mock): State<Arc<Instance>>,
    Input(turn): Input<Turn>,
) -> Result<Json<ClockView>, Refusal> {
    turn.apply(&mock)?;
    // Lets time take effect, so that its webhooks are on their way when this is answered.
    drop(mock.store());
    Ok(Json(ClockView::of(&mock)))
}

impl Turn {
    fn apply(self, mock: &Instance) -> Result<(), Refusal> {
        let Self { advance_seconds, now, frozen, follow_machine } = self;
        match follow_machine {
            Some(true) if advance_seconds.is_some() || now.is_some() || frozen.is_some() => {
                let message = "It excludes every other member.";
                return Err(Refusal::of_field("invalid", "followMachine", message));
            }
            Some(true) => {
                mock.clock.follow_machine();
                return Ok(());
            }
            Some(false) => {
                return Err(Refusal::of_field("invalid", "followMachine", "Must be true or left out."));
            }
            None => {}
        }
        if advance_seconds.is_some() == now.is_some() && (now.is_some() || frozen.is_none()) {
            let message = "One of advanceSeconds and now, or frozen, or followMachine";
            return Err(Refusal::bad_request("required", message));
        }
        let turned = mock.clock.turn(advance_seconds.map(Duration::from_secs), now, frozen);
        turned.map_err(|error| {
            let field = if now.is_some() { "now" } else { "advanceSeconds" };
            Refusal::of_field("invalid", field, error.to_string())
        })
    }
}
