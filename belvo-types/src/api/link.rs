use provider_wire::{DateTime, List, open_enum, record};

use super::{CredentialsStorage, Resource, StaleIn};
use crate::{ExternalIdText, InstitutionName, InstitutionUserId, LinkId, Text};

record! {
    /// A link: the connection of one user to one institution. Source: developers.belvo.com, detaillink.
    pub struct Link {
        /// Id of the link, UUID.
        pub id: Option<LinkId> => "id",
        /// The institution, `ofmockbank_br_retail`.
        pub institution: Option<InstitutionName> => "institution",
        /// Whether its data is kept up to date.
        pub access_mode: Option<AccessMode> => "access_mode",
        /// Whether it works; [`action`](Self::action) says what to do.
        pub status: Option<LinkStatus> => "status",
        /// How often its data is brought up to date; null for single links.
        pub refresh_rate: Option<RefreshRate> => "refresh_rate",
        /// The user of Belvo's dashboard who made the link, UUID.
        pub created_by: Option<Text> => "created_by",
        /// When it was made, in UTC; an older specification calls the same field "last updated".
        pub created_at: Option<DateTime> => "created_at",
        /// The last successful access, in UTC.
        pub last_accessed_at: Option<DateTime> => "last_accessed_at",
        /// Your own id of the user; null where Belvo took it for personal data.
        pub external_id: Option<ExternalIdText> => "external_id",
        /// Belvo's id of this user at this institution: equal in links that are duplicates.
        pub institution_user_id: Option<InstitutionUserId> => "institution_user_id",
        /// How long the credentials are kept.
        pub credentials_storage: Option<CredentialsStorage> => "credentials_storage",
        /// After how many days retrieved data is deleted.
        pub stale_in: Option<StaleIn> => "stale_in",
        /// What is retrieved.
        pub fetch_resources: List<Resource> => "fetch_resources",
    }
}

open_enum! {
    /// Whether a link works.
    pub enum LinkStatus {
        /// It works.
        Valid => "valid",
        /// Its credentials are no longer accepted, or no longer stored.
        Invalid => "invalid",
        /// It was never finished, for instance because a second factor was never given.
        Unconfirmed => "unconfirmed",
        /// It was valid, and needs a new second factor.
        TokenRequired => "token_required",
    }
}

open_enum! {
    /// Whether the data of a link is kept up to date.
    pub enum AccessMode {
        /// Once, when asked.
        Single => "single",
        /// Again and again, at the refresh rate.
        Recurrent => "recurrent",
    }
}

open_enum! {
    /// How often the data of a recurrent link is brought up to date. Belvo's sales team sets it, not the API.
    pub enum RefreshRate {
        /// Every six hours.
        SixHours => "6h",
        /// Every twelve hours.
        TwelveHours => "12h",
        /// Every day.
        Day => "24h",
        /// Every seven days, the default.
        Week => "7d",
        /// Once a month: a random day from 1 to 20 at first, the same day later where that succeeded; never after the
        /// 20th.
        Month => "30d",
    }
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
