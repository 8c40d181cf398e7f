//! The form of what is sent on demand.

use klavi_types::PersonType;
use maud::{Markup, html};

use crate::control::trigger::{TIMES, TRANSACTIONS};
use crate::instance::Instance;
use crate::trigger::Trigger;
use html_kit::Lang;
use provider_mock::console::{Field, Place, hidden};

/// The order of `POST /_mock/trigger`. What to send is one field: `event:NAME` or `product:NAME`.
pub(super) fn form(lang: Lang, mock: &Instance) -> Markup {
    let console = mock.console_webhook();
    let to_hint = if console.is_some() {
        lang.say("Vazio: para o webhook do console.", "Empty: to the console webhook.")
    } else {
        lang.say(
            "O mock não tem webhook do console: diga para onde.",
            "The mock has no console webhook: say where to.",
        )
    };
    let group = |label: &str, person| {
        html! {
            optgroup label=(label) {
                @for product in synthetic_data::contract(person) {
                    option value={ "product:" (product) } { (product) }
                }
            }
        }
    };
    let as_is = lang.say("como o mock", "as the mock does");
    html! {
        form.fields method="post" action="/_mock/console/trigger" {
            (hidden(lang, Place::Deliveries))
            div.field {
                label for="what" { (lang.say("O quê", "What")) }
                select #what name="what" {
                    optgroup label=(lang.say("Eventos", "Events")) {
                        @for name in Trigger::event_names() { option value={ "event:" (name) } { (name) } }
                    }
                    (group(lang.say("Relatórios de pessoas", "Reports on persons"), PersonType::Personal))
                    (group(lang.say("Relatórios de empresas", "Reports on companies"), PersonType::Business))
                }
            }
            (Field::new("to", lang.say("Para", "To"), to_hint).text(""))
            (Field::new(
                "transactions",
                lang.say("Lançamentos", "Transactions"),
                lang.say("Só de relatórios; vazio: três meses.", "Of reports only; empty: three months."),
            ).number(None, 0, TRANSACTIONS))
            (Field::new(
                "seed",
                lang.say("Semente", "Seed"),
                lang.say("De quem são os dados; vazio: a do mock.", "Whose data; empty: that of the mock."),
            ).number(None, 0, u64::MAX))
            (Field::new("times", lang.say("Quantas vezes", "How often"), "").number(Some(1), 1, TIMES.into()))
            (Field::new("version", lang.say("Versão", "Version"), "")
                .choice("", &[("", as_is), ("V1", "V1"), ("V1.1", "V1.1")]))
            (Field::new("unsigned", lang.say("Assinatura", "Signature"), "").choice("", &[
                ("", as_is),
                ("false", lang.say("assinado", "signed")),
                ("true", lang.say("sem assinatura", "unsigned")),
            ]))
            (Field::new("encodedCpf", "CPF", "").choice("", &[
                ("", as_is),
                ("false", lang.say("em dígitos", "in digits")),
                ("true", lang.say("cifrado", "encrypted")),
            ]))
            (Field::new("sameId", lang.say("Todos com o mesmo id", "All under the same id"), "").flag(false))
            p.actions { button.button.primary { (lang.say("Enviar", "Send")) } }
        }
    }
}
