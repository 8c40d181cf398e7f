//! What the console's buttons do: each is a call of the control API. Then the browser is sent back, so that reloading the
//! page does nothing twice.

use axum::extract::{Path, State};
use axum::response::Response;
use html_kit::{Input, Lang, see_other};
use serde_json::Value;

use super::after;
use super::frame::{Place, refused};
use super::marks::delivery_path;
use super::notice::Notice;
use super::order::Order;
use crate::Shared;
use crate::control::clock::{self as clocks, Turn};
use crate::control::deliveries::{self, ResendOrder};
use crate::control::faults::{self, FaultOrder};
use crate::control::{At, Input as Ordered};

pub(super) async fn clock(State(mock): State<Shared>, input: Input) -> Response {
    let order = Order::of(&input).number("advanceSeconds").choice("frozen").choice("followMachine");
    let order = match input.get("now").trim() {
        "" => order,
        // Browsers name no zone.
        now if now.ends_with('Z') => order.with("now", now),
        now => order.with("now", format!("{now}Z")),
    };
    let done = match order.read::<Turn>() {
        Ok(turn) => clocks::turn(State(mock), Ordered(turn)).await.map(drop),
        Err(problem) => Err(problem),
    };
    after(&input, Notice::Clock, done)
}

pub(super) async fn arm_fault(State(mock): State<Shared>, input: Input) -> Response {
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
    let done = match fault.read::<FaultOrder>() {
        Ok(fault) => faults::arm(State(mock), Ordered(fault)).await,
        Err(problem) => Err(problem),
    };
    after(&input, Notice::FaultArmed, done)
}

/// One by its number, or `all`.
pub(super) async fn remove_fault(State(mock): State<Shared>, input: Input) -> Response {
    let done = match input.get("fault") {
        "all" => Ok(faults::clear(State(mock)).await),
        // No fault has the number 0.
        number => faults::remove(State(mock), At(number.parse().unwrap_or_default())).await,
    };
    after(&input, Notice::FaultsRemoved, done)
}

/// Leads to the new delivery.
pub(super) async fn resend(State(mock): State<Shared>, Path(id): Path<String>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let order = Order::of(&input).text("to").flag("tamperSignature");
    // No delivery has the number 0.
    let id = At(id.parse().unwrap_or_default());
    let sent = match order.read::<ResendOrder>() {
        Ok(order) => deliveries::resend(State(mock), id, Ordered(order)).await,
        Err(problem) => Err(problem),
    };
    match sent {
        Ok((_, delivery)) => {
            see_other(lang.address(&delivery_path(delivery.id), &[("notice", Notice::Queued.word())]))
        }
        Err(problem) => refused(lang, Place::of(&input), &problem),
    }
}

pub(super) async fn reset(State(mock): State<Shared>, input: Input) -> Response {
    mock.reset();
    see_other(Lang::of(&input).address(Place::Overview.path(), &[("notice", Notice::Reset.word())]))
}
