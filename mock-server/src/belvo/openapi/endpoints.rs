//! Belvo's endpoints.
#![expect(dead_code, reason = "they are there to be described")]

use super::schemas::{
    Accepted, Consent, Institution, Link, NewCredentials, NewLink, NewToken, Page, Problem, Refresh, Resume,
    Retrieval, Token,
};

/// Makes a widget token. The keys are in the body.
#[utoipa::path(post, path = "/api/token/", tag = "belvo", request_body = NewToken, responses(
    (status = 200, body = Token), (status = 400, body = [Problem]), (status = 401, body = [Problem])
))]
fn create_token() {}

/// Lists links, the newest first.
#[utoipa::path(get, path = "/api/links/", tag = "belvo", security(("keys" = [])), params(
    ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query, description = "1 to 1000"),
    ("omit" = Option<String>, Query), ("fields" = Option<String>, Query),
    ("access_mode" = Option<String>, Query),
    ("created_at" = Option<String>, Query, description = "A day or a moment; also with __gt, __gte, __lt, __lte"),
    ("created_at__range" = Option<String>, Query, description = "Two with a comma between"),
    ("created_by__not_in" = Option<String>, Query),
    ("external_id" = Option<String>, Query), ("external_id__in" = Option<String>, Query),
    ("id" = Option<String>, Query), ("id__in" = Option<String>, Query),
    ("institution" = Option<String>, Query), ("institution__in" = Option<String>, Query),
    ("institution_user_id" = Option<String>, Query), ("institution_user_id__in" = Option<String>, Query),
    ("refresh_rate" = Option<String>, Query),
    ("status" = Option<String>, Query), ("status__in" = Option<String>, Query)
), responses((status = 200, body = Page), (status = 400, body = [Problem]), (status = 401, body = [Problem])))]
fn list_links() {}

/// Registers a link by the user's login. 428: the user has to give a second factor.
#[utoipa::path(post, path = "/api/links/", tag = "belvo", security(("keys" = [])), request_body = NewLink, responses(
    (status = 201, body = Link), (status = 400, body = [Problem]), (status = 401, body = [Problem]),
    (status = 428, body = [Problem]), (status = 500, body = [Problem])
))]
fn register_link() {}

/// Takes the user's second factor. Late with a code: a new 428.
#[utoipa::path(patch, path = "/api/links/", tag = "belvo", security(("keys" = [])), request_body = Resume, responses(
    (status = 201, body = Link), (status = 200, body = Link, description = "Where save_data is false"),
    (status = 400, body = [Problem]), (status = 401, body = [Problem]), (status = 428, body = [Problem])
))]
fn resume() {}

/// Shows a link.
#[utoipa::path(get, path = "/api/links/{id}/", tag = "belvo", security(("keys" = [])), params(("id" = String, Path)), responses(
    (status = 200, body = Link), (status = 401, body = [Problem]), (status = 404, body = [Problem])
))]
fn show_link() {}

/// Gives a link new credentials.
#[utoipa::path(put, path = "/api/links/{id}/", tag = "belvo", security(("keys" = [])), params(("id" = String, Path)),
    request_body = NewCredentials, responses(
    (status = 200, body = Link), (status = 400, body = [Problem]), (status = 401, body = [Problem]),
    (status = 404, body = [Problem]), (status = 428, body = [Problem])
))]
fn update_credentials() {}

/// Changes how the data of a link are fetched.
#[utoipa::path(patch, path = "/api/links/{id}/", tag = "belvo", security(("keys" = [])), params(("id" = String, Path)),
    request_body = Retrieval, responses(
    (status = 200, body = Link), (status = 400, body = [Problem]), (status = 401, body = [Problem]),
    (status = 404, body = [Problem])
))]
fn change_retrieval() {}

/// Deletes a link with all its data.
#[utoipa::path(delete, path = "/api/links/{id}/", tag = "belvo", security(("keys" = [])), params(
    ("id" = String, Path), ("X-Belvo-Request-Mode" = Option<String>, Header, description = "`async`")
), responses(
    (status = 204, description = "It is gone"), (status = 202, body = Accepted), (status = 401, body = [Problem]),
    (status = 404, body = [Problem]), (status = 429, body = [Problem])
))]
fn delete_link() {}

/// Fetches the history of a link again; a webhook tells when it is there.
#[utoipa::path(post, path = "/api/links/{id}/refresh/", tag = "belvo", security(("keys" = [])),
    params(("id" = String, Path)), request_body = Option<Refresh>, responses(
    (status = 202, body = Accepted), (status = 400, body = [Problem]), (status = 401, body = [Problem]),
    (status = 404, body = [Problem]), (status = 409, body = [Problem]), (status = 428, body = [Problem])
))]
fn refresh_link() {}

/// Lists the Open Finance consents of a person or company.
#[utoipa::path(get, path = "/api/consents/", tag = "belvo", security(("keys" = [])), params(
    ("user_document" = String, Query, description = "CPF or CNPJ"),
    ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query),
    ("omit" = Option<String>, Query), ("fields" = Option<String>, Query)
), responses((status = 200, body = Page), (status = 400, body = [Problem]), (status = 401, body = [Problem])))]
fn list_consents() {}

/// Shows a consent.
#[utoipa::path(get, path = "/api/consents/{id}/", tag = "belvo", security(("keys" = [])), params(("id" = String, Path)), responses(
    (status = 200, body = Consent), (status = 401, body = [Problem]), (status = 404, body = [Problem])
))]
fn show_consent() {}

/// Lists institutions.
#[utoipa::path(get, path = "/api/institutions/", tag = "belvo", security(("keys" = [])), params(
    ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query),
    ("omit" = Option<String>, Query), ("fields" = Option<String>, Query),
    ("country_code" = Option<String>, Query), ("country_code__in" = Option<String>, Query),
    ("display_name" = Option<String>, Query), ("name" = Option<String>, Query), ("name__in" = Option<String>, Query),
    ("resources__allin" = Option<String>, Query),
    ("status" = Option<String>, Query), ("status__in" = Option<String>, Query),
    ("type" = Option<String>, Query), ("type__in" = Option<String>, Query), ("website" = Option<String>, Query)
), responses((status = 200, body = Page), (status = 400, body = [Problem]), (status = 401, body = [Problem])))]
fn list_institutions() {}

/// Shows an institution.
#[utoipa::path(get, path = "/api/institutions/{id}/", tag = "belvo", security(("keys" = [])), params(("id" = u32, Path)), responses(
    (status = 200, body = Institution), (status = 401, body = [Problem]), (status = 404, body = [Problem])
))]
fn show_institution() {}
