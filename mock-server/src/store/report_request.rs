use jiff::Timestamp;
use serde::Serialize;

/// A report request that was taken.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportRequest {
    pub(crate) request_id: String,
    pub(crate) tax_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) institution_code: Option<String>,
    pub(crate) products: Vec<String>,
    pub(crate) consent_ids: Vec<String>,
    #[serde(serialize_with = "as_text")]
    pub(crate) created_at: Timestamp,
}

fn as_text<S: serde::Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(moment)
}
