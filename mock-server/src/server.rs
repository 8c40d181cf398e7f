use std::sync::Arc;

use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::{api, openapi, pages, rules};
use provider_mock::call::{self, Calls};

/// Answers until the token is cancelled; then takes no more and lets what is under way end.
pub(crate) async fn serve(listener: TcpListener, mock: Arc<Instance>, stop: CancellationToken) {
    let served = axum::serve(listener, router(mock)).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the mock's server ended");
    }
}

fn router(mock: Arc<Instance>) -> Router {
    let noted = middleware::from_fn_with_state(Arc::clone(&mock), api::note_query);
    let calls = Calls { base_url: Arc::clone(&mock.base_url), api: &["/data/", "/klaas/"] };
    let (described, _) = openapi::routes().split_for_parts();
    described
        .route_layer(noted)
        .merge(pages::routes())
        .fallback(|| async { Refusal::by(&rules::PATH, "The resource does not exist") })
        .method_not_allowed_fallback(|| async {
            Refusal::by(&rules::METHOD, "The resource does not have this method")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&mock), api::spell))
        .layer(middleware::from_fn_with_state(Arc::clone(&mock), api::record))
        .layer(middleware::from_fn_with_state(calls, call::answer))
        .with_state(mock)
}
