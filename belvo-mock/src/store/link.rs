use std::fmt;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::institutions::{self, Institution};

/// How long `nostore` keeps credentials, so that the user can answer. Source: developers.belvo.com, `registerlink`.
const NOSTORE: SignedDuration = SignedDuration::from_mins(15);

/// After how many failed POSTs a link is invalid. Source: developers.belvo.com, `belvo-api-errors`.
const FAILED_POSTS: u8 = 6;

/// A link: one user at one institution.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) id: String,
    #[serde(with = "institutions::by_name")]
    pub(crate) institution: &'static Institution,
    pub(crate) username: Secret,
    pub(crate) access_mode: AccessMode,
    pub(crate) status: LinkStatus,
    pub(crate) refresh_rate: Option<RefreshRate>,
    pub(crate) created_by: String,
    pub(crate) created_at: Timestamp,
    pub(crate) last_accessed_at: Option<Timestamp>,
    pub(crate) external_id: Option<String>,
    pub(crate) institution_user_id: String,
    pub(crate) credentials_storage: CredentialsStorage,
    pub(crate) stale_in: Option<String>,
    #[serde(with = "institutions::resource_names")]
    pub(crate) fetch_resources: Vec<&'static str>,
    pub(crate) credentials: StoredFor,
    /// The user has a new password at the institution, which Belvo does not know.
    pub(crate) password_changed: bool,
    pub(crate) failed_posts: u8,
    /// When its history was fetched again on demand.
    pub(crate) refreshed_at: Option<Timestamp>,
    /// When a recurrent link is brought up to date next.
    pub(crate) next_update: Option<Timestamp>,
    /// When its history is fetched because it has become recurrent.
    pub(crate) history_due: Option<Timestamp>,
    /// Up to when its data have been fetched.
    pub(crate) fetched_until: Timestamp,
    pub(crate) consent_id: Option<String>,
}

/// Who makes Belvo fetch data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum AccessMode {
    Single,
    Recurrent,
}

/// Whether a link works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinkStatus {
    Valid,
    /// The credentials are no longer accepted, or no longer stored.
    Invalid,
    /// Its registration never came to its end.
    Unconfirmed,
    /// It worked, and needs a new token of the user's.
    TokenRequired,
}

/// How often a recurrent link is brought up to date.
///
/// Set by Belvo's sales team in reality, by [`Behaviour`](crate::Behaviour) here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[non_exhaustive]
pub enum RefreshRate {
    /// Every six hours.
    #[serde(rename = "6h")]
    SixHours,
    /// Twice a day.
    #[serde(rename = "12h")]
    TwelveHours,
    /// Every day.
    #[serde(rename = "24h")]
    Daily,
    /// Every week, unless agreed otherwise.
    #[default]
    #[serde(rename = "7d")]
    Weekly,
    /// Once a month, from the 1st to the 20th of it.
    #[serde(rename = "30d")]
    Monthly,
}

/// How long Belvo is to keep the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CredentialsStorage {
    Store,
    NoStore,
    Days(u16),
}

/// Whether it still has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StoredFor {
    Ever,
    Until(Timestamp),
    /// No longer, or never: the user logged in at the bank.
    Gone,
}

impl Link {
    /// Notes a POST that the institution did not let in; whether it was the last that Belvo tries.
    pub(crate) fn post_failed(&mut self) -> bool {
        self.failed_posts = self.failed_posts.saturating_add(1);
        self.failed_posts >= FAILED_POSTS
    }

    /// It works, from that moment on with those credentials.
    pub(crate) fn confirm(&mut self, now: Timestamp) {
        self.status = LinkStatus::Valid;
        self.last_accessed_at = Some(now);
        (self.password_changed, self.failed_posts) = (false, 0);
    }

    /// Whether Belvo can log in for the user.
    pub(crate) fn has_access(&self) -> bool {
        self.credentials != StoredFor::Gone || self.consent_id.is_some()
    }
}

impl fmt::Debug for Link {
    /// Without the user.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("id", &self.id).field("status", &self.status).finish_non_exhaustive()
    }
}

impl AccessMode {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Recurrent => "recurrent",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Single, Self::Recurrent].into_iter().find(|mode| mode.as_str() == word)
    }
}

