use crate::pages::BRAND;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::visit::Visit;
use super::{messages, shut};
use crate::instance::Instance;
use crate::store::Link;
use html_kit::Input;
use html_kit::Page;
use html_kit::{see_other, with_parameters};

/// Back to the partner with the link.
pub(super) fn success(visit: &Visit, link: &Link) -> Response {
    let parameters = [("link", link.id.as_str()), ("institution", link.institution.name)];
    let back = visit.token.callbacks.success.as_ref();
    if let Some(address) = back.and_then(|back| with_parameters(back, &parameters)) {
        return see_other(address);
    }
    let lang = visit.lang;
    let content = html! {
        p.outcome.good { span { (link.institution.display_name) } }
        dl {
            dt { "Link" }
            dd #link { (link.id) }
        }
    };
    Page::new(lang, lang.say("Conta conectada", "Account connected"), BRAND)
        .tells(messages::list(&[messages::page_load("success", "login", Some(link.institution))]))
        .show(&content)
}

/// The user leaves without a link.
pub(super) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let visit = match Visit::of(&mock, &input) {
        Ok(visit) => visit,
        Err(why) => return shut::page(&mock, &input, why),
    };
    rejected(&visit, input.get("step"), "", "")
}

/// The same after an error.
pub(super) fn rejected(visit: &Visit, step: &str, code: &str, message: &str) -> Response {
    let parameters = [
        ("last_encountered_error_code", code),
        ("last_encountered_error_message", message),
        ("meta_data_institution_name", visit.institution.map_or("", |institution| institution.name)),
        ("meta_data_step", step),
    ];
    let parameters: Vec<_> = parameters.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let back = visit.token.callbacks.exit.as_ref();
    if let Some(address) = back.and_then(|back| with_parameters(back, &parameters)) {
        return see_other(address);
    }
    let lang = visit.lang;
    let content = html! {
        p { (lang.say("Nenhuma conta foi conectada.", "No account was connected.")) }
        p.actions { a.button href=(visit.address("/widget", &[])) { (lang.say("Recomeçar", "Start again")) } }
    };
    Page::new(lang, lang.say("Você saiu", "You have left"), BRAND)
        .tells(messages::list(&[messages::page_load("exit", step, visit.institution)]))
        .show(&content)
}
