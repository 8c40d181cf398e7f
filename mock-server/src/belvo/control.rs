//! The control API under `/_mock`: what a test or a developer does in place of the user, and looks at.
//!
//! Bodies are JSON of any content type and judged strictly: a member that is not known here is refused. Errors have the
//! form of Belvo's.

mod acts;
mod behaviour;
mod clock;
mod deliveries;
mod faults;
mod health;
mod input;
mod requests;
mod state;
mod trigger;
mod webhook;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, middleware};
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::instance::Instance;
use super::openapi::{self, ForControl};
use super::refusal::Refusal;
use crate::control::{may_be_empty, origin};

pub(crate) fn routes() -> OpenApiRouter<Arc<Instance>> {
    let mut routes = OpenApiRouter::new()
        .routes(routes!(state::show))
        .routes(routes!(health::show))
        .routes(routes!(reset))
        .routes(routes!(behaviour::show, behaviour::change))
        .routes(routes!(webhook::show, webhook::set))
        .routes(routes!(clock::show, clock::turn))
        .routes(routes!(faults::list, faults::arm, faults::clear))
        .routes(routes!(faults::remove))
        .routes(routes!(acts::link))
        .routes(routes!(acts::expire_consent))
        .routes(routes!(requests::list))
        .routes(routes!(trigger::trigger))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::resend))
        .routes(routes!(openapi::show))
        .layer(middleware::from_fn(keep_others_out));
    let paths = &mut routes.get_openapi_mut().paths.paths;
    may_be_empty(paths.get_mut("/_mock/behaviour").and_then(|item| item.patch.as_mut()));
    may_be_empty(paths.get_mut("/_mock/webhook").and_then(|item| item.put.as_mut()));
    routes
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
    mock.reset();
    Json(state::of(&mock))
}

/// Keeps the pages of other sites out, which a browser on this machine may have open.
async fn keep_others_out(request: Request, next: Next) -> Response {
    match origin::other(&request) {
        Some(message) => Refusal::new(StatusCode::FORBIDDEN, "permission_denied", message).into_response(),
        None => next.run(request).await,
    }
}
