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
pub(crate) mod schemas;
mod segment;
mod spelled;
mod tasks;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::query::note as note_query;
pub(crate) use self::record::record;
pub(crate) use self::segment::Segment;
pub(crate) use self::spelled::spell;
use crate::instance::Instance;

pub(crate) fn routes() -> OpenApiRouter<Arc<Instance>> {
    OpenApiRouter::new()
        .routes(routes!(auth::log_in))
        .routes(routes!(auth::refresh))
        .routes(routes!(links::create))
        .routes(routes!(links::get))
        .routes(routes!(institutions::list))
        .routes(routes!(institutions::status))
        .routes(routes!(consents::create, consents::list))
        .routes(routes!(consents::get, consents::delete))
        .routes(routes!(consents::revoke))
        .routes(routes!(reports::personal_institution))
        .routes(routes!(reports::personal_user))
        .routes(routes!(reports::business_institution))
        .routes(routes!(reports::business_user))
        .routes(routes!(tasks::status))
        .routes(routes!(tasks::submit_mfa))
        .routes(routes!(analysis::events))
        .routes(routes!(analysis::result))
        .merge(klaas::routes())
}
