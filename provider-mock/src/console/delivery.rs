//! One delivery: every attempt, its body, and how to send it again.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::fields::{Field, hidden};
use super::frame::{Frame, Place, not_found};
use super::json_text::indented;
use super::marks::{self, delivery_path, moment, size};
use crate::deliveries::Body;
use crate::{Attempt, Delivery, Mock, Shared};
use html_kit::{Input, Lang};

/// How much of a body is shown, in characters; the whole of it has an address of its own.
const SHOWN: usize = 20_000;

/// One delivery: what was sent, every attempt, and how to send it again.
pub(super) async fn show(State(mock): State<Shared>, Path(id): Path<String>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Deliveries;
    let delivery = id.parse().ok().and_then(|id| mock.deliveries().get(id));
    let Some(delivery) = delivery else { return not_found(lang, place) };
    let title = format!("#{} {}", delivery.id, delivery.name);
    let body = body(lang, &delivery).await;
    Frame::new(lang, place, &title).at(&delivery_path(delivery.id), &[]).live(&input).show(&html! {
        div #state data-live {
            (facts(lang, &delivery))
            (attempts(lang, &delivery))
        }
        (body)
        (resend(lang, &*mock, &delivery))
    })
}

fn facts(lang: Lang, delivery: &Delivery) -> Markup {
    html! {
        dl.facts-list {
            div { dt { (lang.say("Estado", "State")) } dd { (marks::delivery(lang, delivery.state)) } }
            div {
                dt { (lang.say("Para", "To")) }
                dd {
                    @match &delivery.url {
                        Some(url) => { code { (url) } }
                        None => { (lang.say(
                            "nenhum endereço: nem o pedido, nem o link, nem o console dizem para onde",
                            "no address: neither request, link nor console says where to",
                        )) }
                    }
                }
            }
            div { dt { (lang.say("Criada", "Made")) } dd { (moment(delivery.created_at)) " UTC" } }
            div { dt { (lang.say("Tipo", "Kind")) } dd { (delivery.kind) } }
            div { dt { "Id" } dd { code { (delivery.key) } } }
            @if let Some(id) = &delivery.request_id {
                div {
                    dt { (lang.say("Pedido", "Request")) }
                    dd { a href=(lang.address(Place::Deliveries.path(), &[("request", id)])) { code { (id) } } }
                }
            }
            @if let Some(first) = delivery.resend_of {
                div {
                    dt { (lang.say("Repete", "Repeats")) }
                    dd { a href=(lang.address(&delivery_path(first), &[])) { "#" (first) } }
                }
            }
        }
    }
}

fn attempts(lang: Lang, delivery: &Delivery) -> Markup {
    html! {
        section aria-labelledby="attempts" {
            h2 #attempts { (lang.say("Tentativas", "Attempts")) }
            @if delivery.attempts.is_empty() {
                p.note { (lang.say("Ainda nenhuma.", "None yet.")) }
            } @else {
                ol.rows.numbered {
                    @for (place, attempt) in delivery.attempts.iter().enumerate() {
                        li { (self::attempt(lang, place + 1, attempt)) }
                    }
                }
            }
        }
    }
}

fn attempt(lang: Lang, number: usize, attempt: &Attempt) -> Markup {
    html! {
        p.head {
            strong { (lang.say("Tentativa ", "Attempt ")) (number) }
            (marks::attempt(lang, attempt))
        }
        p.facts {
            (moment(attempt.at))
            span { (attempt.duration.as_millis()) " ms" }
            @if let Some(why) = &attempt.error { span lang="en" { (why) } }
        }
        @for redirect in &attempt.redirects {
            p.facts { span { (redirect.status) " → " (redirect.method) } code { (redirect.url) } }
        }
        @if !attempt.answer.is_empty() {
            p.label { (lang.say("Resposta", "Answer")) }
            pre tabindex="0" { (attempt.answer) }
        }
        details id={ "headers-" (number) } {
            summary { (lang.say("Cabeçalhos enviados", "Headers sent")) }
            dl.headers {
                @for (name, value) in &attempt.headers {
                    div { dt { (name.as_str()) } dd { code { (String::from_utf8_lossy(value.as_bytes())) } } }
                }
            }
        }
    }
}

async fn body(lang: Lang, delivery: &Delivery) -> Markup {
    let content = match delivery.content() {
        Some(content) => Some(beginning(content).await),
        None => None,
    };
    html! {
        section aria-labelledby="body" {
            h2 #body { (lang.say("Corpo", "Body")) " · " (size(delivery.bytes)) }
            @match content {
                None => p.note { (lang.say("Não está mais guardado.", "It is no longer kept.")) },
                Some((text, whole)) => {
                    pre #body-text tabindex="0" aria-labelledby="body" { (text) @if !whole { "…" } }
                    p {
                        a href={ "/_mock/deliveries/" (delivery.id) "/body" } target="_blank" rel="noopener" {
                            (lang.say("Abrir o corpo inteiro, byte a byte", "Open the whole body, to the byte"))
                        }
                    }
                }
            }
        }
    }
}

/// As much as is shown, and whether it is all of it.
async fn beginning(content: Body) -> (String, bool) {
    // Indentation takes room too, so that no more characters than are shown can be shown of it.
    match content {
        Body::Kept(body) => {
            let cut = &body[..body.len().min(4 * SHOWN)];
            let (text, whole) = indented(&String::from_utf8_lossy(cut), SHOWN);
            (text, whole && cut.len() == body.len())
        }
        Body::Made(made) => {
            let piece = made.pieces().recv().await.unwrap_or_default();
            (indented(&String::from_utf8_lossy(&piece), SHOWN).0, false)
        }
    }
}

fn resend(lang: Lang, mock: &dyn Mock, delivery: &Delivery) -> Markup {
    let to_hint = match (&delivery.url, mock.default_target()) {
        (Some(_), _) => lang.say("Vazio: para onde foi.", "Empty: to where it went."),
        (None, Some(_)) => lang.say("Vazio: para o webhook do console.", "Empty: to the console webhook."),
        (None, None) => {
            lang.say("Não há endereço ainda: diga para onde.", "There is no address yet: say where to.")
        }
    };
    html! {
        section aria-labelledby="resend" {
            h2 #resend { (lang.say("Enviar de novo", "Send again")) }
            form.fields method="post" action={ (delivery_path(delivery.id)) "/resend" } {
                (hidden(lang, Place::Deliveries))
                (Field::new("to", lang.say("Para", "To"), to_hint).text(""))
                p.actions {
                    button.button.primary { (lang.say("Enviar de novo", "Send again")) }
                    button.button name="tamperSignature" value="yes" {
                        (lang.say("Com assinatura errada", "With a wrong signature"))
                    }
                }
            }
        }
    }
}
