//! Faults: a form to arm one, and those that wait.

use html_kit::Lang;
use maud::{Markup, html};

use super::fields::{Field, hidden};
use super::frame::Place;
use super::marks;
use crate::faults::FaultView;
use crate::{ArmedFault, Mock};

/// All that wait, and the form.
pub(super) fn section(lang: Lang, mock: &dyn Mock) -> Markup {
    let armed = mock.faults().snapshot();
    html! {
        section aria-labelledby="faults" {
            h2 #faults { (lang.say("Falhas da API", "Faults of the API")) }
            div #faults-live data-live {
                @if armed.is_empty() {
                    p.note { (lang.say("Nenhuma armada.", "None armed.")) }
                } @else {
                    ul.rows { @for fault in &armed { (entry(lang, Place::Settings, fault)) } }
                }
                @if armed.len() > 1 {
                    form.buttons method="post" action="/_mock/console/faults/remove" {
                        (hidden(lang, Place::Settings))
                        button.small #remove-all name="fault" value="all" { (lang.say("Retirar todas", "Take all away")) }
                    }
                }
            }
            details.panel {
                summary { (lang.say("Armar uma falha", "Arm a fault")) }
                (fault_form(lang, mock.console().example_path()))
            }
        }
    }
}

fn fault_form(lang: Lang, path: &str) -> Markup {
    let any = lang.say("qualquer um", "any");
    html! {
        form.fields method="post" action="/_mock/console/faults" {
            (hidden(lang, Place::Settings))
            (Field::new("method", lang.say("Método", "Method"), "").choice("*", &[
                ("*", any),
                ("GET", "GET"),
                ("POST", "POST"),
                ("DELETE", "DELETE"),
            ]))
            (Field::new(
                "path",
                lang.say("Caminho", "Path"),
                lang.say("Sem consulta; * no fim: tudo o que segue.", "Without a query; * at the end: whatever follows."),
            ).text(path))
            (Field::new(
                "status",
                lang.say("Código", "Status"),
                lang.say("HTTP, ou 4001 a 4009; vazio: o da resposta.", "HTTP, or 4001 to 4009; empty: the answer's own."),
            ).number(Some(503), 200, 4009))
            (Field::new("retryAfter", lang.say("Retry-After, em segundos", "Retry-After, in seconds"), "")
                .number(None, 0, u32::MAX.into()))
            (Field::new("delayMs", lang.say("Atraso, em ms", "Delay, in ms"), "").number(None, 0, 3_600_000))
            (Field::new("cut", lang.say("Quebra da conexão", "Breaking of the connection"), "").choice("", &[
                ("", lang.say("nenhuma", "none")),
                ("connection", lang.say("antes da resposta", "before the answer")),
                ("body", lang.say("no meio do corpo", "in the middle of the body")),
            ]))
            (Field::new(
                "times",
                lang.say("Quantas chamadas", "How many calls"),
                lang.say("Vazio: até ser retirada.", "Empty: until it is taken away."),
            ).number(None, 1, u32::MAX.into()))
            (Field::new(
                "body",
                lang.say("Corpo", "Body"),
                lang.say("JSON ou texto; vazio: o do provedor.", "JSON or text; empty: the provider's."),
            ).lines())
            p.actions { button.button.primary { (lang.say("Armar", "Arm")) } }
        }
    }
}

/// A fault that waits for calls, with a button that takes it away.
pub(super) fn entry(lang: Lang, place: Place, armed: &ArmedFault) -> Markup {
    // What the control API shows of it.
    let view = serde_json::to_value(FaultView::from(armed)).unwrap_or_default();
    let text = |name: &str| view[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| view[name].as_u64().filter(|number| *number > 0);
    html! {
        li #{ "fault-" (armed.id) } tabindex="-1" {
            p.head {
                strong #{ "fault-" (armed.id) "-name" } { (text("method")) " " (text("path")) }
                @if let Some(status) = number("status") { (marks::mark("bad", &status.to_string())) }
            }
            p.facts {
                span { (lang.say("falha ", "fault ")) (armed.id) }
                @if let Some(delay) = number("delayMs") { span { (lang.say("atraso ", "delay ")) (delay) " ms" } }
                @if let Some(after) = view["retryAfter"].as_u64() { span { "Retry-After " (after) } }
                @if !view["cut"].is_null() { span { (lang.say("quebra: ", "breaks: ")) (text("cut")) } }
                @if !view["body"].is_null() { span { (lang.say("com corpo próprio", "with a body of its own")) } }
                span { (lang.say("atingidas: ", "struck: ")) (armed.hits) }
                @if let Some(left) = armed.left() { span { (lang.say("faltam: ", "left: ")) (left) } }
            }
            form.buttons method="post" action="/_mock/console/faults/remove" {
                (hidden(lang, place))
                button.small #{ "fault-" (armed.id) "-remove" } name="fault" value=(armed.id)
                    aria-describedby={ "fault-" (armed.id) "-name" } { (lang.say("Retirar", "Take away")) }
            }
        }
    }
}
