//! Forms for how the mock behaves, and for its institutions.

use html_kit::Lang;
use klavi_types::Flag;
use maud::{Markup, html};
use provider_mock::console::{Field, Place, hidden, mark};
use synthetic_data::Version;

use crate::Behaviour;
use crate::control::behaviour::{CONSENTS, OFTEN, SLOW_MS};
use crate::instance::Instance;

/// All of them.
pub(super) fn show(lang: Lang, mock: &Instance) -> Markup {
    html! {
        (behaviour(lang, &mock.behaviour.get()))
        (institutions(lang, mock))
    }
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
    note(behaviour.messy_data, lang.say("dados com problemas", "messy data").to_owned());
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
                    (Field::new("messyData", lang.say("Dados com problemas de bancos", "Messy data"), "").flag(behaviour.messy_data))
                }
                p.actions { button.button.primary { (lang.say("Salvar o comportamento", "Save the behaviour")) } }
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
                                @if institution.is_beta.is_some_and(Flag::get) { (mark("quiet", "Beta")) }
                                @if out { (mark("bad", lang.say("fora do ar", "out of service"))) }
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
