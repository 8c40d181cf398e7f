use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::webhook::WebhookView;
use crate::api::link_view;
use crate::instance::Instance;
use provider_mock::control::ForControl;
use provider_mock::control::{ClockView, FaultList, RequestView};

/// How many received requests are shown here, the newest.
const REQUESTS: usize = 100;

/// All that the mock knows but secrets.
#[utoipa::path(
    get,
    path = "/_mock/state",
    operation_id = "getState",
    tag = "Control",
    responses(
        (status = 200, description = "Links, sessions, tokens, consents, webhooks, requests, settings", body = Object),
        ForControl,
    ),
)]
pub(super) async fn show(State(mock): State<Arc<Instance>>) -> Json<Value> {
    Json(of(&mock))
}

pub(super) fn of(mock: &Instance) -> Value {
    let behaviour = mock.behaviour();
    let store = mock.store();
    let links: Vec<_> = store.links.iter().map(|link| link_view(link, &behaviour)).collect();
    let sessions: Vec<_> = store
        .sessions
        .iter()
        .map(|session| {
            json!({
                "session": session.id,
                "link": session.link_id,
                "type": session.challenge.kind.as_str(),
                "expiresAt": session.expires_at,
                "codeUntil": session.code_until,
            })
        })
        .collect();
    let tokens: Vec<_> = store
        .tokens
        .iter()
        .map(|token| {
            json!({
                "scopes": token.scopes,
                "linkId": token.link_id,
                "expiresAt": token.expires_at,
                "used": token.used,
            })
        })
        .collect();
    let consents: Vec<_> = store
        .consents
        .iter()
        .map(|consent| {
            json!({
                "id": consent.id,
                "institution": consent.institution.name,
                "status": consent.status.as_str(),
                "createdAt": consent.created_at,
                "endsAt": consent.ends_at,
            })
        })
        .collect();
    let unknown_fields = store.unknown_fields.clone();
    drop(store);
    let requests = mock.received.snapshot();
    let newest = &requests[requests.len().saturating_sub(REQUESTS)..];
    json!({
        "baseUrl": mock.base_url(),
        "widgetUrl": format!("{}/widget", mock.base_url()),
        "seed": mock.settings.seed,
        "secretId": mock.settings.secret_id.expose(),
        "clock": ClockView::of(mock),
        "behaviour": behaviour,
        "webhook": WebhookView::of(mock),
        "links": links,
        "sessions": sessions,
        "tokens": tokens,
        "consents": consents,
        "deliveries": mock.deliveries.snapshot(),
        "unknownFields": unknown_fields,
        "faults": FaultList::of(mock).faults,
        "requests": newest.iter().map(|call| RequestView::of(call, mock)).collect::<Vec<_>>(),
    })
}
