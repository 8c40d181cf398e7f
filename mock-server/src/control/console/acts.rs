//! What the buttons of the console's own parts do: each is a call of the control API.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use html_kit::Input;
use provider_mock::console::{Notice, Order, after};
use provider_mock::control::{At, Input as Ordered, Problem};
use serde_json::Value;

use crate::api::Segment;
use crate::control::{behaviour as behaviours, consents, institutions, trigger as triggers};
use crate::instance::Instance;

pub(super) async fn consent(
    State(mock): State<Arc<Instance>>,
    Segment(consent_id): Segment,
    input: Input,
) -> Response {
    let act = serde_json::from_value(Value::from(input.get("act")));
    let done = match act {
        Ok(act) => consents::act(State(mock), At((consent_id, act))).await,
        Err(_) => Err(Problem::unprocessable("act: there is no such act")),
    };
    after(&input, Notice::Consent, done)
}

pub(super) async fn behaviour(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let change = Order::of(&input)
        .text_or_null("consoleWebhook")
        .flag("unsigned")
        .flag("encodedCpf")
        .flag("fiEvents")
        .flag("automatic")
        .flag("disorder")
        .flag("messyData")
        .text("reportVersion")
        .number("consentLimit")
        .number_or_null("rateLimit")
        .number("duplicates")
        .number("slowMs")
        .number("truncated");
    let done = match change.read::<behaviours::BehaviourChange>() {
        Ok(change) => behaviours::change(State(mock), Ordered(change)).await,
        Err(refusal) => Err(refusal),
    };
    after(&input, Notice::Behaviour, done)
}

pub(super) async fn institution(
    State(mock): State<Arc<Instance>>,
    Segment(code): Segment,
    input: Input,
) -> Response {
    let done = match Order::of(&input).choice("outOfService").read::<institutions::Service>() {
        Ok(service) => institutions::set(State(mock), At(code), Ordered(service)).await,
        Err(refusal) => Err(refusal),
    };
    after(&input, Notice::Institution, done)
}

pub(super) async fn trigger(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let order = Order::of(&input)
        .text("to")
        .number("transactions")
        .number("seed")
        .number("times")
        .text("version")
        .choice("unsigned")
        .choice("encodedCpf")
        .flag("sameId");
    let order = match input.get("what").split_once(':') {
        Some((kind @ ("event" | "product"), name)) => order.with(kind, name),
        _ => order,
    };
    let done = match order.read::<triggers::TriggerOrder>() {
        Ok(order) => triggers::trigger(State(mock), Ordered(order)).await,
        Err(refusal) => Err(refusal),
    };
    after(&input, Notice::Queued, done)
}
