//! The control API under `/_mock`: what a test or a developer does in place of the user, and looks at.
//!
//! Bodies are JSON of any content type and judged strictly: a member that is not known here is refused, so that a slip of
//! the pen does not go unnoticed. Errors have the form of Klavi's. Each call has its body and its answer as a type.

mod behaviour;
mod clock;
mod consents;
mod deliveries;
mod faults;
mod input;
mod institutions;
mod requests;
mod state;
mod trigger;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router, middleware};
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, StatusCode};

use crate::instance::Instance;
use crate::refusal::Refusal;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/_mock/state", get(state::show))
        .route("/_mock/reset", post(reset))
        .route("/_mock/behaviour", get(behaviour::show).patch(behaviour::change))
        .route("/_mock/clock", get(clock::show).post(clock::turn))
        .route("/_mock/faults", get(faults::list).post(faults::arm).delete(faults::clear))
        .route("/_mock/faults/{id}", delete(faults::remove))
        .route("/_mock/institutions", get(institutions::list))
        .route("/_mock/institutions/{code}", put(institutions::set))
        .route("/_mock/consents/{consent_id}/{act}", post(consents::act))
        .route("/_mock/requests", get(requests::list))
        .route("/_mock/trigger", post(trigger::trigger))
        .route("/_mock/deliveries", get(deliveries::list))
        .route("/_mock/deliveries/{id}", get(deliveries::show))
        .route("/_mock/deliveries/{id}/body", get(deliveries::body))
        .route("/_mock/deliveries/{id}/resend", post(deliveries::resend))
        .layer(middleware::from_fn(same_origin))
}

/// Answers the state that it leads to.
async fn reset(State(mock): State<Arc<Instance>>) -> Json<state::State> {
    mock.reset();
    Json(state::State::of(&mock))
}

/// Keeps the pages of other sites out, which a browser on this machine may have open.
async fn same_origin(request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        return Refusal::of(StatusCode::FORBIDDEN, "Pages of other origins may not control the mock")
            .into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return false };
    let own = headers.get(HOST).and_then(|host| host.to_str().ok()).map(|host| format!("http://{host}"));
    own.is_none_or(|own| origin.as_bytes() != own.as_bytes())
}
