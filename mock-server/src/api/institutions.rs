use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use klavi_types::api::{Institution, InstitutionStatus};

use super::callers::LinkSession;
use crate::instance::Instance;

pub(crate) async fn list(State(mock): State<Arc<Instance>>, _: LinkSession) -> Json<Vec<Institution>> {
    Json(mock.institutions())
}

pub(crate) async fn status(
    State(mock): State<Arc<Instance>>,
    session: LinkSession,
) -> Json<Vec<InstitutionStatus>> {
    Json(mock.institution_statuses(&session.link_id))
}
