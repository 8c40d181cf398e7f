use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use maud::{Markup, html};

use super::visit::Visit;
use super::{leave, messages, shut};
use crate::instance::{Answer, Instance};
use crate::mfa;
use crate::refusal::Refusal;
use crate::store::{ChallengeKind, Session};
use html_kit::Input;
use html_kit::Lang;
use html_kit::error_summary;
use html_kit::see_other;

/// The session that a 428 speaks of.
pub(super) fn session_of(mock: &Instance, refusal: &Refusal) -> Option<String> {
    let session = refusal.member("session")?.to_owned();
    mock.session(&session).map(|session| session.id)
}

/// What the institution asks the user for.
pub(super) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let visit = match Visit::of(&mock, &input) {
        Ok(visit) => visit,
        Err(why) => return shut::page(&mock, &input, why),
    };
    match mock.session(input.get("session")) {
        Some(session) => form(&mock, &visit, &session, None),
        None => see_other(visit.address("/widget/institution", &[])),
    }
}

/// The picture that the user scans.
pub(super) async fn picture(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let session = mock.session(input.get("session"));
    let challenge = session.map(|session| session.challenge);
    let content =
        challenge.filter(|challenge| challenge.kind == ChallengeKind::Qr).and_then(|found| found.value);
    match content.as_deref().and_then(mfa::png) {
        Some(picture) => {
            ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")], picture).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let visit = match Visit::of(&mock, &input) {
        Ok(visit) => visit,
        Err(why) => return shut::page(&mock, &input, why),
    };
    let Some(session) = mock.session(input.get("session")) else {
        return see_other(visit.address("/widget/institution", &[]));
    };
    let answer = Answer {
        session: session.id.clone(),
        link: session.link_id.clone(),
        token: Some(input.get("token").trim().to_owned()).filter(|token| !token.is_empty()),
    };
    let lang = visit.lang;
    match mock.resume_in_widget(&visit.access, &answer) {
        Ok(link) => leave::success(&visit, &link),
        Err(refusal) => {
            if let Some(next) = session_of(&mock, &refusal).and_then(|id| mock.session(&id)) {
                let late =
                    lang.say("O código venceu. Use este novo.", "The code has expired. Use this new one.");
                return form(&mock, &visit, &next, Some(late));
            }
            match refusal.first().0 {
                "required" => {
                    let missing = lang.say("Informe o token.", "Give the token.");
                    form(&mock, &visit, &session, Some(missing))
                }
                code => ended(&mock, &visit, code),
            }
        }
    }
}

/// The session is over: the user logs in again.
fn ended(mock: &Instance, visit: &Visit, code: &'static str) -> Response {
    let lang = visit.lang;
    let text = match code {
        "login_error" => lang.say("O token está errado.", "The token is wrong."),
        _ => lang.say("O tempo para responder acabou.", "The time to answer is over."),
    };
    let content = html! {
        p { (text) }
        p.actions { a.button.primary href=(visit.address("/widget/institution", &[])) {
            (lang.say("Entrar de novo", "Log in again"))
        } }
    };
    visit
        .page(lang.say("Não foi possível conectar", "The connection failed"), "/widget", 2)
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .tells(messages::list(&[messages::error(code, text, visit.institution, mock.now())]))
        .show(&content)
}

fn form(mock: &Instance, visit: &Visit, session: &Session, problem: Option<&str>) -> Response {
    let lang = visit.lang;
    let summary: Vec<_> = problem.map(|text| ("token", text)).into_iter().collect();
    let asks = session.challenge.expects_input();
    let content = html! {
        (error_summary(lang, &summary))
        (challenge(lang, session))
        form method="post" action="/widget/token" {
            (visit.hidden())
            input type="hidden" name="session" value=(session.id);
            @if asks {
                label for="token" { (lang.say("Token", "Token")) }
                p.hint #token-hint { (lang.say(
                    "Na simulação é 123456; para uma pergunta, a resposta.",
                    "In the simulation it is 123456; for a question, the answer.",
                )) }
                input #token name="token" type="text" required autocomplete="one-time-code" inputmode="numeric"
                    maxlength="100" aria-describedby="token-hint" aria-invalid=[problem.map(|_| "true")];
            }
            p.actions {
                button.button.primary id=[(!asks).then_some("token")] {
                    (if asks { lang.say("Continuar", "Continue") } else { lang.say("Já confirmei", "I have confirmed") })
                }
                a.button href=(visit.address("/widget/leave", &[("step", "mfa")])) { (lang.say("Sair", "Leave")) }
            }
        }
    };
    let told = match problem {
        Some(text) => messages::error("token_required", text, visit.institution, mock.now()),
        None => messages::page_load("mfa", "login", visit.institution),
    };
    visit
        .page(lang.say("Confirme que é você", "Confirm that it is you"), "/widget", 2)
        .status(if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
        .forms_leave()
        .tells(messages::list(&[told]))
        .show(&content)
}

fn challenge(lang: Lang, session: &Session) -> Markup {
    let challenge = &session.challenge;
    let value = challenge.value.as_deref().unwrap_or_default();
    html! {
        @match challenge.kind {
            ChallengeKind::Inputless => p {
                (lang.say("Confirme no seu dispositivo.", "Confirm on your device."))
            },
            ChallengeKind::Numeric => {
                p { (lang.say("Digite este código no aplicativo do banco:", "Enter this code in the bank's app:")) }
                p.code { (value) }
            }
            ChallengeKind::Qr => {
                p { (lang.say("Leia este código com o aplicativo do banco:", "Scan this code with the bank's app:")) }
                img.picture alt=(lang.say("Código QR", "QR code")) src={ "/widget/picture?session=" (session.id) };
            }
            ChallengeKind::Text => p.lead { (value) },
        }
    }
}
