//! The first page.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::fields::{Field, hidden};
use super::frame::{Frame, Place};
use super::marks::{delivery_row, moment};
use super::{calls, credentials, fault};
use crate::{Hands, Mock, Shared};
use html_kit::{Input, Lang};

/// How many of the newest are shown.
const DELIVERIES: usize = 5;
/// The clock's whole range, a hundred years.
const MOST_SECONDS: u64 = 3_155_760_000;

pub(super) async fn show(State(mock): State<Shared>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Overview;
    Frame::new(lang, place, place.name(lang)).live(&input).show(&html! {
        (credentials::show(lang, &*mock))
        div.columns {
            (clock(lang, &*mock))
            (in_force(lang, &*mock))
        }
        (calls::warnings(lang, &*mock))
        div.columns {
            (connections(lang, &*mock))
            (deliveries(lang, &*mock))
        }
    })
}

fn clock(lang: Lang, mock: &dyn Mock) -> Markup {
    let hands = mock.clock().hands_now();
    let frozen = matches!(hands, Hands::Frozen(_));
    let action = "/_mock/console/clock";
    let state = match hands {
        Hands::AheadMs(0) => lang.say("hora da máquina", "the machine's time").to_owned(),
        Hands::AheadMs(ahead) if ahead > 0 => {
            format!("{}{}", lang.say("adiantado ", "ahead by "), span(ahead))
        }
        Hands::AheadMs(behind) => {
            format!("{}{}", lang.say("atrasado ", "behind by "), span(behind.saturating_neg()))
        }
        Hands::Frozen(_) => lang.say("parado", "stopped").to_owned(),
    };
    html! {
        section aria-labelledby="clock" {
            h2 #clock { (lang.say("Relógio", "Clock")) }
            div #clock-live data-live {
                p.now { (moment(mock.clock().now())) " UTC " span.note { (state) } }
                form.buttons method="post" action=(action) {
                    (hidden(lang, Place::Overview))
                    button.small name="advanceSeconds" value="1800" { "+30 min" }
                    button.small name="advanceSeconds" value="86400" { (lang.say("+1 dia", "+1 day")) }
                    button.small #freeze name="frozen" value=(!frozen) {
                        @if frozen { (lang.say("Deixar correr", "Let it run")) } @else { (lang.say("Parar", "Stop")) }
                    }
                    @if hands != Hands::default() {
                        button.small #real-time name="followMachine" value="true" {
                            (lang.say("Voltar à hora da máquina", "Back to the machine's time"))
                        }
                    }
                }
            }
            form.row method="post" action=(action) {
                (hidden(lang, Place::Overview))
                (Field::new("advanceSeconds", lang.say("Adiantar, em segundos", "Advance by, in seconds"), "")
                    .number(None, 1, MOST_SECONDS))
                button.button { (lang.say("Adiantar", "Advance")) }
            }
            form.row method="post" action=(action) {
                (hidden(lang, Place::Overview))
                (Field::new("now", lang.say("Ajustar para, em UTC", "Set to, in UTC"), "").moment())
                button.button { (lang.say("Ajustar", "Set")) }
            }
        }
    }
}

/// Days, hours, minutes and seconds, the largest two that are not zero.
fn span(milliseconds: i64) -> String {
    let seconds = (milliseconds + 500) / 1_000;
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let shown: Vec<_> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .take(2)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if shown.is_empty() { format!("{milliseconds} ms") } else { shown.join(" ") }
}

/// What makes the mock other than it is by default: its behaviour and its faults.
fn in_force(lang: Lang, mock: &dyn Mock) -> Markup {
    let differences = mock.console().differences(lang);
    let faults = mock.faults().snapshot();
    html! {
        section aria-labelledby="in-force" {
            h2 #in-force { (lang.say("Em vigor", "In force")) }
            div #in-force-live data-live {
                @if differences.is_empty() && faults.is_empty() {
                    p.note { (lang.say(
                        "Nada: o mock se comporta como o provedor por padrão.",
                        "Nothing: the mock behaves as its provider does by default.",
                    )) }
                }
                @if !differences.is_empty() {
                    ul.flags { @for difference in differences { li { (difference) } } }
                }
                @if !faults.is_empty() {
                    ul.rows { @for fault in &faults { (fault::entry(lang, Place::Overview, fault)) } }
                }
            }
            p { a href=(lang.address(Place::Settings.path(), &[])) {
                (lang.say("Mudar o comportamento ou armar uma falha", "Change the behaviour or arm a fault"))
            } }
        }
    }
}

fn connections(lang: Lang, mock: &dyn Mock) -> Markup {
    html! {
        section aria-labelledby="connections" {
            h2 #connections { (lang.say("Conexões mais novas", "Newest connections")) }
            div #connections-live data-live {
                @match mock.console().newest_connections(lang) {
                    Some(rows) => { ul.rows { (rows) } }
                    None => { p.note { (lang.say("Ainda nenhuma.", "None yet.")) } }
                }
            }
            p { a href=(lang.address(Place::Connections.path(), &[])) {
                (lang.say("Todas as conexões", "All connections"))
            } }
        }
    }
}

fn deliveries(lang: Lang, mock: &dyn Mock) -> Markup {
    let (newest, _) = mock.deliveries().newest(|_| true, (0, DELIVERIES));
    html! {
        section aria-labelledby="deliveries" {
            h2 #deliveries { (lang.say("Entregas mais novas", "Newest deliveries")) }
            div #deliveries-live data-live {
                @if newest.is_empty() {
                    p.note { (lang.say("Ainda nenhuma.", "None yet.")) }
                } @else {
                    ul.rows { @for delivery in &newest { (delivery_row(lang, delivery)) } }
                }
            }
            p { a href=(lang.address(Place::Deliveries.path(), &[])) {
                (lang.say("Todas as entregas", "All deliveries"))
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_name_their_two_largest_parts() {
        for (milliseconds, text) in [
            (0, "0 ms"),
            (499, "499 ms"),
            (1_800_000, "30 min"),
            (86_400_000, "1 d"),
            (90_061_000, "1 d 1 h"),
            (3_601_000, "1 h 1 s"),
        ] {
            assert_eq!(span(milliseconds), text);
        }
    }
}
