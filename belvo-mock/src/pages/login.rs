use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};

use super::visit::Visit;
use super::{bank, factor, leave, messages, shut};
use crate::instance::{Instance, NewCredentials};
use crate::institutions::{FormField, Institution};
use crate::refusal::Refusal;
use crate::store::Secret;
use html_kit::Input;
use html_kit::error_summary;
use html_kit::see_other;
use synthetic_data::tax_id;

/// Fields that are wrong, each with what is wrong.
type Problems = Vec<(&'static str, String)>;

/// The login of an institution, or the CPF that a consent is for.
pub(super) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    match opened(&mock, &input) {
        Ok((visit, institution)) => form(&mock, &visit, institution, &input, &Problems::new()),
        Err(page) => *page,
    }
}

pub(super) async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let (visit, institution) = match opened(&mock, &input) {
        Ok(opened) => opened,
        Err(page) => return *page,
    };
    let problems = judge(&visit, institution, &input);
    if !problems.is_empty() {
        return form(&mock, &visit, institution, &input, &problems);
    }
    if institution.is_open_finance() {
        return bank::begin(&mock, &visit, institution, &input);
    }
    let (username, password) = (input.get("username"), input.get("password"));
    let done = if visit.token.link_id.is_some() {
        let new = NewCredentials { password: Secret::new(password), token: None };
        mock.mend_in_widget(&visit.access, &new)
    } else {
        mock.register_in_widget(&visit.access, visit.new_link(institution, username, password))
    };
    match done {
        Ok(link) => leave::success(&visit, &link),
        Err(refusal) => match factor::session_of(&mock, &refusal) {
            Some(session) => see_other(visit.address("/widget/token", &[("session", &session)])),
            None => refused(&mock, &visit, institution, &input, &refusal),
        },
    }
}

fn opened(mock: &Instance, input: &Input) -> Result<(Visit, &'static Institution), Box<Response>> {
    let visit = Visit::of(mock, input).map_err(|why| Box::new(shut::page(mock, input, why)))?;
    match visit.institution.filter(|institution| !institution.is_down) {
        Some(institution) => Ok((visit, institution)),
        None => Err(Box::new(see_other(visit.address("/widget", &[])))),
    }
}

/// The fields that are shown: in update mode the user is known.
fn fields<'a>(
    visit: &'a Visit,
    institution: &'static Institution,
) -> impl Iterator<Item = &'static FormField> + use<'a> {
    let update = visit.token.link_id.is_some();
    let known = visit.token.document.is_some() && institution.is_open_finance();
    institution
        .fields
        .iter()
        .filter(move |field| !known && (!update || field.is_secret || institution.is_open_finance()))
}

fn judge(visit: &Visit, institution: &'static Institution, input: &Input) -> Problems {
    let lang = visit.lang;
    let mut problems = Problems::new();
    for field in fields(visit, institution) {
        let value = input.get(field.name);
        let bare: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        if value.trim().is_empty() {
            let label = lang.say(field.label[0], field.label[1]);
            problems.push((
                field.name,
                format!("{label}: {}", lang.say("preencha o campo.", "fill in the field.")),
            ));
        } else if institution.is_open_finance() && !tax_id::is_cpf(&bare) {
            problems.push((field.name, lang.say("Informe um CPF válido.", "Give a valid CPF.").to_owned()));
        } else if !field.values.is_empty() && !field.values.iter().any(|(code, _)| *code == value) {
            problems
                .push((field.name, lang.say("Escolha um dos tipos.", "Choose one of the kinds.").to_owned()));
        }
    }
    problems
}

fn refused(
    mock: &Instance,
    visit: &Visit,
    institution: &'static Institution,
    input: &Input,
    refusal: &Refusal,
) -> Response {
    let (code, message) = refusal.first();
    let lang = visit.lang;
    let words = match code {
        "login_error" => lang.say("Usuário ou senha incorretos.", "Wrong user or password."),
        "duplicated" => lang.say("Esta conta já está conectada.", "This account is connected already."),
        _ => lang
            .say("A instituição não respondeu como devia.", "The institution did not answer as it should."),
    };
    let last = institution.fields.last().map_or("username", |field| field.name);
    let problems = vec![(last, format!("{words} ({code})"))];
    let told = messages::error(code, message, Some(institution), mock.now());
    page(visit, institution, input, &problems, &[told])
}

