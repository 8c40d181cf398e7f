//! What the control API has for Belvo alone: state, behaviour, webhook, links, consents, triggers, and the console's
//! parts.

mod acts;
mod behaviour;
mod console;
mod state;
mod trigger;
mod webhook;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use provider_mock::control::ForControl;
use provider_mock::{console as shell, control};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::instance::Instance;
use super::openapi;

pub(crate) fn routes() -> OpenApiRouter<Arc<Instance>> {
    let own = OpenApiRouter::new()
        .routes(routes!(state::show))
        .routes(routes!(reset))
        .routes(routes!(behaviour::show, behaviour::change))
        .routes(routes!(webhook::show, webhook::set))
        .routes(routes!(acts::link))
        .routes(routes!(acts::expire_consent))
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
    responses(
        (status = 200, description = "The state that it leads to", body = Object),
        ForControl,
    ),
)]
async fn reset(State(mock): State<Arc<Instance>>) -> Json<serde_json::Value> {
    mock.forget();
    Json(state::of(&mock))
}
