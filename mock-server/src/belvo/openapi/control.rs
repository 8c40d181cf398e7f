//! The calls of the control API.
#![expect(dead_code, reason = "they are there to be described")]

use super::schemas::{Link, Problem};
use crate::belvo::Behaviour;
use crate::belvo::control::{
    ClockView, DeliveryList, FaultList, FaultOrder, RequestList, TriggerOrder, Turn, WebhookOrder,
    WebhookView,
};
use crate::belvo::deliveries::DeliveryView;

/// All that the mock knows but secrets.
#[utoipa::path(get, path = "/_mock/state", tag = "control", responses((status = 200, body = Value)))]
fn state() {}

/// Everything as at the start; answers the state.
#[utoipa::path(post, path = "/_mock/reset", tag = "control", responses((status = 200, body = Value)))]
fn reset() {}

/// How the mock behaves.
#[utoipa::path(get, path = "/_mock/behaviour", tag = "control", responses((status = 200, body = Behaviour)))]
fn behaviour() {}

/// Changes the members that are there.
#[utoipa::path(patch, path = "/_mock/behaviour", tag = "control", request_body = Behaviour, responses(
    (status = 200, body = Behaviour), (status = 400, body = [Problem])
))]
fn change_behaviour() {}

/// Where webhooks go.
#[utoipa::path(get, path = "/_mock/webhook", tag = "control", responses((status = 200, body = WebhookView)))]
fn webhook() {}

/// Sets where webhooks go.
#[utoipa::path(put, path = "/_mock/webhook", tag = "control", request_body = WebhookOrder, responses(
    (status = 200, body = WebhookView), (status = 400, body = [Problem])
))]
fn set_webhook() {}

/// What the clock shows.
#[utoipa::path(get, path = "/_mock/clock", tag = "control", responses((status = 200, body = ClockView)))]
fn clock() {}

/// Turns, stops or starts the clock.
#[utoipa::path(post, path = "/_mock/clock", tag = "control", request_body = Turn, responses(
    (status = 200, body = ClockView), (status = 400, body = [Problem])
))]
fn turn_clock() {}

/// The faults that wait for calls.
#[utoipa::path(get, path = "/_mock/faults", tag = "control", responses((status = 200, body = FaultList)))]
fn faults() {}

/// Plays a fault.
#[utoipa::path(post, path = "/_mock/faults", tag = "control", request_body = FaultOrder, responses(
    (status = 201, body = Value), (status = 400, body = [Problem])
))]
fn arm_fault() {}

/// Takes all faults away.
#[utoipa::path(delete, path = "/_mock/faults", tag = "control", responses((status = 200, body = FaultList)))]
fn clear_faults() {}

/// Takes one fault away.
#[utoipa::path(delete, path = "/_mock/faults/{id}", tag = "control", params(("id" = u64, Path)), responses(
    (status = 200, body = FaultList), (status = 404, body = [Problem])
))]
fn remove_fault() {}

/// Lets something happen to a link.
#[utoipa::path(post, path = "/_mock/links/{id}/{act}", tag = "control", params(
    ("id" = String, Path),
    ("act" = String, Path, description = "`invalidate`, `require-token`, `expire-credentials`, `change-password`, `update`")
), responses((status = 200, body = Link), (status = 404, body = [Problem])))]
fn act_on_link() {}

/// Brings an authorised consent to its end.
#[utoipa::path(post, path = "/_mock/consents/{id}/expire", tag = "control", params(("id" = String, Path)), responses(
    (status = 200, body = Value), (status = 404, body = [Problem])
))]
fn expire_consent() {}

/// Calls to the API, without secrets.
#[utoipa::path(get, path = "/_mock/requests", tag = "control", responses((status = 200, body = RequestList)))]
fn requests() {}

/// Sends a webhook on demand.
#[utoipa::path(post, path = "/_mock/trigger", tag = "control", request_body = TriggerOrder, responses(
    (status = 202, body = DeliveryView), (status = 400, body = [Problem])
))]
fn trigger() {}

/// What was sent, with every attempt.
#[utoipa::path(get, path = "/_mock/deliveries", tag = "control", responses((status = 200, body = DeliveryList)))]
fn deliveries() {}

/// One webhook.
#[utoipa::path(get, path = "/_mock/deliveries/{id}", tag = "control", params(("id" = u64, Path)), responses(
    (status = 200, body = DeliveryView), (status = 404, body = [Problem])
))]
fn delivery() {}

/// Sends a webhook again.
#[utoipa::path(post, path = "/_mock/deliveries/{id}/resend", tag = "control", params(("id" = u64, Path)), responses(
    (status = 202, body = DeliveryView), (status = 400, body = [Problem]), (status = 404, body = [Problem])
))]
fn resend() {}

/// This document.
#[utoipa::path(get, path = "/_mock/openapi.json", tag = "control", responses((status = 200, body = Value)))]
fn openapi() {}
