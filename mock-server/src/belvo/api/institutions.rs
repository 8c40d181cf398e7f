use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::callers::Partner;
use super::page::page;
use super::query::Query;
use super::segment::Segment;
use super::shown::shown;
use super::view;
use crate::belvo::instance::Instance;
use crate::belvo::institutions::{INSTITUTIONS, Institution};
use crate::belvo::refusal::Refusal;

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
    let show = |institution: &&Institution| shown(&query, view::institution(institution, &mock.base_url));
    page(&mock, &query, &institutions, show).map(Json)
}

pub(super) async fn detail(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    query: Query,
) -> Result<Json<Value>, Refusal> {
    let found = INSTITUTIONS.iter().find(|institution| institution.id.to_string() == id);
    let institution = found.ok_or_else(Refusal::not_found)?;
    Ok(Json(shown(&query, view::institution(institution, &mock.base_url))))
}
