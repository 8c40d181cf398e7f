//! The Link page of the first generation, alone or in an iframe. Source of its parameters and messages: docs.klavi.ai,
//! first quick start. Where the partner code stands in the address was never seen: here it is `/link/{partnerCode}`.

mod address;
mod collection;
mod messages;

use crate::pages::{BRAND, klavi_page};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, Method, StatusCode, Uri};
use klavi_types::legacy::LinkPage;
use maud::{Markup, html};

use super::link::{institution, institution_card, name};
use super::login::{self, Problems};
use crate::api::Segment;
use crate::instance::{Instance, NewConnection};
use crate::logins::{self, LINK_BANKS, Login};
use crate::store::{TaskOrigin, Visit};
use html_kit::Input;
use html_kit::Lang;
use html_kit::see_other;
use html_kit::{Page, notice};

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/link/{partnerCode}", get(open))
        .route("/link/{partnerCode}/visit", get(show))
        .route("/link/{partnerCode}/login", post(take))
        .route("/link/{partnerCode}/mfa", post(collection::answer))
        .route("/link/{partnerCode}/cancel", post(collection::cancel))
}

/// The address that the partner opens.
async fn open(
    State(mock): State<Arc<Instance>>,
    Segment(partner_code): Segment,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let lang = Lang::Portuguese;
    if partner_code != mock.settings.partner_code {
        return unknown(lang);
    }
    match address::read(&mock, uri.query().unwrap_or_default(), &headers) {
        // A preview must not begin a visit.
        Ok(_) if method == Method::HEAD => notice(BRAND, StatusCode::OK, "Conecte", ""),
        Ok(visit) => {
            let session = mock.open_visit(visit);
            see_other(address_of(&mock, lang, &session))
        }
        Err(problems) => invalid(lang, &problems),
    }
}

async fn show(State(mock): State<Arc<Instance>>, method: Method, input: Input) -> Response {
    let lang = Lang::of(&input);
    match mock.visit(input.get("session")) {
        // A preview must not use the messages up.
        Some(_) if method == Method::HEAD => notice(BRAND, StatusCode::OK, "Conecte", ""),
        Some(visit) if !input.get("again").is_empty() && !collection::is_under_way(&mock, &visit) => {
            login_page(&mock, lang, &visit, &input, &Problems::new())
        }
        Some(visit) => collection::page(&mock, lang, &visit, None)
            .unwrap_or_else(|| login_page(&mock, lang, &visit, &input, &Problems::new())),
        None => unknown(lang),
    }
}

async fn take(State(mock): State<Arc<Instance>>, input: Input) -> Response {
    let lang = Lang::of(&input);
    let Some(visit) = mock.visit(input.get("session")) else { return unknown(lang) };
    if collection::is_under_way(&mock, &visit) {
        return see_other(address_of(&mock, lang, &visit.session));
    }
    let origin = TaskOrigin::Visit(visit.session.clone());
    let updated = visit.connection_key.as_deref().and_then(|key| mock.update(origin.clone(), key));
    let task_id = match updated {
        Some(task_id) => task_id,
        None => match judge(&mock, lang, &visit, &input) {
            Ok((bank, typed)) => mock.connect(NewConnection {
                origin,
                login: bank,
                cpf: typed.cpf,
                plan: typed.plan,
                allow_autoupdate: typed.allow_autoupdate,
                query_param: Some(visit.query_param.clone()),
                connection_key: visit.connection_key.clone(),
            }),
            Err(problems) => return login_page(&mock, lang, &visit, &input, &problems),
        },
    };
    mock.visit_begins(&visit.session, task_id);
    see_other(address_of(&mock, lang, &visit.session))
}

fn judge(
    mock: &Instance,
    lang: Lang,
    visit: &Visit,
    input: &Input,
) -> Result<(&'static Login, login::Typed), Problems> {
    let chosen = bank(visit, input).filter(|bank| mock.institution_in_service(bank.code).is_ok());
    // Every bank of this page has the same login.
    let typed = login::judge(lang, chosen.unwrap_or(&LINK_BANKS[0]), visit.cpf.as_deref(), input);
    match (chosen, typed) {
        (Some(bank), typed) => typed.map(|typed| (bank, typed)),
        (None, typed) => {
            let text = lang.say("Escolha um banco que esteja no ar.", "Choose a bank that is in service.");
            let mut problems = vec![("bank_id", text.to_owned())];
            problems.extend(typed.err().into_iter().flatten());
            Err(problems)
        }
    }
}

/// The bank of the address, else the one that the user chose.
fn bank(visit: &Visit, input: &Input) -> Option<&'static Login> {
    let code = visit.bank_id.as_deref().unwrap_or_else(|| input.get("bank_id"));
    match visit.connection_key {
        Some(_) => logins::login(code),
        None => LINK_BANKS.iter().find(|bank| bank.code == code),
    }
}

