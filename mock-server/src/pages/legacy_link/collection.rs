use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header::REFRESH;
use http::{HeaderValue, StatusCode};
use klavi_types::api::{Institution, OpenDataCode, Task, TaskStatus};
use maud::{Markup, html};

use super::{action, address_of, hidden, unknown};
use crate::instance::Instance;
use crate::pages::link::{institution, institution_card};
use crate::pages::login;
use crate::store::{TaskOrigin, Visit};
use html_kit::Input;
use html_kit::Lang;
use html_kit::see_other;

/// Whether a collection of the visit is still going on, or has succeeded.
pub(super) fn is_under_way(mock: &Instance, visit: &Visit) -> bool {
    task(mock, visit).is_some_and(|task| task.status != Some(TaskStatus::Fail))
}

pub(super) async fn answer(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let Some(visit) = mock.visit(input.get("session")) else { return unknown(lang) };
    let origin = TaskOrigin::Visit(visit.session.clone());
    let before = task(&mock, &visit);
    let task_id = visit.task_id.clone().unwrap_or_default();
    let passed_on = mock.answer_factor(&task_id, &origin, &login::factor_answer(&input));
    let after = task(&mock, &visit);
    login::factor_problem(lang, &passed_on, before.as_ref(), after.as_ref())
        .and_then(|problem| page(&mock, lang, &visit, Some(problem)))
        .unwrap_or_else(|| see_other(address_of(&mock, lang, &visit.session)))
}

/// In a page of its own the user goes to `cancel_url`; in a frame the page around it is told.
pub(super) async fn cancel(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let Some(visit) = mock.visit(input.get("session")) else { return unknown(lang) };
    let broken_off = mock.visit_breaks_off(&visit.session);
    match &visit.cancel_url {
        Some(url) if broken_off && !visit.framed => see_other(url),
        _ => see_other(address_of(&mock, lang, &visit.session)),
    }
}

fn task(mock: &Instance, visit: &Visit) -> Option<Task> {
    mock.task(visit.task_id.as_deref()?, &TaskOrigin::Visit(visit.session.clone()))
}

/// The page of the visit's collection as it stands; `None` where there is none.
pub(super) fn page(
    mock: &Instance,
    lang: Lang,
    visit: &Visit,
    problem: Option<&'static str>,
) -> Option<Response> {
    let task = task(mock, visit)?;
    let code = mock.institution_of_task(visit.task_id.as_deref()?)?;
    let bank = institution(mock, &code).unwrap_or_default();
    let (title, content) = match &task.status {
        Some(TaskStatus::Pending) => {
            (lang.say("Conectando", "Connecting"), waiting(mock, lang, visit, &bank))
        }
        Some(TaskStatus::NeedMfa) => (
            lang.say("Confirme que é você", "Confirm that it is you"),
            asked(mock, lang, visit, &bank, &task, problem),
        ),
        Some(TaskStatus::Success) => {
            (lang.say("Conta conectada", "Account connected"), collected(lang, visit, &bank))
        }
        _ => (
            lang.say("Conta não conectada", "Account not connected"),
            failed(mock, lang, visit, &bank, &task),
        ),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut page = super::page(mock, lang, visit, title).status(status);
    if visit.cancel_url.is_some() && !visit.framed {
        page = page.forms_leave();
    }
    let mut response = page.show(&content);
    if task.status == Some(TaskStatus::Pending) {
        // Looks again by itself.
        response.headers_mut().insert(REFRESH, HeaderValue::from_static("2"));
    }
    Some(response)
}

fn waiting(mock: &Instance, lang: Lang, visit: &Visit, bank: &Institution) -> Markup {
    html! {
        (institution_card(bank))
        p role="status" { (lang.say("O banco está sendo consultado.", "The bank is being asked.")) }
        p.actions {
            a.button href=(address_of(mock, lang, &visit.session)) { (lang.say("Ver de novo", "Look again")) }
        }
    }
}

/// The second factor.
fn asked(
    mock: &Instance,
    lang: Lang,
    visit: &Visit,
    bank: &Institution,
    task: &Task,
    problem: Option<&str>,
) -> Markup {
    html! {
        (login::factor_summary(lang, problem))
        (institution_card(bank))
        form method="post" action=(action(mock, "mfa")) {
            (hidden(lang, visit))
            @if let Some(info) = &task.mfa_info { (login::factor(lang, info, problem)) }
            p.actions {
                button.button.primary { (lang.say("Confirmar", "Confirm")) }
                button.button formaction=(action(mock, "cancel")) { (lang.say("Cancelar", "Cancel")) }
            }
        }
    }
}

fn collected(lang: Lang, visit: &Visit, bank: &Institution) -> Markup {
    html! {
        div.outcome.good { (institution_card(bank)) }
        p.lead { (lang.say("Os dados foram coletados.", "The data were collected.")) }
        (way_on(lang, visit.callback_url.as_deref(), lang.say("Concluir", "Finish"), None))
    }
}

fn failed(mock: &Instance, lang: Lang, visit: &Visit, bank: &Institution, task: &Task) -> Markup {
    let code = task.failure().map_or(0, OpenDataCode::get);
    let message = task.message.as_ref().map_or("", |text| text.as_str());
    let again = [("session", visit.session.as_str()), ("again", "1")];
    let again = html! {
        a.button.primary href=(lang.address(&action(mock, "visit"), &again)) {
            (lang.say("Tentar de novo", "Try again"))
        }
    };
    html! {
        div.outcome.bad { (institution_card(bank)) }
        p.lead {
            (lang.say("O banco respondeu: ", "The bank answered: "))
            strong { (code) " " span lang="en" { (message) } } "."
        }
        (way_on(lang, visit.cancel_url.as_deref(), lang.say("Sair", "Leave"), Some(&again)))
    }
}

/// Away from here, after what else one can do; a frame may have nowhere to go.
fn way_on(lang: Lang, target: Option<&str>, word: &str, before: Option<&Markup>) -> Markup {
    let class = if before.is_none() { "button primary" } else { "button" };
    html! {
        p.actions {
            @if let Some(before) = before { (before) }
            @if let Some(url) = target { a class=(class) href=(url) { (word) } }
        }
        @if target.is_none() {
            p.note { (lang.say("Você já pode fechar esta página.", "You can close this page.")) }
        }
    }
}
