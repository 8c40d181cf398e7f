use crate::pages::klavi_page;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::header::REFRESH;
use http::{HeaderValue, StatusCode};
use klavi_types::api::{Institution, Task, TaskStatus};
use maud::{Markup, html};
use url::Url;

use super::hidden;
use crate::api::Segment;
use crate::instance::{Instance, LinkView, Shut};
use crate::pages::link::{code, institution, institution_card, link};
use crate::pages::tracking::Event;
use crate::pages::{login, shut};
use crate::store::TaskOrigin;
use html_kit::Input;
use html_kit::Lang;
use html_kit::see_other;
use html_kit::with_parameters;

pub(super) fn address(lang: Lang, page_token: &str, task_id: &str) -> String {
    lang.address(&path(task_id), &[("v", page_token)])
}

fn path(task_id: &str) -> String {
    format!("/conecte/open-data/tasks/{task_id}")
}

/// How a task stands: waits, asks, or has ended.
pub(super) async fn show(
    State(mock): State<Arc<Instance>>,
    Segment(task_id): Segment,
    input: Input,
) -> Response {
    let lang = Lang::of(&input);
    match Shown::of(&mock, lang, &input, task_id) {
        Ok(shown) => shown.page(lang, None),
        Err(page) => *page,
    }
}

pub(super) async fn answer(
    State(mock): State<Arc<Instance>>,
    Segment(task_id): Segment,
    input: Input,
) -> Response {
    let lang = Lang::of(&input);
    let mut shown = match Shown::of(&mock, lang, &input, task_id) {
        Ok(shown) => shown,
        Err(page) => return *page,
    };
    let origin = shown.origin();
    let passed_on = mock.answer_factor(&shown.task_id, &origin, &login::factor_answer(&input));
    let after = mock.task(&shown.task_id, &origin);
    match login::factor_problem(lang, &passed_on, Some(&shown.task), after.as_ref()) {
        Some(problem) => {
            shown.task = after.unwrap_or_default();
            shown.page(lang, Some(problem))
        }
        None => see_other(address(lang, &shown.link.page_token, &shown.task_id)),
    }
}

pub(super) async fn cancel(
    State(mock): State<Arc<Instance>>,
    Segment(task_id): Segment,
    input: Input,
) -> Response {
    let lang = Lang::of(&input);
    match Shown::of(&mock, lang, &input, task_id) {
        Ok(shown) => {
            // One that waits for nothing goes its way.
            let _ = mock.break_off(&shown.task_id, &shown.origin());
            see_other(address(lang, &shown.link.page_token, &shown.task_id))
        }
        Err(page) => *page,
    }
}

/// A task of the link whose page this is.
struct Shown {
    link: LinkView,
    institution: Institution,
    task_id: String,
    task: Task,
}

impl Shown {
    fn of(mock: &Instance, lang: Lang, input: &Input, task_id: String) -> Result<Self, Box<Response>> {
        let closed = |shut| Box::new(shut::link(lang, shut));
        let link = mock.link_view(input.get("v")).map_err(closed)?;
        let task = mock.task(&task_id, &TaskOrigin::Link(link.link_id.clone()));
        let task = task.ok_or_else(|| closed(Shut::Unknown))?;
        let code = mock.institution_of_task(&task_id).unwrap_or_default();
        let institution = institution(mock, &code).unwrap_or_default();
        Ok(Self { link, institution, task_id, task })
    }

    fn origin(&self) -> TaskOrigin {
        TaskOrigin::Link(self.link.link_id.clone())
    }

    fn page(&self, lang: Lang, problem: Option<&'static str>) -> Response {
        let about = |name| Event::about(name, &self.institution);
        let mut events = vec![Event::new("page_view")];
        let (title, content) = match &self.task.status {
            Some(TaskStatus::Pending) => (lang.say("Conectando", "Connecting"), self.waiting(lang)),
            Some(TaskStatus::NeedMfa) => {
                (lang.say("Confirme que é você", "Confirm that it is you"), self.asked(lang, problem))
            }
            Some(TaskStatus::Success) => {
                events.push(about("authorise_success").and_type(&self.institution));
                (lang.say("Conta conectada", "Account connected"), self.collected(lang))
            }
            _ => {
                events.push(about("authorise_fail").and_type(&self.institution));
                (lang.say("Conta não conectada", "Account not connected"), self.failed(lang))
            }
        };
        let content = html! {
            (content)
            p.note { (lang.say("Tarefa", "Task")) " " code data-task-id=(self.task_id) { (self.task_id) } }
        };
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let mut response = klavi_page(lang, title)
            .status(status)
            .at(&path(&self.task_id), &[("v", &self.link.page_token)])
            .tells(Event::list(&events))
            .tells_last(Event::last())
            .show(&content);
        if self.task.status == Some(TaskStatus::Pending) {
            response.headers_mut().insert(REFRESH, HeaderValue::from_static("2"));
        }
        response
    }

