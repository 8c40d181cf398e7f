use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::RETRY_AFTER;

use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;

/// Refuses a call that is one too many in its second. That there is a `Retry-After` is not documented, but observed
/// clients honour it.
pub(crate) async fn limit(State(mock): State<Arc<Instance>>, request: Request, next: Next) -> Response {
    // Opened by browsers, no call to the API. And while the clock stands still, there is no second to count in.
    if request.uri().path().starts_with("/data/v1/basic-links/") || mock.clock.is_frozen() {
        return next.run(request).await;
    }
    let Err(seconds) = mock.limits.count(mock.clock.now()) else { return next.run(request).await };
    let message = "Too many requests: the calls per second of the contract are used up";
    let mut refusal = Refusal::by_all(vec![&rules::RATE, &rules::RATE_WINDOW], message).into_response();
    refusal.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    refusal
}