fn login_page(mock: &Instance, lang: Lang, visit: &Visit, input: &Input, problems: &Problems) -> Response {
    let pinned = visit.bank_id.as_deref().and_then(|code| institution(mock, code));
    let updates = visit.connection_key.as_deref().is_some_and(|key| !mock.needs_login(key));
    let fields = bank(visit, input).unwrap_or(&LINK_BANKS[0]);
    let content = html! {
        (login::problem_list(lang, problems))
        form method="post" action=(action(mock, "login")) {
            (hidden(lang, visit))
            @if let Some(bank) = &pinned { (institution_card(bank)) } @else { (banks(mock, lang, input, problems)) }
            @if updates {
                p { (lang.say(
                    "Os dados são coletados com o login que você já deu.",
                    "The data are collected with the login that you have given.",
                )) }
            } @else {
                (login::fields(lang, fields, visit.cpf.is_none(), input, problems))
            }
            p.actions {
                button.button.primary {
                    @if updates { (lang.say("Atualizar", "Update")) } @else { (lang.say("Continuar", "Continue")) }
                }
                @if let Some(url) = &visit.cancel_url {
                    a.button href=(url) { (lang.say("Cancelar", "Cancel")) }
                }
            }
        }
        details {
            summary data-event=(messages::json(LinkPage::InstitutionTerms)) {
                (lang.say("Termos de uso", "Terms of use"))
            }
            p { (lang.say(
                "Esta página é uma simulação: não há termos a aceitar.",
                "This page is a simulation: there are no terms to accept.",
            )) }
        }
        details {
            summary data-event=(messages::json(LinkPage::InstitutionPolicy)) {
                (lang.say("Política de privacidade", "Privacy policy"))
            }
            p { (lang.say(
                "A senha que se digita aqui é esquecida; os dados dos relatórios são inventados.",
                "The password that is typed here is forgotten; the data of the reports are invented.",
            )) }
        }
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(mock, lang, visit, lang.say("Conecte o seu banco", "Connect your bank"))
        .status(status)
        .show(&content)
}

fn banks(mock: &Instance, lang: Lang, input: &Input, problems: &Problems) -> Markup {
    let problem = problems.iter().find(|(name, _)| *name == "bank_id").map(|(_, text)| text);
    html! {
        fieldset aria-describedby=[problem.map(|_| "bank_id-problem")] {
            legend { (lang.say("Banco", "Bank")) }
            @if let Some(problem) = problem { p.problem #bank_id-problem { (problem) } }
            @for (place, bank) in LINK_BANKS.iter().enumerate() {
                @let institution = institution(mock, bank.code).unwrap_or_default();
                label.choice {
                    input id=[(place == 0).then_some("bank_id")] type="radio" name="bank_id" value=(bank.code)
                        required disabled[!institution.is_available()] checked[input.get("bank_id") == bank.code];
                    span { (name(&institution)) }
                    @if !institution.is_available() { span.mark.bad { (lang.say("Fora do ar", "Out of service")) } }
                }
            }
        }
    }
}

/// A page of the visit, with what it has to tell the page around it.
fn page<'a>(mock: &Instance, lang: Lang, visit: &Visit, title: &'a str) -> Page<'a> {
    klavi_page(lang, title).at(&action(mock, "visit"), &[("session", &visit.session)]).tells(
        serde_json::to_string(&messages::of(mock.take_messages(&visit.session))).expect("messages are JSON"),
    )
}

/// The partner's mistake, not the user's.
fn invalid(lang: Lang, problems: &[String]) -> Response {
    klavi_page(lang, lang.say("Este endereço não é válido", "This address is not valid"))
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .show(&html! {
            p { (lang.say(
                "Quem publicou o endereço precisa corrigi-lo:",
                "Whoever published the address has to correct it:",
            )) }
            ul lang="en" { @for problem in problems { li { code { (problem) } } } }
        })
}

fn hidden(lang: Lang, visit: &Visit) -> Markup {
    html! {
        input type="hidden" name="session" value=(visit.session);
        input type="hidden" name="lang" value=(lang.tag());
    }
}

fn action(mock: &Instance, word: &str) -> String {
    format!("/link/{}/{word}", mock.settings.partner_code)
}

fn address_of(mock: &Instance, lang: Lang, session: &str) -> String {
    lang.address(&action(mock, "visit"), &[("session", session)])
}

fn unknown(lang: Lang) -> Response {
    let text =
        lang.say("Este endereço não existe ou expirou.", "This address does not exist or has expired.");
    klavi_page(lang, lang.say("Página indisponível", "Page not available"))
        .status(StatusCode::NOT_FOUND)
        .show(&html! { p { (text) } })
}
