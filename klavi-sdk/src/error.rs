//! How a call fails, and what to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::StatusCode;
use klavi_types::api::{BusinessCode, ErrorBody};
use klavi_types::{Decoded, Integer, Malformed, Text};
use provider_call::{CallError, ConfigError, Endpoint, InvalidCredential, InvalidHeader, redact};
use provider_wire::{InvalidRequest, decode};

use crate::link_session::LINK_TOKEN;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call that failed. Cheap to clone, since those who wait for one login share its failure.
///
/// The predicates tell situations apart and say what to do in each; what happened on the way, such as status, headers and
/// attempts, is that of [`CallError`]. `Display` is one sentence for a log: it holds neither keys, tokens, tax ids nor
/// anything that Klavi sent, for which see [`provider_message`](Self::provider_message). If the login failed on the way
/// to a call, this is the error of the login, and [`endpoint`](CallError::endpoint) says so. `?` makes one of every error that
/// keeps a call from being made as well: a client that cannot be built, a request or header that cannot be sent.
///
/// ```no_run
/// # async fn example(client: klavi_sdk::Client, id: klavi_sdk::klavi_types::ConsentId) {
/// match client.consents().get(&id).await {
///     Ok(consent) => println!("{:?}", consent.status),
///     Err(error) if error.is_not_found() => println!("there is no such consent"),
///     Err(error) if error.is_auth() => println!("check the keys: {error}"),
///     Err(error) if error.is_retryable() => println!("later, perhaps in {:?}", error.retry_after()),
///     Err(error) => println!("{error}"),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error {
    call: CallError,
    /// What Klavi's refusal says, if it is one.
    refusal: Option<Arc<Refusal>>,
}

#[derive(Debug)]
struct Refusal {
    code: Option<BusinessCode>,
    /// Redacted.
    message: Option<String>,
}

impl Refusal {
    /// Reads the body of an answer that is not 2xx. Any body will do: not JSON means nothing was said.
    fn read(status: StatusCode, body: &[u8]) -> Self {
        let Ok(Decoded { value, malformed, .. }) = decode::<ErrorBody>(body) else {
            return Self { code: None, message: None };
        };
        // Other answers repeat the HTTP status in the same member.
        let code = value
            .status_code
            .map(Integer::get)
            .filter(|code| status == StatusCode::RANGE_NOT_SATISFIABLE || *code >= 1000)
            .filter(|code| *code != i64::from(status.as_u16()));
        // A list of messages is not text, but the only thing that tells what is wrong.
        let raw = malformed.iter().find(|leaf| leaf.path.to_string() == "message").map(Malformed::raw);
        let said = [value.message.as_ref().map(Text::as_str), raw, value.error.as_ref().map(Text::as_str)];
        let message = said.into_iter().flatten().find(|text| !text.is_empty()).map(redact);
        Self { code: code.map(BusinessCode::from), message }
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

impl From<InvalidCredential> for Error {
    fn from(error: InvalidCredential) -> Self {
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
    /// Klavi's business code, which comes with HTTP 416.
    #[must_use]
    pub fn business_code(&self) -> Option<BusinessCode> {
        self.refusal.as_ref()?.code
    }

    /// Klavi's message: for people, not stable, masked and shortened. It may name persons.
    #[doc(alias = "message")]
    #[must_use]
    pub fn provider_message(&self) -> Option<&str> {
        self.refusal.as_ref()?.message.as_deref()
    }

    /// Klavi may have acted on a call that creates something, although it failed. Ask this first.
    ///
    /// Cause: the request was sent, but no answer came back that tells. Remedy: look before you send it again, for a
    /// consent in [`Consents::list`](crate::Consents::list), for reports at your webhook.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.call.is_outcome_unknown()
    }

    /// A failure that passes, and nothing was done: the same call may succeed later.
    ///
    /// Cause: the network, a timeout, 408, 429 or a 5xx; the client has already retried what it may. Remedy: try later, not
    /// before [`retry_after`](CallError::retry_after).
    #[doc(alias = "is_transient")]
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.call.is_passing() && !self.is_outcome_unknown()
    }

    /// Klavi, or the institution behind it, is out of service, and has not acted.
    ///
    /// Cause: a 5xx, or business code 4004 (which also stands for an institution that the contract does not cover).
    /// Remedy: try later; [`Institution::is_available`](klavi_types::api::Institution::is_available) tells.
    #[doc(alias("is_server_error", "is_unavailable"))]
    #[must_use]
    pub fn is_outage(&self) -> bool {
        let outage = self.call.is_server_error() || self.has_code(&[BusinessCode::INVALID_INSTITUTION]);
        outage && !self.is_outcome_unknown()
    }

    /// The keys or the access token were refused.
    ///
    /// Cause: wrong keys, keys of another environment, or access withdrawn; the client has already tried a new login.
    /// Remedy: check `accessKey`, `secretKey` and the environment.
    #[doc(alias("is_unauthorized", "is_unauthenticated"))]
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.call.is_refused_with(&[401]) && !self.is_about_a_link()
    }

