use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use url::form_urlencoded;

use super::fields::note_unknown;
use crate::instance::Instance;

/// The calls for which no parameter in the query is documented.
const WITHOUT_QUERY: [&str; 19] = [
    "POST /data/v1/auth",
    "GET /data/v1/refresh",
    "POST /data/v1/links",
    "GET /data/v1/links/{linkId}",
    "GET /data/v1/links/institutions",
    "GET /data/v1/links/institutions/status",
    "POST /data/v1/consents",
    "GET /data/v1/consents/{consentId}",
    "DELETE /data/v1/consents/{consentId}",
    "DELETE /data/v1/consents/{consentId}/revoke",
    "POST /data/v1/personal/institution-data",
    "POST /data/v1/personal/user-data",
    "POST /data/v1/business/institution-data",
    "POST /data/v1/business/user-data",
    "GET /data/v1/tasks/{taskId}/status",
    "POST /data/v1/tasks/{taskId}/mfa",
    "GET /data/analysis/v1/events",
    "POST /klaas/transaction/v2/category",
    "POST /klaas/open-finance/v1/analytics",
];

/// Notes what such a call has in its query all the same.
pub(crate) async fn note(
    State(mock): State<Arc<Instance>>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    if let Some(query) = request.uri().query() {
        let call = format!("{} {}", request.method(), path.as_str());
        if let Some(endpoint) = WITHOUT_QUERY.into_iter().find(|known| *known == call) {
            let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
            note_unknown(&mock, endpoint, names.collect());
        }
    }
    next.run(request).await
}
