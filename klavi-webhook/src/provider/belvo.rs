//! Belvo as a [`Provider`]: its `Authorization` header, its bodies, typed handlers for its webhooks.
//!
//! Belvo signs nothing. It repeats in `Authorization` the value that was set in its dashboard, if one was, and sends from
//! three addresses. Behind that everything is as for Klavi: the same inbox, dispatcher and answers.
//!
//! ```
//! use std::sync::Arc;
//!
//! use belvo_types::webhooks::{LinkWebhook, WebhookCode, WebhookType};
//! use klavi_webhook::belvo::{Authorization, Belvo, Handlers, Item, Received};
//! use klavi_webhook::{Dispatcher, MemoryInbox, Receiver};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let inbox = Arc::new(MemoryInbox::new());
//! let belvo = Belvo::production(Authorization::basic("belvo", "the password set in the dashboard"));
//! let receiver = Receiver::new(belvo, inbox.clone());
//! let app: axum::Router = axum::Router::new().nest("/belvo", receiver.into_router());
//!
//! let handlers = Handlers::new(async |other: Received<Item>| {
//!     println!("no handler of its own: entry {}", other.entry().id);
//!     Ok(())
//! })
//! .on_webhook(WebhookType::Transactions, WebhookCode::HistoricalUpdate, async |webhook: Received<LinkWebhook>| {
//!     println!("fetch the transactions of {}", webhook.value.link_id.as_ref().ok_or("no link")?);
//!     Ok(())
//! })
//! .build()?;
//! tokio::spawn(Dispatcher::new(inbox, handlers).run(std::future::pending()));
//! # let _ = app; Ok(()) }
//! ```
//!
//! # What is the same webhook
//!
//! Belvo sends a webhook again, up to five times, where it gets no 2xx within five seconds. Its `webhook_id` may be that of the
//! subscription, so an entry's [`message_id`](crate::Envelope::message_id) is made of webhook, request, link and name:
//! the same bytes are one entry, other bytes under the same id are a revision and come to the handlers as well.
//!
//! Older webhooks, those of consents and those of payments have no `request_id`. Two refreshes of a link, months apart, may
//! then be announced with the very same bytes. In place of the request stand the ten minutes, counted from the full hour,
//! in which the webhook came: Belvo refuses to refresh a link again within ten minutes, so that what arrives twice in that
//! time is a duplicate. A later one is another entry, and handled twice: a GET too many, but none too few.

mod authorization;
mod environment;
mod handlers;
mod inspect;
mod item;
mod overdue;
mod request;
mod split;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use ipnet::IpNet;
use jiff::Timestamp;

use crate::{Delivery, EntryKind, Findings, Provider, Split, Verified, Verifier, VerifyError};

/// The variable that holds the value of `Authorization`, or several, one in each line.
const VARIABLE: &str = "BELVO_WEBHOOK_AUTHORIZATION";

pub use crate::sink::handlers::{HandledTwice, Received};
pub use authorization::Authorization;
pub use environment::Environment;
pub use handlers::{Handlers, HandlersBuilder};
pub use item::{Item, parse};
pub use overdue::{Overdue, expectation};

/// Belvo as a provider: deliveries are verified by the value in `Authorization`, and by the address.
///
/// ```
/// use klavi_webhook::belvo::{Authorization, Belvo};
///
/// let belvo = Belvo::production(Authorization::bearer("the new token"))
///     .also_until(Authorization::bearer("the old one"), "2026-12-01T00:00:00Z".parse()?);
/// # let _ = belvo;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: developers.belvo.com/docs (webhooks of aggregation; checklist of Open Finance Brazil for the addresses).
#[derive(Clone, Debug)]
pub struct Belvo {
    values: Vec<ValueInUse>,
    environment: Option<Environment>,
    unauthenticated: bool,
}

#[derive(Clone, Debug)]
struct ValueInUse {
    authorization: Authorization,
    until: Option<Timestamp>,
}

impl Belvo {
    /// Accepts deliveries with this value, from any address.
    pub fn new(authorization: impl Into<Authorization>) -> Self {
        Self::with(vec![ValueInUse { authorization: authorization.into(), until: None }])
    }

    /// Accepts deliveries with this value that come from Belvo's addresses: a [`Receiver`](crate::Receiver) of these
    /// lets no other address in. Behind a proxy it needs a [guard](crate::Receiver::guard) that knows the proxy.
    pub fn production(authorization: impl Into<Authorization>) -> Self {
        Self::new(authorization).environment(Environment::Production)
    }

