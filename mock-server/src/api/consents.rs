use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use bytes::Bytes;
use http::HeaderMap;
use klavi_types::api::{Acknowledgement, Consent, ConsentCreated};
use url::form_urlencoded;

use super::callers::{LinkSession, Partner};
use super::fields::{Fields, note_unknown};
use super::schemas;
use super::segment::Segment;
use crate::instance::{Instance, NewConsent};
use crate::openapi::{Business, Conflict, ForBody, ForCall, ForQuery, ForToken, NotFound};
use crate::refusal::Refusal;
use crate::store::Origin;
use provider_mock::control::integer;
use synthetic_data::tax_id;

/// Makes a consent, which then waits for its user at the bank.
#[utoipa::path(
    post,
    path = "/data/v1/consents",
    operation_id = "createConsent",
    tag = "Consents",
    request_body = schemas::CreateConsent,
    security(("LinkToken" = [])),
    responses(
        (status = 200, description = "The consent and the way to the bank's page", body = schemas::ConsentCreated, links(
            ("get" = (operation_id = "getConsent", parameters(("consentId" = "$response.body#/consentId")))),
            ("revoke" = (operation_id = "revokeConsent", parameters(("consentId" = "$response.body#/consentId")))),
        )),
        ForCall, ForToken, ForBody, Conflict, Business,
    ),
)]
pub(crate) async fn create(
    State(mock): State<Arc<Instance>>,
    session: LinkSession,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ConsentCreated>, Refusal> {
    let mut fields = Fields::read(&headers, &body)?;
    let external_track_id = fields.required_text("externalTrackId");
    let subject = fields.subject();
    let institution_code = fields.required_text("institutionCode");
    let redirect_url = fields.required("redirectURL", Fields::redirect);
    let twelve_months = validity_period(&mut fields);
    fields.contacts();
    fields.object("clientMetadata");
    fields.finish(&mock, "POST /data/v1/consents")?;
    let new = NewConsent {
        external_track_id: Some(external_track_id),
        subject: subject.expect("a missing subject is a problem of its own"),
        institution_code,
        origin: Origin::Api { redirect_url },
        twelve_months,
    };
    let id = mock.create_consent(&session.link_id, new)?;
    Ok(Json(mock.consent_created(&id)))
}

/// Required in the newer documentation, absent in the older: whoever sends it is right with both.
fn validity_period(fields: &mut Fields) -> bool {
    match fields.take("validityPeriod").map(|value| integer(&value)) {
        Some(Some(12)) => return true,
        Some(Some(0)) => return false,
        Some(_) => fields.problem("validityPeriod", "must be the number 0 or 12"),
        None => fields.problem("validityPeriod", "is required"),
    }
    false
}

/// Shows a consent.
#[utoipa::path(
    get,
    path = "/data/v1/consents/{consentId}",
    operation_id = "getConsent",
    tag = "Consents",
    params(("consentId" = String, Path)),
    security(("AccessToken" = [])),
    responses(
        (status = 200, description = "The consent", body = schemas::Consent),
        ForCall, ForToken, NotFound,
    ),
)]
pub(crate) async fn get(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(consent_id): Segment,
) -> Result<Json<Consent>, Refusal> {
    mock.consent(&consent_id).map(Json).ok_or_else(unknown)
}

/// Shows the consents of a person or company.
///
/// One of the parameters is required. `linkId` is not documented but was observed, also in place of a tax id.
#[utoipa::path(
    get,
    path = "/data/v1/consents",
    operation_id = "listConsents",
    tag = "Consents",
    params(schemas::ConsentQuery),
    security(("AccessToken" = [])),
    responses(
        (status = 200, description = "The consents, oldest first", body = Vec<schemas::Consent>),
        ForCall, ForToken, ForQuery,
    ),
)]
pub(crate) async fn list(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<Consent>>, Refusal> {
    let mut query: BTreeMap<String, String> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let personal = query.remove("personalTaxId");
    let business = query.remove("businessTaxId");
    let link_id = query.remove("linkId");
    note_unknown(&mock, "GET /data/v1/consents", query.into_keys().collect());
    if personal.as_deref().is_some_and(|text| !tax_id::is_cpf(text)) {
        return Err(Refusal::unprocessable("personalTaxId must be a CPF: 11 digits with valid check digits"));
    }
    if business.as_deref().is_some_and(|text| !tax_id::is_cnpj(text)) {
        return Err(Refusal::unprocessable(
            "businessTaxId must be a CNPJ: 14 characters with valid check digits",
        ));
    }
    if personal.is_none() && business.is_none() && link_id.is_none() {
        return Err(Refusal::unprocessable("personalTaxId or businessTaxId is required"));
    }
    // A CPF also finds the consents of companies that the person acts for (observed).
    Ok(Json(mock.consents(|consent| {
        personal.as_deref().is_none_or(|cpf| consent.subject.cpf() == Some(cpf))
            && business.as_deref().is_none_or(|cnpj| consent.subject.cnpj() == Some(cnpj))
            && link_id.as_deref().is_none_or(|id| consent.link_id == id)
    })))
}

/// Revokes a consent.
#[utoipa::path(
    delete,
    path = "/data/v1/consents/{consentId}/revoke",
    operation_id = "revokeConsent",
    tag = "Consents",
    params(("consentId" = String, Path)),
    security(("AccessToken" = [])),
    responses(
        (status = 200, description = "It is revoked, or was over before", body = schemas::Acknowledgement),
        ForCall, ForToken, NotFound,
    ),
)]
pub(crate) async fn revoke(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(consent_id): Segment,
) -> Result<Json<Acknowledgement>, Refusal> {
    mock.revoke(&consent_id).map(|()| Json(Acknowledgement::ok())).ok_or_else(unknown)
}

fn unknown() -> Refusal {
    Refusal::not_found("The consent does not exist")
}
