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
use crate::store::{Act, Consent, Link, Task, TaskOrigin};

pub(crate) fn routes() -> Router<Arc<Instance>> {
    Router::new().route("/_mock/state", get(state)).route("/_mock/consents/{consent_id}/{act}", post(act))
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
        "partnerCode": mock.settings.partner_code,
        "rateLimit": mock.limits.rate(),
        "consoleWebhook": mock.console_webhook().as_ref().map(url::Url::as_str),
        "links": store.links.iter().map(link).collect::<Vec<_>>(),
        "consents": consents,
        "reportRequests": store.report_requests,
        "tasks": store.tasks.iter().map(task).collect::<Vec<_>>(),
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
        "appLink": link.app_link.as_ref().map(|app| json!({"url": app.url, "parameter": app.parameter})),
        "externalInfo": link.external_info,
        "createdAt": link.created_at.to_string(),
        "expiresAt": link.expires_at.to_string(),
    })
}

fn task(task: &Task) -> Value {
    let link_id = match &task.origin {
        TaskOrigin::Link(id) => Some(id),
        TaskOrigin::Visit(_) => None,
    };
    json!({
        "taskId": task.id,
        "linkId": link_id,
        "institutionCode": task.institution_code,
        "connectionKey": task.connection_key,
        "status": task.answer_status().status,
        "createdAt": task.created_at.to_string(),
    })
}

async fn act(
    State(mock): State<Arc<Instance>>,
    Path((consent_id, word)): Path<(String, String)>,
) -> Result<Json<Answer>, Refusal> {
    let act = match &*word {
        "approve" => Act::Approve,
        "authorise" => Act::Authorise,
        "reject" => Act::Reject,
        "fail" => Act::Fail,
        "expire" => Act::Expire,
        "revoke" => Act::Revoke,
        "delete-by-user" => Act::DeleteByUser,
        _ => return Err(Refusal::not_found("there is no such address")),
    };
    mock.act(&consent_id, act).map_err(|error| match error {
        Error::OutOfTurn(_) => Refusal::conflict(&error.to_string()),
        _ => Refusal::not_found(&error.to_string()),
    })?;
    mock.consent(&consent_id).map(Json).ok_or_else(|| Refusal::not_found("there is no such consent"))
}
