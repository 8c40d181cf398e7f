//! The control API under `/_mock`: what a test or a developer does in place of the user, and looks at.
//!
//! Bodies are JSON of any content type and judged strictly: a member that is not known here is refused, so that a slip of
//! the pen does not go unnoticed. Errors have the form of Klavi's. Each call has its body and its answer as a type.

mod behaviour;
mod clock;
mod consents;
mod console;
mod deliveries;
mod faults;
mod health;
mod input;
mod institutions;
pub(crate) mod origin;
mod requests;
mod state;
mod trigger;

use std::sync::Arc;

use axum::extract::State;
use axum::{Json, middleware};
use utoipa::openapi::path::Operation;
use utoipa::openapi::{RefOr, Required};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::input::Change;
use crate::instance::Instance;
use crate::openapi::{self, ForControl};

pub(crate) fn routes() -> OpenApiRouter<Arc<Instance>> {
    let mut routes = OpenApiRouter::new()
        .routes(routes!(state::show))
        .routes(routes!(health::show))
        .routes(routes!(reset))
        .routes(routes!(behaviour::show, behaviour::change))
        .routes(routes!(clock::show, clock::turn))
        .routes(routes!(faults::list, faults::arm, faults::clear))
        .routes(routes!(faults::remove))
        .routes(routes!(institutions::list))
        .routes(routes!(institutions::set))
        .routes(routes!(consents::act))
        .routes(routes!(requests::list))
        .routes(routes!(trigger::trigger))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::body))
        .routes(routes!(deliveries::resend))
        .routes(routes!(openapi::show))
        .merge(console::routes().into())
        .layer(middleware::from_fn(origin::keep_others_out));
    let paths = &mut routes.get_openapi_mut().paths.paths;
    let change = paths.get_mut("/_mock/behaviour").and_then(|item| item.patch.as_mut());
    may_be_empty(change);
    let resend = paths.get_mut("/_mock/deliveries/{id}/resend").and_then(|item| item.post.as_mut());
    may_be_empty(resend);
    routes
}

/// Says of a call that its body may be left out: an empty one is an object without members.
pub(crate) fn may_be_empty(operation: Option<&mut Operation>) {
    if let Some(RefOr::T(body)) = operation.and_then(|operation| operation.request_body.as_mut()) {
        body.required = Some(Required::False);
    }
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
    mock.reset();
    Json(state::State::of(&mock))
}
