use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::html;

use super::{address, decided, name, opened, page};
use crate::instance::{ConsentView, Instance, Shut};
use crate::pages::link::result_address;
use crate::pages::redirect::app_address;
use crate::pages::{scope, shut};
use crate::store::{Act, Origin};
use html_kit::Input;
use html_kit::Lang;
use html_kit::error_summary;
use html_kit::see_other;
use provider_mock::Error;

pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let session = input.get("session");
    match opened(&mock, &input, lang) {
        Ok(consent) if consent.logged_in => form(&mock, lang, &consent, session, false),
        Ok(_) => see_other(address(lang, "/mock-bank/login", session)),
        Err(page) => *page,
    }
}

pub(crate) async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let session = input.get("session");
    let consent = match opened(&mock, &input, lang) {
        Ok(consent) => consent,
        Err(page) => return *page,
    };
    if !consent.logged_in {
        return see_other(address(lang, "/mock-bank/login", session));
    }
    let act = match input.get("decision") {
        "approve" => Act::Approve,
        "refuse" => Act::Reject,
        "fail" => Act::Fail,
        _ => return form(&mock, lang, &consent, session, true),
    };
    match mock.act(&consent.consent_id, act) {
        Ok(()) => see_other(back(&mock, lang, &consent)),
        Err(Error::OutOfTurn(_)) => decided(lang, &consent),
        Err(_) => shut::bank(lang, Shut::Unknown, None),
    }
}

/// From the bank to Klavi's pages, by way of the partner's app where the link names one.
fn back(mock: &Instance, lang: Lang, consent: &ConsentView) -> String {
    let result = result_address(lang, &consent.return_token);
    let app_link = consent.link.app_link.as_ref().filter(|_| matches!(consent.origin, Origin::Page { .. }));
    app_link
        .and_then(|app_link| app_address(app_link, &format!("{}{result}", mock.base_url())))
        .map_or(result, String::from)
}

fn form(mock: &Instance, lang: Lang, consent: &ConsentView, session: &str, undecided: bool) -> Response {
    let problem = lang.say("Escolha autorizar ou recusar.", "Choose to authorise or to refuse.");
    let content = html! {
        @if undecided { (error_summary(lang, &[("decision", problem)])) }
        p.lead { (lang.say(
            "A Klavi, instituição receptora, pede acesso a estes dados:",
            "Klavi, the receiving institution, asks for access to this data:",
        )) }
        dl {
            dt { (lang.say("Titular", "Holder")) }
            dd { (consent.subject.masked()) }
            dt { (lang.say("Prazo", "Validity")) }
            dd { (scope::validity(lang, consent.expires_at)) }
        }
        (scope::permissions(lang))
        form #decision method="post" action="/mock-bank/consent" {
            input type="hidden" name="session" value=(session);
            input type="hidden" name="lang" value=(lang.tag());
            p.actions {
                button.button.primary name="decision" value="approve" { (lang.say("Autorizar", "Authorise")) }
                button.button name="decision" value="refuse" { (lang.say("Recusar", "Refuse")) }
                button.button.test name="decision" value="fail" {
                    (lang.say("Simular uma falha do banco", "Simulate a failure of the bank"))
                }
            }
        }
    };
    let name = name(mock, consent);
    let title = lang.say("Autorize o compartilhamento", "Authorise the sharing");
    page(lang, title, &name, "/mock-bank/consent", session)
        .status(if undecided { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
        .forms_leave()
        .show(&content)
}
