//! What an operator's tools ask, on an address of its own: it tells of the inside and is not for the internet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use klavi_webhook::{Clock, EntryState, Inbox, Receiver};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::exit::Failure;

/// What the pages look at.
#[derive(Clone)]
struct Inside {
    inbox: Arc<dyn Inbox>,
    receiver: Receiver,
    metrics: PrometheusHandle,
    ready: Arc<AtomicBool>,
}

/// Collects what the receiver counts.
pub(super) fn recorder() -> Result<PrometheusHandle, Failure> {
    PrometheusBuilder::new().install_recorder().map_err(Failure::failed)
}

pub(super) fn pages(
    inbox: Arc<dyn Inbox>,
    receiver: Receiver,
    metrics: PrometheusHandle,
    ready: Arc<AtomicBool>,
) -> Router {
    Router::new()
        .route("/healthz", get(|| async { StatusCode::OK }))
        .route("/readyz", get(is_ready))
        .route("/metrics", get(render))
        .with_state(Inside { inbox, receiver, metrics, ready })
}

/// Ready to take deliveries: not stopping, and the inbox answers.
async fn is_ready(State(inside): State<Inside>) -> StatusCode {
    if inside.ready.load(Ordering::Acquire) && inside.inbox.depth().await.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

async fn render(State(inside): State<Inside>) -> Result<String, StatusCode> {
    let depth = inside.inbox.depth().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let age = depth
        .oldest_pending
        .map_or(0, |oldest| (Clock::system().now().duration_since(oldest)).as_secs().max(0));
    let mut page = inside.metrics.render();
    page.push_str(
        "# HELP webhook_inbox_entries Entries in the inbox by state.\n# TYPE webhook_inbox_entries gauge\n",
    );
    for state in EntryState::ALL {
        page.push_str(&format!(
            "webhook_inbox_entries{{state=\"{}\"}} {}\n",
            state.as_str(),
            depth.in_state(state)
        ));
    }
    page.push_str(&format!(
        "# HELP webhook_inbox_oldest_pending_seconds How long the oldest pending entry has waited.\n\
         # TYPE webhook_inbox_oldest_pending_seconds gauge\n\
         webhook_inbox_oldest_pending_seconds {age}\n\
         # HELP webhook_memory_bytes Memory that bodies under way take.\n\
         # TYPE webhook_memory_bytes gauge\n\
         webhook_memory_bytes {}\n",
        inside.receiver.memory_in_use()
    ));
    Ok(page)
}
