//! Klavi's API under `/data/v1` and `/klaas`, judged by the mock's own reading of the documentation.

mod analysis;
mod auth;
mod callers;
mod consents;
pub(crate) mod fields;
mod institutions;
mod klaas;
mod limit;
mod links;
mod query;
mod record;
mod reports;
mod segment;
mod tasks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};

pub(crate) use self::query::note as note_query;
pub(crate) use self::record::record;
pub(crate) use self::segment::Segment;
use crate::instance::Instance;

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/data/v1/auth", post(auth::log_in))
        .route("/data/v1/refresh", get(auth::refresh))
        .route("/data/v1/links", post(links::create))
        .route("/data/v1/links/institutions", get(institutions::list))
        .route("/data/v1/links/institutions/status", get(institutions::status))
        .route("/data/v1/consents", post(consents::create).get(consents::list))
        .route("/data/v1/consents/{consentId}", get(consents::get))
        .route("/data/v1/consents/{consentId}/revoke", delete(consents::revoke))
        .route("/data/v1/personal/institution-data", post(reports::personal_institution))
        .route("/data/v1/personal/user-data", post(reports::personal_user))
        .route("/data/v1/business/institution-data", post(reports::business_institution))
        .route("/data/v1/business/user-data", post(reports::business_user))
        .route("/data/v1/tasks/{taskId}/status", get(tasks::status))
        .route("/data/v1/tasks/{taskId}/mfa", post(tasks::submit_mfa))
        .route("/data/analysis/v1/events", get(analysis::events))
        .route("/analysis-results/{file}", get(analysis::result))
        .merge(klaas::routes())
}
