use klavi_types::Json;

use serde::{Deserialize, Serialize};

use super::Plan;

/// A user's connection to an institution of Open Data: what an update takes up again. The login itself is not kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Connection {
    /// Names it: 20 characters, in every report of it.
    pub(crate) key: String,
    pub(crate) institution_code: String,
    pub(crate) cpf: String,
    /// What came of the login, and will again.
    pub(crate) plan: Plan,
    /// Whether the user allows updates without them.
    pub(crate) allow_autoupdate: bool,
    /// The partner's own parameters, which come back in reports.
    pub(crate) query_param: Option<Json>,
    /// Whether the user has to log in again before an update.
    pub(crate) needs_login: bool,
}
