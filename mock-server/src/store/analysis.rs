use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A batch of the sibling product "Analysis" that is through.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Analysis {
    pub(crate) event_id: String,
    pub(crate) batch_id: String,
    pub(crate) finished_at: Timestamp,
}
