//! The pages that an end user sees: Klavi's WhiteLabel pages behind `linkURL`, the bank's own, and Klavi's again; those
//! that take a login, for Open Data and in the first generation's Link page.
//! Plain HTML in Portuguese and English, rendered here, usable without script, without anything from elsewhere.
//!
//! Their addresses, texts and steps are the mock's choice: of the real pages only the clicks are documented
//! (docs.klavi.ai/connect/web-tracking-events). Any page may embed them, the bank's included.

pub(crate) mod assets;
mod bank;
pub(crate) mod html;
pub(crate) mod input;
pub(crate) mod lang;
mod legacy_link;
mod link;
mod login;
mod logo;
mod open_data;
pub(crate) mod redirect;
mod scope;
mod shut;
mod subject;
mod tracking;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub(crate) use self::input::Input;
pub(crate) use self::lang::Lang;
pub(crate) use self::link::described_routes;
pub(crate) use self::redirect::see_other;
pub(crate) use self::subject::masked;
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
