use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

use super::input::{At, Input, invalid};
use crate::deliveries::{Content, DeliveryView, PacedBody, Resend};
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::{Delivery, Error};

/// Deliveries in the order in which they were made: all of them, or those that a call made.
#[derive(Serialize)]
pub(super) struct DeliveryList {
    pub(super) deliveries: Vec<DeliveryView>,
}

/// A delivery with its body as text, `null` where that is not kept.
#[derive(Serialize)]
pub(super) struct DeliveryWithBody {
    #[serde(flatten)]
    delivery: DeliveryView,
    body: Option<String>,
}

/// Both may be missing: then it is sent as it was, to where it went.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct ResendOrder {
    tamper_signature: Option<bool>,
    to: Option<String>,
}

impl DeliveryList {
    pub(super) fn of(mock: &Instance) -> Self {
        Self { deliveries: mock.deliveries.snapshot().iter().map(DeliveryView::from).collect() }
    }
}

pub(super) async fn list(State(mock): State<Arc<Instance>>) -> Json<DeliveryList> {
    Json(DeliveryList::of(&mock))
}

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

/// What was sent, to the byte; a large report is made anew.
pub(super) async fn body(State(mock): State<Arc<Instance>>, At(id): At<u64>) -> Result<Response, Refusal> {
    let content = find(&mock, id)?.content().ok_or_else(|| refusal(&Error::BodyForgotten))?;
    let body = Body::new(PacedBody::new(&content));
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Answers the new delivery, before its first attempt.
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
