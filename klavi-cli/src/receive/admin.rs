//! What an operator's tools ask, on an address of its own: it tells of the inside and is not for the internet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use klavi_webhook::{Clock, EntryState, Inbox, Receiver};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::exit::Failure;

/// How often samples are summed up.
const SUM_UP: Duration = Duration::from_secs(5);

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

/// Sums up what was counted, without end: samples would pile up until somebody asks for the metrics, if anybody does.
pub(super) async fn sum_up(metrics: PrometheusHandle) {
    let mut every = tokio::time::interval(SUM_UP);
    loop {
        every.tick().await;
        metrics.run_upkeep();
    }
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

/// Ready to take deliveries: not stopping, the inbox answers, and could store what came last.
async fn is_ready(State(inside): State<Inside>) -> StatusCode {
    let takes = inside.ready.load(Ordering::Acquire) && inside.receiver.is_storing();
    if takes && inside.inbox.depth().await.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
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
