//! The bank's own page: the user logs in and gives the consent, or does not.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use maud::html;

use super::visit::Visit;
use super::{leave, shut};
use crate::figures;
use crate::instance::{Instance, Shut};
use crate::institutions::Institution;
use crate::store::Consent;
use html_kit::Input;
use html_kit::see_other;
use html_kit::{Brand, Page, error_summary};

/// The one password that is wrong.
const WRONG: &str = "errada";

/// Makes the consent and sends the user to the bank.
pub(super) fn begin(
    mock: &Instance,
    visit: &Visit,
    institution: &'static Institution,
    input: &Input,
) -> Response {
    let known = visit.token.document.as_ref().map(|document| document.expose().to_owned());
    let typed = || input.get("username").chars().filter(char::is_ascii_alphanumeric).collect();
    match mock.begin_consent(&visit.access, institution, known.unwrap_or_else(typed)) {
        Ok(consent) => see_other(visit.address("/mock-bank", &[("consent", &consent.id)])),
        Err(why) => shut::page(mock, input, why),
    }
}

/// My Belvo Portal with `action=renew`: a new consent for a link that has one.
pub(super) async fn renew(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let renewed = mock.begin_renewal(input.get("access_token"), input.get("link_id"));
    match (renewed, Visit::of(&mock, &input)) {
        (Ok(consent), Ok(visit)) => see_other(visit.address("/mock-bank", &[("consent", &consent.id)])),
        (Err(why), _) | (_, Err(why)) => shut::page(&mock, &input, why),
    }
}

pub(super) async fn show(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    match opened(&mock, &input) {
        Ok((visit, consent)) => form(&mock, &visit, &consent, None),
        Err(why) => shut::page(&mock, &input, why),
    }
}

pub(super) async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let (visit, consent) = match opened(&mock, &input) {
        Ok(opened) => opened,
        Err(why) => return shut::page(&mock, &input, why),
    };
    let lang = visit.lang;
    if input.get("decision") != "authorise" {
        mock.reject_at_bank(&consent.id);
        let message = "The user rejected the consent at the institution";
        return leave::rejected(&visit, "consent", "access_denied", message);
    }
    let problem = match input.get("password") {
        "" => Some(lang.say("Informe a senha.", "Give the password.")),
        WRONG => Some(lang.say("Senha incorreta. Tente de novo.", "Wrong password. Try again.")),
        _ => None,
    };
    if problem.is_some() {
        return form(&mock, &visit, &consent, problem);
    }
    let new = visit.new_link(consent.institution, consent.document.expose(), "");
    match mock.authorise_at_bank(&consent.id, input.get("validity") == "endless", new) {
        Ok(link) => leave::success(&visit, &link),
        Err(refusal) => {
            let (code, message) = refusal.first();
            leave::rejected(&visit, "consent", code, message)
        }
    }
}

fn opened(mock: &Instance, input: &Input) -> Result<(Visit, Consent), Shut> {
    let visit = Visit::of(mock, input)?;
    let (consent, token) = mock.at_bank(input.get("consent"))?;
    // A consent belongs to the visit that it was begun in.
    if token.access.is(&visit.access) { Ok((visit, consent)) } else { Err(Shut::Bank) }
}

fn form(mock: &Instance, visit: &Visit, consent: &Consent, problem: Option<&str>) -> Response {
    let lang = visit.lang;
    let summary: Vec<_> = problem.map(|text| ("password", text)).into_iter().collect();
    let described_by = if problem.is_some() { "password-problem password-hint" } else { "password-hint" };
    let subject = figures::subject(mock.settings.seed, consent.document.expose());
    let shared = [
        (lang.say("Cadastro", "Registration"), lang.say("nome, documentos", "name, documents")),
        (
            lang.say("Contas", "Accounts"),
            lang.say("saldos, limites, transações", "balances, limits, transactions"),
        ),
        (lang.say("Cartões de crédito", "Credit cards"), lang.say("limites, faturas", "limits, bills")),
        (lang.say("Operações de crédito", "Credit operations"), lang.say("empréstimos", "loans")),
    ];
    let content = html! {
        (error_summary(lang, &summary))
        dl {
            dt { (lang.say("Cliente", "Customer")) }
            dd { (subject.masked()) }
        }
        ul.permissions {
            @for (name, holds) in shared { li { strong { (name) } " " span { (holds) } } }
        }
        form method="post" action="/mock-bank" {
            (visit.hidden())
            input type="hidden" name="consent" value=(consent.id);
            fieldset {
                legend { (lang.say("Prazo", "Term")) }
                label.choice {
                    input type="radio" name="validity" value="year" checked;
                    span { (lang.say("12 meses", "12 months")) }
                }
                label.choice {
                    input type="radio" name="validity" value="endless";
                    span { (lang.say("sem data de término", "without an end")) }
                }
            }
            label for="password" { (lang.say("Senha", "Password")) }
            p.hint #password-hint { (lang.say(
                "Qualquer texto serve, menos “errada”. Nunca digite uma senha verdadeira.",
                "Any text will do, but “errada” is wrong. Never type a real password.",
            )) }
            @if let Some(problem) = problem { p.problem #password-problem { (problem) } }
            input #password name="password" type="password" autocomplete="off" maxlength="100"
                aria-describedby=(described_by) aria-invalid=[problem.map(|_| "true")];
            p.actions {
                button.button.primary name="decision" value="authorise" { (lang.say("Autorizar", "Authorise")) }
                button.button name="decision" value="reject" { (lang.say("Recusar", "Refuse")) }
            }
        }
    };
    let title = lang.say("Autorize o compartilhamento", "Authorise the sharing");
    Page::new(lang, title, Brand::bank(consent.institution.display_name))
        .status(if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
        .forms_leave()
        .show(&content)
}
