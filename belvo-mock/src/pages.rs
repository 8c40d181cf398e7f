//! The widget: the user chooses an institution, logs in there or gives a consent at the bank, and is sent back to the
//! partner. Plain HTML in Portuguese and English, usable without script, with the design of Klavi's pages.
//!
//! Addresses, texts and steps are the mock's choice; parameters, callbacks and messages are documented.
//! Source: developers.belvo.com, widget and OFDA guides.

mod bank;
mod factor;
mod institutions;
mod leave;
mod login;
mod logo;
mod messages;
mod shut;
mod user;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use html_kit::{Brand, Theme};

pub(super) use self::user::connect;
use super::instance::Instance;
use html_kit::assets;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/widget", get(institutions::show))
        .route("/widget/institution", get(login::show).post(login::take))
        .route("/widget/token", get(factor::show).post(factor::take))
        .route("/widget/picture", get(factor::picture))
        .route("/widget/leave", get(leave::show))
        .route("/portal", get(bank::renew))
        .route("/mock-bank", get(bank::show).post(bank::take))
        .route("/assets/{file}", get(assets::show))
        .route("/logos/{file}", get(logo::show))
}

/// Belvo's pages.
pub(crate) const BRAND: Brand<'static> = Brand { name: "Belvo", title: "Belvo (mock)", theme: Theme::Violet };
