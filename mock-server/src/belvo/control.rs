//! The control API under `/_mock`: what a test or a developer does in place of the user, and looks at.
//!
//! Bodies are JSON of any content type and judged strictly: a member that is not known here is refused. Errors have the
//! form of Belvo's.

mod acts;
mod behaviour;
mod clock;
mod deliveries;
mod faults;
mod input;
mod requests;
mod state;
mod trigger;
mod webhook;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use http::StatusCode;

pub(super) use self::clock::{ClockView, Turn};
pub(super) use self::deliveries::DeliveryList;
pub(super) use self::faults::{FaultList, FaultOrder};
pub(super) use self::requests::RequestList;
pub(super) use self::trigger::TriggerOrder;
pub(super) use self::webhook::{WebhookOrder, WebhookView};
use super::instance::Instance;
use super::refusal::Refusal;
use crate::control::origin;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/_mock/state", get(state::show))
        .route("/_mock/reset", post(reset))
        .route("/_mock/behaviour", get(behaviour::show).patch(behaviour::change))
        .route("/_mock/webhook", get(webhook::show).put(webhook::set))
        .route("/_mock/clock", get(clock::show).post(clock::turn))
        .route("/_mock/faults", get(faults::list).post(faults::arm).delete(faults::clear))
        .route("/_mock/faults/{id}", delete(faults::remove))
        .route("/_mock/links/{id}/{act}", post(acts::link))
        .route("/_mock/consents/{id}/expire", post(acts::expire_consent))
        .route("/_mock/requests", get(requests::list))
        .route("/_mock/trigger", post(trigger::trigger))
        .route("/_mock/deliveries", get(deliveries::list))
        .route("/_mock/deliveries/{id}", get(deliveries::show))
        .route("/_mock/deliveries/{id}/resend", post(deliveries::resend))
        .route("/_mock/openapi.json", get(super::openapi::show))
        .layer(middleware::from_fn(keep_others_out))
}

/// Answers the state that it leads to.
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
