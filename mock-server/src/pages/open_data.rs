//! Where the user logs in at an Open Data institution. How a partner has a task created is not documented: here the
//! user does it on this page, and the task's id stands on the next, in its address, and goes back to the partner as
//! `task_id` beside the documented parameters.

mod task;

use crate::pages::klavi_page;
use std::sync::Arc;
use synthetic_data::Subject;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use klavi_types::api::Institution;
use maud::{Markup, html};

use super::link::{code, institution, institution_card};
use super::login::{self, Problems};
use super::shut;
use super::tracking::Event;
use crate::instance::{Instance, LinkView, NewConnection};
use crate::logins::{self, Login};
use crate::store::TaskOrigin;
use html_kit::Input;
use html_kit::Lang;
use html_kit::see_other;
use synthetic_data::institutions;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/conecte/open-data", get(show).post(take))
        .route("/conecte/open-data/tasks/{taskId}", get(task::show))
        .route("/conecte/open-data/tasks/{taskId}/mfa", post(task::answer))
        .route("/conecte/open-data/tasks/{taskId}/cancel", post(task::cancel))
}

/// Link and institution of the page that is asked for.
struct Opened {
    link: LinkView,
    institution: Institution,
    login: &'static Login,
}

fn open(mock: &Instance, input: &Input, lang: Lang) -> Result<Opened, Box<Response>> {
    let link = mock.link_view(input.get("v")).map_err(|shut| Box::new(shut::link(lang, shut)))?;
    // What the partner or the connection says counts before what the address says.
    let code = link.institution_code.clone().unwrap_or_else(|| input.get("institution_code").to_owned());
    let known = institutions::find(&code).filter(|known| known.is_open_data());
    let found = known.and(institution(mock, &code)).zip(logins::login(&code));
    let Some((institution, login)) = found else {
        let text = lang.say(
            "Esta instituição não é do Open Data: não se entra nela com login.",
            "This institution is not one of Open Data: one does not log in to it here.",
        );
        return Err(Box::new(closed(lang, StatusCode::NOT_FOUND, &link, text)));
    };
    if !institution.is_available() {
        let text = lang.say(
            "A instituição está fora do ar. Tente mais tarde ou escolha outra.",
            "The institution is out of service. Try later or choose another one.",
        );
        return Err(Box::new(closed(lang, StatusCode::UNPROCESSABLE_ENTITY, &link, text)));
    }
    Ok(Opened { link, institution, login })
}

async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    match open(&mock, &input, lang) {
        Ok(opened) => opened.page(lang, &input, &Problems::new()),
        Err(page) => *page,
    }
}

async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let opened = match open(&mock, &input, lang) {
        Ok(opened) => opened,
        Err(page) => return *page,
    };
    let link = &opened.link;
    let origin = TaskOrigin::Link(link.link_id.clone());
    let update = link.update.as_ref();
    let updated = update.and_then(|update| mock.update(origin.clone(), &update.connection_key));
    let task_id = match updated {
        Some(task_id) => task_id,
        None => match login::judge(lang, opened.login, opened.cpf(), &input) {
            Ok(typed) => mock.connect(NewConnection {
                origin,
                login: opened.login,
                cpf: typed.cpf,
                plan: typed.plan,
                allow_autoupdate: typed.allow_autoupdate,
                // The partner's own values are what comes back in reports of this generation.
                query_param: link.external_info.clone(),
                connection_key: update.map(|update| update.connection_key.clone()),
            }),
            Err(problems) => return opened.page(lang, &input, &problems),
        },
    };
    see_other(task::address(lang, &link.page_token, &task_id))
}

impl Opened {
    /// Whose login it is, where that is known.
    fn cpf(&self) -> Option<&str> {
        self.link.subject.as_ref().and_then(Subject::cpf)
    }

    fn page(&self, lang: Lang, input: &Input, problems: &Problems) -> Response {
        let code = code(&self.institution);
        let token = self.link.page_token.as_str();
        let updates = self.link.update.as_ref().is_some_and(|update| !update.needs_login);
        let title = if updates {
            lang.say("Atualize a sua conexão", "Bring your connection up to date")
        } else {
            lang.say("Entre na instituição", "Log in to the institution")
        };
        let content = html! {
            (login::problem_list(lang, problems))
            (institution_card(&self.institution))
            form method="post" action="/conecte/open-data" {
                (hidden(lang, token))
                input type="hidden" name="institution_code" value=(code);
                @if updates {
                    p { (lang.say(
                        "Os dados são coletados com o login que você já deu.",
                        "The data are collected with the login that you have given.",
                    )) }
                } @else {
                    (login::fields(lang, self.login, self.cpf().is_none(), input, problems))
                }
                p.actions {
                    button.button.primary {
                        @if updates { (lang.say("Atualizar", "Update")) } @else { (lang.say("Conectar", "Connect")) }
                    }
                    a.button href=(back(lang, &self.link)) { (lang.say("Voltar", "Back")) }
                }
            }
        };
        let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        klavi_page(lang, title)
            .status(status)
            .at("/conecte/open-data", &[("v", token), ("institution_code", code)])
            .tells(Event::list(&[Event::new("page_view")]))
            .tells_last(Event::last())
            .show(&content)
    }
}

/// The page before: the list, unless the institution was not the user's choice.
fn back(lang: Lang, link: &LinkView) -> String {
    let path = if link.institution_code.is_some() { "/conecte" } else { "/conecte/institutions" };
    lang.address(path, &[("v", &link.page_token)])
}

fn closed(lang: Lang, status: StatusCode, link: &LinkView, text: &str) -> Response {
    klavi_page(lang, lang.say("Página indisponível", "Page not available"))
        .status(status)
        .tells(Event::list(&[Event::new("page_view")]))
        .tells_last(Event::last())
        .show(&html! {
            p { (text) }
            p.actions { a.button.primary href=(back(lang, link)) { (lang.say("Voltar", "Back")) } }
        })
}

fn hidden(lang: Lang, page_token: &str) -> Markup {
    html! {
        input type="hidden" name="v" value=(page_token);
        input type="hidden" name="lang" value=(lang.tag());
    }
}
