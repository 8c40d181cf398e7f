//! A call in progress: the base URL for its answer, and its log line.
//!
//! The line has method, path, status, time, the reason of a refusal and the names of unknown fields: no header, no query
//! and no value of a body. Knows no provider.

use std::cell::RefCell;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

use crate::base_url::BaseUrl;

tokio::task_local! {
    static CALL: Call;
}

struct Call {
    base_url: String,
    unknown_fields: RefCell<Vec<String>>,
}

/// What all calls of one mock have in common.
#[derive(Clone, Debug)]
pub struct Calls {
    /// Where the mock is reached.
    pub base_url: Arc<BaseUrl>,
    /// Where paths of the provider's API begin. Pages and the control API have no log line.
    pub api: &'static [&'static str],
}

/// Why a call was refused, for the log. It quotes no value of the call.
#[derive(Clone, Debug)]
pub struct Reason(pub String);

/// Answers a call and logs it.
pub async fn answer(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_api = calls.api.iter().any(|api| path.starts_with(api));
    let template = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let path = template.unwrap_or_else(|| masked(path));
    let (method, start) = (request.method().clone(), Instant::now());
    let call = Call {
        base_url: calls.base_url.of_call(request.uri(), request.headers()),
        unknown_fields: RefCell::default(),
    };
    let answering = async {
        let answer = next.run(request).await;
        (answer, CALL.with(|call| call.unknown_fields.take()))
    };
    let (answer, unknown) = CALL.scope(call, answering).await;
    if is_api {
        let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let reason = answer.extensions().get::<Reason>().map(|reason| reason.0.as_str());
        let unknown_fields = (!unknown.is_empty()).then(|| unknown.join(","));
        tracing::info!(status = answer.status().as_u16(), ms, reason, unknown_fields, "{method} {path}");
    }
    answer
}

/// The base URL for the answer to the call under way. None outside of calls.
pub fn base_url() -> Option<String> {
    CALL.try_with(|call| call.base_url.clone()).ok()
}

/// Puts names of unknown fields into the log line of the call under way.
pub fn note_unknown_fields(names: &[String]) {
    // Outside of calls there is no line.
    let _ =
        CALL.try_with(|call| call.unknown_fields.borrow_mut().extend(names.iter().map(|name| masked(name))));
}

/// A path, or the name of a field, without parts that may be a tax id, a key or a token.
fn masked(text: &str) -> String {
    let is_open = |part: &&str| part.len() <= 40 && part.bytes().filter(u8::is_ascii_digit).count() < 8;
    text.split('/').map(|part| Some(part).filter(is_open).unwrap_or("…")).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_personal_is_masked() {
        for (path, shown) in [
            ("/data/v1/linkz", "/data/v1/linkz"),
            ("/data/v1/consents/123.456.789-09", "/data/v1/consents/…"),
            ("/data/v1/links/12345678909/x", "/data/v1/links/…/x"),
            ("12.345.678/0001-95", "…/0001-95"),
            ("productsCallbackUrl", "productsCallbackUrl"),
        ] {
            assert_eq!(masked(path), shown);
        }
    }
}
