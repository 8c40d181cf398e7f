use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};

use crate::builder;
use crate::instance::{Hook, Instance};
use provider_mock::control::Input;
use provider_mock::control::{ForControl, ForControlBody};
use provider_mock::control::{Problem, invalid};

/// Where webhooks go.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WebhookSettings)]
pub(super) struct WebhookView {
    url: Option<String>,
    /// Whether there is a value for `Authorization`.
    has_authorization: bool,
}

/// Where webhooks are to go; without `url`, nowhere.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(as = SetWebhook)]
pub(super) struct WebhookOrder {
    /// An address of https, or of http to this machine.
    #[schema(format = "webhook", pattern = r"^https?://\S+$")]
    url: Option<String>,
    /// Value of `Authorization`, sent as it is.
    #[schema(pattern = r"^[^\x00-\x08\x0A-\x1F\x7F]*$")]
    authorization: Option<String>,
}

impl WebhookView {
    pub(super) fn of(mock: &Instance) -> Self {
        let hook = mock.hook();
        Self { url: hook.url.map(String::from), has_authorization: hook.authorization.is_some() }
    }
}

/// Where webhooks go.
#[utoipa::path(
    get,
    path = "/_mock/webhook",
    operation_id = "getWebhook",
    tag = "Control",
    responses(
        (status = 200, description = "Where they go", body = WebhookView),
        ForControl,
    ),
)]
pub(super) async fn show(State(mock): State<Arc<Instance>>) -> Json<WebhookView> {
    Json(WebhookView::of(&mock))
}

/// Sets where webhooks go.
#[utoipa::path(
    put,
    path = "/_mock/webhook",
    operation_id = "setWebhook",
    tag = "Control",
    request_body = WebhookOrder,
    responses(
        (status = 200, description = "Where they go now", body = WebhookView),
        ForControlBody,
    ),
)]
pub(super) async fn set(
    State(mock): State<Arc<Instance>>,
    Input(order): Input<WebhookOrder>,
) -> Result<Json<WebhookView>, Problem> {
    let http = mock.settings.http_webhooks;
    let url = order.url.as_deref().map(|url| builder::webhook_url(url, http)).transpose();
    let authorization = order.authorization.as_deref().map(builder::authorization).transpose();
    let invalid = |field| move |error: provider_mock::Error| invalid(field, &error);
    mock.set_hook(Hook {
        url: url.map_err(invalid("url"))?,
        authorization: authorization.map_err(invalid("authorization"))?,
    });
    Ok(Json(WebhookView::of(&mock)))
}
