use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::callers::Partner;
use super::page::page;
use super::query::Query;
use super::schemas;
use super::segment::Segment;
use super::shown::shown;
use super::view;
use crate::instance::Instance;
use crate::openapi::{ForCall, ForKeys, NotFound};
use crate::refusal::Refusal;
use crate::rules;
use synthetic_data::tax_id;

/// Lists the Open Finance consents of a person or company.
#[utoipa::path(
    get,
    path = "/api/consents/",
    operation_id = "listConsents",
    tag = "Consents",
    params(
        ("user_document" = String, Query, description = "CPF or CNPJ"),
        ("page" = Option<u64>, Query, format = "uint64", minimum = 1, maximum = 18446744073709551615_u64, description = "From 1"),
        ("page_size" = Option<u64>, Query, format = "uint64", minimum = 1, maximum = 18446744073709551615_u64, description = "More than 1000 counts as so many"),
        ("omit" = Option<String>, Query, description = "Members to leave out, with commas"),
        ("fields" = Option<String>, Query, description = "Members to show, with commas"),
    ),
    security(("Keys" = [])),
    responses(
        (status = 200, description = "A page of them", body = schemas::Page),
        ForCall, ForKeys, NotFound,
    ),
)]
pub(super) async fn list(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    query: Query,
) -> Result<Json<Value>, Refusal> {
    let Some(document) = query.get("user_document") else {
        return Err(Refusal::in_field(&rules::USER_DOCUMENT, "user_document", "This field is required."));
    };
    let bare: String = document.chars().filter(char::is_ascii_alphanumeric).collect();
    if !tax_id::is_cpf(&bare) && !tax_id::is_cnpj(&bare) {
        return Err(Refusal::in_field(&rules::DOCUMENT, "user_document", "Enter a valid CPF or CNPJ."));
    }
    let (consents, behaviour) = (mock.consents_of(&bare), mock.behaviour());
    let show = |consent: &_| shown(&query, view::consent(consent, mock.settings.seed, &behaviour));
    page(&mock, &query, &consents, show).map(Json)
}

/// Shows a consent.
#[utoipa::path(
    get,
    path = "/api/consents/{id}/",
    operation_id = "showConsent",
    tag = "Consents",
    params(
        ("id" = String, Path),
        ("omit" = Option<String>, Query, description = "Members to leave out, with commas"),
        ("fields" = Option<String>, Query, description = "Members to show, with commas"),
    ),
    security(("Keys" = [])),
    responses(
        (status = 200, description = "The consent", body = schemas::Consent),
        ForCall, ForKeys, NotFound,
    ),
)]
pub(super) async fn detail(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    query: Query,
) -> Result<Json<Value>, Refusal> {
    let consent = view::consent(&mock.consent(&id)?, mock.settings.seed, &mock.behaviour());
    Ok(Json(shown(&query, consent)))
}
