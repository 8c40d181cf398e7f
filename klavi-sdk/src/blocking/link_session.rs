//! The session of one link.

use klavi_types::api::{ConsentCreated, CreateConsent, Institution, InstitutionStatus};
use provider_call::CallOptions;

use super::Waiting;
use crate::error::Result;

/// One link and the calls that its token allows. From [`Links::create`](super::Links::create) or
/// [`Links::resume`](super::Links::resume).
#[derive(Clone)]
pub struct LinkSession {
    session: crate::LinkSession,
    waiting: Waiting,
}

impl LinkSession {
    pub(super) fn new(session: crate::LinkSession, waiting: Waiting) -> Self {
        Self { session, waiting }
    }

    /// The session itself: id, token, URL and end of the link.
    #[must_use]
    pub fn session(&self) -> &crate::LinkSession {
        &self.session
    }

    /// This session with other timeouts, retries or headers, see
    /// [`klavi_sdk::LinkSession::with`](crate::LinkSession::with).
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { session: self.session.with(options), waiting: self.waiting.clone() }
    }

    /// The institutions that this user can connect, see
    /// [`klavi_sdk::LinkSession::institutions`](crate::LinkSession::institutions).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn institutions(&self) -> Result<Vec<Institution>> {
        self.waiting.wait(self.session.institutions())
    }

    /// How far the user got with each chosen institution, see
    /// [`klavi_sdk::LinkSession::institution_statuses`](crate::LinkSession::institution_statuses).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn institution_statuses(&self) -> Result<Vec<InstitutionStatus>> {
        self.waiting.wait(self.session.institution_statuses())
    }

    /// Creates a consent at one institution, see
    /// [`klavi_sdk::LinkSession::create_consent`](crate::LinkSession::create_consent).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn create_consent(&self, request: &CreateConsent) -> Result<ConsentCreated> {
        self.waiting.wait(self.session.create_consent(request))
    }
}

impl std::fmt::Debug for LinkSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.session.fmt(f)
    }
}
