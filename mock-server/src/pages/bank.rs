//! The bank's pages behind `consentRedirectURL`: log in, then say yes or no. Every bank of the mock has the same ones.

mod consent;
mod login;

use crate::pages::{BRAND, Step};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{Method, StatusCode};

use super::link::{self, result_address};
use super::shut;
use crate::instance::{ConsentView, Instance, Shut};
use html_kit::Input;
use html_kit::Lang;
use html_kit::see_other;
use html_kit::{Brand, Page, notice};

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/mock-bank/auth", get(open))
        .route("/mock-bank/login", get(login::show).post(login::take))
        .route("/mock-bank/consent", get(consent::show).post(consent::take))
}

/// Opens the pages: once, within 60 seconds.
async fn open(State(mock): State<Arc<Instance>>, method: Method, input: Input) -> Response {
    let lang = Lang::of(&input);
    if method == Method::HEAD {
        // A preview must not use the address up.
        return notice(BRAND, StatusCode::OK, "Banco simulado", "");
    }
    match mock.open_ticket(input.get("ticket")) {
        Ok(step) => see_other(link::next_address(lang, &step)),
        Err(shut) => shut::bank(lang, shut, None),
    }
}

/// The consent that an opened page is about, while the bank is to be asked; or the page that says why not.
fn opened(mock: &Instance, input: &Input, lang: Lang) -> Result<ConsentView, Box<Response>> {
    match mock.consent_of_session(input.get("session")) {
        Ok(consent) if consent.is_at_bank() => Ok(consent),
        Ok(consent) => Err(Box::new(decided(lang, &consent))),
        Err(shut) => Err(Box::new(shut::bank(lang, shut, None))),
    }
}

fn decided(lang: Lang, consent: &ConsentView) -> Response {
    shut::bank(lang, Shut::Decided, Some(&result_address(lang, &consent.return_token)))
}

fn address(lang: Lang, path: &str, session: &str) -> String {
    lang.address(path, &[("session", session)])
}

fn page<'a>(lang: Lang, title: &'a str, bank: &'a str, path: &str, session: &str) -> Page<'a> {
    Page::new(lang, title, Brand::bank(bank)).step(Step::Bank.of_all(lang)).at(path, &[("session", session)])
}

/// The bank's name.
fn name(mock: &Instance, consent: &ConsentView) -> String {
    link::institution(mock, &consent.institution_code)
        .map_or_else(String::new, |it| link::name(&it).to_owned())
}
