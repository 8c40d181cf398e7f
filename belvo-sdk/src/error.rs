//! How a call fails, and what to do about it.

mod detail;

use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use belvo_types::api::{ErrorBody, ErrorCode, ErrorSubject, InvalidRequest, MfaChallenge, RetryAdvice};
use belvo_types::{InstitutionUserId, RequestId};
use http::StatusCode;
use provider_call::{CallError, ConfigError, Endpoint, InvalidHeader};

pub use self::detail::ErrorDetail;
use crate::links::REFRESH;
use crate::retry::is_edge_limit;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How many errors of a refusal its text names.
const TOLD: usize = 3;

/// What the documentation says; for an answer that does not name the rest of it.
const REFRESH_COOLDOWN: Duration = Duration::from_secs(10 * 60);

/// A call that failed. Cheap to clone.
///
/// The predicates tell situations apart and say what to do in each; what happened on the way, such as status, headers and
/// attempts, is that of [`CallError`]. `Display` is one sentence for a log: it holds neither keys, passwords, external
/// ids nor texts of Belvo, but the words of its codes; for its texts see [`provider_message`](Self::provider_message).
///
/// ```no_run
/// # async fn example(client: belvo_sdk::Client, request: belvo_sdk::belvo_types::api::RegisterLink) {
/// match client.links().register(&request).await {
///     Ok(registered) => println!("{registered:?}"),
///     Err(error) if error.is_outcome_unknown() => println!("look for the link first: {error}"),
///     Err(error) if error.is_login_refused() => println!("ask the user for other credentials"),
///     Err(error) if error.is_auth() => println!("check the keys: {error}"),
///     Err(error) if error.is_retryable() => println!("later, perhaps in {:?}", error.retry_after()),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error {
    call: CallError,
    /// What Belvo's refusal says, if it is one.
    refusal: Option<Arc<Refusal>>,
}

/// What the body of a refusal says.
struct Refusal {
    details: Vec<ErrorDetail>,
    belvo_request_id: Option<RequestId>,
    institution_user_id: Option<InstitutionUserId>,
    challenge: Option<MfaChallenge>,
    /// A proxy before Belvo turned the call away.
    at_the_edge: bool,
    cooldown: Option<Duration>,
}

impl Refusal {
    /// Reads the body of an answer that is not 2xx. Any body will do: not JSON means nothing was said.
    fn read(status: StatusCode, body: &[u8]) -> Self {
        let errors = ErrorBody::read(body).into_errors();
        let challenge = errors.iter().find_map(MfaChallenge::of);
        Self {
            details: errors.iter().map(ErrorDetail::of).collect(),
            belvo_request_id: errors.iter().find_map(|error| error.request_id.clone()),
            institution_user_id: errors.iter().find_map(|error| error.institution_user_id.clone()),
            challenge: challenge.filter(|_| status == StatusCode::PRECONDITION_REQUIRED),
            at_the_edge: is_edge_limit(status, body),
            cooldown: errors.iter().find_map(|error| detail::minutes(error.message.as_ref()?.as_str())),
        }
    }
}

impl From<CallError> for Error {
    fn from(call: CallError) -> Self {
        let refusal = call.refusal().map(|(status, body)| Arc::new(Refusal::read(status, body)));
        Self { call, refusal }
    }
}

impl From<InvalidRequest> for Error {
    fn from(request: InvalidRequest) -> Self {
        CallError::invalid(request).into()
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        CallError::unmade(error).into()
    }
}

impl From<InvalidHeader> for Error {
    fn from(error: InvalidHeader) -> Self {
        CallError::unmade(error).into()
    }
}

impl Deref for Error {
    type Target = CallError;

    fn deref(&self) -> &CallError {
        &self.call
    }
}

