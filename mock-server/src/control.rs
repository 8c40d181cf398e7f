//! The control API under `/_mock`: what a test or a developer does in place of the user, and looks at.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use klavi_types::api::Consent as Answer;
use serde_json::{Value, json};

use crate::Error;
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::store::{Consent, Decision, Link};

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/_mock/state", get(state))
        .route("/_mock/consents/{consent_id}/authorise", post(authorise))
        .route("/_mock/consents/{consent_id}/reject", post(reject))
}

async fn state(State(mock): State<Arc<Instance>>) -> Json<Value> {
    let deliveries = mock.deliveries.snapshot();
    let store = mock.store();
    let consents: Vec<_> = store.consents.iter().map(Consent::answer).collect();
    Json(json!({
        "now": mock.clock.now().to_string(),
        "baseUrl": mock.base_url,
        "seed": mock.settings.seed,
        "accessKey": mock.settings.access_key,
        "consoleWebhook": mock.console_webhook().as_ref().map(url::Url::as_str),
        "links": store.links.iter().map(link).collect::<Vec<_>>(),
        "consents": consents,
        "reportRequests": store.report_requests,
        "deliveries": deliveries,
        "unknownFields": store.unknown_fields,
    }))
}

fn link(link: &Link) -> Value {
    json!({
        "linkId": link.id,
        "personalTaxId": link.personal_tax_id,
        "businessTaxId": link.business_tax_id,
        "institutionCode": link.institution_code,
        "redirectURL": link.redirect_url,
        "externalInfo": link.external_info,
        "createdAt": link.created_at.to_string(),
        "expiresAt": link.expires_at.to_string(),
    })
}

async fn authorise(
    State(mock): State<Arc<Instance>>,
    Path(consent_id): Path<String>,
) -> Result<Json<Answer>, Refusal> {
    decide(&mock, &consent_id, Decision::Authorise)
}

async fn reject(
    State(mock): State<Arc<Instance>>,
    Path(consent_id): Path<String>,
) -> Result<Json<Answer>, Refusal> {
    decide(&mock, &consent_id, Decision::Reject)
}

fn decide(mock: &Instance, consent_id: &str, decision: Decision) -> Result<Json<Answer>, Refusal> {
    mock.decide(consent_id, decision).map_err(|error| match error {
        Error::NotPending(_) => Refusal::conflict(&error.to_string()),
        _ => Refusal::not_found(&error.to_string()),
    })?;
    mock.consent(consent_id).map(Json).ok_or_else(|| Refusal::not_found("there is no such consent"))
}
