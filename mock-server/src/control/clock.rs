use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{Input, invalid};
use crate::clock::Hands;
use crate::instance::Instance;
use crate::openapi::{ForControl, ForControlBody};
use crate::refusal::Refusal;

/// What the clock shows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClockView {
    now: Timestamp,
    frozen: bool,
    /// By how much it is ahead of the machine's; `null` while it stands still.
    #[schema(required)]
    ahead_ms: Option<i64>,
}

/// `advanceSeconds` or `now`, and `frozen` with either or alone. The clock goes from the year 2000 to the end of 2099.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(examples(json!({"advanceSeconds": 1800})))]
pub(super) struct Turn {
    #[schema(maximum = 3155760000_u64)]
    advance_seconds: Option<u64>,
    #[schema(pattern = "^20[0-9][0-9]-")]
    now: Option<Timestamp>,
    frozen: Option<bool>,
}

impl ClockView {
    pub(super) fn of(mock: &Instance) -> Self {
        let (ahead_ms, frozen) = match mock.clock.hands_now() {
            Hands::AheadMs(ahead) => (Some(ahead), false),
            Hands::Frozen(_) => (None, true),
        };
        Self { now: mock.clock.now(), frozen, ahead_ms }
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

/// Turns the clock, stops it or lets it run.
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
    let Turn { advance_seconds, now, frozen } = turn;
    if advance_seconds.is_some() && now.is_some() {
        return Err(Refusal::unprocessable("advanceSeconds and now exclude each other"));
    }
    if advance_seconds.is_none() && now.is_none() && frozen.is_none() {
        return Err(Refusal::unprocessable("advanceSeconds, now or frozen is required"));
    }
    let advance = advance_seconds.map(Duration::from_secs);
    let turned = mock.clock.turn(advance, now, frozen);
    turned.map_err(|error| invalid(if now.is_some() { "now" } else { "advanceSeconds" }, &error))?;
    // Lets time take effect, so that its events are on their way when this is answered.
    drop(mock.store());
    Ok(Json(ClockView::of(&mock)))
}
