use crate::pages::klavi_page;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::{PARTNER, first_open_page, leave_address, link, open};
use crate::instance::Instance;
use crate::pages::tracking::Event;
use html_kit::Input;
use html_kit::Lang;

/// The page behind `linkURL`: who asks for what. As often as one likes while the link lives.
pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let view = match open(&mock, &input, lang) {
        Ok(view) => view,
        Err(page) => return *page,
    };
    let terms = Event::new("landing_terms_click");
    let privacy = Event::new("landing_privacy_policy_click");
    let content = html! {
        p.lead {
            strong { (PARTNER) } " "
            (lang.say(
                "pede acesso aos seus dados financeiros pelo Open Finance.",
                "asks for access to your financial data through Open Finance.",
            ))
        }
        ul.points {
            li { (lang.say(
                "Você escolhe a instituição e autoriza no ambiente dela.",
                "You choose the institution and authorise on its own pages.",
            )) }
            li { (lang.say(
                "Ninguém além da instituição vê a sua senha.",
                "Nobody but the institution sees your password.",
            )) }
            li { (lang.say(
                "Você pode cancelar o compartilhamento quando quiser.",
                "You can stop sharing whenever you like.",
            )) }
        }
        details {
            summary data-event=(terms.json()) { (lang.say("Termos de uso", "Terms of use")) }
            p { (lang.say(
                "Este é um ambiente de testes. Os dados são gerados para a simulação, e nada do que for \
                 autorizado aqui vale fora dela.",
                "This is a test environment. Its data is generated for the simulation, and nothing that is \
                 authorised here counts outside of it.",
            )) }
        }
        details {
            summary data-event=(privacy.json()) { (lang.say("Política de privacidade", "Privacy policy")) }
            p { (lang.say(
                "Não informe dados reais. O que for digitado fica neste computador e desaparece quando a \
                 simulação termina.",
                "Give no real data. What you type stays on this machine and is gone when the simulation ends.",
            )) }
        }
        p.note { (lang.say(
            "Ao continuar, você aceita os termos de uso e a política de privacidade.",
            "By continuing you accept the terms of use and the privacy policy.",
        )) }
        p.actions {
            (link(
                "button primary",
                &first_open_page(lang, &view),
                lang.say("Continuar", "Continue"),
                &Event::new("landing_continue_click"),
            ))
            (link(
                "button",
                &leave_address(lang, &view),
                lang.say("Sair", "Leave"),
                &Event::new("landing_exit_click"),
            ))
        }
    };
    klavi_page(lang, lang.say("Conecte a sua conta", "Connect your account"))
        .at("/conecte", &[("v", &view.page_token)])
        .tells(Event::list(&[Event::new("app_loaded"), Event::new("page_view")]))
        .tells_last(Event::last())
        .show(&content)
}
