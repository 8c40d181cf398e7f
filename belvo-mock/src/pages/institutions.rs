use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::visit::Visit;
use super::{messages, shut};
use crate::instance::Instance;
use crate::institutions::{INSTITUTIONS, Institution};
use html_kit::Input;
use html_kit::see_other;

/// The first page: which institution. In update mode that of the link.
pub(super) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let mut visit = match Visit::of(&mock, &input) {
        Ok(visit) => visit,
        Err(why) => return shut::page(&mock, &input, why),
    };
    if let Some(link) = visit.token.link_id.as_ref().and_then(|id| mock.link(id).ok()) {
        visit.institution = Some(link.institution);
        return see_other(visit.address("/widget/institution", &[]));
    }
    let lang = visit.lang;
    let among = |name: &str, value: &str| {
        let list = input.get(name);
        list.is_empty() || list.split(',').any(|wanted| wanted.trim().eq_ignore_ascii_case(value))
    };
    let wanted = |institution: &&Institution| {
        among("institutions", institution.name)
            && among("institution_types", institution.kind)
            && among("country_codes", institution.country)
    };
    let found: Vec<_> = INSTITUTIONS.iter().filter(wanted).collect();
    let content = html! {
        @if let Some(name) = &visit.token.company_name {
            p.lead { (name) " " (lang.say("usa a Belvo para conectar a sua conta.", "uses Belvo to connect your account.")) }
        }
        @if let Some(purpose) = &visit.token.purpose { p { (purpose) } }
        @if found.is_empty() {
            p { (lang.say("Nenhuma instituição disponível.", "No institution is available.")) }
        } @else {
            ul.institutions {
                @for institution in &found { (entry(&visit, institution)) }
            }
        }
        p.note { (lang.say(
            "Não informe dados reais. O que você digitar fica nesta máquina e some com o fim da simulação.",
            "Give no real data. What you type stays on this machine and is gone when the simulation ends.",
        )) }
        p.actions { a.button href=(visit.address("/widget/leave", &[("step", "institution-list")])) {
            (lang.say("Sair", "Leave"))
        } }
    };
    visit
        .page(lang.say("Escolha a instituição", "Choose the institution"), "/widget", 0)
        .tells(messages::list(&[messages::page_load("institution_list", "", None)]))
        .show(&content)
}

fn entry(visit: &Visit, institution: &Institution) -> maud::Markup {
    let lang = visit.lang;
    let inside = html! {
        img src={ "/logos/" (institution.name) "-icon.svg" } alt="" width="40" height="40";
        span.name { (institution.display_name) }
        @if institution.is_open_finance() { span.mark { "Open Finance" } }
    };
    html! {
        li {
            @if institution.is_down {
                div.out { (inside) span.mark.bad { (lang.say("Fora do ar", "Out of service")) } }
            } @else {
                a href=(visit.address("/widget/institution", &[("institution", institution.name)])) { (inside) }
            }
        }
    }
}
