use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use klavi_types::api::Institution;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instance::Instance;
use provider_mock::control::Problem;
use provider_mock::control::{At, Input};
use provider_mock::control::{ForControl, ForControlBody, NotFound};

/// All institutions that the mock has.
#[derive(Serialize, ToSchema)]
pub(super) struct InstitutionList {
    pub(super) institutions: Vec<InstitutionView>,
}

/// An institution, and whether calls that name it are refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct InstitutionView {
    institution_code: String,
    name: String,
    out_of_service: bool,
}

/// Takes an institution out of service, or puts it back.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Service {
    out_of_service: bool,
}

impl InstitutionList {
    pub(super) fn of(mock: &Instance) -> Self {
        Self { institutions: mock.institutions().into_iter().map(InstitutionView::from).collect() }
    }
}

impl From<Institution> for InstitutionView {
    fn from(institution: Institution) -> Self {
        let out_of_service = !institution.is_available();
        Self {
            institution_code: institution.institution_code.map(|code| code.to_string()).unwrap_or_default(),
            name: institution.name.map(|name| name.as_str().to_owned()).unwrap_or_default(),
            out_of_service,
        }
    }
}

/// All institutions that the mock has.
#[utoipa::path(
    get,
    path = "/_mock/institutions",
    operation_id = "listAllInstitutions",
    tag = "Control",
    responses(
        (status = 200, description = "All of them", body = InstitutionList),
        ForControl,
    ),
)]
pub(super) async fn list(State(mock): State<Arc<Instance>>) -> Json<InstitutionList> {
    Json(InstitutionList::of(&mock))
}

/// Takes an institution out of service, or puts it back.
#[utoipa::path(
    put,
    path = "/_mock/institutions/{code}",
    operation_id = "setInstitution",
    tag = "Control",
    params(("code" = String, Path, example = "341")),
    request_body = Service,
    responses(
        (status = 200, description = "All institutions", body = InstitutionList),
        ForControlBody, NotFound,
    ),
)]
pub(super) async fn set(
    State(mock): State<Arc<Instance>>,
    At(code): At<String>,
    Input(service): Input<Service>,
) -> Result<Json<InstitutionList>, Problem> {
    mock.set_out_of_service(&code, service.out_of_service)?;
    Ok(Json(InstitutionList::of(&mock)))
}
