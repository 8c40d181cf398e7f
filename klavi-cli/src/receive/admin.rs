//! The admin pages, on an address of their own: they show the inside and are not for the internet.
//!
//! Health and gauges are the library's; this module knows the exporter. It must not ask the inbox while it answers.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use klavi_webhook::{Health, InboxSampler};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::exit::Failure;

/// How often samples are summed up.
const SUM_UP: Duration = Duration::from_secs(5);

/// Collects what the receiver counts.
pub(super) fn recorder() -> Result<PrometheusHandle, Failure> {
    PrometheusBuilder::new().install_recorder().map_err(Failure::failed)
}

/// Sums up what was counted, without end: samples would pile up until a scraper asks for the metrics, if any does.
pub(super) async fn sum_up(metrics: PrometheusHandle) {
    let mut every = tokio::time::interval(SUM_UP);
    loop {
        every.tick().await;
        metrics.run_upkeep();
    }
}

/// `/healthz`, `/readyz` and `/metrics`.
pub(super) fn pages(health: Health, sampler: Option<InboxSampler>, metrics: PrometheusHandle) -> Router {
    let render = move || {
        if let Some(sampler) = &sampler {
            sampler.refresh();
        }
        std::future::ready(metrics.render())
    };
    health.into_router().route("/metrics", get(render))
}
