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
//! Each call is repeated where a repeat is safe (see [`RetryPolicy`]), within a total time; a 401 is met with
//! one new login. Creating a link, a consent or a report request is never repeated while it is unknown
//! whether Klavi acted on it: [`Error::is_outcome_unknown`].
//!
//! [`Consents::watch`] waits for the user, [`Consents::create_or_reuse`] keeps within the limit of consents,
//! [`LinkSession::task`] submits MFA tokens, [`Client::kaas`] has data analysed that you bring, and
//! [`Client::request`] makes calls that have no method here.
//!
//! Without a call: [`BasicLinkUrl`] and [`LegacyLinkUrl`] are addresses of Klavi's pages, [`RedirectOutcome`] and
//! [`AppLinkReturn`] read those with which browser and app come back.
//!
//! Neither tokens, keys, tax ids nor bodies show in `Debug`, errors, logs or spans.
//!
//! # Settings
//!
//! | for | see |
//! |---|---|
//! | timeouts, retries, headers of single calls | [`Client::with_options`] and [`LinkSession::with_options`], the same for every group |
//! | repeats of a call, of all calls together | [`RetryPolicy`], [`RetryBudget`] |
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
//! | `test-util` | a transport with scripted answers and a manual clock, for your tests |
//! | `reports` | the reports in [`klavi_types`]; they are there as well where the program uses `klavi-webhook`, or `klavi-types` with its default features |
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