    /// Looks again by itself; a link for whoever does not want to wait.
    fn waiting(&self, lang: Lang) -> Markup {
        html! {
            (institution_card(&self.institution))
            p role="status" { (lang.say("A instituição está sendo consultada.", "The institution is being asked.")) }
            p.actions {
                a.button href=(address(lang, &self.link.page_token, &self.task_id)) {
                    (lang.say("Ver de novo", "Look again"))
                }
            }
        }
    }

    fn asked(&self, lang: Lang, problem: Option<&str>) -> Markup {
        let path = path(&self.task_id);
        html! {
            (login::factor_summary(lang, problem))
            (institution_card(&self.institution))
            form method="post" action={ (path) "/mfa" } {
                (hidden(lang, &self.link.page_token))
                @if let Some(info) = &self.task.mfa_info { (login::factor(lang, info, problem)) }
                p.actions {
                    button.button.primary { (lang.say("Confirmar", "Confirm")) }
                    button.button formaction={ (path) "/cancel" } { (lang.say("Cancelar", "Cancel")) }
                }
            }
        }
    }

    fn collected(&self, lang: Lang) -> Markup {
        let about = |name| Event::about(name, &self.institution);
        html! {
            div.outcome.good { (institution_card(&self.institution)) }
            p.lead { (lang.say("Os dados foram coletados.", "The data were collected.")) }
            p.actions {
                @if let Some(url) = self.back() {
                    (link(
                        "button primary",
                        url.as_str(),
                        lang.say("Concluir", "Finish"),
                        &about("authorise_success_finish_click"),
                    ))
                }
                @if self.link.institution_code.is_none() {
                    (link(
                        "button",
                        &self.list(lang),
                        lang.say("Conectar outra instituição", "Connect another institution"),
                        &about("authorise_success_connect_more_click"),
                    ))
                }
            }
            (self.nowhere(lang))
        }
    }

    fn failed(&self, lang: Lang) -> Markup {
        let again = [("v", self.link.page_token.as_str()), ("institution_code", code(&self.institution))];
        html! {
            div.outcome.bad { (institution_card(&self.institution)) }
            p.lead {
                (lang.say("A instituição respondeu: ", "The institution answered: "))
                strong { (self.code()) " " span lang="en" { (self.message()) } } "."
            }
            p.actions {
                a.button.primary href=(lang.address("/conecte/open-data", &again)) {
                    (lang.say("Tentar de novo", "Try again"))
                }
                @if self.link.institution_code.is_none() {
                    a.button href=(self.list(lang)) { (lang.say("Escolher outra instituição", "Choose another institution")) }
                }
                @if let Some(url) = self.back() {
                    a.button href=(url) { (lang.say("Voltar ao aplicativo", "Back to the application")) }
                }
            }
            (self.nowhere(lang))
        }
    }

    fn nowhere(&self, lang: Lang) -> Markup {
        html! {
            @if self.link.redirect_url.is_none() {
                p.note { (lang.say("Você já pode fechar esta página.", "You can close this page.")) }
            }
        }
    }

    fn list(&self, lang: Lang) -> String {
        lang.address("/conecte/institutions", &[("v", &self.link.page_token)])
    }

    /// The partner's address with the documented parameters and the task's id; where it failed, `error` is the code.
    fn back(&self) -> Option<Url> {
        let link = &self.link;
        let code = self.code();
        let mut parameters = vec![("link_id", link.link_id.as_str())];
        parameters.extend(link.external_info.as_ref().map(|info| ("external_info", info.get())));
        parameters.push(("task_id", &self.task_id));
        if self.task.failure().is_some() {
            parameters.extend([("error", code.as_str()), ("error_description", self.message())]);
        }
        with_parameters(link.redirect_url.as_deref()?, &parameters)
    }

    fn code(&self) -> String {
        self.task.failure().map_or_else(String::new, |code| code.get().to_string())
    }

    fn message(&self) -> &str {
        self.task.message.as_ref().map_or("", |text| text.as_str())
    }
}
