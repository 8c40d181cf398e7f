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
//! | [`RetryPolicy`], [`Idempotency`] | whether an attempt is repeated, and after which pause |
//! | [`Caller`], [`Call`], [`CallError`] | the loop around the attempts |
//! | [`TokenCache`] | one login at a time, shared by everybody who waits for it |
//! | [`redact`], [`excerpt`] | text from a provider, made fit for a log |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod base_url;
mod call;
mod clock;
mod credential;
mod error;
mod redact;
mod retry;
#[cfg(any(test, feature = "test-util"))]
mod scripted;
mod span;
mod token;
mod transport;
mod user_agent;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use call::{ATTEMPT_HEADER, ATTEMPT_TIMEOUT, Call, Caller, REQUEST_ID_HEADER, Reply};
#[cfg(any(test, feature = "test-util"))]
pub use clock::ManualClock;
pub use clock::{Clock, Sleep, SystemClock};
pub use credential::{CredentialSource, FixedCredential, InvalidCredential, NoCredential, Renewal, bearer};
pub use error::{CallError, Failure, Refusal};
pub use redact::{MASK, MAX_CHARS, excerpt, redact};
pub use retry::{Idempotency, RetryPolicy};
#[cfg(any(test, feature = "test-util"))]
pub use scripted::{Answer, ScriptedTransport};
pub use token::{Fresh, Token, TokenCache};
#[cfg(feature = "reqwest")]
pub use transport::reqwest::{ReqwestTransport, TransportLimits};
pub use transport::{Transport, TransportError, TransportErrorKind, TransportFuture};
pub use user_agent::{InvalidAppName, user_agent};
