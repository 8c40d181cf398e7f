//! Klavi's API under `/data/v1`, judged by the mock's own reading of the documentation.

mod auth;
mod callers;
mod consents;
pub(crate) mod fields;
mod institutions;
mod links;
mod record;
mod reports;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};

pub(crate) use self::record::record;
use crate::instance::Instance;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/data/v1/auth", post(auth::log_in))
        .route("/data/v1/refresh", get(auth::refresh))
        .route("/data/v1/links", post(links::create))
        .route("/data/v1/links/institutions", get(institutions::list))
        .route("/data/v1/links/institutions/status", get(institutions::status))
        .route("/data/v1/consents", post(consents::create).get(consents::list))
        .route("/data/v1/consents/{consent_id}", get(consents::get))
        .route("/data/v1/consents/{consent_id}/revoke", delete(consents::revoke))
        .route("/data/v1/personal/institution-data", post(reports::personal_institution))
        .route("/data/v1/personal/user-data", post(reports::personal_user))
        .route("/data/v1/business/institution-data", post(reports::business_institution))
        .route("/data/v1/business/user-data", post(reports::business_user))
}
