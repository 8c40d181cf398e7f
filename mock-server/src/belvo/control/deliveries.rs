use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;

use crate::Error;
use crate::belvo::api::Segment;
use crate::belvo::api::schemas;
use crate::belvo::deliveries::DeliveryView;
use crate::belvo::instance::Instance;
use crate::belvo::openapi::{ForControl, NotFound};
use crate::belvo::refusal::Refusal;

/// All that was sent, the oldest first.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Deliveries)]
pub(super) struct DeliveryList {
    deliveries: Vec<DeliveryView>,
}

/// What was sent, with every attempt.
#[utoipa::path(
    get,
    path = "/_mock/deliveries",
    operation_id = "listDeliveries",
    tag = "Control",
    responses(
        (status = 200, description = "The newest 10,000", body = DeliveryList),
        ForControl,
    ),
)]
pub(super) async fn list(State(mock): State<Arc<Instance>>) -> Json<DeliveryList> {
    let deliveries = mock.deliveries.snapshot().iter().map(DeliveryView::from).collect();
    Json(DeliveryList { deliveries })
}

/// One webhook.
#[utoipa::path(
    get,
    path = "/_mock/deliveries/{id}",
    operation_id = "getDelivery",
    tag = "Control",
    params(
        ("id" = u64, Path),
    ),
    responses(
        (status = 200, description = "The webhook", body = DeliveryView),
        ForControl, NotFound,
    ),
)]
pub(super) async fn show(
    State(mock): State<Arc<Instance>>,
    Segment(id): Segment,
) -> Result<Json<DeliveryView>, Refusal> {
    let delivery = id.parse().ok().and_then(|id| mock.deliveries.get(id));
    delivery.map(|delivery| Json(DeliveryView::from(&delivery))).ok_or_else(Refusal::not_found)
}

/// Sends a webhook again.
#[utoipa::path(
    post,
    path = "/_mock/deliveries/{id}/resend",
    operation_id = "resendDelivery",
    tag = "Control",
    params(
        ("id" = u64, Path),
    ),
    responses(
        (status = 202, description = "A delivery of its own, before its first attempt", body = DeliveryView),
        (status = 400, description = "No address is set", body = [schemas::Problem]),
        ForControl, NotFound,
    ),
)]
pub(super) async fn resend(
    State(mock): State<Arc<Instance>>,
    Segment(id): Segment,
) -> Result<(StatusCode, Json<DeliveryView>), Refusal> {
    let id = id.parse().map_err(|_| Refusal::not_found())?;
    match mock.resend(id) {
        Ok(again) => Ok((StatusCode::ACCEPTED, Json(DeliveryView::from(&again)))),
        Err(Error::UnknownDelivery) => Err(Refusal::not_found()),
        Err(error) => Err(Refusal::bad_request("invalid", error.to_string())),
    }
}
