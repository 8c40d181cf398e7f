use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use klavi_types::api::{Institution, InstitutionStatus};

use super::callers::LinkSession;
use super::schemas;
use crate::instance::Instance;
use crate::openapi::{ForCall, ForToken};

/// Institutions that the user of the link can choose.
#[utoipa::path(
    get,
    path = "/data/v1/links/institutions",
    operation_id = "listInstitutions",
    tag = "Institutions",
    security(("LinkToken" = [])),
    responses(
        (status = 200, description = "All of them", body = Vec<schemas::Institution>),
        ForCall, ForToken,
    ),
)]
pub(crate) async fn list(State(mock): State<Arc<Instance>>, _: LinkSession) -> Json<Vec<Institution>> {
    Json(mock.institutions())
}

/// How far the user of the link has got at each institution.
#[utoipa::path(
    get,
    path = "/data/v1/links/institutions/status",
    operation_id = "listInstitutionStatuses",
    tag = "Institutions",
    security(("LinkToken" = [])),
    responses(
        (status = 200, description = "Those that the user has chosen", body = Vec<schemas::InstitutionStatus>),
        ForCall, ForToken,
    ),
)]
pub(crate) async fn status(
    State(mock): State<Arc<Instance>>,
    session: LinkSession,
) -> Json<Vec<InstitutionStatus>> {
    Json(mock.institution_statuses(&session.link_id))
}
