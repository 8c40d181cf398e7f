//! What is known of an endpoint before it is called. Knows neither a provider nor how a call is made.

use std::borrow::Cow;
use std::fmt;

use http::Method;

/// One endpoint of a provider: a constant beside the method that calls it.
///
/// ```
/// use provider_call::Endpoint;
///
/// const GET_THING: Endpoint = Endpoint::get("/things/{id}").credential("access token");
/// const MAKE_THING: Endpoint = Endpoint::post("/things")
///     .credential("access token")
///     .not_idempotent("a repeat makes a second thing");
/// assert_eq!(MAKE_THING.to_string(), "POST /things");
/// assert!(GET_THING.is_idempotent() && !MAKE_THING.is_idempotent());
/// ```
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct Endpoint {
    method: Method,
    path: Cow<'static, str>,
    credential: &'static str,
    idempotency: Idempotency,
    reason: &'static str,
    is_slow: bool,
}

/// Whether doing the same thing twice is the same as doing it once.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Idempotency {
    /// It is: the call may be repeated after any passing failure.
    Idempotent,
    /// It is not: the call is repeated only if the server provably did not act on it.
    NotIdempotent,
}

impl Endpoint {
    const fn constant(method: Method, path: &'static str, idempotency: Idempotency) -> Self {
        Self { method, path: Cow::Borrowed(path), credential: "", idempotency, reason: "", is_slow: false }
    }

    /// An endpoint that reads; repeated after passing failures.
    ///
    /// `path` is a template below the base URL, such as `/things/{id}`. It stands in spans and errors in place of the
    /// path, so that no id shows there.
    pub const fn get(path: &'static str) -> Self {
        Self::constant(Method::GET, path, Idempotency::Idempotent).idempotent("reads")
    }

    /// An endpoint that is not repeated, unless it is [`idempotent`](Self::idempotent).
    pub const fn post(path: &'static str) -> Self {
        Self::constant(Method::POST, path, Idempotency::NotIdempotent)
    }

    /// As [`post`](Self::post).
    pub const fn put(path: &'static str) -> Self {
        Self::constant(Method::PUT, path, Idempotency::NotIdempotent)
    }

    /// As [`post`](Self::post).
    pub const fn patch(path: &'static str) -> Self {
        Self::constant(Method::PATCH, path, Idempotency::NotIdempotent)
    }

    /// As [`post`](Self::post).
    pub const fn delete(path: &'static str) -> Self {
        Self::constant(Method::DELETE, path, Idempotency::NotIdempotent)
    }

    /// An endpoint that the caller describes: idempotent where the method is safe.
    pub fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        let safe = method.is_safe();
        let idempotency = if safe { Idempotency::Idempotent } else { Idempotency::NotIdempotent };
        Self { method, path: path.into(), credential: "", idempotency, reason: "", is_slow: false }
    }

    /// Says that a repeat does no harm, and why.
    pub const fn idempotent(mut self, reason: &'static str) -> Self {
        self.idempotency = Idempotency::Idempotent;
        self.reason = reason;
        self
    }

    /// Says that a repeat does harm, and which.
    pub const fn not_idempotent(mut self, reason: &'static str) -> Self {
        self.idempotency = Idempotency::NotIdempotent;
        self.reason = reason;
        self
    }

    /// Names the credential that goes with it, for readers and for errors.
    pub const fn credential(mut self, credential: &'static str) -> Self {
        self.credential = credential;
        self
    }

    /// Gives it the timeouts of calls for which the provider works long before it answers, see
    /// [`ClientSettings::slow_attempt_timeout`](crate::ClientSettings::slow_attempt_timeout).
    pub const fn slow(mut self) -> Self {
        self.is_slow = true;
        self
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path template.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path template for labels, without a copy where it is a constant.
    #[cfg(feature = "metrics")]
    pub(crate) fn shared_path(&self) -> Cow<'static, str> {
        self.path.clone()
    }

    /// The word for the credential that goes with it; empty where there is none.
    #[must_use]
    pub fn credential_name(&self) -> &'static str {
        self.credential
    }

    /// Whether it may be repeated after any passing failure.
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.idempotency == Idempotency::Idempotent
    }

    /// As a word.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    /// Why it may or may not be repeated.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// Whether the provider works long before it answers.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.is_slow
    }
}

impl fmt::Display for Endpoint {
    /// Method and path template, such as `GET /things/{id}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}
