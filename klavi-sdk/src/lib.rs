//! A typed client for Klavi's Open Finance API.
//!
//! ```no_run
//! use klavi_sdk::Client;
//! use klavi_sdk::klavi_types::api::{CreateLink, ReportRequest};
//! use klavi_sdk::klavi_types::{Product, ProductName};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // KLAVI_ACCESS_KEY, KLAVI_SECRET_KEY and KLAVI_ENVIRONMENT
//! let client = Client::from_env()?;
//!
//! let link = CreateLink::builder()
//!     .personal_tax_id("123.456.789-09")
//!     .redirect_url("https://partner.example/back")
//!     .build()?;
//! let session = client.links().create(&link).await?;
//! if let Some(url) = session.url() {
//!     send_the_browser_to(url.expose());
//! }
//!
//! // Once the user has authorised; the data comes by webhook.
//! let request = ReportRequest::institution("123.456.789-09", "341")
//!     .products([Product::Personal(ProductName::CheckingAccount)])
//!     .build()?;
//! let accepted = client.reports().request(&request).await?;
//! # Ok(())
//! # }
//! # fn send_the_browser_to(_: &str) {}
//! ```
//!
//! Two tokens, two types: [`Client`] carries the partner's access token and renews it by itself,
//! [`LinkSession`] the token of one link. A call that needs the one cannot be made with the other.
//!
//! The client retries a call where a retry is safe (see [`RetryPolicy`]), within one deadline for each call. After a 401 it
//! fetches a new token and sends the call once more. It never retries the creation of a link, a consent or a report request
//! while it is unknown whether Klavi acted on it: [`Error::is_outcome_unknown`].
//!
//! # Where to find what
//!
//! | for | call |
//! |---|---|
//! | a page for a customer | [`Links::create`], then [`LinkSession::url`] |
//! | a consent | [`LinkSession::create_consent`], or [`Consents::create_or_reuse`], which keeps within the limit of consents |
//! | the state of a consent | [`Consents::get`], [`Consents::list`]; [`Consents::watch`] waits until it is settled |
//! | reports | [`Reports::request`]; they are pushed to your webhook, see the crate `klavi-webhook` |
//! | MFA at an Open Data institution | [`LinkSession::task`] |
//! | analysis of data that you bring | [`Client::kaas`] |
//! | a call that has no method here | [`Client::request`], [`LinkSession::request`] |
//! | a page of Klavi without a call | [`BasicLinkUrl`], [`LegacyLinkUrl`] |
//! | the URL with which the browser or app comes back | [`RedirectOutcome`], [`AppLinkReturn`] |
//! | what to do when a call fails | [`Error`]; ask [`Error::is_outcome_unknown`] first |
//!
//! Names that other SDKs use:
//!
//! | you look for | here |
//! |---|---|
//! | `Client::new(keys)` | [`Client::builder`]`(keys, environment).build()`, [`Client::from_env`] |
//! | `consents().create(..)` | [`LinkSession::create_consent`]: it takes the token of a link |
//! | `user_agent` | [`ClientBuilder::app_name`] |
//! | `max_retries(3)` | [`RetryPolicy::max_attempts`]`(4)`: the first attempt counts |
//! | `status_code()`, `message()` | [`CallError::status`], [`Error::provider_message`] |
//! | `is_unauthorized`, `is_forbidden`, `is_transient` | [`Error::is_auth`], [`Error::is_permission_denied`], [`Error::is_retryable`] |
//! | an id out of text | `"consent-1".into()`, as in `client.consents().get(&"consent-1".into())` |
//!
//! Requests are built with the types in [`klavi_types::api`]. `Debug`, errors, logs and spans show no token, no key, no tax id
//! and no body.
//!
//! # Settings
//!
//! | for | see |
//! |---|---|
//! | timeouts, retries, headers of single calls | [`Client::with_options`] and [`LinkSession::with_options`], the same for every group |
//! | keys that are rotated | [`Client::set_credentials`] |
//! | retries of a call, of all calls together | [`RetryPolicy`], [`RetryBudget`] |
//! | a rate agreed with Klavi | [`ClientBuilder`]`::rate_limit`, feature `rate-limit` |
//! | how tokens are renewed | [`TokenRenewal`] |
//! | own authorities, client certificate (mutual TLS), proxy, sizes | `TransportOptions` |
//! | another way to the network, a `reqwest::Client` of your own | [`Transport`], `ReqwestTransport::from_client` |
//! | trace context and audit log on every request | examples at [`Transport`] |
//! | what is counted | [`metric`] |
//! | programs without async | `blocking`, feature `blocking` |
//!
//! | feature | |
//! |---|---|
//! | `reqwest` (default) | the provided transport: reqwest, rustls, the cryptography of aws-lc-rs |
//! | `rustls-no-provider` | the same without aws-lc-rs: the process installs a provider for rustls, such as ring |
//! | `rate-limit`, `blocking` | as above |
//! | `metrics` | counters and histograms through the facade `metrics`, with the names of OpenTelemetry: [`metric`] |
//! | `test-util` | `ScriptedTransport`, `ManualClock`, `Recorder` and `ReplayTransport` of the crate `provider-call`, for your tests |
//! | `reports` | the reports in [`klavi_types`]; a crate that also depends on `klavi-types` or `klavi-webhook` has them anyway |
//!
//! Without default features no HTTP client is built, and [`ClientBuilder::transport`] has to be called.
//!
//! # What it costs
//!
//! 1.7 µs of its own work for a call, the typed answer included; a call over the internet takes milliseconds. `docs/performance.md`
//! of the repository has the client beside `reqwest` and `serde_json` by hand.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod analysis;
mod app_link;
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod consents;
mod credentials;
mod environment;
mod error;
mod kaas;
mod link_session;
mod link_url;
mod links;
mod redirect;
mod reports;
mod session;
mod task;
mod uri_component;
mod watch;

