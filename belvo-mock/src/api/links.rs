use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::callers::Partner;
use super::fields::Fields;
use super::page::page;
use super::query::Query;
use super::schemas;
use super::segment::Segment;
use super::shown::shown;
use super::{registration, view};
use crate::instance::{Answer, Instance, NewCredentials, Retrieval};
use crate::openapi::{Conflict, ForCall, ForKeys, NotFound, TokenRequired, TooMany, Unexpected};
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{AccessMode, Link, LinkStatus, RefreshRate, Secret};

/// Lists links, the newest first.
#[utoipa::path(
    get,
    path = "/api/links/",
    operation_id = "listLinks",
    tag = "Links",
    params(
        ("page" = Option<u64>, Query, format = "uint64", minimum = 1, maximum = 18446744073709551615_u64, description = "From 1"),
        ("page_size" = Option<u64>, Query, format = "uint64", minimum = 1, maximum = 18446744073709551615_u64, description = "More than 1000 counts as so many"),
        ("omit" = Option<String>, Query, description = "Members to leave out, with commas"),
        ("fields" = Option<String>, Query, description = "Members to show, with commas"),
        ("access_mode" = inline(Option<AccessMode>), Query),
        ("created_at" = Option<String>, Query, description = "A day or a moment; also with __gt, __gte, __lt, __lte"),
        ("created_at__range" = Option<String>, Query, description = "Two with a comma between"),
        ("created_by__not_in" = Option<String>, Query),
        ("external_id" = Option<String>, Query),
        ("external_id__in" = Option<String>, Query),
        ("id" = Option<String>, Query),
        ("id__in" = Option<String>, Query),
        ("institution" = Option<String>, Query),
        ("institution__in" = Option<String>, Query),
        ("institution_user_id" = Option<String>, Query),
        ("institution_user_id__in" = Option<String>, Query),
        ("refresh_rate" = inline(Option<RefreshRate>), Query),
        ("status" = inline(Option<LinkStatus>), Query),
        ("status__in" = Option<String>, Query, description = "Several, with commas"),
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
    query.check_words("access_mode", &["single", "recurrent"])?;
    query.check_words("status", &LinkStatus::ALL.map(LinkStatus::as_str))?;
    query.check_words("refresh_rate", &RefreshRate::ALL.map(RefreshRate::as_str))?;
    let created = query.created()?;
    let fits = |link: &&Link| {
        let others = query.list("created_by__not_in");
        query.fits("id", Some(&link.id))
            && query.fits("institution", Some(link.institution.name))
            && query.fits("institution_user_id", Some(&link.institution_user_id))
            && query.fits("external_id", link.external_id.as_deref())
            && query.fits("access_mode", Some(link.access_mode.as_str()))
            && query.fits("status", Some(link.status.as_str()))
            && query.fits("refresh_rate", link.refresh_rate.map(RefreshRate::as_str))
            && others.is_none_or(|others| !others.contains(&link.created_by.as_str()))
            && created(link.created_at)
    };
    // The newest first.
    let links: Vec<_> = mock.store().links.iter().rev().filter(fits).cloned().collect();
    let behaviour = mock.behaviour();
    page(&mock, &query, &links, |link| shown(&query, view::link(link, &behaviour))).map(Json)
}

/// Registers a link by the user's login.
#[utoipa::path(
    post,
    path = "/api/links/",
    operation_id = "registerLink",
    tag = "Links",
    request_body = schemas::NewLink,
    security(("Keys" = [])),
    responses(
        (status = 201, description = "The link", body = schemas::Link),
        ForCall, ForKeys, TokenRequired, Unexpected,
    ),
)]
pub(super) async fn register(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    query: Query,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let new = registration::new_link(&mock, Fields::read(&headers, &body)?)?;
    let link = mock.register(new)?;
    Ok((StatusCode::CREATED, answer(&mock, &query, &link)).into_response())
}

/// Takes the user's second factor. Late with a code: a new 428.
#[utoipa::path(
    patch,
    path = "/api/links/",
    operation_id = "resumeLink",
    tag = "Links",
    request_body = schemas::Resume,
    security(("Keys" = [])),
    responses(
        (status = 201, description = "The link", body = schemas::Link),
        (status = 200, description = "The same where save_data is false", body = schemas::Link),
        ForCall, ForKeys, NotFound, TokenRequired,
    ),
)]
pub(super) async fn resume(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    query: Query,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let mut fields = Fields::read(&headers, &body)?;
    fields.nullable("token");
    let given = Answer {
        session: fields.required_text("session"),
        link: fields.required_text("link"),
        token: fields.text("token"),
    };
    let save_data = fields.flag("save_data").unwrap_or(true);
    fields.finish(&mock, "PATCH /api/links/")?;
    let link = mock.resume(&given)?;
    // Data that are not kept are in the answer alone, and nothing is created.
    let status = if save_data { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, answer(&mock, &query, &link)).into_response())
}

