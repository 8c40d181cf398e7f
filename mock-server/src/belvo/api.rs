//! Belvo's API under `/api/`, judged by the mock's own reading of the documentation.

mod callers;
mod consents;
mod fields;
mod institutions;
mod links;
mod page;
mod query;
mod record;
mod rules;
mod segment;
mod shown;
mod token;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use self::record::record;
pub(crate) use self::segment::Segment;
pub(crate) use self::view::link as link_view;
use super::instance::Instance;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/api/token/", post(token::create))
        .route("/api/links/", get(links::list).post(links::register).patch(links::resume))
        .route(
            "/api/links/{id}/",
            get(links::detail)
                .put(links::update_credentials)
                .patch(links::change_retrieval)
                .delete(links::delete),
        )
        .route("/api/links/{id}/refresh/", post(links::refresh))
        .route("/api/consents/", get(consents::list))
        .route("/api/consents/{id}/", get(consents::detail))
        .route("/api/institutions/", get(institutions::list))
        .route("/api/institutions/{id}/", get(institutions::detail))
}