    /// Accepts deliveries with any value in `Authorization` or none; the addresses decide alone, which are those of production
    /// unless another [environment](Self::environment) is named. For partners who have set no value in the dashboard.
    /// Says so in the log.
    pub fn unauthenticated() -> Self {
        tracing::warn!("the Authorization header is not checked: the address of the sender decides alone");
        let open = Self { unauthenticated: true, ..Self::with(Vec::new()) };
        open.environment(Environment::Production)
    }

    fn with(values: Vec<ValueInUse>) -> Self {
        Self { values, environment: None, unauthenticated: false }
    }

    /// Accepts deliveries with any of the values in the variable `BELVO_WEBHOOK_AUTHORIZATION`, one in each line, as
    /// they are sent: `Basic …` or `Bearer …`.
    ///
    /// # Errors
    /// Where the variable holds no value.
    pub fn from_env() -> Result<Self, NoAuthorization> {
        Self::from_lines(&std::env::var(VARIABLE).unwrap_or_default())
    }

    fn from_lines(lines: &str) -> Result<Self, NoAuthorization> {
        let values = lines.lines().map(Authorization::from).filter(|value| !value.is_empty());
        let values: Vec<_> = values.map(|authorization| ValueInUse { authorization, until: None }).collect();
        if values.is_empty() { Err(NoAuthorization(())) } else { Ok(Self::with(values)) }
    }

    /// Accepts another value as well: after a change deliveries under way still carry the old one.
    #[must_use]
    pub fn also(mut self, authorization: impl Into<Authorization>) -> Self {
        self.values.push(ValueInUse { authorization: authorization.into(), until: None });
        self
    }

    /// Accepts another value up to an instant.
    #[must_use]
    pub fn also_until(mut self, authorization: impl Into<Authorization>, until: Timestamp) -> Self {
        self.values.push(ValueInUse { authorization: authorization.into(), until: Some(until) });
        self
    }

    /// Names the environment, and thereby the addresses that deliveries come from.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Every value is compared, so that the time taken does not tell which one fits.
    fn knows(&self, presented: &[u8], now: Timestamp) -> bool {
        let current = self.values.iter().filter(|value| value.until.is_none_or(|until| now < until));
        current.fold(false, |found, value| value.authorization.is(presented) | found)
    }
}

/// The variable `BELVO_WEBHOOK_AUTHORIZATION` holds no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{VARIABLE} holds no value")]
pub struct NoAuthorization(());

impl Provider for Belvo {
    fn name(&self) -> &'static str {
        "belvo"
    }

    fn addresses(&self) -> Vec<IpNet> {
        self.environment.map(Environment::addresses).unwrap_or_default()
    }

    /// The headers are the whole proof, so that no other sender's body is read.
    fn verifier(&self, headers: &HeaderMap, now: Timestamp) -> Result<Box<dyn Verifier>, VerifyError> {
        if self.unauthenticated || self.knows(authorization(headers)?, now) {
            return Ok(Box::new(()));
        }
        Err(VerifyError::WrongAuthorization)
    }

    fn kept_headers(&self) -> &'static [&'static str] {
        &["content-type", "user-agent"]
    }

    fn split(&self, delivery: &Delivery<Verified>) -> Split {
        split::split(delivery, self.kept_headers())
    }

    fn inspect(&self, kind: EntryKind, body: &[u8]) -> Option<Findings> {
        inspect::inspect(kind, body)
    }

    fn documented_name(&self, kind: EntryKind, name: &str) -> Option<String> {
        inspect::documented(kind, name)
    }
}

/// The one `Authorization` that a delivery carries.
fn authorization(headers: &HeaderMap) -> Result<&[u8], VerifyError> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let line = lines.next().ok_or(VerifyError::NoAuthorization)?;
    if lines.next().is_some() {
        return Err(VerifyError::RepeatedAuthorization);
    }
    Ok(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_one_in_each_line_and_there_has_to_be_one() {
        assert_eq!(Belvo::from_lines("Bearer a,b\n\n  Basic dTpw \n").unwrap().values.len(), 2);
        for lines in ["", " \n ", "Basic\nBearer \n"] {
            let error = Belvo::from_lines(lines).unwrap_err();
            assert_eq!(error.to_string(), "BELVO_WEBHOOK_AUTHORIZATION holds no value");
        }
    }
}
