//! Situations, each with its cause and its remedy.

use http::StatusCode;
use klavi_types::api::BusinessCode;
use provider_call::TransportErrorKind;

use super::{Error, ErrorKind};
use crate::endpoint::Token;

impl Error {
    /// A passing failure: the same call may succeed later, as it is.
    ///
    /// Cause: the network, a timeout, 408, 429 or a 5xx; the client has already tried what it may. Remedy: try
    /// later, not before [`retry_after`](Self::retry_after); but see
    /// [`is_outcome_unknown`](Self::is_outcome_unknown) first.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.inner.kind {
            ErrorKind::Timeout => true,
            ErrorKind::Transport => self.inner.transport.is_none_or(TransportErrorKind::is_passing),
            ErrorKind::Status => self.has_status(&[408, 429]) || self.is_server_error(),
            ErrorKind::Decode | ErrorKind::Request => false,
        }
    }

    /// Klavi may have acted on a call that creates something, although it failed.
    ///
    /// Cause: the request was sent, but no answer came back that tells. Remedy: look before doing it again, for
    /// a consent in [`Consents::list`](crate::Consents::list), for reports at the webhooks.
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
                self.is_server_error() && !turned_away
            }
            ErrorKind::Request => false,
        }
    }

    /// The keys or the access token were refused.
    ///
    /// Cause: wrong keys, keys of another environment, or access withdrawn; the client has already tried a new
    /// login. Remedy: check `accessKey`, `secretKey` and the environment.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.has_status(&[401]) && self.inner.endpoint.token() != Token::Link
    }

    /// The link has ended, and its token with it.
    ///
    /// Cause: a link lives 30 minutes. Remedy: create a new link.
    #[must_use]
    pub fn is_link_expired(&self) -> bool {
        self.has_status(&[401]) && self.inner.endpoint.token() == Token::Link
    }

    /// The token is good, but not for this.
    ///
    /// Cause: HTTP 403; the contract does not cover the call. Remedy: ask Klavi.
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        self.has_status(&[403])
    }

    /// What was asked for does not exist.
    ///
    /// Cause: HTTP 404; an unknown id, or one of another environment. Remedy: check the id.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(&[404])
    }

    /// Klavi takes a value of the request for malformed.
    ///
    /// Cause: HTTP 400 or 422. Remedy: [`provider_message`](Self::provider_message) says which value.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        self.has_status(&[400, 422])
    }

    /// Too many calls.
    ///
    /// Cause: HTTP 429; the rate of the contract is used up. Remedy: fewer calls, and none before
    /// [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(&[429])
    }

    /// There was no answer in time.
    ///
    /// Cause: a slow network or server; for a [`Watch`](crate::Watch), a user who took too long. Remedy: as for
    /// [`is_retryable`](Self::is_retryable).
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout
    }

    /// Klavi, or the institution behind it, is out of service.
    ///
    /// Cause: a 5xx, or business code 4004 (which also stands for an institution that the contract does not
    /// cover). Remedy: later; [`Institution::is_available`](klavi_types::api::Institution::is_available) tells.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        self.is_server_error() || self.has_code(&[BusinessCode::INVALID_INSTITUTION])
    }

    /// There is no authorisation for what was asked.
    ///
    /// Cause: business code 4001 or 4008; the consent has expired, was revoked or does not exist. Remedy: have
    /// the user consent again.
    #[must_use]
    pub fn is_consent_missing(&self) -> bool {
        self.has_code(&[BusinessCode::INVALID_AUTHORISATION, BusinessCode::NO_CONSENT])
    }

    /// This person or company has too many consents at this institution.
    ///
    /// Cause: business code 4003; each abandoned attempt counts. Remedy: revoke consents that nobody needs, the
    /// final and pending ones first; [`create_or_reuse`](crate::Consents::create_or_reuse) does.
    #[must_use]
    pub fn is_consent_limit(&self) -> bool {
        self.has_code(&[BusinessCode::CONSENT_LIMIT])
    }

    /// The list of products was not accepted.
    ///
    /// Cause: business code 4002 (a product is unknown, of the wrong level or not in the contract) or 4005 (none
    /// is left). Remedy: ask only for products of the contract, at the path of their level.
    #[must_use]
    pub fn is_product_rejected(&self) -> bool {
        self.has_code(&[BusinessCode::INVALID_PRODUCT, BusinessCode::NO_PRODUCTS])
    }

    /// `productsCallbackURL` was not accepted.
    ///
    /// Cause: business code 4006; `all` beside other keys, or an address that Klavi does not take. Remedy:
    /// build it with [`ProductsCallbackUrl`](klavi_types::ProductsCallbackUrl), on public `https` addresses.
    #[must_use]
    pub fn is_invalid_callback_url(&self) -> bool {
        self.has_code(&[BusinessCode::INVALID_CALLBACK_URL])
    }

    fn is_server_error(&self) -> bool {
        self.inner.status.is_some_and(|status| status.is_server_error())
    }

    fn has_status(&self, statuses: &[u16]) -> bool {
        let refused = self.inner.kind == ErrorKind::Status;
        refused
            && self
                .inner
                .status
                .as_ref()
                .map(StatusCode::as_u16)
                .is_some_and(|status| statuses.contains(&status))
    }

    fn has_code(&self, codes: &[BusinessCode]) -> bool {
        self.inner.business_code.is_some_and(|code| codes.contains(&code))
    }
}
