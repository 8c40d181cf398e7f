use provider_wire::{DateTime, List, open_enum, record};

use super::{CredentialsStorage, Resource, StaleIn};
use crate::{ExternalIdText, InstitutionName, InstitutionUserId, LinkId, Text};

/// A link: the connection of one user to one institution. Source: developers.belvo.com, detaillink.
#[record]
pub struct Link {
    /// Id of the link, UUID.
    pub id: Option<LinkId>,
    /// The institution, `ofmockbank_br_retail`.
    pub institution: Option<InstitutionName>,
    /// Whether its data is kept up to date.
    pub access_mode: Option<AccessMode>,
    /// Whether it works; [`action`](Self::action) says what to do.
    pub status: Option<LinkStatus>,
    /// How often its data is brought up to date; null for single links.
    pub refresh_rate: Option<RefreshRate>,
    /// The user of Belvo's dashboard who made the link, UUID.
    pub created_by: Option<Text>,
    /// When it was made, in UTC; an older specification calls the same field "last updated".
    pub created_at: Option<DateTime>,
    /// The last successful access, in UTC.
    pub last_accessed_at: Option<DateTime>,
    /// Your own id of the user; null where Belvo took it for personal data.
    pub external_id: Option<ExternalIdText>,
    /// Belvo's id of this user at this institution: equal in links that are duplicates.
    pub institution_user_id: Option<InstitutionUserId>,
    /// How long the credentials are kept.
    pub credentials_storage: Option<CredentialsStorage>,
    /// After how many days retrieved data is deleted.
    pub stale_in: Option<StaleIn>,
    /// What is retrieved.
    pub fetch_resources: List<Resource>,
}

/// Whether a link works.
#[open_enum(rename_all = "snake_case")]
pub enum LinkStatus {
    /// It works.
    Valid,
    /// Its credentials are no longer accepted, or no longer stored.
    Invalid,
    /// It was never finished, for instance because a second factor was never given.
    Unconfirmed,
    /// It was valid, and needs a new second factor.
    TokenRequired,
}

/// Whether the data of a link is kept up to date.
#[open_enum(rename_all = "snake_case")]
pub enum AccessMode {
    /// Once, when asked.
    Single,
    /// Again and again, at the refresh rate.
    Recurrent,
}

/// How often the data of a recurrent link is brought up to date. Belvo's sales team sets it, not the API.
#[open_enum]
pub enum RefreshRate {
    /// Every six hours.
    #[wire("6h")]
    SixHours,
    /// Every twelve hours.
    #[wire("12h")]
    TwelveHours,
    /// Every day.
    #[wire("24h")]
    Day,
    /// Every seven days, the default.
    #[wire("7d")]
    Week,
    /// Once a month: a random day from 1 to 20 at first, the same day later where that succeeded; never after the
    /// 20th.
    #[wire("30d")]
    Month,
}

/// What a link asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LinkAction {
    /// Nothing: it works.
    Nothing,
    /// New credentials from the user: the widget in update mode, or `PUT /api/links/{id}/`.
    Reconnect,
    /// The creation is to be finished: resume it with the second factor, else register anew.
    FinishCreation,
    /// A new second factor from the user: resume, or the widget in update mode.
    GiveToken,
    /// The status is missing or new: look it up.
    LookUp,
}

impl LinkStatus {
    /// What a link of this status asks for.
    ///
    /// ```
    /// use belvo_types::api::{LinkAction, LinkStatus};
    ///
    /// assert_eq!(LinkStatus::Invalid.action(), LinkAction::Reconnect);
    /// assert!(LinkStatus::Invalid.action().needs_user());
    /// assert_eq!(LinkStatus::from("paused").action(), LinkAction::LookUp);
    /// ```
    pub fn action(&self) -> LinkAction {
        match self {
            Self::Valid => LinkAction::Nothing,
            Self::Invalid => LinkAction::Reconnect,
            Self::Unconfirmed => LinkAction::FinishCreation,
            Self::TokenRequired => LinkAction::GiveToken,
            Self::Unknown(_) => LinkAction::LookUp,
        }
    }
}

impl LinkAction {
    /// Whether the user has to do something.
    pub fn needs_user(self) -> bool {
        matches!(self, Self::Reconnect | Self::FinishCreation | Self::GiveToken)
    }
}

impl Link {
    /// What the link asks for.
    pub fn action(&self) -> LinkAction {
        self.status.as_ref().map_or(LinkAction::LookUp, LinkStatus::action)
    }

    /// Whether it works.
    pub fn is_valid(&self) -> bool {
        self.status == Some(LinkStatus::Valid)
    }
}

impl RefreshRate {
    /// The hours between two refreshes; `None` for a word that is not known. A month counts as 30 days.
    pub fn hours(&self) -> Option<u32> {
        match self {
            Self::SixHours => Some(6),
            Self::TwelveHours => Some(12),
            Self::Day => Some(24),
            Self::Week => Some(7 * 24),
            Self::Month => Some(30 * 24),
            Self::Unknown(_) => None,
        }
    }
}
