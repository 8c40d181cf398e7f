//! Klavi's WhiteLabel pages: from the link's first page to the bank, and from the bank to the result.

mod basic;
mod confirmation;
mod identity;
mod institutions;
mod landing;
mod leave;
mod result;
mod sharing;

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use klavi_types::api::Institution;
use maud::{Markup, html};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::shut;
use super::tracking::Event;
use crate::instance::{Instance, LinkView, NextStep};
use html_kit::Input;
use html_kit::Lang;

/// Who asks for the data. The documentation does not say what Klavi shows here.
const PARTNER: &str = "Fintech de Exemplo (mock)";

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/conecte", get(landing::show))
        .route("/conecte/identity", get(identity::show).post(identity::take))
        .route("/conecte/institutions", get(institutions::show))
        .route("/conecte/confirm", get(confirmation::show).post(confirmation::take))
        .route("/conecte/sharing", get(sharing::show).post(sharing::take))
        .route("/conecte/result", get(result::show))
        .route("/conecte/leave", get(leave::leave))
}

/// The page that is an address of Klavi's API as well.
pub(crate) fn described_routes() -> OpenApiRouter<Arc<Instance>> {
    OpenApiRouter::new().routes(routes!(basic::open))
}

/// The link that a page belongs to, or the page that says why there is none.
fn open(mock: &Instance, input: &Input, lang: Lang) -> Result<LinkView, Box<Response>> {
    mock.link_view(input.get("v")).map_err(|shut| Box::new(shut::link(lang, shut)))
}

/// The first page that the user has still to fill in: who they are, where they bank, what they share.
fn first_open_page(lang: Lang, link: &LinkView) -> String {
    let token = ("v", link.page_token.as_str());
    match (&link.subject, &link.institution_code) {
        (None, _) => lang.address("/conecte/identity", &[token]),
        (Some(_), None) => lang.address("/conecte/institutions", &[token]),
        (Some(_), Some(code)) => lang.address("/conecte/confirm", &[token, ("institution_code", code)]),
    }
}

/// Klavi's pages behind the bank.
pub(crate) fn result_address(lang: Lang, return_token: &str) -> String {
    lang.address("/conecte/result", &[("c", return_token)])
}

/// Where the user of a consent goes on.
pub(crate) fn next_address(lang: Lang, step: &NextStep) -> String {
    match step {
        NextStep::OpenBank(ticket) => lang.address("/mock-bank/auth", &[("ticket", ticket)]),
        NextStep::AtBank(session) => lang.address("/mock-bank/login", &[("session", session)]),
        NextStep::Return(token) => result_address(lang, token),
    }
}

fn leave_address(lang: Lang, link: &LinkView) -> String {
    lang.address("/conecte/leave", &[("v", &link.page_token)])
}

/// A link that tells the embedding page that it was clicked.
pub(crate) fn link(class: &str, address: &str, text: &str, event: &Event) -> Markup {
    html! { a class=(class) href=(address) data-event=(event.json()) { (text) } }
}

/// The institution as the user sees it: its drawing and its name.
pub(crate) fn institution_card(institution: &Institution) -> Markup {
    html! {
        p.institution {
            img src=(logo(institution)) alt="" width="40" height="40";
            strong { (name(institution)) }
        }
    }
}

pub(crate) fn institution(mock: &Instance, code: &str) -> Option<Institution> {
    mock.institutions().into_iter().find(|institution| self::code(institution) == code)
}

pub(crate) fn code(institution: &Institution) -> &str {
    institution.institution_code.as_ref().map_or("", |code| code.as_str())
}

pub(crate) fn name(institution: &Institution) -> &str {
    institution.name.as_ref().map_or("", |name| name.as_str())
}

/// The picture from this server, wherever the list says that it is.
fn logo(institution: &Institution) -> String {
    format!("/logos/{}.svg", code(institution))
}

/// Whether the user gives the institution's login to Klavi. That 1 means Open Finance is inferred.
fn is_open_data(institution: &Institution) -> bool {
    institution.institution_type.is_some_and(|kind| kind.get() != 1)
}
