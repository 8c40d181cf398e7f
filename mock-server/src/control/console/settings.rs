use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use klavi_types::Flag;
use maud::{Markup, html};

use super::fields::{Field, hidden};
use super::frame::{Frame, Place};
use super::marks;
use crate::control::behaviour::{CONSENTS, OFTEN, SLOW_MS};
use crate::instance::Instance;
use crate::pages::{Input, Lang};
use crate::{ArmedFault, Behaviour};
use synthetic_data::Version;

/// Behaviour, faults, institutions, and the way back to the start.
pub(super) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let place = Place::Settings;
    Frame::new(lang, place, place.name(lang)).live(&input).show(&html! {
        (behaviour(lang, &mock.behaviour.get()))
        (faults(lang, &mock))
        (institutions(lang, &mock))
        section aria-labelledby="reset" {
            h2 #reset { (lang.say("Recomeçar", "Start over")) }
            p { (lang.say(
                "Esquece links, consentimentos, entregas e falhas; as chaves ficam.",
                "Forgets links, consents, deliveries and faults; keys stay.",
            )) }
            p.actions {
                a.button.danger href=(lang.address("/_mock/console/reset", &[])) {
                    (lang.say("Recomeçar do zero…", "Start over from nothing…"))
                }
            }
        }
    })
}

/// How the mock behaves other than by default, in a few words each.
pub(super) fn differences(lang: Lang, behaviour: &Behaviour) -> Vec<String> {
    let usual = Behaviour::default();
    let numbered = |name: &str, count: u64| format!("{name}: {count}");
    let mut found = Vec::new();
    let mut note = |differs: bool, text: String| {
        if differs {
            found.push(text);
        }
    };
    if let Some(url) = &behaviour.console_webhook {
        note(true, format!("{}{url}", lang.say("webhook do console: ", "console webhook: ")));
    }
    note(behaviour.unsigned, lang.say("sem assinatura", "unsigned").to_owned());
    note(behaviour.encoded_cpf, lang.say("CPF cifrado", "encrypted CPF").to_owned());
    note(
        behaviour.version() != usual.report_version,
        format!("{}{}", lang.say("relatórios ", "reports "), behaviour.version()),
    );
    note(behaviour.fi_events, lang.say("eventos FI", "FI events").to_owned());
    note(behaviour.automatic, lang.say("relatórios automáticos", "automatic reports").to_owned());
    let consents = u64::try_from(behaviour.consent_limit).unwrap_or(u64::MAX);
    note(
        behaviour.consent_limit != usual.consent_limit,
        numbered(lang.say("limite de consentimentos", "consent limit"), consents),
    );
    if let Some(rate) = behaviour.rate_limit {
        note(true, numbered(lang.say("chamadas por segundo", "calls per second"), rate.into()));
    }
    note(
        behaviour.duplicates > 0,
        numbered(lang.say("repetições", "duplicates"), behaviour.duplicates.into()),
    );
    note(behaviour.disorder, lang.say("fora de ordem", "in disorder").to_owned());
    let slow = format!("{}{} ms", lang.say("lento: ", "slow: "), behaviour.slow.as_millis());
    note(!behaviour.slow.is_zero(), slow);
    note(behaviour.truncated > 0, numbered(lang.say("truncadas", "truncated"), behaviour.truncated.into()));
    found
}

