//! States, moments and sizes in a few signs.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::{Attempt, Delivery, DeliveryState};
use html_kit::Lang;

/// A moment, UTC, in the mock's time.
pub fn moment(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (at.strftime("%Y-%m-%d %H:%M:%S")) } }
}

pub(super) fn delivery(lang: Lang, state: DeliveryState) -> Markup {
    let class = match state {
        DeliveryState::Pending => "waits",
        DeliveryState::Delivered => "good",
        DeliveryState::Failed => "bad",
        DeliveryState::Unaddressed => "quiet",
    };
    mark(class, state_name(lang, state))
}

pub(super) fn state_name(lang: Lang, state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => lang.say("pendente", "pending"),
        DeliveryState::Delivered => lang.say("entregue", "delivered"),
        DeliveryState::Failed => lang.say("falhou", "failed"),
        DeliveryState::Unaddressed => lang.say("sem endereço", "no address"),
    }
}

pub(super) fn attempt(lang: Lang, attempt: &Attempt) -> Markup {
    match attempt.status {
        Some(status) => self::status(status),
        None => mark("bad", lang.say("sem resposta", "no answer")),
    }
}

/// A status of HTTP.
pub(super) fn status(status: u16) -> Markup {
    mark(if status < 400 { "good" } else { "bad" }, &status.to_string())
}

/// A state in a word; the class is `good`, `bad`, `waits` or `quiet`.
pub fn mark(class: &str, text: &str) -> Markup {
    html! { span class={ "state " (class) } { (text) } }
}

/// A delivery in a list: its name leads to it.
pub(super) fn delivery_row(lang: Lang, delivery: &Delivery) -> Markup {
    let attempts = delivery.attempts.len();
    html! {
        li #{ "delivery-" (delivery.id) } tabindex="-1" {
            p.head {
                a href=(lang.address(&delivery_path(delivery.id), &[])) { "#" (delivery.id) " " (delivery.name) }
                (self::delivery(lang, delivery.state))
            }
            p.facts {
                (moment(delivery.created_at))
                @if attempts > 0 {
                    span {
                        (attempts) " "
                        @if attempts == 1 { (lang.say("tentativa", "attempt")) }
                        @else { (lang.say("tentativas", "attempts")) }
                    }
                }
                @if let Some(last) = delivery.attempts.last() { (attempt(lang, last)) }
                @if let Some(first) = delivery.resend_of {
                    span { (lang.say("repete a ", "repeats ")) "#" (first) }
                }
                span { (size(delivery.bytes)) }
            }
        }
    }
}

pub(super) fn delivery_path(id: u64) -> String {
    format!("/_mock/console/deliveries/{id}")
}

pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
