use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::html;

use super::{address, name, opened, page};
use crate::instance::{ConsentView, Instance};
use html_kit::Input;
use html_kit::Lang;
use html_kit::error_summary;
use html_kit::see_other;

/// The one password that is wrong.
const WRONG: &str = "errada";

pub(crate) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let session = input.get("session");
    match opened(&mock, &input, lang) {
        Ok(consent) if consent.logged_in => see_other(address(lang, "/mock-bank/consent", session)),
        Ok(consent) => form(&mock, lang, &consent, session, None),
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
    let problem = match input.get("password") {
        "" => Some(lang.say("Informe a senha.", "Give the password.")),
        WRONG => Some(lang.say("Senha incorreta. Tente de novo.", "Wrong password. Try again.")),
        _ => None,
    };
    if problem.is_some() {
        return form(&mock, lang, &consent, session, problem);
    }
    mock.log_in_at_bank(session);
    see_other(address(lang, "/mock-bank/consent", session))
}

fn form(
    mock: &Instance,
    lang: Lang,
    consent: &ConsentView,
    session: &str,
    problem: Option<&str>,
) -> Response {
    let described_by = if problem.is_some() { "password-problem password-hint" } else { "password-hint" };
    let content = html! {
        @if let Some(problem) = problem { (error_summary(lang, &[("password", problem)])) }
        dl {
            dt { (lang.say("Cliente", "Customer")) }
            dd { (consent.subject.masked()) }
        }
        form method="post" action="/mock-bank/login" {
            input type="hidden" name="session" value=(session);
            input type="hidden" name="lang" value=(lang.tag());
            label for="password" { (lang.say("Senha", "Password")) }
            p.hint #password-hint { (lang.say(
                "Qualquer texto serve, menos “errada”. Nunca digite uma senha verdadeira.",
                "Any text will do, but “errada” is wrong. Never type a real password.",
            )) }
            @if let Some(problem) = problem { p.problem #password-problem { (problem) } }
            input #password name="password" type="password" required autocomplete="off" maxlength="100"
                aria-describedby=(described_by) aria-invalid=[problem.map(|_| "true")];
            p.actions { button.button.primary { (lang.say("Entrar", "Log in")) } }
        }
    };
    let name = name(mock, consent);
    page(lang, lang.say("Entre na sua conta", "Log in to your account"), &name, "/mock-bank/login", session)
        .status(if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
        .show(&content)
}
