//! The pages that an end user sees: Klavi's WhiteLabel pages behind `linkURL`, the bank's own, and Klavi's again; those
//! that take a login, for Open Data and in the first generation's Link page.
//! Plain HTML in Portuguese and English, rendered here, usable without script, without anything from elsewhere.
//!
//! Their addresses, texts and steps are the mock's choice: of the real pages only the clicks are documented
//! (docs.klavi.ai/connect/web-tracking-events). Any page may embed them, the bank's included.

mod bank;
mod legacy_link;
mod link;
mod login;
mod logo;
mod open_data;
mod redirect;
mod scope;
mod shut;
mod tracking;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use html_kit::{Brand, Lang, Page, Theme, assets};

pub(crate) use self::link::described_routes;
use crate::instance::Instance;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .merge(link::routes())
        .merge(bank::routes())
        .merge(open_data::routes())
        .merge(legacy_link::routes())
        .route("/assets/{file}", get(assets::show))
        .route("/logos/{file}", get(logo::show))
}

/// Klavi's pages.
pub(crate) const BRAND: Brand<'static> =
    Brand { name: "Conecte", title: "Conecte (mock)", theme: Theme::Blue };

/// A page of Klavi's.
pub(crate) fn klavi_page(lang: Lang, title: &str) -> Page<'_> {
    Page::new(lang, title, BRAND)
}

/// How far the user has got.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Institution,
    Data,
    Bank,
    Sharing,
}

impl Step {
    /// The names of all steps, and the place of this one among them.
    pub(crate) fn of_all(self, lang: Lang) -> ([&'static str; 4], usize) {
        let names = [
            lang.say("Instituição", "Institution"),
            lang.say("Dados", "Data"),
            lang.say("Banco", "Bank"),
            lang.say("Repasse", "Sharing"),
        ];
        (names, self as usize)
    }
}
