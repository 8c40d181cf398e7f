//! The control API under `/_mock`: what a test or a developer does in place of user, bank and time, and looks at. Must not
//! know the provider; what only one has, its mock adds.
//!
//! Bodies are JSON of any content type and judged strictly: a member that is not known here is refused, so that a slip of
//! the pen does not go unnoticed. Each call has its body and its answer as a type.

pub(crate) mod clock;
pub(crate) mod deliveries;
pub(crate) mod faults;
mod input;
mod problem;
mod requests;

use axum::extract::{FromRef, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Paths, RefOr, Required};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::clock::ClockView;
pub use self::deliveries::DeliveryList;
pub use self::faults::FaultList;
pub(crate) use self::input::read;
pub use self::input::{At, Change, Input, bounded, integer, invalid};
pub use self::problem::{Conflict, ForControl, ForControlBody, NotFound, Problem, components};
pub use self::requests::RequestView;
use crate::{Shared, origin};

/// The calls of every mock, without those of its provider alone; pages of other sites are kept out of all of them.
pub fn routes<S>(own: OpenApiRouter<S>) -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Shared: FromRef<S>,
{
    let shared = OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(clock::show, clock::turn))
        .routes(routes!(faults::list, faults::arm, faults::clear))
        .routes(routes!(faults::remove))
        .routes(routes!(requests::list))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::body))
        .routes(routes!(deliveries::resend));
    let mut routes = shared.merge(own).layer(middleware::from_fn(keep_others_out));
    let paths = &mut routes.get_openapi_mut().paths;
    may_be_empty(paths, "/_mock/deliveries/{id}/resend");
    may_be_empty(paths, "/_mock/behaviour");
    may_be_empty(paths, "/_mock/webhook");
    routes
}

/// Keeps pages of other sites out of routes that have no description.
pub fn keep_to_local<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer(middleware::from_fn(keep_others_out))
}

async fn keep_others_out(request: Request, next: Next) -> Response {
    match origin::other(&request) {
        Some(message) => Problem::new(StatusCode::FORBIDDEN, message).into_response(),
        None => next.run(request).await,
    }
}

/// Says of what changes something at that path that its body may be left out: an empty one is an object without members.
pub fn may_be_empty(paths: &mut Paths, path: &str) {
    let Some(item) = paths.paths.get_mut(path) else { return };
    for operation in [&mut item.post, &mut item.patch, &mut item.put] {
        let body = operation.as_mut().and_then(|operation: &mut Operation| operation.request_body.as_mut());
        if let Some(RefOr::T(body)) = body {
            body.required = Some(Required::False);
        }
    }
}

/// That it answers.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the mock is ready: it answers, so it is.
#[utoipa::path(
    get,
    path = "/_mock/health",
    operation_id = "health",
    tag = "Control",
    responses((status = 200, description = "It is ready", body = Health), ForControl),
)]
async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}