/// Shows a link.
#[utoipa::path(
    get,
    path = "/api/links/{id}/",
    operation_id = "showLink",
    tag = "Links",
    params(
        ("id" = String, Path),
        ("omit" = Option<String>, Query, description = "Members to leave out, with commas"),
        ("fields" = Option<String>, Query, description = "Members to show, with commas"),
    ),
    security(("Keys" = [])),
    responses(
        (status = 200, description = "The link", body = schemas::Link),
        ForCall, ForKeys, NotFound,
    ),
)]
pub(super) async fn detail(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    query: Query,
) -> Result<Json<Value>, Refusal> {
    let link = mock.link(&id)?;
    Ok(answer(&mock, &query, &link))
}

/// Gives a link new credentials.
#[utoipa::path(
    put,
    path = "/api/links/{id}/",
    operation_id = "updateCredentials",
    tag = "Links",
    params(
        ("id" = String, Path),
    ),
    request_body = schemas::NewCredentials,
    security(("Keys" = [])),
    responses(
        (status = 200, description = "The link", body = schemas::Link),
        ForCall, ForKeys, NotFound, TokenRequired, Unexpected,
    ),
)]
pub(super) async fn update_credentials(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    query: Query,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let institution = mock.link(&id)?.institution;
    let mut fields = Fields::read(&headers, &body)?;
    fields.nullable("token");
    let new = NewCredentials {
        password: Secret::new(fields.required_text("password")),
        token: fields.text("token"),
    };
    if institution.field("password2").is_some() {
        fields.required_text("password2");
    } else {
        fields.text("password2");
    }
    registration::certificate(&mut fields);
    // The official clients send the one, the older document has the other.
    fields.flag("save_data");
    fields.text("username_type");
    fields.finish(&mock, "PUT /api/links/{id}/")?;
    let link = mock.update_credentials(&id, &new)?;
    Ok(answer(&mock, &query, &link))
}

/// Changes how the data of a link are fetched.
#[utoipa::path(
    patch,
    path = "/api/links/{id}/",
    operation_id = "changeRetrieval",
    tag = "Links",
    params(
        ("id" = String, Path),
    ),
    request_body = schemas::Retrieval,
    security(("Keys" = [])),
    responses(
        (status = 200, description = "The link", body = schemas::Link),
        ForCall, ForKeys, NotFound,
    ),
)]
pub(super) async fn change_retrieval(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    query: Query,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let institution = mock.link(&id)?.institution;
    let mut fields = Fields::read(&headers, &body)?;
    let access_mode = fields.choice("access_mode", &["single", "recurrent"]);
    let change = Retrieval {
        access_mode: access_mode.as_deref().and_then(AccessMode::from_word),
        stale_in: registration::stale_in(&mut fields),
        fetch_resources: fields.words("fetch_resources", institution.resources, &rules::RESOURCE),
    };
    fields.finish(&mock, "PATCH /api/links/{id}/")?;
    let link = mock.change_retrieval(&id, change)?;
    Ok(answer(&mock, &query, &link))
}

/// Fetches the history of a link again; a webhook tells when it is there.
#[utoipa::path(
    post,
    path = "/api/links/{id}/refresh/",
    operation_id = "refreshLink",
    tag = "Links",
    params(
        ("id" = String, Path),
    ),
    request_body = schemas::Refresh,
    security(("Keys" = [])),
    responses(
        (status = 202, description = "It is under way", body = schemas::Accepted),
        ForCall, ForKeys, NotFound, Conflict, TokenRequired, Unexpected,
    ),
)]
pub(super) async fn refresh(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let institution = mock.link(&id)?.institution;
    let mut fields = Fields::read_optional(&headers, &body)?;
    let resources = fields.words("fetch_resources", institution.resources, &rules::RESOURCE);
    fields.finish(&mock, "POST /api/links/{id}/refresh/")?;
    let request_id = mock.refresh(&id, resources)?;
    Ok(accepted(request_id))
}

/// Deletes a link with all its data.
#[utoipa::path(
    delete,
    path = "/api/links/{id}/",
    operation_id = "deleteLink",
    tag = "Links",
    params(
        ("id" = String, Path),
        ("X-Belvo-Request-Mode" = Option<String>, Header, description = "`async`: the answer does not wait"),
    ),
    security(("Keys" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 202, description = "It is going", body = schemas::Accepted),
        ForCall, ForKeys, NotFound, TooMany,
    ),
)]
pub(super) async fn delete(
    State(mock): State<Arc<Instance>>,
    _: Partner,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mode = headers.get("x-belvo-request-mode").map(|mode| mode.as_bytes().to_ascii_lowercase());
    let asynchronous = mode.is_some_and(|mode| mode == b"async");
    let request_id = mock.delete(&id, asynchronous)?;
    Ok(if asynchronous { accepted(request_id) } else { StatusCode::NO_CONTENT.into_response() })
}

/// Under the id that the webhook has later, there with hyphens.
fn accepted(request_id: uuid::Uuid) -> Response {
    (StatusCode::ACCEPTED, Json(json!({"request_id": request_id.simple().to_string()}))).into_response()
}

fn answer(mock: &Instance, query: &Query, link: &Link) -> Json<Value> {
    Json(shown(query, view::link(link, &mock.behaviour())))
}