pub use analysis::Analysis;
pub use app_link::{AppLinkReturn, InvalidAppLink};
pub use client::{Client, ClientBuilder};
pub use consents::{CleanUp, ConsentLimit, Consents, CreatedOrReused, CustomerConsents};
pub use credentials::Credentials;
pub use environment::Environment;
pub use error::{Error, Result};
pub use http;
pub use kaas::{Kaas, KaasCredentials};
pub use klavi_types;
pub use link_session::LinkSession;
pub use link_url::{BasicLinkUrl, LegacyLinkHost, LegacyLinkUrl, PartnerCode, WhiteLabelHost};
pub use links::Links;
#[cfg(feature = "rate-limit")]
pub use provider_call::RateLimit;
pub use provider_call::{
    CallError, CallOptions, Clock, ConfigError, Endpoint, ErrorKind, Idempotency, InvalidAppName,
    InvalidBaseUrl, InvalidCredential, InvalidHeader, MissingVariable, RetryBudget, RetryPolicy, Sleep,
    SystemClock, Transport, TransportError, TransportErrorKind, TransportFuture, UnknownEnvironment, metric,
};
#[cfg(feature = "rustls-no-provider")]
pub use provider_call::{ReqwestTransport, TransportOptions, TransportSetupError};
pub use redirect::{InvalidRedirect, Redirect, RedirectFailure, RedirectOutcome};
pub use reports::Reports;
pub use session::TokenRenewal;
pub use task::OpenDataTask;
pub use uri_component::encode_uri_component;
pub use watch::Watch;

/// Answers that a test gives, exchanges that it replays, and time that it turns.
#[cfg(feature = "test-util")]
pub mod test_util {
    pub use provider_call::{
        ManualClock, Recorder, Recording, RecordingError, ReplayTransport, ScriptedAnswer, ScriptedTransport,
    };
}

/// A call that this version has no method for; from [`Client::request`] and [`LinkSession::request`].
pub type CustomCall<'a> = provider_call::CustomCall<'a, Error>;

/// Every endpoint that has a method here, with whose credential it is called and whether it is repeated.
pub const ENDPOINTS: &[Endpoint] = &[
    session::AUTH,
    session::REFRESH,
    links::CREATE,
    link_session::INSTITUTIONS,
    link_session::INSTITUTION_STATUSES,
    link_session::CREATE_CONSENT,
    consents::GET,
    consents::LIST,
    consents::REVOKE,
    reports::PERSONAL_INSTITUTION,
    reports::PERSONAL_USER,
    reports::BUSINESS_INSTITUTION,
    reports::BUSINESS_USER,
    task::STATUS,
    task::SUBMIT_MFA,
    kaas::CATEGORIZE,
    analysis::EVENTS,
];
