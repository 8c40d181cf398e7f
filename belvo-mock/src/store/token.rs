use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CredentialsStorage, Secret};
use crate::institutions;

/// A widget token, and what the partner asked for with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) access: Secret,
    pub(crate) expires_at: Timestamp,
    /// A link was made or mended with it.
    pub(crate) used: bool,
    pub(crate) scopes: String,
    /// Update mode: the link to be mended.
    pub(crate) link_id: Option<String>,
    #[serde(with = "institutions::resource_names")]
    pub(crate) fetch_resources: Vec<&'static str>,
    pub(crate) credentials_storage: Option<CredentialsStorage>,
    pub(crate) stale_in: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) company_name: Option<String>,
    /// CPF or CNPJ of the user, where the partner gave it.
    pub(crate) document: Option<Secret>,
    pub(crate) callbacks: Callbacks,
}

/// Where the widget sends the user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Callbacks {
    pub(crate) success: Option<String>,
    pub(crate) exit: Option<String>,
    pub(crate) event: Option<String>,
}

impl Token {
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        !self.used && now < self.expires_at
    }
}