impl LinkStatus {
    pub(crate) const ALL: [Self; 4] = [Self::Valid, Self::Invalid, Self::Unconfirmed, Self::TokenRequired];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unconfirmed => "unconfirmed",
            Self::TokenRequired => "token_required",
        }
    }
}

impl RefreshRate {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] = [Self::SixHours, Self::TwelveHours, Self::Daily, Self::Weekly, Self::Monthly];

    /// The word for it: `6h`, `12h`, `24h`, `7d`, `30d`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SixHours => "6h",
            Self::TwelveHours => "12h",
            Self::Daily => "24h",
            Self::Weekly => "7d",
            Self::Monthly => "30d",
        }
    }

    /// The first time after the creation; `day` is that of the month, 1 to 20, for the monthly rate.
    pub(crate) fn first(self, created: Timestamp, day: i8) -> Timestamp {
        match self {
            Self::Monthly => {
                let created = TimeZone::UTC.to_datetime(created);
                let same_month = created.with().day(day).build().unwrap_or(created);
                let next =
                    if same_month > created { same_month } else { same_month.saturating_add(1.month()) };
                TimeZone::UTC.to_timestamp(next).unwrap_or(Timestamp::MAX)
            }
            _ => self.next(created),
        }
    }

    /// The next time after one: of the monthly rate the same day of the next month.
    pub(crate) fn next(self, last: Timestamp) -> Timestamp {
        let hours = match self {
            Self::SixHours => 6,
            Self::TwelveHours => 12,
            Self::Daily => 24,
            Self::Weekly => 7 * 24,
            Self::Monthly => {
                let next = TimeZone::UTC.to_datetime(last).saturating_add(1.month());
                return TimeZone::UTC.to_timestamp(next).unwrap_or(Timestamp::MAX);
            }
        };
        last.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX)
    }
}

impl CredentialsStorage {
    /// `store`, `nostore`, or `1d` to `365d`.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "store" => Some(Self::Store),
            "nostore" => Some(Self::NoStore),
            _ => {
                let digits = word.strip_suffix('d')?;
                let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                let days = digits.parse().ok().filter(|days| plain && (1..=365).contains(days))?;
                Some(Self::Days(days))
            }
        }
    }

    pub(crate) fn word(self) -> String {
        match self {
            Self::Store => "store".to_owned(),
            Self::NoStore => "nostore".to_owned(),
            Self::Days(days) => format!("{days}d"),
        }
    }

    /// How long credentials that are given now are there.
    pub(crate) fn from(self, now: Timestamp) -> StoredFor {
        let until = |time| StoredFor::Until(now.saturating_add(time).unwrap_or(Timestamp::MAX));
        match self {
            Self::Store => StoredFor::Ever,
            Self::NoStore => until(NOSTORE),
            Self::Days(days) => until(SignedDuration::from_hours(24 * i64::from(days))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_has_its_day_and_the_same_one_later() {
        let monthly = RefreshRate::Monthly;
        assert_eq!(monthly.first(at("2026-01-05T12:00:00Z"), 20), at("2026-01-20T12:00:00Z"));
        assert_eq!(monthly.first(at("2026-01-31T12:00:00Z"), 3), at("2026-02-03T12:00:00Z"));
        assert_eq!(monthly.first(at("2026-01-05T12:00:00Z"), 5), at("2026-02-05T12:00:00Z"));
        assert_eq!(monthly.next(at("2026-02-03T12:00:00Z")), at("2026-03-03T12:00:00Z"));
        assert_eq!(RefreshRate::Weekly.first(at("2026-01-01T00:00:00Z"), 9), at("2026-01-08T00:00:00Z"));
    }

    #[test]
    fn storage_is_a_word_or_a_number_of_days() {
        for (word, storage) in [
            ("store", Some(CredentialsStorage::Store)),
            ("nostore", Some(CredentialsStorage::NoStore)),
            ("1d", Some(CredentialsStorage::Days(1))),
            ("365d", Some(CredentialsStorage::Days(365))),
            ("0d", None),
            ("366d", None),
            ("+5d", None),
            ("d", None),
            ("30", None),
            ("99999999999d", None),
        ] {
            assert_eq!(CredentialsStorage::from_word(word), storage, "{word}");
        }
    }
}
