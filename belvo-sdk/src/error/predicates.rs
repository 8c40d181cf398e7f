//! Situations, each with its cause and its remedy.

use std::time::Duration;

use belvo_types::api::{ErrorCode, ErrorSubject, RetryAdvice};
use http::StatusCode;
use provider_call::TransportErrorKind;

use super::{Error, ErrorKind};
use crate::endpoint::Endpoint;

/// What the documentation says; for an answer that does not name the rest of it.
const REFRESH_COOLDOWN: Duration = Duration::from_secs(10 * 60);

impl Error {
    /// A passing failure: the same call may succeed later, as it is.
    ///
    /// Cause: the network, a timeout, 408, 429, a 5xx, a cooldown, the limit of the edge, an institution that is down;
    /// the client has already tried what it may. Remedy: try later, not before [`retry_after`](Self::retry_after); but
    /// see [`is_outcome_unknown`](Self::is_outcome_unknown) first.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.inner.kind {
            ErrorKind::Timeout => true,
            ErrorKind::Transport => self.inner.transport.is_none_or(TransportErrorKind::is_passing),
            ErrorKind::Status => {
                let passing =
                    |code: &ErrorCode| !matches!(code.retry(), RetryAdvice::No | RetryAdvice::Restart);
                self.codes().any(passing)
                    || self.is_server_error()
                    || self.has_status(&[408])
                    || self.is_rate_limited()
                    || self.is_refresh_cooldown()
            }
            ErrorKind::Decode | ErrorKind::Pages | ErrorKind::Request => false,
        }
    }

    /// Belvo may have acted on a call that makes or uses up something, although it failed.
    ///
    /// Cause: the request was sent, but no answer came back that tells. Remedy: look before doing it again, for a
    /// registration in [`Links::of_user`](crate::Links::of_user);
    /// [`register_or_find`](crate::Links::register_or_find) does.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        if self.inner.endpoint.is_idempotent() || self.inner.attempts == 0 || self.inner.never_begun {
            return false;
        }
        match self.inner.kind {
            ErrorKind::Timeout | ErrorKind::Decode => true,
            ErrorKind::Transport => !self.inner.transport.is_some_and(TransportErrorKind::is_provably_unsent),
            ErrorKind::Status => {
                // A 503 that names a time to come back says that nothing was done.
                let turned_away = self.has_status(&[503]) && self.inner.retry_after.is_some();
                // After 408 Belvo keeps what it has got so far.
                (self.is_server_error() && !turned_away) || self.has_status(&[408])
            }
            ErrorKind::Pages | ErrorKind::Request => false,
        }
    }

    /// The keys were refused.
    ///
    /// Cause: wrong keys, or keys of another environment; a 401 that is not about the keys is
    /// [`is_consent_missing`](Self::is_consent_missing). Remedy: check `secretId`, `secretPassword` and the environment.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.has_status(&[401]) && self.code().is_none_or(|code| *code != ErrorCode::ConsentWithoutAccounts)
    }

    /// The keys are good, but not for this.
    ///
    /// Cause: HTTP 403 in Belvo's own words: no access to production, to this resource, or no links left. Remedy: ask
    /// Belvo.
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        self.has_status(&[403]) && !self.inner.at_the_edge
    }

    /// The environment takes no more links.
    ///
    /// Cause: `quota_limit_reached`. Remedy: delete links that nobody needs.
    #[must_use]
    pub fn is_quota_reached(&self) -> bool {
        self.has_code(&[ErrorCode::QuotaLimitReached])
    }

    /// What was asked for does not exist.
    ///
    /// Cause: HTTP 404; an unknown id, or one of another environment. Remedy: check the id.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(&[404]) && !self.has_code(&[ErrorCode::ExpiredCredentials])
    }

    /// Belvo takes a value of the request, or the request as a whole, for wrong.
    ///
    /// Cause: HTTP 400 or 405. Remedy: [`details`](Self::details) say which field.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        let known =
            self.codes().any(|code| !matches!(code.subject(), ErrorSubject::Request | ErrorSubject::Unknown));
        self.has_status(&[400, 405]) && !known && !self.is_duplicated()
    }

    /// The user has a link at this institution already.
    ///
    /// Cause: `duplicated`, where Belvo's support has turned the prevention on. Remedy: list links by
    /// [`institution_user_id`](Self::institution_user_id).
    #[must_use]
    pub fn is_duplicated(&self) -> bool {
        self.has_code(&[ErrorCode::Duplicated])
    }

    /// The institution did not let the user in.
    ///
    /// Cause: `login_error`: wrong credentials, a locked account, a second factor that Belvo does not support. Remedy:
    /// ask the user. Never decide by the message; after six failed logins the link is invalid.
    #[must_use]
    pub fn is_login_refused(&self) -> bool {
        self.has_code(&[ErrorCode::LoginError])
    }

    /// The institution asks for a second factor.
    ///
    /// Cause: HTTP 428 with `token_required`. Remedy: show the user [`mfa_challenge`](Self::mfa_challenge), and resume.
    #[must_use]
    pub fn is_mfa_required(&self) -> bool {
        self.inner.challenge.is_some()
    }

    /// The user has no web access at the institution yet.
    ///
    /// Cause: HTTP 428 with `activation_required`, which is no second factor; `activation_failed`. Remedy: the user
    /// activates it at the institution.
    #[must_use]
    pub fn is_activation_required(&self) -> bool {
        self.has_code(&[ErrorCode::ActivationRequired, ErrorCode::ActivationFailed])
    }

    /// The time for the second factor, or for the widget, is over.
    ///
    /// Cause: `session_expired`, `session_expired_ob`. Remedy: begin the flow anew.
    #[must_use]
    pub fn is_session_expired(&self) -> bool {
        self.has_code(&[ErrorCode::SessionExpired, ErrorCode::SessionExpiredOb])
    }

    /// The link's user has to connect it again.
    ///
    /// Cause: `invalid_link`, `unconfirmed_link`, `expired_credentials`. Remedy: the widget in update mode, or new
    /// credentials by [`update_credentials`](crate::Links::update_credentials).
    #[must_use]
    pub fn needs_reconnect(&self) -> bool {
        self.has_code(&[ErrorCode::InvalidLink, ErrorCode::UnconfirmedLink, ErrorCode::ExpiredCredentials])
    }

    /// Too many calls.
    ///
    /// Cause: 403 with a page in place of JSON, above 80 calls in 30 seconds from one address; 429, above five
    /// deletions a minute. Remedy: fewer calls, and none before [`retry_after`](Self::retry_after); going on has the
    /// address blocked. The feature `rate-limit` keeps below it.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.inner.at_the_edge || self.has_status(&[429])
    }

    /// The link was refreshed less than ten minutes ago.
    ///
    /// Cause: HTTP 409. Remedy: again after [`refresh_cooldown`](Self::refresh_cooldown), or wait for the webhook.
    #[must_use]
    pub fn is_refresh_cooldown(&self) -> bool {
        self.has_status(&[409]) && self.inner.endpoint == Endpoint::RefreshLink
    }

    /// How long to wait before the link can be refreshed again, at most.
    ///
    /// Belvo names the minutes in its message alone. They are taken from it where one number stands there, else it is
    /// the whole cooldown of ten minutes: a hint, on which nothing else depends.
    #[must_use]
    pub fn refresh_cooldown(&self) -> Option<Duration> {
        self.is_refresh_cooldown().then(|| self.inner.cooldown.unwrap_or(REFRESH_COOLDOWN))
    }

    /// The institution is out of service.
    ///
    /// Cause: `institution_down`, `institution_unavailable`, `institution_inactive`. Remedy: later, not in a tight loop;
    /// institutions.belvo.com tells.
    #[must_use]
    pub fn is_institution_down(&self) -> bool {
        self.has_code(&[
            ErrorCode::InstitutionDown,
            ErrorCode::InstitutionUnavailable,
            ErrorCode::InstitutionInactive,
        ])
    }

    /// The user shared no account.
    ///
    /// Cause: `consent_without_accounts`, which comes with HTTP 401, though the keys are good. Remedy: have the user
    /// consent again.
    #[must_use]
    pub fn is_consent_missing(&self) -> bool {
        self.has_code(&[ErrorCode::ConsentWithoutAccounts])
    }

    /// There was no answer in time.
    ///
    /// Cause: a slow network or server, or 408 after Belvo's own five minutes. Remedy: as for
    /// [`is_retryable`](Self::is_retryable); after 408 ask for less.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout || self.has_status(&[408])
    }

    /// Belvo is out of service.
    ///
    /// Cause: a 5xx. Remedy: later.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        self.is_server_error()
    }

    fn is_server_error(&self) -> bool {
        self.inner.kind == ErrorKind::Status
            && self.inner.status.is_some_and(|status| status.is_server_error())
    }

    fn has_status(&self, statuses: &[u16]) -> bool {
        let refused = self.inner.kind == ErrorKind::Status;
        let status = self.inner.status.as_ref().map(StatusCode::as_u16);
        refused && status.is_some_and(|status| statuses.contains(&status))
    }

    fn has_code(&self, codes: &[ErrorCode]) -> bool {
        self.codes().any(|code| codes.contains(code))
    }
}