fn behaviour(lang: Lang, behaviour: &Behaviour) -> Markup {
    let number = |count: u32| Some(u64::from(count));
    let webhook = behaviour.console_webhook.as_ref().map_or("", |url| url.as_str());
    let slow = u64::try_from(behaviour.slow.as_millis()).ok();
    html! {
        section aria-labelledby="behaviour" {
            h2 #behaviour { (lang.say("Comportamento", "Behaviour")) }
            form.fields method="post" action="/_mock/console/behaviour" {
                (hidden(lang, Place::Settings))
                (Field::new(
                    "consoleWebhook",
                    lang.say("Webhook do console", "Console webhook"),
                    lang.say(
                        "Para onde vão eventos e relatórios sem outro endereço; vazio: nenhum.",
                        "Where events go, and reports without another address; empty: nowhere.",
                    ),
                ).text(webhook))
                (Field::new("reportVersion", lang.say("Versão dos relatórios", "Version of the reports"), "")
                    .choice(behaviour.report_version.as_str(), &[
                        (Version::V1.as_str(), Version::V1.as_str()),
                        (Version::V1_1.as_str(), Version::V1_1.as_str()),
                    ]))
                (Field::new(
                    "consentLimit",
                    lang.say("Consentimentos abertos por banco", "Open consents per bank"),
                    lang.say("Um a mais recebe 4003.", "One more gets 4003."),
                ).number(u64::try_from(behaviour.consent_limit).ok(), 0, CONSENTS.into()))
                (Field::new(
                    "rateLimit",
                    lang.say("Chamadas por segundo", "Calls per second"),
                    lang.say("Uma a mais recebe 429; vazio: sem limite.", "One more gets 429; empty: no limit."),
                ).number(behaviour.rate_limit.map(u64::from), 0, u32::MAX.into()))
                (Field::new(
                    "duplicates",
                    lang.say("Repetições", "Duplicates"),
                    lang.say("Quantas vezes mais, já aceita.", "How often once more, although taken."),
                ).number(number(behaviour.duplicates), 0, OFTEN.into()))
                (Field::new(
                    "slowMs",
                    lang.say("Lentidão, em ms", "Slowness, in ms"),
                    lang.say("Quanto o corpo demora.", "How long the body trickles."),
                ).number(slow, 0, SLOW_MS))
                (Field::new(
                    "truncated",
                    lang.say("Truncadas", "Truncated"),
                    lang.say("Quantas primeiras tentativas quebram.", "How many first attempts break off."),
                ).number(number(behaviour.truncated), 0, OFTEN.into()))
                div.ticks {
                    (Field::new("unsigned", lang.say("Sem assinatura", "Unsigned"), "").flag(behaviour.unsigned))
                    (Field::new("encodedCpf", lang.say("CPF cifrado", "Encrypted CPF"), "").flag(behaviour.encoded_cpf))
                    (Field::new(
                        "fiEvents",
                        lang.say("Eventos para instituições reguladas (FI)", "Events for regulated institutions (FI)"),
                        "",
                    ).flag(behaviour.fi_events))
                    (Field::new(
                        "automatic",
                        lang.say("Relatórios logo após a autorização", "Reports right after the authorisation"),
                        "",
                    ).flag(behaviour.automatic))
                    (Field::new("disorder", lang.say("Fora de ordem", "In disorder"), "").flag(behaviour.disorder))
                }
                p.actions { button.button.primary { (lang.say("Salvar o comportamento", "Save the behaviour")) } }
            }
        }
    }
}

fn faults(lang: Lang, mock: &Instance) -> Markup {
    let armed = mock.faults.snapshot();
    html! {
        section aria-labelledby="faults" {
            h2 #faults { (lang.say("Falhas da API", "Faults of the API")) }
            div #faults-live data-live {
                @if armed.is_empty() {
                    p.note { (lang.say("Nenhuma armada.", "None armed.")) }
                } @else {
                    ul.rows { @for fault in &armed { (fault_entry(lang, Place::Settings, fault)) } }
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
                (fault_form(lang))
            }
        }
    }
}

fn fault_form(lang: Lang) -> Markup {
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
                lang.say("Como /data/v1/auth ou /data/v1/*.", "Such as /data/v1/auth or /data/v1/*."),
            ).text("/data/v1/*"))
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
                lang.say("JSON ou texto; vazio: o da Klavi.", "JSON or text; empty: Klavi's."),
            ).lines())
            p.actions { button.button.primary { (lang.say("Armar", "Arm")) } }
        }
    }
}

/// A fault that waits for calls, with a button that takes it away.
pub(super) fn fault_entry(lang: Lang, place: Place, armed: &ArmedFault) -> Markup {
    // What the control API shows of it.
    let view = serde_json::to_value(crate::faults::FaultView::from(armed)).unwrap_or_default();
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

fn institutions(lang: Lang, mock: &Instance) -> Markup {
    html! {
        section aria-labelledby="institutions" {
            h2 #institutions { (lang.say("Instituições", "Institutions")) }
            div #institutions-live data-live {
                ul.rows.close {
                    @for institution in mock.institutions() {
                        @let code = institution.institution_code.as_ref().map_or("", |code| code.as_str());
                        @let out = !institution.is_available();
                        li #{ "institution-" (code) } tabindex="-1" {
                            p.head {
                                span id={ "institution-" (code) "-name" } {
                                    @if let Some(name) = &institution.name { (name.as_str()) } " · " (code)
                                }
                                @if institution.is_beta.is_some_and(Flag::get) { (marks::mark("quiet", "Beta")) }
                                @if out { (marks::mark("bad", lang.say("fora do ar", "out of service"))) }
                            }
                            form.buttons method="post" action={ "/_mock/console/institutions/" (code) } {
                                (hidden(lang, Place::Settings))
                                button.small id={ "institution-" (code) "-turn" } name="outOfService" value=(!out)
                                    aria-describedby={ "institution-" (code) "-name" } {
                                    @if out { (lang.say("Pôr no ar", "Put in service")) }
                                    @else { (lang.say("Tirar do ar", "Take out of service")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
