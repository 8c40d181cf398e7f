use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::institutions::{self, Institution};

/// A consent of Brazil's Open Finance. It belongs to one link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) id: String,
    #[serde(with = "institutions::by_name")]
    pub(crate) institution: &'static Institution,
    /// CPF or CNPJ, digits and letters alone.
    pub(crate) document: Secret,
    pub(crate) created_at: Timestamp,
    /// `None`: without an end.
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) status: Permission,
    /// The widget token it was begun with.
    pub(crate) access_token: Secret,
    /// Until when the bank's page has to be opened.
    pub(crate) open_until: Timestamp,
    pub(crate) opened: bool,
}

/// Its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Permission {
    Awaiting,
    Authorised,
    Rejected,
    Expired,
}

impl Permission {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Awaiting => "AWAITING_AUTHORISATION",
            Self::Authorised => "AUTHORISED",
            Self::Rejected => "REJECTED",
            Self::Expired => "EXPIRED",
        }
    }
}
