//! A typed client for Belvo's Links API, with the same shape as `klavi-sdk`.
//!
//! ```no_run
//! use belvo_sdk::belvo_types::api::{CallbackUrls, CreateWidgetToken, LinkQuery, Scopes, Widget};
//! use belvo_sdk::belvo_types::widget::WidgetUrl;
//! use belvo_sdk::belvo_types::{ExternalId, LinkId, links};
//! use belvo_sdk::Client;
//!
//! # async fn example(stored: Vec<LinkId>) -> Result<(), Box<dyn std::error::Error>> {
//! // BELVO_SECRET_ID, BELVO_SECRET_PASSWORD and BELVO_ENVIRONMENT
//! let client = Client::from_env()?;
//! let user: ExternalId = "user-7f3a".parse()?;
//!
//! // Links that the user has at Belvo, but not in your database.
//! let mine = client.links().of_user(&user).await?;
//! for orphan in links::orphans(&mine, &user, &stored) {
//!     println!("adopt {:?}", orphan.id);
//! }
//!
//! // A new one comes by the widget, and its data by webhook.
//! let back = CallbackUrls::builder().success("app://linked").exit("app://left").build();
//! let request = CreateWidgetToken::builder(Scopes::open_finance_brazil())
//!     .external_id(&user)
//!     .widget(Widget::builder().callback_urls(back).build())
//!     .build()?;
//! let token = client.widget_tokens().create(&request).await?;
//! if let Some(access) = token.access {
//!     send_the_browser_to(WidgetUrl::builder(access).locale("pt").build().expose());
//! }
//! # Ok(())
//! # }
//! # fn send_the_browser_to(_: &str) {}
//! ```
//!
//! An MFA challenge is an ordinary outcome, [`Registered::MfaRequired`], not an error. Lists come as streams, by page and
//! by item, that follow Belvo's pages and never send the keys to another host: [`Pages`].
//!
//! The client retries a call where a retry is safe, as Belvo recommends: after a 5xx, with pauses of 3, 6, 12, 24 and 48
//! seconds, and after `too_many_sessions`; never after another 4xx. It never retries a registration, an MFA token or new
//! credentials while it is unknown whether Belvo acted on them: [`Error::is_outcome_unknown`]. Belvo has no idempotency key
//! here, and a second registration creates a second link: [`Links::register_or_find`] looks for the link before and after.
//!
//! Belvo takes up to five minutes to log a user in and to fetch the first data. Those calls have a time limit of their
//! own, [`ClientBuilder::login_timeout`].
//!
//! Neither keys, passwords, tokens, external ids nor bodies show in `Debug`, errors, logs or spans.
//!
//! # Settings
//!
//! | for | see |
//! |---|---|
//! | timeouts, retries, headers of single calls | [`Client::with_options`] |
//! | keys that are rotated | [`Client::set_credentials`] |
//! | fields to leave out of answers | [`Links::omit`], [`Links::only_fields`], the same for every group |
//! | retries of a call, of all calls together | [`RetryPolicy`], [`RetryBudget`] |
//! | at most 80 calls in 30 seconds | [`ClientBuilder`]`::rate_limit`, feature `rate-limit` |
//! | own authorities, client certificate (mutual TLS), proxy, sizes | `TransportOptions` |
//! | another way to the network, a `reqwest::Client` of your own | [`Transport`], `ReqwestTransport::from_client` |
//! | trace context and audit log on every request | examples at [`Transport`] |
//! | what is counted | [`metric`] |
//! | calls that have no method here | [`Client::request`] |
//! | programs without async | `blocking`, feature `blocking` |
//!
//! | feature | |
//! |---|---|
//! | `reqwest` (default) | the provided transport: reqwest, rustls, the cryptography of aws-lc-rs |
//! | `rustls-no-provider` | the same without aws-lc-rs: the process installs a provider for rustls, such as ring |
//! | `rate-limit`, `blocking` | as above |
//! | `metrics` | counters and histograms through the facade `metrics`, with the names of OpenTelemetry: [`metric`] |
//! | `test-util` | `ScriptedTransport`, `ManualClock`, `Recorder` and `ReplayTransport` of the crate `provider-call`, for your tests |
//!
//! Without default features no HTTP client is built, and [`ClientBuilder::transport`] has to be called.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod consents;
mod credentials;
mod environment;
mod error;
mod institutions;
mod keys;
mod links;
mod pages;
mod retry;
mod selection;
mod widget_tokens;

pub use belvo_types;
pub use client::{Client, ClientBuilder};
pub use consents::Consents;
pub use credentials::Credentials;
pub use environment::Environment;
pub use error::{Error, ErrorDetail, Result};
pub use http;
pub use institutions::Institutions;
pub use links::{Links, Registered, RegisteredOrFound};
pub use pages::{Paged, Pages};
#[cfg(feature = "rate-limit")]
pub use provider_call::RateLimit;
pub use provider_call::{
    CallError, CallOptions, Clock, ConfigError, Endpoint, ErrorKind, Idempotency, InvalidAppName,
    InvalidBaseUrl, InvalidCredential, InvalidHeader, MissingVariable, RetryBudget, RetryPolicy, Sleep,
    SystemClock, Transport, TransportError, TransportErrorKind, TransportFuture, UnknownEnvironment, metric,
};
#[cfg(feature = "rustls-no-provider")]
pub use provider_call::{ReqwestTransport, TransportOptions, TransportSetupError};
pub use widget_tokens::WidgetTokens;

/// Answers that a test gives, exchanges that it replays, and time that it turns.
#[cfg(feature = "test-util")]
pub mod test_util {
    pub use provider_call::{
        ManualClock, Recorder, Recording, RecordingError, ReplayTransport, ScriptedAnswer, ScriptedTransport,
    };
}

/// A call that this version has no method for; from [`Client::request`].
pub type CustomCall<'a> = provider_call::CustomCall<'a, Error>;

/// Every endpoint that has a method here, with whose credential it is called and whether it is repeated.
pub const ENDPOINTS: &[Endpoint] = &[
    links::LIST,
    links::REGISTER,
    links::RESUME,
    links::GET,
    links::UPDATE_CREDENTIALS,
    links::CHANGE_RETRIEVAL,
    links::DELETE,
    links::REFRESH,
    widget_tokens::CREATE,
    consents::LIST,
    consents::GET,
    institutions::LIST,
    institutions::GET,
];
