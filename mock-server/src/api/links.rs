use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::api::Link;
use serde_json::Value;

use super::callers::Partner;
use super::fields::Fields;
use super::schemas;
use super::segment::Segment;
use crate::instance::{Instance, NewLink};
use crate::openapi::{Business, ForBody, ForCall, ForToken, NotFound};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{AppLink, CallbackUrls};

/// Makes a link: the session of one end user.
#[utoipa::path(
    post,
    path = "/data/v1/links",
    operation_id = "createLink",
    tag = "Links",
    request_body = schemas::CreateLink,
    security(("AccessToken" = [])),
    responses(
        (status = 200, description = "The link, its page and its token", body = schemas::Link),
        ForCall, ForToken, ForBody, Business,
    ),
)]
pub(crate) async fn create(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Link>, Refusal> {
    let mut fields = Fields::read(&headers, &body)?;
    let mut link = NewLink {
        personal_tax_id: fields.cpf("personalTaxId"),
        business_tax_id: fields.cnpj("businessTaxId"),
        institution_code: fields.text("institutionCode"),
        redirect_url: fields.redirect("redirectURL"),
        app_link: None,
        connection_key: fields.text("connectionKey"),
        callback_urls: None,
        external_info: fields.object("externalInfo"),
    };
    let callback_urls = fields.take("productsCallbackURL");
    fields.contacts();
    let app_link = fields.redirect("appLink");
    let app_redirect_url_key = fields.text("appRedirectURLKey");
    if app_link.is_some() && app_redirect_url_key.is_none() {
        fields.problem(&rules::APP_LINK_KEY, "appRedirectURLKey", "is required with appLink");
    }
    let application_link = fields.redirect("applicationLink");
    fields.finish(&mock, "POST /data/v1/links")?;
    link.app_link = app_link
        .zip(app_redirect_url_key)
        .map(|(url, parameter)| AppLink { url, parameter })
        .or_else(|| application_link.map(AppLink::older));
    link.callback_urls = callback_urls.as_ref().map(|urls| callbacks(&mock, urls)).transpose()?;
    mock.create_link(link).map(Json)
}

/// Shows a link, as a client in production reads it.
///
/// Its members are the mock's: no answer was recorded. Tokens are not among them.
#[utoipa::path(
    get,
    path = "/data/v1/links/{linkId}",
    operation_id = "getLink",
    tag = "Links",
    params(("linkId" = String, Path)),
    security(("AccessToken" = [])),
    responses(
        (status = 200, description = "The link", body = schemas::LinkDetails),
        ForCall, ForToken, NotFound,
    ),
)]
pub(crate) async fn get(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(link_id): Segment,
) -> Result<Json<Value>, Refusal> {
    let link = mock.link_details(&link_id);
    link.map(Json).ok_or_else(|| Refusal::by(&rules::UNKNOWN_LINK, "The link does not exist"))
}

/// Reads `productsCallbackURL`; what is wrong with it is a business error.
pub(crate) fn callbacks(mock: &Instance, value: &Value) -> Result<CallbackUrls, Refusal> {
    CallbackUrls::read(value, mock.settings.http_webhooks)
        .map_err(|why| Refusal::by(&rules::CALLBACK_URL, format!("Invalid productsCallbackURL: {why}")))
}
