//! The HTTP server: which routes there are, and what answers a call that has none. Must not know what calls do.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use http::{StatusCode, Uri};
use provider_mock::control::Problem;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::instance::Instance;
use super::refusal::Refusal;
use super::{api, openapi, pages, rules};
use provider_mock::call::{self, Calls};

/// Answers until the token is cancelled; then takes no more and lets what is under way end.
pub(super) async fn serve(listener: TcpListener, mock: Arc<Instance>, stop: CancellationToken) {
    let service = router(mock).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the mock's server ended");
    }
}

fn router(mock: Arc<Instance>) -> Router {
    let calls = Calls { base_url: Arc::clone(&mock.base_url), api: &["/api/"] };
    let (described, _) = openapi::routes().split_for_parts();
    described
        .merge(pages::routes())
        .merge(api::unserved_routes())
        .fallback(no_path)
        .method_not_allowed_fallback(no_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&mock), api::record))
        .layer(middleware::from_fn_with_state(calls, call::answer))
        .with_state(mock)
}

/// The control API refuses in its own form, the provider's in Belvo's.
async fn no_path(uri: Uri) -> Response {
    if is_control(&uri) {
        return Problem::not_found("The resource does not exist").into_response();
    }
    Refusal::gone(&rules::PATH).into_response()
}

async fn no_method(uri: Uri) -> Response {
    if is_control(&uri) {
        let message = "The resource does not have this method";
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, message).into_response();
    }
    Refusal::by(&rules::METHOD, "Method not allowed.").into_response()
}

fn is_control(uri: &Uri) -> bool {
    uri.path().starts_with("/_mock/")
}
