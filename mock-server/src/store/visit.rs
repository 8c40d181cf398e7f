use jiff::Timestamp;
use klavi_types::Json;
use klavi_types::legacy::LinkPage;
use serde::{Deserialize, Serialize};

/// One opening of the first generation's Link page.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Visit {
    /// Names it in its forms and addresses.
    pub(crate) session: String,
    pub(crate) cpf: Option<String>,
    /// The bank that the partner pinned, or that of the connection.
    pub(crate) bank_id: Option<String>,
    pub(crate) callback_url: Option<String>,
    pub(crate) cancel_url: Option<String>,
    /// The connection that is to be updated.
    pub(crate) connection_key: Option<String>,
    /// The partner's id of the user and its own parameters.
    pub(crate) query_param: Json,
    /// Whether the page stands in another one.
    pub(crate) framed: bool,
    pub(crate) expires_at: Timestamp,
    pub(crate) task_id: Option<String>,
    /// What the page has still to tell the page around it.
    pub(crate) messages: Vec<LinkPage>,
    /// The second factor whose dialogue was told of.
    pub(crate) told_factor: Option<i64>,
    /// Whether the start of the collection was told.
    pub(crate) told_start: bool,
}
