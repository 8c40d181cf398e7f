//! The pages that an end user sees: the link's page, where a bank is chosen, and the bank's own. Plain forms, rendered
//! here, without anything from elsewhere.

mod bank;
mod html;
mod link;
mod logo;
mod redirect;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::instance::Instance;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/conecte", get(link::show))
        .route("/conecte/{decision}", post(link::decide))
        .route("/mock-bank/auth", get(bank::show))
        .route("/mock-bank/{decision}", post(bank::decide))
        .route("/logos/{file}", get(logo::show))
}
