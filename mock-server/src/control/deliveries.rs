use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{At, Input, invalid};
use crate::deliveries::{Content, DeliveryView, PacedBody, Resend};
use crate::instance::Instance;
use crate::openapi::{Conflict, ForControl, ForControlBody, NotFound};
use crate::refusal::Refusal;
use crate::{Delivery, Error};

/// Deliveries in the order in which they were made: all of them, or those that a call made.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryList {
    pub(super) deliveries: Vec<DeliveryView>,
}

/// A delivery with its body as text, `null` where that is not kept.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryWithBody {
    #[serde(flatten)]
    delivery: DeliveryView,
    #[schema(required)]
    body: Option<String>,
}

/// Both may be missing: then it is sent as it was, to where it went.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ResendOrder {
    tamper_signature: Option<bool>,
    #[schema(format = "http-url", pattern = "^https?://")]
    to: Option<String>,
}

impl DeliveryList {
    pub(super) fn of(mock: &Instance) -> Self {
        Self { deliveries: mock.deliveries.snapshot().iter().map(DeliveryView::from).collect() }
    }
}

/// What was sent, with every attempt.
#[utoipa::path(
    get,
    path = "/_mock/deliveries",
    operation_id = "listDeliveries",
    tag = "Control",
    responses(
        (status = 200, description = "The newest ones", body = DeliveryList),
        ForControl,
    ),
)]
pub(super) async fn list(State(mock): State<Arc<Instance>>) -> Json<DeliveryList> {
    Json(DeliveryList::of(&mock))
}

/// A delivery with its body.
#[utoipa::path(
    get,
    path = "/_mock/deliveries/{id}",
    operation_id = "getDelivery",
    tag = "Control",
    params(("id" = u64, Path)),
    responses(
        (status = 200, description = "The delivery", body = DeliveryWithBody),
        ForControl, NotFound,
    ),
)]
pub(super) async fn show(
    State(mock): State<Arc<Instance>>,
    At(id): At<u64>,
) -> Result<Json<DeliveryWithBody>, Refusal> {
    let delivery = find(&mock, id)?;
    let body = match delivery.content() {
        Some(Content::Kept(body)) => Some(String::from_utf8_lossy(&body).into_owned()),
        Some(Content::Made(_)) | None => None,
    };
    Ok(Json(DeliveryWithBody { delivery: DeliveryView::from(&delivery), body }))
}

/// What was sent, to the byte.
///
/// A large report is made anew.
#[utoipa::path(
    get,
    path = "/_mock/deliveries/{id}/body",
    operation_id = "getDeliveryBody",
    tag = "Control",
    params(("id" = u64, Path)),
    responses(
        (status = 200, description = "The body", body = serde_json::Value, content_type = "application/json"),
        ForControl, NotFound, Conflict,
    ),
)]
pub(super) async fn body(State(mock): State<Arc<Instance>>, At(id): At<u64>) -> Result<Response, Refusal> {
    let content = find(&mock, id)?.content().ok_or_else(|| refusal(&Error::BodyForgotten))?;
    let body = Body::new(PacedBody::new(&content));
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Sends a delivery again.
#[utoipa::path(
    post,
    path = "/_mock/deliveries/{id}/resend",
    operation_id = "resendDelivery",
    tag = "Control",
    params(("id" = u64, Path)),
    request_body = ResendOrder,
    responses(
        (status = 202, description = "The new delivery, before its first attempt", body = DeliveryView),
        ForControlBody, NotFound, Conflict,
    ),
)]
pub(super) async fn resend(
    State(mock): State<Arc<Instance>>,
    At(id): At<u64>,
    Input(order): Input<ResendOrder>,
) -> Result<(StatusCode, Json<DeliveryView>), Refusal> {
    let mut resend = Resend::new().tamper_signature(order.tamper_signature.unwrap_or_default());
    if let Some(to) = &order.to {
        resend = resend.to(to).map_err(|error| invalid("to", &error))?;
    }
    let again = mock.resend(id, resend).map_err(|error| refusal(&error))?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryView::from(&again))))
}

fn find(mock: &Instance, id: u64) -> Result<Delivery, Refusal> {
    mock.deliveries.get(id).ok_or_else(|| refusal(&Error::UnknownDelivery))
}

pub(super) fn refusal(error: &Error) -> Refusal {
    match error {
        Error::UnknownDelivery => Refusal::not_found(&error.to_string()),
        _ => Refusal::conflict(&error.to_string()),
    }
}
