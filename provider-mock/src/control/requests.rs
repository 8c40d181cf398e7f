//! The calls to the provider, without secrets.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::ForControl;
use crate::{Mock, ReceivedRequest, Shared};

/// Stands in place of a secret.
const CUT: &str = "..";

/// Headers that are shown; all others may hold something secret.
const HEADERS: [&str; 8] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "content-length",
    "content-type",
    "host",
    "traceparent",
    "user-agent",
];

/// The calls to the API, the newest 10,000.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestList {
    requests: Vec<RequestView>,
}

/// A call to the API, without secrets and tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    id: u64,
    at: Timestamp,
    method: String,
    path: String,
    /// Names in lower case; the values of those that may hold something secret are cut.
    headers: BTreeMap<String, String>,
    /// JSON without its secrets; `null` of anything else, in which they could not be found.
    body: Value,
    bytes: usize,
    /// `null` while it is being answered, and where the caller went away.
    #[schema(required)]
    status: Option<u16>,
    /// Number of the fault that struck it.
    #[schema(required)]
    fault: Option<u64>,
}

/// Calls to the API, without secrets and tokens.
#[utoipa::path(
    get,
    path = "/_mock/requests",
    operation_id = "listRequests",
    tag = "Control",
    responses(
        (status = 200, description = "The newest ones", body = RequestList),
        ForControl,
    ),
)]
pub(crate) async fn list(State(mock): State<Shared>) -> Json<RequestList> {
    Json(RequestList {
        requests: mock.recorder().snapshot().iter().map(|call| RequestView::of(call, &*mock)).collect(),
    })
}

impl RequestView {
    /// Of that call, as the mock that got it shows it.
    pub fn of(request: &ReceivedRequest, mock: &dyn Mock) -> Self {
        let mut body = request.json();
        cut(&mut body, mock.secrets());
        Self {
            id: request.id,
            at: request.at,
            method: request.method.to_string(),
            path: request.path.clone(),
            headers: headers(&request.headers),
            body,
            bytes: request.body.len(),
            status: request.status.map(|status| status.as_u16()),
            fault: request.fault,
        }
    }
}

fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let shown = |(name, value): (&HeaderName, &HeaderValue)| {
        let text = value.to_str().ok().filter(|_| HEADERS.contains(&name.as_str())).unwrap_or(CUT);
        (name.as_str().to_owned(), text.to_owned())
    };
    headers.iter().map(shown).collect()
}

fn cut(value: &mut Value, secrets: &[&str]) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if secrets.iter().any(|secret| secret.eq_ignore_ascii_case(name)) {
                    *value = CUT.into();
                } else {
                    cut(value, secrets);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| cut(item, secrets)),
        _ => {}
    }
}
