//! The calls to the API, and what of them the documentation does not have.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::frame::{Frame, Place, not_found};
use super::json_text::indented;
use super::marks::{self, moment, size};
use super::pager::Pager;
use crate::control::RequestView;
use crate::{Mock, ReceivedRequest, Shared};
use html_kit::{Input, Lang};

/// How much of a body is shown, in characters.
const SHOWN: usize = 20_000;
/// How many warnings are shown; the newest say the most.
const WARNINGS: usize = 20;

/// The calls to the API, and what of them the documentation does not have.
pub(super) async fn show(State(mock): State<Shared>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Calls;
    let pager = Pager::of(&input, "page");
    let (calls, total) = mock.recorder().newest(pager.window());
    let number = pager.number();
    let own: Vec<_> = number.as_deref().map(|number| ("page", number)).into_iter().collect();
    Frame::new(lang, place, place.name(lang)).at(place.path(), &own).live(&input).show(&html! {
        (warnings(lang, &*mock))
        div #page data-live {
            @if total == 0 {
                p.note { (lang.say("Ainda nenhuma chamada à API.", "No call to the API yet.")) }
            } @else {
                ul.rows { @for call in &calls { (row(lang, call)) } }
                (pager.show(lang, place, &[], total))
            }
        }
    })
}

fn row(lang: Lang, call: &ReceivedRequest) -> Markup {
    html! {
        li {
            p.head {
                a href=(lang.address(&path(call.id), &[])) { (call.method) " " (call.path_alone()) }
                @match call.status {
                    Some(status) => (marks::status(status.as_u16())),
                    None => (marks::mark("waits", lang.say("sem resposta", "no answer"))),
                }
            }
            p.facts {
                (moment(call.at))
                span { (size(call.body.len() as u64)) }
                @if let Some(fault) = call.fault { span.bad { (lang.say("falha ", "fault ")) (fault) } }
            }
        }
    }
}

fn path(id: u64) -> String {
    format!("/_mock/console/calls/{id}")
}

/// Members of calls that the documentation does not have: names alone, as values may be personal.
pub(super) fn warnings(lang: Lang, mock: &dyn Mock) -> Markup {
    let warnings = mock.unknown_fields();
    html! {
        div #warnings-live data-live {
            @if !warnings.is_empty() {
                section.warnings aria-labelledby="warnings" {
                    h2 #warnings { (lang.say("Avisos", "Warnings")) }
                    p { (lang.say(
                        "Chamadas trouxeram campos que a documentação não tem. A Klavi os ignora, ou um dia os recusa.",
                        "Calls brought fields that the documentation does not have. Klavi ignores them, or one day \
                         refuses them.",
                    )) }
                    ul {
                        @for warning in warnings.iter().rev().take(WARNINGS) {
                            li {
                                code { (warning.endpoint) } ": "
                                @for (place, name) in warning.names.iter().enumerate() {
                                    @if place > 0 { ", " }
                                    code { (name) }
                                }
                            }
                        }
                    }
                    @if warnings.len() > WARNINGS {
                        p.note {
                            (lang.say("E mais ", "And ")) (warnings.len() - WARNINGS) (lang.say(".", " more."))
                        }
                    }
                }
            }
        }
    }
}

/// One call, without secrets and tokens.
pub(super) async fn show_one(State(mock): State<Shared>, Path(id): Path<String>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Calls;
    let call = id.parse().ok().and_then(|id| mock.recorder().get(id));
    let Some(call) = call else { return not_found(lang, place) };
    // What the control API shows of it, so that both cut the same.
    let view = serde_json::to_value(RequestView::of(&call, &*mock)).unwrap_or_default();
    let title = format!("{} {}", call.method, call.path_alone());
    Frame::new(lang, place, &title).at(&path(call.id), &[]).show(&html! {
        dl.facts-list {
            div {
                dt { (lang.say("Resposta", "Answer")) }
                dd {
                    @match call.status {
                        Some(status) => (marks::status(status.as_u16())),
                        None => (lang.say("nenhuma", "none")),
                    }
                }
            }
            div { dt { (lang.say("Quando", "When")) } dd { (moment(call.at)) " UTC" } }
            div { dt { (lang.say("Caminho", "Path")) } dd { code { (call.path) } } }
            @if let Some(fault) = call.fault { div { dt { (lang.say("Falha", "Fault")) } dd { (fault) } } }
        }
        (headers(lang, &view["headers"]))
        (body(lang, &call, &view["body"]))
        p.note { (lang.say(
            "Tokens, chaves e senhas não são mostrados.",
            "Tokens, keys and passwords are not shown.",
        )) }
    })
}

fn headers(lang: Lang, headers: &Value) -> Markup {
    html! {
        section aria-labelledby="headers" {
            h2 #headers { (lang.say("Cabeçalhos", "Headers")) }
            dl.headers {
                @for (name, value) in headers.as_object().into_iter().flatten() {
                    div { dt { (name) } dd { code { (value.as_str().unwrap_or_default()) } } }
                }
            }
        }
    }
}

fn body(lang: Lang, call: &ReceivedRequest, body: &Value) -> Markup {
    html! {
        section aria-labelledby="body" {
            h2 #body { (lang.say("Corpo", "Body")) " · " (size(call.body.len() as u64)) }
            @if call.body.is_empty() {
                p.note { (lang.say("Vazio.", "Empty.")) }
            } @else if body.is_null() {
                p.note { (lang.say(
                    "Não é JSON, e por isso não é mostrado: segredos não seriam reconhecidos.",
                    "It is no JSON and so is not shown: secrets could not be told.",
                )) }
            } @else {
                @let (text, whole) = indented(&body.to_string(), SHOWN);
                pre tabindex="0" aria-labelledby="body" { (text) @if !whole { "…" } }
                @if !whole {
                    p { a href="/_mock/requests" target="_blank" rel="noopener" {
                        (lang.say("Abrir todas as chamadas em JSON", "Open all calls as JSON"))
                    } }
                }
            }
        }
    }
}
