//! One dependable HTTP call to a data provider.
//!
//! The client of a provider says *what* it calls ([`Call`]) and *whose* credential goes with it
//! ([`CredentialSource`]); a [`Caller`] sees to the rest: a fresh credential for each attempt, a limit on
//! each attempt and on the whole, repeats where a repeat is safe, one new login after a 401, spans without
//! secrets. Nothing here knows a provider by name.
//!
//! | module | subject |
//! |---|---|
//! | [`Transport`] | how bytes reach the network; [`ReqwestTransport`] is the provided one |
//! | [`Clock`] | time: [`SystemClock`], and a clock turned by hand under `test-util` |
//! | [`RetryPolicy`], [`Idempotency`], [`RetryAdvice`] | whether an attempt is repeated, and after which pause |
//! | [`RetryBudget`], `RateLimit` | what all calls of a client may do together; the latter with the feature `rate-limit` |
//! | [`Caller`], [`Call`], [`CallOptions`], [`CallError`] | the loop around the attempts |
//! | [`TokenCache`] | one login at a time, shared by everybody who waits for it |
//! | [`Waiting`] | calls for programs without an async runtime |
//! | [`redact`], [`excerpt`] | text from a provider, made fit for a log |
//! | [`metric`] | what is counted, and under which names |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod base_url;
mod call;
mod clock;
mod credential;
mod error;
pub mod metric;
#[cfg(feature = "rate-limit")]
mod rate_limit;
mod redact;
mod retry;
#[cfg(any(test, feature = "test-util"))]
mod scripted;
mod span;
mod token;
mod transport;
mod user_agent;
mod waiting;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use call::{
    ATTEMPT_HEADER, ATTEMPT_TIMEOUT, Call, CallOptions, Caller, InvalidHeader, REQUEST_ID_HEADER, Reply,
};
#[cfg(any(test, feature = "test-util"))]
pub use clock::ManualClock;
pub use clock::{Clock, Sleep, SystemClock};
pub use credential::{
    CredentialSource, FixedCredential, InvalidCredential, NoCredential, Renewal, basic, bearer,
};
pub use error::{CallError, Failure, Refusal};
#[cfg(feature = "rate-limit")]
pub use rate_limit::RateLimit;
pub use redact::{MASK, MAX_CHARS, excerpt, redact};
pub use retry::{Idempotency, RetryAdvice, RetryBudget, RetryPolicy};
#[cfg(any(test, feature = "test-util"))]
pub use scripted::{Answer, ScriptedTransport};
pub use token::{Fresh, Token, TokenCache};
#[cfg(feature = "rustls-no-provider")]
pub use transport::reqwest::{ReqwestTransport, TransportOptions, TransportSetupError};
pub use transport::{Transport, TransportError, TransportErrorKind, TransportFuture};
pub use user_agent::{InvalidAppName, user_agent};
pub use waiting::Waiting;
