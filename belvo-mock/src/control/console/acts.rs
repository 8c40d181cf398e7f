//! What the buttons of the console's own parts do: each is a call of the control API.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use html_kit::Input;
use provider_mock::console::{Notice, Order, after};
use provider_mock::control::{Input as Ordered, Problem};

use crate::control::behaviour::{self as behaviours, BehaviourChange};
use crate::control::trigger::{self as triggers, TriggerOrder};
use crate::control::webhook::{self as webhooks, WebhookOrder};
use crate::instance::{Instance, LinkAct};

pub(super) async fn link(
    State(mock): State<Arc<Instance>>,
    Path(id): Path<String>,
    input: Input,
) -> Response {
    let done = LinkAct::from_word(input.get("act")).and_then(|act| mock.act(&id, act));
    after(&input, Notice::Link, done.ok_or_else(|| Problem::not_found("there is no such link or act")))
}

pub(super) async fn behaviour(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let change = Order::of(&input)
        .text("timestamps")
        .text("expiry")
        .text("userInput")
        .text("webhooks")
        .text("refreshRate")
        .flag("nullMembers")
        .flag("preventDuplicates")
        .flag("consentWarnings")
        .number("duplicates")
        .number("pageSize")
        .number_or_null("callsIn30Seconds")
        .number("codeSeconds");
    let done = match change.read::<BehaviourChange>() {
        Ok(change) => behaviours::change(State(mock), Ordered(change)).await,
        Err(problem) => Err(problem),
    };
    after(&input, Notice::Behaviour, done)
}

pub(super) async fn webhook(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let done = match Order::of(&input).text("url").text("authorization").read::<WebhookOrder>() {
        Ok(order) => webhooks::set(State(mock), Ordered(order)).await,
        Err(problem) => Err(problem),
    };
    after(&input, Notice::Behaviour, done)
}

pub(super) async fn trigger(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let order = Order::of(&input).text("webhookType").text("webhookCode").text("linkId");
    let done = match order.read::<TriggerOrder>() {
        Ok(order) => triggers::trigger(State(mock), Ordered(order)).await,
        Err(problem) => Err(problem),
    };
    after(&input, Notice::Queued, done)
}