impl Error {
    /// The code of the first error of the refusal.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.codes().next()
    }

    /// The code of each error of the refusal.
    pub fn codes(&self) -> impl Iterator<Item = &ErrorCode> {
        self.details().iter().filter_map(ErrorDetail::code)
    }

    /// Every error of the refusal: code, field, message.
    #[must_use]
    pub fn details(&self) -> &[ErrorDetail] {
        self.refusal.as_ref().map_or(&[], |refusal| &refusal.details)
    }

    /// Belvo's message: for people, not stable, masked and shortened. It may name persons.
    #[doc(alias = "message")]
    #[must_use]
    pub fn provider_message(&self) -> Option<&str> {
        self.details().iter().find_map(ErrorDetail::message)
    }

    /// The MFA challenge of the institution, where a call that has no [`Registered`](crate::Registered) was answered with
    /// one, such as a [`Client::request`](crate::Client::request) for accounts.
    #[must_use]
    pub fn mfa_challenge(&self) -> Option<&MfaChallenge> {
        self.refusal.as_ref()?.challenge.as_ref()
    }

    /// With `duplicated`: Belvo's id of the user at the institution, by which the link that exists is found.
    #[must_use]
    pub fn institution_user_id(&self) -> Option<&InstitutionUserId> {
        self.refusal.as_ref()?.institution_user_id.as_ref()
    }

    /// Belvo's id of the request. Log it, and give it to Belvo's support.
    #[must_use]
    pub fn belvo_request_id(&self) -> Option<&RequestId> {
        self.refusal.as_ref()?.belvo_request_id.as_ref()
    }

    /// As [`CallError::body_excerpt`], but none of an MFA challenge, which is a secret.
    #[must_use]
    pub fn body_excerpt(&self) -> Option<String> {
        let is_challenge = self.call.is_refused_with(&[StatusCode::PRECONDITION_REQUIRED.as_u16()]);
        if is_challenge { None } else { self.call.body_excerpt() }
    }

    /// Belvo may have acted on a call that creates or uses up something, although it failed. Ask this first.
    ///
    /// Cause: the request was sent, but no answer came back that tells. Remedy: look before you send it again, for a
    /// registration in [`Links::of_user`](crate::Links::of_user);
    /// [`register_or_find`](crate::Links::register_or_find) does.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.call.is_outcome_unknown()
    }

    /// A failure that passes, and nothing was done: the same call may succeed later.
    ///
    /// Cause: the network, a timeout, 408, 429, a 5xx, a cooldown, the limit of the edge, an institution that is down;
    /// the client has already retried what it may. Remedy: try later, not before
    /// [`retry_after`](CallError::retry_after).
    #[doc(alias = "is_transient")]
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let passing = |code: &ErrorCode| !matches!(code.retry(), RetryAdvice::No | RetryAdvice::Restart);
        let is_passing = self.call.is_passing()
            || self.codes().any(passing)
            || self.is_rate_limited()
            || self.is_refresh_cooldown();
        is_passing && !self.is_outcome_unknown()
    }

    /// Belvo is out of service, and has not acted.
    ///
    /// Cause: a 5xx. Remedy: try later.
    #[doc(alias("is_server_error", "is_unavailable"))]
    #[must_use]
    pub fn is_outage(&self) -> bool {
        self.call.is_server_error() && !self.is_outcome_unknown()
    }

    /// The keys were refused.
    ///
    /// Cause: wrong keys, or keys of another environment; a 401 that is not about the keys is
    /// [`is_consent_missing`](Self::is_consent_missing). Remedy: check `secretId`, `secretPassword` and the environment.
    #[doc(alias("is_unauthorized", "is_unauthenticated"))]
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.call.is_refused_with(&[401])
            && self.code().is_none_or(|code| *code != ErrorCode::ConsentWithoutAccounts)
    }

    /// The keys are valid, but the call is not allowed.
    ///
    /// Cause: HTTP 403 in Belvo's own words: no access to production, to this resource, or no links left. Remedy: ask
    /// Belvo.
    #[doc(alias = "is_forbidden")]
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        self.call.is_refused_with(&[403]) && !self.is_at_the_edge()
    }

    /// The environment takes no more links.
    ///
    /// Cause: `quota_limit_reached`. Remedy: delete links that are not needed.
    #[must_use]
    pub fn is_quota_reached(&self) -> bool {
        self.has_code(&[ErrorCode::QuotaLimitReached])
    }

    /// What you asked for does not exist.
    ///
    /// Cause: HTTP 404; an unknown id, or one of another environment. Remedy: check the id.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.call.is_refused_with(&[404]) && !self.has_code(&[ErrorCode::ExpiredCredentials])
    }

    /// A value of the request, or the whole request, is wrong. Belvo refused it, or the client before sending.
    ///
    /// Cause: HTTP 400 or 405, or a request that could not be built. Remedy: [`details`](Self::details) or
    /// [`invalid_request`](CallError::invalid_request) says which field.
    #[doc(alias("is_bad_request", "is_validation"))]
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        let has_subject =
            self.codes().any(|code| !matches!(code.subject(), ErrorSubject::Request | ErrorSubject::Unknown));
        let refused = self.call.is_refused_with(&[400, 405]) && !has_subject && !self.is_duplicated();
        refused || self.call.invalid_request().is_some()
    }

    /// The user already has a link at this institution.
    ///
    /// Cause: `duplicated`, where Belvo's support has turned the prevention on. Remedy: list links by
    /// [`institution_user_id`](Self::institution_user_id).
    #[must_use]
    pub fn is_duplicated(&self) -> bool {
        self.has_code(&[ErrorCode::Duplicated])
    }

    /// The institution did not let the user in.
    ///
    /// Cause: `login_error`: wrong credentials, a locked account, MFA of a kind that Belvo does not support. Remedy:
    /// ask the user. Never decide by the message; after six failed logins the link is invalid.
    #[must_use]
    pub fn is_login_refused(&self) -> bool {
        self.has_code(&[ErrorCode::LoginError])
    }

    /// The institution asks for MFA.
    ///
    /// Cause: HTTP 428 with `token_required`. Remedy: show the user [`mfa_challenge`](Self::mfa_challenge), and resume.
    #[must_use]
    pub fn is_mfa_required(&self) -> bool {
        self.mfa_challenge().is_some()
    }

    /// The user has no web access at the institution yet.
    ///
    /// Cause: HTTP 428 with `activation_required`, which is no MFA challenge; `activation_failed`. Remedy: the user
    /// activates it at the institution.
    #[must_use]
    pub fn is_activation_required(&self) -> bool {
        self.has_code(&[ErrorCode::ActivationRequired, ErrorCode::ActivationFailed])
    }

    /// The time for the MFA token, or for the widget, is over.
    ///
    /// Cause: `session_expired`, `session_expired_ob`. Remedy: start the flow again.
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
    /// deletions a minute. Remedy: fewer calls, and none before [`retry_after`](CallError::retry_after); more of them
    /// have the address blocked. The feature `rate-limit` keeps below it.
    #[doc(alias = "is_too_many_requests")]
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.is_at_the_edge() || self.call.is_refused_with(&[429])
    }

    /// The link was refreshed less than ten minutes ago.
    ///
    /// Cause: HTTP 409. Remedy: refresh after [`refresh_cooldown`](Self::refresh_cooldown), or wait for the webhook.
    #[must_use]
    pub fn is_refresh_cooldown(&self) -> bool {
        let is_refresh =
            |endpoint: &Endpoint| (endpoint.method(), endpoint.path()) == (REFRESH.method(), REFRESH.path());
        self.call.is_refused_with(&[409]) && self.call.endpoint().is_some_and(is_refresh)
    }

    /// How long to wait before the link can be refreshed again, at most.
    ///
    /// Belvo names the minutes in its message alone. They are taken from it if it has exactly one number, else it is
    /// the whole cooldown of ten minutes: a hint, on which nothing else depends.
    #[must_use]
    pub fn refresh_cooldown(&self) -> Option<Duration> {
        let named = self.refusal.as_ref().and_then(|refusal| refusal.cooldown);
        self.is_refresh_cooldown().then(|| named.unwrap_or(REFRESH_COOLDOWN))
    }

    /// The institution is out of service.
    ///
    /// Cause: `institution_down`, `institution_unavailable`, `institution_inactive`. Remedy: try later, not in a tight loop;
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

    fn is_at_the_edge(&self) -> bool {
        self.refusal.as_ref().is_some_and(|refusal| refusal.at_the_edge)
    }

    fn has_code(&self, codes: &[ErrorCode]) -> bool {
        self.codes().any(|code| codes.contains(code))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)?;
        if self.is_at_the_edge() {
            return f.write_str(", as a page: too many requests from this address");
        }
        let with_code = self.details().iter().filter(|detail| detail.code().is_some());
        for (position, detail) in with_code.take(TOLD).enumerate() {
            write!(f, "{}{detail}", if position == 0 { ", " } else { "; " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("call", &self.call).field("details", &self.details()).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.call.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_small() {
        assert!(size_of::<Error>() <= 16);
    }
}
