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
use crate::institutions::{INSTITUTIONS, Institution};
use crate::openapi::{ForCall, ForKeys, NotFound};
use crate::refusal::Refusal;
use crate::rules;

/// Lists institutions.
#[utoipa::path(
    get,
    path = "/api/institutions/",
    operation_id = "listInstitutions",
    tag = "Institutions",
    params(
        ("page" = Option<u64>, Query, format = "uint64", minimum = 1, maximum = 18446744073709551615_u64, description = "From 1"),
        ("page_size" = Option<u64>, Query, format = "uint64", minimum = 1, maximum = 18446744073709551615_u64, description = "More than 1000 counts as so many"),
        ("omit" = Option<String>, Query, description = "Members to leave out, with commas"),
        ("fields" = Option<String>, Query, description = "Members to show, with commas"),
        ("country_code" = Option<String>, Query),
        ("country_code__in" = Option<String>, Query),
        ("display_name" = Option<String>, Query),
        ("name" = Option<String>, Query),
        ("name__in" = Option<String>, Query),
        ("resources__allin" = Option<String>, Query),
        ("status" = Option<String>, Query, description = "`healthy` or `down`"),
        ("status__in" = Option<String>, Query, description = "Several, with commas"),
        ("type" = Option<String>, Query, description = "`bank`, `fiscal` or `employment`"),
        ("type__in" = Option<String>, Query, description = "Several, with commas"),
        ("website" = Option<String>, Query),
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
    query.check_words("type", &["bank", "fiscal", "employment"])?;
    query.check_words("status", &["healthy", "down"])?;
    let fits = |institution: &&Institution| {
        let website = view::institution(institution, "")["website"].clone();
        query.fits("country_code", Some(institution.country))
            && query.fits("display_name", Some(institution.display_name))
            && query.fits("name", Some(institution.name))
            && query.fits("type", Some(institution.kind))
            && query.fits("status", Some(if institution.is_down { "down" } else { "healthy" }))
            && query.fits("website", website.as_str())
            && query
                .list("resources__allin")
                .is_none_or(|all| all.iter().all(|resource| institution.resources.contains(resource)))
    };
    let institutions: Vec<_> = INSTITUTIONS.iter().filter(fits).collect();
    let show = |institution: &&Institution| shown(&query, view::institution(institution, &mock.base_url()));
    page(&mock, &query, &institutions, show).map(Json)
}

/// Shows an institution.
#[utoipa::path(
    get,
    path = "/api/institutions/{id}/",
    operation_id = "showInstitution",
    tag = "Institutions",
    params(
        ("id" = u32, Path),
        ("omit" = Option<String>, Query, description = "Members to leave out, with commas"),
        ("fields" = Option<String>, Query, description = "Members to show, with commas"),
    ),
    security(("Keys" = [])),
    responses(
        (status = 200, description = "The institution", body = schemas::Institution),
        ForCall, ForKeys, NotFound,
    ),
)]
pub(super) async fn detail(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    query: Query,
) -> Result<Json<Value>, Refusal> {
    let found = INSTITUTIONS.iter().find(|institution| institution.id.to_string() == id);
    let institution = found.ok_or_else(|| Refusal::gone(&rules::UNKNOWN_INSTITUTION))?;
    Ok(Json(shown(&query, view::institution(institution, &mock.base_url()))))
}
