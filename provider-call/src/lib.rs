//! One dependable HTTP call to a data provider.
//!
//! The client of a provider says *what* it calls ([`Endpoint`]) and *whose* credential goes with it
//! ([`CredentialSource`]); a [`Caller`] sees to the rest: a fresh credential for each attempt, a limit on each attempt
//! and on the whole, repeats where a repeat is safe, one new login after a 401, spans without secrets, and an answer
//! that is read tolerantly. Nothing here knows a provider by name.
//!
//! | module | subject |
//! |---|---|
//! | [`Endpoint`] | method, path, credential, and whether it may be repeated: a constant beside the method that calls it |
//! | [`Caller`], [`Call`], [`CallOptions`] | the call, and the loop around its attempts |
//! | [`Answer`], [`CallError`] | what comes of it |
//! | [`ClientSettings`], [`Provider`], [`ConfigError`] | what a client can be told, and what it says of its provider |
//! | [`Transport`] | how bytes reach the network; `ReqwestTransport` is the provided one |
//! | [`Clock`] | time: [`SystemClock`], and a clock turned by hand under `test-util` |
//! | [`RetryPolicy`], [`Idempotency`], [`RetryAdvice`] | whether an attempt is repeated, and after which pause |
//! | [`RetryBudget`], `RateLimit` | what all calls of a client may do together; the latter with the feature `rate-limit` |
//! | [`TokenCache`] | one login at a time, shared by everybody who waits for it |
//! | [`ClientCredentials`] | the token of an OAuth 2 client, as a [`CredentialSource`] |
//! | [`SingleFlight`] | one task at a time for each key |
//! | `BlockingRuntime` | calls for programs without an async runtime, with the feature `blocking` |
//! | `ScriptedTransport`, `Recorder`, `ReplayTransport`, `ManualClock`, `LogRecorder` | tests without a network, with the feature `test-util` |
//! | [`redact`], [`excerpt`] | text from a provider, made fit for a log |
//! | [`metric`] | what is counted, and under which names |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod base_url;
#[cfg(feature = "blocking")]
mod blocking;
mod call;
mod clock;
mod config_error;
mod credential;
mod custom_call;
mod endpoint;
mod error;
#[cfg(any(test, feature = "test-util"))]
mod log_recorder;
pub mod metric;
mod oauth2;
#[cfg(feature = "rate-limit")]
mod rate_limit;
#[cfg(any(test, feature = "test-util"))]
mod recording;
mod redact;
mod retry;
#[cfg(any(test, feature = "test-util"))]
mod scripted;
mod settings;
mod single_flight;
mod span;
mod token;
mod transport;
mod user_agent;
mod variables;

pub use answer::{Answer, Parsed};
pub use base_url::{BaseUrl, InvalidBaseUrl};
#[cfg(feature = "blocking")]
pub use blocking::BlockingRuntime;
pub use call::{ATTEMPT_HEADER, Call, CallOptions, Caller, InvalidHeader, REQUEST_ID_HEADER};
#[cfg(any(test, feature = "test-util"))]
pub use clock::ManualClock;
pub use clock::{Clock, Sleep, SystemClock};
pub use config_error::ConfigError;
pub use credential::{
    Credential, CredentialLookup, CredentialSource, InvalidCredential, NoCredential, Renewal, basic, bearer,
};
pub use custom_call::CustomCall;
pub use endpoint::{Endpoint, Idempotency};
pub use error::{CallError, ErrorKind};
#[cfg(any(test, feature = "test-util"))]
pub use log_recorder::LogRecorder;
pub use oauth2::{ClientCredentials, ClientGrant, InvalidClientGrant};
#[cfg(feature = "rate-limit")]
pub use rate_limit::RateLimit;
#[cfg(any(test, feature = "test-util"))]
pub use recording::{Recorder, Recording, RecordingError, ReplayTransport};
pub use redact::{MASK, MAX_CHARS, excerpt, redact};
pub use retry::{RetryAdvice, RetryBudget, RetryPolicy, retry_after};
#[cfg(any(test, feature = "test-util"))]
pub use scripted::{ScriptedAnswer, ScriptedTransport};
pub use settings::{ClientSettings, Provider};
pub use single_flight::SingleFlight;
pub use token::{Fresh, TokenCache};
#[cfg(feature = "rustls-no-provider")]
pub use transport::reqwest::{
    EgressRule, InvalidEgressHost, ReqwestTransport, TransportOptions, TransportSetupError,
};
pub use transport::{DiscardBody, Transport, TransportError, TransportErrorKind, TransportFuture};
pub use user_agent::{InvalidAppName, user_agent};
pub use variables::{MissingVariable, UnknownEnvironment, Variables};
