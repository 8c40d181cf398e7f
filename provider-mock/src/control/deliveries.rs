//! The deliveries: looked at and sent again.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{At, Conflict, ForControl, ForControlBody, Input, NotFound, Problem, invalid};
use crate::deliveries::{PacedBody, Resend, WithBody};
use crate::{Delivery, Error, Mock, Shared};

/// Deliveries in the order in which they were made: all of them, or those that a call made.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryList {
    /// They.
    pub deliveries: Vec<Delivery>,
}

/// Both may be missing: then it is sent as it was, to where it went.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResendOrder {
    tamper_signature: Option<bool>,
    #[schema(format = "http-url", pattern = "^https?://")]
    to: Option<String>,
}

impl DeliveryList {
    /// All of that mock.
    pub fn of(mock: &dyn Mock) -> Self {
        Self { deliveries: mock.deliveries().snapshot() }
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
pub(crate) async fn list(State(mock): State<Shared>) -> Json<DeliveryList> {
    Json(DeliveryList::of(&*mock))
}

/// A delivery with its body.
#[utoipa::path(
    get,
    path = "/_mock/deliveries/{id}",
    operation_id = "getDelivery",
    tag = "Control",
    params(("id" = u64, Path)),
    responses(
        (status = 200, description = "The delivery", body = WithBody),
        ForControl, NotFound,
    ),
)]
pub(crate) async fn show(State(mock): State<Shared>, At(id): At<u64>) -> Result<Json<WithBody>, Problem> {
    Ok(Json(find(&*mock, id)?.with_body()))
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
pub(crate) async fn body(State(mock): State<Shared>, At(id): At<u64>) -> Result<Response, Problem> {
    let content = find(&*mock, id)?.content().ok_or(Error::BodyForgotten)?;
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
        (status = 202, description = "The new delivery, before its first attempt", body = Delivery),
        ForControlBody, NotFound, Conflict,
    ),
)]
pub(crate) async fn resend(
    State(mock): State<Shared>,
    At(id): At<u64>,
    Input(order): Input<ResendOrder>,
) -> Result<(StatusCode, Json<Delivery>), Problem> {
    let mut resend = Resend::new().tamper_signature(order.tamper_signature.unwrap_or_default());
    if let Some(to) = &order.to {
        resend = resend.to(to).map_err(|error| invalid("to", &error))?;
    }
    let again = mock.deliveries().resend(id, resend, mock.default_target(), mock.send_options())?;
    Ok((StatusCode::ACCEPTED, Json(again)))
}

fn find(mock: &dyn Mock, id: u64) -> Result<Delivery, Problem> {
    mock.deliveries().get(id).ok_or_else(|| Error::UnknownDelivery.into())
}
