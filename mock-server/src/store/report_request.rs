use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report request that was taken.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportRequest {
    pub(crate) request_id: String,
    pub(crate) tax_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) institution_code: Option<String>,
    pub(crate) products: Vec<String>,
    pub(crate) consent_ids: Vec<String>,
    pub(crate) created_at: Timestamp,
}
