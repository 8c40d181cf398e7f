//! KaaS under `/klaas`: the partner brings the data. Source: docs.klavi.ai/klaas/transactions-categorization and
//! /klaas/open-finance-analytics. The path of the latter and how either refuses is not documented: the path is chosen,
//! refusals are those of the rest.

mod analytics;
mod categorization;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;

pub(super) fn routes() -> OpenApiRouter<Arc<Instance>> {
    OpenApiRouter::new().routes(routes!(categorization::categorize)).routes(routes!(analytics::analyse))
}

/// A caller with the partner's code and token in headers of its own. The newer page has other names for them; that
/// they are headers too is inferred.
pub(crate) struct DataPartner;

impl FromRequestParts<Arc<Instance>> for DataPartner {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, mock: &Arc<Instance>) -> Result<Self, Refusal> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let older = header("partner_code").zip(header("partner_token"));
        let given = older.or_else(|| header("client_id").zip(header("client_secret")));
        let (code, token) = given.ok_or_else(|| {
            Refusal::by(&rules::PARTNER, "The headers partner_code and partner_token are missing")
        })?;
        mock.check_partner(code, token).map(|()| Self)
    }
}
