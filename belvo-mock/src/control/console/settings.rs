//! Forms for how the mock behaves, and for where its webhooks go.

use html_kit::Lang;
use maud::{Markup, html};
use provider_mock::console::{Field, Place, hidden};

use crate::control::behaviour::OFTEN;
use crate::instance::Instance;
use crate::{Behaviour, RefreshRate};

/// All of them.
pub(super) fn show(lang: Lang, mock: &Instance) -> Markup {
    html! {
        (webhook(lang, mock))
        (behaviour(lang, &mock.behaviour()))
    }
}

/// How the mock behaves other than by default: member and value, as the control API has them.
pub(super) fn differences(lang: Lang, mock: &Instance) -> Vec<String> {
    let members = |behaviour: &Behaviour| serde_json::to_value(behaviour).unwrap_or_default();
    let (now, usual) = (members(&mock.behaviour()), members(&Behaviour::default()));
    let changed =
        now.as_object().into_iter().flatten().filter(|(name, value)| usual[name.as_str()] != **value);
    let mut found: Vec<_> = changed.map(|(name, value)| format!("{name}: {value}")).collect();
    if let Some(url) = mock.hook().url {
        found.push(format!("{}{url}", lang.say("webhooks para: ", "webhooks to: ")));
    }
    found
}

fn webhook(lang: Lang, mock: &Instance) -> Markup {
    let hook = mock.hook();
    html! {
        section aria-labelledby="webhook" {
            h2 #webhook { "Webhook" }
            form.fields method="post" action="/_mock/console/webhook" {
                (hidden(lang, Place::Settings))
                (Field::new("url", "URL", lang.say("Vazio: nenhum.", "Empty: nowhere."))
                    .text(hook.url.as_ref().map_or("", |url| url.as_str())))
                (Field::new(
                    "authorization",
                    "Authorization",
                    lang.say("O valor inteiro; vazio: nenhum.", "The whole value; empty: none."),
                ).text(""))
                p.actions { button.button.primary { (lang.say("Salvar o webhook", "Save the webhook")) } }
            }
        }
    }
}

fn behaviour(lang: Lang, behaviour: &Behaviour) -> Markup {
    let words = serde_json::to_value(behaviour).unwrap_or_default();
    let chosen = |name: &str| words[name].as_str().unwrap_or_default().to_owned();
    let same = |words: &[&'static str]| words.iter().map(|word| (*word, *word)).collect::<Vec<_>>();
    let choice = |name: &str, options: &[&'static str]| {
        Field::new(name, name, "").choice(&chosen(name), &same(options))
    };
    html! {
        section aria-labelledby="behaviour" {
            h2 #behaviour { (lang.say("Comportamento", "Behaviour")) }
            form.fields method="post" action="/_mock/console/behaviour" {
                (hidden(lang, Place::Settings))
                (choice("timestamps", &["zulu", "offset", "naive", "wholeSeconds"]))
                (choice("expiry", &["text", "number"]))
                (choice("userInput", &["expects", "expect", "onlyFalse"]))
                (choice("webhooks", &["oldest", "middle", "current"]))
                (choice("refreshRate", &RefreshRate::ALL.map(RefreshRate::as_str)))
                (Field::new("duplicates", lang.say("Repetições", "Duplicates"), "")
                    .number(Some(behaviour.duplicates.into()), 0, OFTEN.into()))
                (Field::new("pageSize", "page_size", "").number(u64::try_from(behaviour.page_size).ok(), 0, u32::MAX.into()))
                (Field::new(
                    "callsIn30Seconds",
                    lang.say("Chamadas em 30 segundos", "Calls in 30 seconds"),
                    lang.say("Vazio: sem limite.", "Empty: no limit."),
                ).number(behaviour.calls_in_30_seconds.map(u64::from), 0, u32::MAX.into()))
                (Field::new("codeSeconds", lang.say("Vida de um código, em segundos", "Life of a code, in seconds"), "")
                    .number(Some(behaviour.code_seconds.into()), 0, u32::MAX.into()))
                div.ticks {
                    (Field::new("nullMembers", "nullMembers", "").flag(behaviour.null_members))
                    (Field::new("preventDuplicates", "preventDuplicates", "").flag(behaviour.prevent_duplicates))
                    (Field::new("consentWarnings", "consentWarnings", "").flag(behaviour.consent_warnings))
                }
                p.actions { button.button.primary { (lang.say("Salvar o comportamento", "Save the behaviour")) } }
            }
        }
    }
}
