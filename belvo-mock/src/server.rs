use std::net::SocketAddr;
use std::sync::Arc;

use axum::{Router, middleware};
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
        .fallback(|| async { Refusal::gone(&rules::PATH) })
        .method_not_allowed_fallback(|| async { Refusal::by(&rules::METHOD, "Method not allowed.") })
        .layer(middleware::from_fn_with_state(Arc::clone(&mock), api::record))
        .layer(middleware::from_fn_with_state(calls, call::answer))
        .with_state(mock)
}
