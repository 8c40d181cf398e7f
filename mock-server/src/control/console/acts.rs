//! What the console's buttons do: each is a call of the control API. Then the browser is sent back, so that reloading the
//! page does nothing twice.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::frame::{Place, refused};
use super::marks::delivery_path;
use super::notice::Notice;
use super::order::Order;
use crate::api::Segment;
use crate::control::input::{At, Input as Ordered};
use crate::control::{
    behaviour as behaviours, clock as clocks, consents, deliveries, faults, institutions, trigger as triggers,
};
use crate::instance::Instance;
use crate::pages::{Input, Lang, see_other};
use crate::refusal::Refusal;

/// Back to where the form was, with a word on what it did; or what the call refused.
fn after<T>(input: &Input, notice: Notice, done: Result<T, Refusal>) -> Response {
    let (lang, place) = (Lang::of(input), Place::of(input));
    match done {
        Ok(_) => see_other(lang.address(place.path(), &[("notice", notice.word())])),
        Err(refusal) => refused(lang, place, &refusal),
    }
}

pub(super) async fn consent(
    State(mock): State<Arc<Instance>>,
    Segment(consent_id): Segment,
    input: Input,
) -> Response {
    let act = serde_json::from_value(Value::from(input.get("act")));
    let done = match act {
        Ok(act) => consents::act(State(mock), At((consent_id, act))).await,
        Err(_) => Err(Refusal::unprocessable("act: there is no such act")),
    };
    after(&input, Notice::Consent, done)
}

pub(super) async fn clock(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let order = Order::of(&input).number("advanceSeconds").choice("frozen").choice("followMachine");
    let order = match input.get("now").trim() {
        "" => order,
        // Browsers name no zone.
        now if now.ends_with('Z') => order.with("now", now),
        now => order.with("now", format!("{now}Z")),
    };
    let done = match order.read() {
        Ok(turn) => clocks::turn(State(mock), Ordered(turn)).await.map(drop),
        Err(refusal) => Err(refusal),
    };
    after(&input, Notice::Clock, done)
}

pub(super) async fn behaviour(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let change = Order::of(&input)
        .text_or_null("consoleWebhook")
        .flag("unsigned")
        .flag("encodedCpf")
        .flag("fiEvents")
        .flag("automatic")
        .flag("disorder")
        .text("reportVersion")
        .number("consentLimit")
        .number_or_null("rateLimit")
        .number("duplicates")
        .number("slowMs")
        .number("truncated");
    let done = match change.read() {
        Ok(change) => behaviours::change(State(mock), Ordered(change)).await,
        Err(refusal) => Err(refusal),
    };
    after(&input, Notice::Behaviour, done)
}

pub(super) async fn arm_fault(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let mut fault = Order::of(&input)
        .text("method")
        .text("path")
        .number("status")
        .number("retryAfter")
        .number("delayMs")
        .text("cut")
        .number("times");
    let body = input.get("body");
    if !body.trim().is_empty() {
        fault = fault.with("body", serde_json::from_str(body).unwrap_or_else(|_| Value::from(body)));
    }
    let done = match fault.read() {
        Ok(fault) => faults::arm(State(mock), Ordered(fault)).await,
        Err(refusal) => Err(refusal),
    };
    after(&input, Notice::FaultArmed, done)
}

/// One by its number, or `all`.
pub(super) async fn remove_fault(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let done = match input.get("fault") {
        "all" => Ok(faults::clear(State(mock)).await),
        // No fault has the number 0.
        number => faults::remove(State(mock), At(number.parse().unwrap_or_default())).await,
    };
    after(&input, Notice::FaultsRemoved, done)
}

pub(super) async fn institution(
    State(mock): State<Arc<Instance>>,
    Segment(code): Segment,
    input: Input,
) -> Response {
    let done = match Order::of(&input).choice("outOfService").read() {
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
    let done = match order.read() {
        Ok(order) => triggers::trigger(State(mock), Ordered(order)).await,
        Err(refusal) => Err(refusal),
    };
    after(&input, Notice::Queued, done)
}

/// Leads to the new delivery.
pub(super) async fn resend(
    State(mock): State<Arc<Instance>>,
    Segment(id): Segment,
    input: Input,
) -> Response {
    let lang = Lang::of(&input);
    let order = Order::of(&input).text("to").flag("tamperSignature");
    // No delivery has the number 0.
    let id = At(id.parse().unwrap_or_default());
    let sent = match order.read() {
        Ok(order) => deliveries::resend(State(mock), id, Ordered(order)).await,
        Err(refusal) => Err(refusal),
    };
    match sent {
        Ok((_, delivery)) => {
            see_other(lang.address(&delivery_path(delivery.id()), &[("notice", Notice::Queued.word())]))
        }
        Err(refusal) => refused(lang, Place::of(&input), &refusal),
    }
}

pub(super) async fn reset(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    mock.reset();
    see_other(Lang::of(&input).address(Place::Overview.path(), &[("notice", Notice::Reset.word())]))
}
