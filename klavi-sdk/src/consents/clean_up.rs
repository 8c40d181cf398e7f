//! What may be deleted to make room.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use klavi_types::api::Consent;

use super::customer::last_change;

/// Which consents may be deleted to make room for another. Never an authorised one, nor one whose status is not known.
///
/// ```
/// use std::time::Duration;
/// use klavi_sdk::CleanUp;
///
/// // Those that have ended, and attempts that were left alone for half an hour.
/// let clean_up = CleanUp::nothing().ended().abandoned_for(Duration::from_secs(30 * 60));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct CleanUp {
    ended: bool,
    abandoned_for: Option<Duration>,
}

impl CleanUp {
    /// Deletes nothing.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Those that have failed, were rejected, have expired, were revoked or deleted by the user.
    pub fn ended(mut self) -> Self {
        self.ended = true;
        self
    }

    /// Those that still wait for the user, but have not changed for that long. The user may be at the bank's page, so
    /// leave them some minutes; after 60 Klavi rejects the consent itself. One without a date is left alone.
    pub fn abandoned_for(mut self, idle: Duration) -> Self {
        self.abandoned_for = Some(idle);
        self
    }

    pub(super) fn allows(self, consent: &Consent, now: Timestamp) -> bool {
        match &consent.status {
            Some(status) if status.is_final() => self.ended,
            Some(status) if status.is_pending() => self.abandoned_for.is_some_and(|idle| {
                let idle = SignedDuration::try_from(idle).unwrap_or(SignedDuration::MAX);
                last_change(consent).is_some_and(|changed| now.duration_since(changed) >= idle)
            }),
            _ => false,
        }
    }
}