fn form(
    mock: &Instance,
    visit: &Visit,
    institution: &'static Institution,
    input: &Input,
    problems: &Problems,
) -> Response {
    let told = match problems.is_empty() {
        true => messages::page_load("login", "institution_list", Some(institution)),
        false => messages::error("invalid", "The form is not complete", Some(institution), mock.now()),
    };
    page(visit, institution, input, problems, &[told])
}

fn page(
    visit: &Visit,
    institution: &'static Institution,
    input: &Input,
    problems: &Problems,
    told: &[serde_json::Value],
) -> Response {
    let lang = visit.lang;
    let summary: Vec<_> = problems.iter().map(|(field, text)| (*field, text.as_str())).collect();
    let content = html! {
        (error_summary(lang, &summary))
        p.institution {
            img src={ "/logos/" (institution.name) "-icon.svg" } alt="" width="40" height="40";
            (institution.display_name)
        }
        form method="post" action="/widget/institution" {
            (visit.hidden())
            @for one in fields(visit, institution) { (field(visit, one, input, problems)) }
            p.note {
                @if institution.is_open_finance() {
                    (lang.say(
                        "Você vai para o site do banco e decide lá o que compartilhar.",
                        "You go to the bank's site and decide there what to share.",
                    ))
                } @else {
                    (lang.say(
                        "Nunca digite uma senha verdadeira: qualquer texto serve, menos “pass_invalid”. Os usuários \
                         “mfa_numeric”, “mfa_qr”, “mfa_text” e outros pedem um segundo fator, com a senha “pass_valid”.",
                        "Never type a real password: any text will do, but “pass_invalid” is wrong. The users \
                         “mfa_numeric”, “mfa_qr”, “mfa_text” and others need a second factor, with the password “pass_valid”.",
                    ))
                }
            }
            p.actions {
                button.button.primary { (lang.say("Continuar", "Continue")) }
                a.button href=(visit.address("/widget/leave", &[("step", "login")])) { (lang.say("Sair", "Leave")) }
            }
        }
    };
    let title = match (visit.token.link_id.is_some(), institution.is_open_finance()) {
        (true, _) => lang.say("Conecte a sua conta de novo", "Connect your account again"),
        (false, true) => lang.say("Informe o seu CPF", "Give your CPF"),
        (false, false) => lang.say("Entre na sua conta", "Log in to your account"),
    };
    visit
        .page(title, "/widget/institution", 1)
        .status(if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY })
        .forms_leave()
        .tells(messages::list(told))
        .show(&content)
}

/// One field. Secrets are not shown again.
fn field(visit: &Visit, field: &FormField, input: &Input, problems: &Problems) -> Markup {
    let lang = visit.lang;
    let problem = problems.iter().find(|(name, _)| *name == field.name).map(|(_, text)| text);
    let problem_id = format!("{}-problem", field.name);
    let described_by = problem.map(|_| problem_id.as_str());
    let invalid = problem.map(|_| "true");
    let value = if field.is_secret { "" } else { input.get(field.name) };
    html! {
        div.field {
            label for=(field.name) { (lang.say(field.label[0], field.label[1])) }
            @if let Some(problem) = problem { p.problem id=(problem_id) { (problem) } }
            @if field.values.is_empty() {
                input id=(field.name) name=(field.name) type=(if field.is_secret { "password" } else { "text" })
                    value=(value) required autocomplete="off" maxlength="100"
                    aria-describedby=[described_by] aria-invalid=[invalid];
            } @else {
                select id=(field.name) name=(field.name) required aria-describedby=[described_by] aria-invalid=[invalid] {
                    @for (code, label) in field.values {
                        option value=(code) selected[*code == value] { (label) }
                    }
                }
            }
        }
    }
}
