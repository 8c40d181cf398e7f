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
//! Without a call: [`BasicLinkUrl`] and [`LegacyLinkUrl`] are addresses of Klavi's pages, [`RedirectOutcome`] and
//! [`AppLinkReturn`] read those with which browser and app come back.
//!
//! Neither tokens, keys, tax ids nor bodies show in `Debug`, errors, logs or spans.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod app_link;
mod client;
mod consents;
mod credentials;
mod decode;
mod endpoint;
mod environment;
mod error;
mod link_session;
mod link_url;
mod links;
mod redirect;
mod reports;
mod session;
mod uri_component;

pub use app_link::{AppLinkReturn, InvalidAppLink};
pub use client::{Client, ClientBuilder, ConfigError};
pub use consents::Consents;
pub use credentials::Credentials;
pub use environment::{Environment, UnknownEnvironment};
pub use error::{Error, ErrorKind, Result};
pub use klavi_types;
pub use link_session::LinkSession;
pub use link_url::{BasicLinkUrl, LegacyLinkHost, LegacyLinkUrl, PartnerCode, WhiteLabelHost};
pub use links::Links;
pub use provider_call::{
    Clock, InvalidAppName, InvalidBaseUrl, InvalidCredential, RetryPolicy, Sleep, SystemClock, Transport,
    TransportError, TransportErrorKind, TransportFuture,
};
#[cfg(feature = "reqwest")]
pub use provider_call::{ReqwestTransport, TransportLimits};
pub use redirect::{InvalidRedirect, Redirect, RedirectFailure, RedirectOutcome};
pub use reports::Reports;
pub use uri_component::encode_uri_component;