    /// The link has ended, and its token with it.
    ///
    /// Cause: a link lives 30 minutes. Remedy: create a new link.
    #[must_use]
    pub fn is_link_expired(&self) -> bool {
        self.call.is_refused_with(&[401]) && self.is_about_a_link()
    }

    /// The token is valid, but the call is not allowed.
    ///
    /// Cause: HTTP 403; the contract does not cover the call. Remedy: ask Klavi.
    #[doc(alias = "is_forbidden")]
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        self.call.is_refused_with(&[403])
    }

    /// What you asked for does not exist.
    ///
    /// Cause: HTTP 404; an unknown id, or one of another environment. Remedy: check the id.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.call.is_refused_with(&[404])
    }

    /// A value of the request is malformed. Klavi refused it, or the client before sending.
    ///
    /// Cause: HTTP 400 or 422, or a request that could not be built. Remedy: [`provider_message`](Self::provider_message)
    /// or [`invalid_request`](CallError::invalid_request) says which value.
    #[doc(alias("is_bad_request", "is_validation"))]
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        self.call.is_refused_with(&[400, 422]) || self.call.invalid_request().is_some()
    }

    /// Too many calls.
    ///
    /// Cause: HTTP 429; the rate of the contract is used up. Remedy: fewer calls, and none before
    /// [`retry_after`](CallError::retry_after).
    #[doc(alias = "is_too_many_requests")]
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.call.is_refused_with(&[429])
    }

    /// There is no authorisation for what was asked.
    ///
    /// Cause: business code 4001 or 4008; the consent has expired, was revoked or does not exist. Remedy: have the user
    /// consent again.
    #[must_use]
    pub fn is_consent_missing(&self) -> bool {
        self.has_code(&[BusinessCode::INVALID_AUTHORISATION, BusinessCode::NO_CONSENT])
    }

    /// This person or company has too many consents at this institution.
    ///
    /// Cause: business code 4003; each abandoned attempt counts. Remedy: revoke consents that are not needed, the final and
    /// pending ones first; [`create_or_reuse`](crate::Consents::create_or_reuse) does.
    #[must_use]
    pub fn is_consent_limit(&self) -> bool {
        self.has_code(&[BusinessCode::CONSENT_LIMIT])
    }

    /// The list of products was not accepted.
    ///
    /// Cause: business code 4002 (a product is unknown, of the wrong level or not in the contract) or 4005 (none is left).
    /// Remedy: ask only for products of the contract, at the path of their level.
    #[must_use]
    pub fn is_product_rejected(&self) -> bool {
        self.has_code(&[BusinessCode::INVALID_PRODUCT, BusinessCode::NO_PRODUCTS])
    }

    /// `productsCallbackURL` was not accepted.
    ///
    /// Cause: business code 4006; `all` beside other keys, or an address that Klavi does not take. Remedy: build it with
    /// [`ProductsCallbackUrl`](klavi_types::ProductsCallbackUrl), on public `https` addresses.
    #[must_use]
    pub fn is_invalid_callback_url(&self) -> bool {
        self.has_code(&[BusinessCode::INVALID_CALLBACK_URL])
    }

    fn is_about_a_link(&self) -> bool {
        self.call.endpoint().map(Endpoint::credential_name) == Some(LINK_TOKEN)
    }

    fn has_code(&self, codes: &[BusinessCode]) -> bool {
        self.business_code().is_some_and(|code| codes.contains(&code))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)?;
        match self.business_code() {
            Some(code) => write!(f, ", business code {code}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("call", &self.call).field("code", &self.business_code()).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.call.source()
    }
}
