//! What the control API has for Klavi alone: state, behaviour, institutions, consents, triggers, and the console's parts.

mod behaviour;
mod consents;
mod console;
mod institutions;
mod state;
mod trigger;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use provider_mock::control::ForControl;
use provider_mock::{console as shell, control};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::instance::Instance;
use crate::openapi;

pub(crate) fn routes() -> OpenApiRouter<Arc<Instance>> {
    let own = OpenApiRouter::new()
        .routes(routes!(state::show))
        .routes(routes!(reset))
        .routes(routes!(behaviour::show, behaviour::change))
        .routes(routes!(institutions::list))
        .routes(routes!(institutions::set))
        .routes(routes!(consents::act))
        .routes(routes!(trigger::trigger))
        .routes(routes!(openapi::show));
    control::routes(own).merge(shell::routes(console::routes()).into())
}

/// Everything as at the start.
#[utoipa::path(
    post,
    path = "/_mock/reset",
    operation_id = "reset",
    tag = "Control",
    responses((status = 200, description = "The state that it leads to", body = state::State), ForControl),
)]
async fn reset(State(mock): State<Arc<Instance>>) -> Json<state::State> {
    mock.forget();
    Json(state::State::of(&mock))
}
