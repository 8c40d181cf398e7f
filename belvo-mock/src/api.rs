//! Belvo's API under `/api/`, judged by the mock's own reading of the documentation.

mod callers;
mod consents;
mod fields;
mod institutions;
mod links;
mod page;
mod query;
mod record;
mod registration;
mod root;
pub(crate) mod schemas;
mod segment;
mod shown;
mod token;
mod unserved;
mod view;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::record::record;
pub(crate) use self::segment::Segment;
pub(crate) use self::unserved::routes as unserved_routes;
pub(crate) use self::view::link as link_view;
use super::instance::Instance;
use provider_mock::control::may_be_empty;

pub(crate) fn routes() -> OpenApiRouter<Arc<Instance>> {
    let mut routes = OpenApiRouter::new()
        .routes(routes!(root::show))
        .routes(routes!(token::create))
        .routes(routes!(links::list, links::register, links::resume))
        .routes(routes!(links::detail, links::update_credentials, links::change_retrieval, links::delete))
        .routes(routes!(links::refresh))
        .routes(routes!(consents::list))
        .routes(routes!(consents::detail))
        .routes(routes!(institutions::list))
        .routes(routes!(institutions::detail));
    may_be_empty(&mut routes.get_openapi_mut().paths, "/api/links/{id}/refresh/");
    routes
}
