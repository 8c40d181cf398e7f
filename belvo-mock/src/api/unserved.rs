//! Resources that Belvo has and the mock does not: answered as that, not as unknown. Must not know what they hold.

use std::sync::Arc;

use axum::Router;
use axum::routing::any;

use super::callers::Partner;
use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;

/// What Belvo has and the mock does not. Source of the paths: Belvo's OpenAPI document 1.35.0, the official clients.
const RESOURCES: &[&str] = &[
    "accounts",
    "balances",
    "bills",
    "br/balances",
    "br/exchanges",
    "br/investment-transactions",
    "br/investments",
    "employment-records",
    "incomes",
    "investments/portfolios",
    "invoices",
    "owners",
    "recurring-expenses",
    "risk-insights",
    "statements",
    "tax-compliance-status",
    "tax-declarations",
    "tax-retentions",
    "tax-returns",
    "tax-status",
    "transactions",
];

/// Says of these that it is the mock that lacks them: Belvo's own 404 would say that there is no such thing.
pub(crate) fn routes() -> Router<Arc<Instance>> {
    RESOURCES.iter().fold(Router::new(), |router, resource| {
        router
            .route(&format!("/api/{resource}/"), any(refuse))
            .route(&format!("/api/{resource}/{{*rest}}"), any(refuse))
    })
}

async fn refuse(_: Partner) -> Refusal {
    Refusal::by(&rules::NOT_IN_MOCK, "Belvo has this resource, its mock does not")
}
