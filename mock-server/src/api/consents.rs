use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use klavi_types::api::{Acknowledgement, Consent, ConsentCreated};
use serde_json::Value;
use url::form_urlencoded;

use super::callers::{LinkSession, Partner};
use super::fields::{Fields, note, note_unknown};
use super::schemas;
use super::segment::Segment;
use crate::instance::{Instance, NewConsent};
use crate::openapi::{Business, Conflict, ForBody, ForCall, ForQuery, ForToken, NotFound};
use crate::refusal::Refusal;
use crate::rules;
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
    let validity_period = fields.take("validityPeriod");
    let twelve_months = twelve_months(&mut fields, validity_period.as_ref());
    fields.contacts();
    fields.object("clientMetadata");
    fields.finish(&mock, "POST /data/v1/consents")?;
    if validity_period.is_none() {
        note(&mock, "POST /data/v1/consents", &rules::VALIDITY_PERIOD_MISSING);
    }
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

/// Whether the consent ends after twelve months, also where the call does not say: the older documentation has no other.
fn twelve_months(fields: &mut Fields, validity_period: Option<&Value>) -> bool {
    match validity_period.map(integer) {
        None | Some(Some(12)) => return true,
        Some(Some(0)) => {}
        Some(_) => fields.problem(&rules::VALIDITY_PERIOD, "validityPeriod", "must be the number 0 or 12"),
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
/// A tax id is documented as required; `linkId`, and a call without any parameter, were observed.
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
        return Err(Refusal::by(
            &rules::TAX_ID,
            "personalTaxId must be a CPF: 11 digits with valid check digits",
        ));
    }
    if business.as_deref().is_some_and(|text| !tax_id::is_cnpj(text)) {
        return Err(Refusal::by(
            &rules::TAX_ID,
            "businessTaxId must be a CNPJ: 14 characters with valid check digits",
        ));
    }
    if personal.is_none() && business.is_none() && link_id.is_none() {
        note(&mock, "GET /data/v1/consents", &rules::CONSENTS_UNFILTERED);
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

/// Deletes a consent, as a client in production does it.
///
/// A pending consent is revoked, one that is over stays as it is. The documented way is `/revoke`.
#[utoipa::path(
    delete,
    path = "/data/v1/consents/{consentId}",
    operation_id = "deleteConsent",
    tag = "Consents",
    params(("consentId" = String, Path)),
    security(("AccessToken" = [])),
    responses(
        (status = 204, description = "It is over"),
        ForCall, ForToken, NotFound, Conflict,
    ),
)]
pub(crate) async fn delete(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(consent_id): Segment,
) -> Result<StatusCode, Refusal> {
    mock.delete_consent(&consent_id).map(|()| StatusCode::NO_CONTENT)
}

pub(crate) fn unknown() -> Refusal {
    Refusal::by(&rules::UNKNOWN_CONSENT, "The consent does not exist")
}
