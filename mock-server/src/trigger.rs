//! One event or report, sent on demand as Klavi would send it: signed, repeated until it is taken, in constant memory
//! whatever its size. Without a mock by [`Trigger::send`]; from a running one by
//! [`MockKlavi::trigger`](crate::MockKlavi::trigger) and `POST /_mock/trigger`.
//!
//! ```
//! use std::time::Duration;
//!
//! use synthetic_data::Recipe;
//! use klavi_mock::trigger::Trigger;
//! use klavi_mock::{MockKlavi};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! // Whatever answers will do for a receiver here.
//! let receiver = MockKlavi::builder().start().await?;
//!
//! let recipe = Recipe::new("pf_checking_account")?.transactions(10)?;
//! let trigger = Trigger::report(recipe).to(receiver.base_url())?.retry_base(Duration::from_millis(1));
//! let sent = trigger.send("secret key", |_| {}).await?;
//! assert_eq!(sent[0].attempts[0].outcome(), "404");
//! assert_eq!(sent[0].attempts.len(), 6);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod cargo;
mod event;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use klavi_types::events::EventName;
use url::Url;

pub(crate) use self::cargo::Issuer;
use self::cargo::What;
use crate::settings;
use provider_mock::Changes;
use provider_mock::deliveries::Sender;
use provider_mock::{Clock, Hands};
use provider_mock::{Delivery, SendOptions, Signing};
use provider_mock::{Error, address};
use synthetic_data::Recipe;

/// What to send, how often, and where to.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is asked for"]
pub struct Trigger {
    what: What,
    to: Option<Address>,
    times: u32,
    same_id: bool,
    /// `None`: as the mock does, or signed.
    unsigned: Option<bool>,
    /// `None`: as the mock does, or in plain digits.
    encoded_cpf: Option<bool>,
    retry_base: Duration,
}

/// Closed to `Debug`: it may carry a token of the receiver's.
#[derive(Clone)]
struct Address(Url);

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl Trigger {
    /// A report of that recipe, made now and under ids of its own.
    pub fn report(recipe: Recipe) -> Self {
        Self::of(What::Report(recipe))
    }

    /// An event of that name, `consent_authorised`, about the customer of that seed.
    ///
    /// # Errors
    /// [`TriggerError::UnknownEvent`].
    pub fn event(name: &str, seed: u64) -> Result<Self, TriggerError> {
        let known = event::NAMES.iter().find(|known| known.as_str() == name);
        let name = known.ok_or_else(|| TriggerError::UnknownEvent(name.to_owned()))?.clone();
        Ok(Self::of(What::Event { name, seed }))
    }

    /// The names of the events that there are.
    pub(crate) fn event_names() -> impl Iterator<Item = &'static str> {
        event::NAMES.iter().map(EventName::as_str)
    }

    fn of(what: What) -> Self {
        Self {
            what,
            to: None,
            times: 1,
            same_id: false,
            unsigned: None,
            encoded_cpf: None,
            retry_base: settings::RETRY_BASE,
        }
    }

    /// Where to: any address of HTTP. From a running mock, by default to its console webhook.
    ///
    /// # Errors
    /// [`TriggerError::InvalidAddress`].
    pub fn to(self, url: &str) -> Result<Self, TriggerError> {
        let to = address::http(url).ok_or(TriggerError::InvalidAddress)?;
        Ok(Self { to: Some(Address(to)), ..self })
    }

    /// So many of them, one after the other.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// All under the same id and with the same bytes, as if one were delivered again and again.
    pub fn same_id(self, same_id: bool) -> Self {
        Self { same_id, ..self }
    }

    /// Without `X-Klavi-Signature`, or with it. From a running mock, by default as that behaves.
    pub fn unsigned(self, unsigned: bool) -> Self {
        Self { unsigned: Some(unsigned), ..self }
    }

    /// With the CPF encrypted as [`Behaviour::encoded_cpf`](crate::Behaviour::encoded_cpf) says, which makes a report one
    /// of version V1.1, or in plain digits. From a running mock, by default as that behaves.
    pub fn encoded_cpf(self, encoded_cpf: bool) -> Self {
        Self { encoded_cpf: Some(encoded_cpf), ..self }
    }

    /// Pause before the first retry; it doubles with each further one. By default 250 ms. A running mock has its own.
    pub fn retry_base(self, pause: Duration) -> Self {
        Self { retry_base: pause, ..self }
    }

    /// Sends all of it from here, and tells of each delivery when an attempt is over: its last one. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::NoAddress`] where it was not said where to; [`Error::Sender`] where nothing can be sent from here.
    pub async fn send(
        &self,
        secret_key: &str,
        mut told: impl FnMut(&Delivery),
    ) -> Result<Vec<Delivery>, Error> {
        let Address(to) = self.to.clone().ok_or(Error::NoAddress)?;
        let clock = Clock::new(Hands::default(), Hands::default(), Changes::default());
        let sender = Sender::new(settings::rules(secret_key.to_owned()), false)?;
        let issuer = Issuer {
            secret_key,
            partner_app_id: &settings::partner_app_id(self.what.seed()),
            encoded_cpf: self.encoded_cpf.unwrap_or_default(),
        };
        let made = self.made(issuer, clock.now(), Some(to), SendOptions::default()).await?;
        let mut sent = Vec::new();
        for (id, mut delivery) in (1..).zip(made) {
            (delivery.id, delivery.created_at) = (id, clock.now());
            let to_send = delivery.clone();
            let record = |attempt, _| {
                delivery.attempts.push(attempt);
                told(&delivery);
            };
            let state = sender.send_until_taken(&to_send, self.retry_base, || clock.now(), record).await;
            delivery.state = state;
            sent.push(delivery);
        }
        Ok(sent)
    }

    /// What is sent for it: by a running mock to its console, where it was not said where to.
    pub(crate) async fn made(
        &self,
        issuer: Issuer<'_>,
        now: Timestamp,
        console: Option<Url>,
        options: SendOptions,
    ) -> Result<Vec<Delivery>, Error> {
        let issuer = Issuer { encoded_cpf: self.encoded_cpf.unwrap_or(issuer.encoded_cpf), ..issuer };
        let to = self.to.clone().map(|Address(to)| to).or(console);
        let asked = self.unsigned.map(|unsigned| if unsigned { Signing::Unsigned } else { Signing::Signed });
        let options = SendOptions { signing: asked.unwrap_or(options.signing), ..options };
        let mut made: Vec<Delivery> = Vec::new();
        for _ in 0..self.times {
            let delivery = match made.last().filter(|_| self.same_id) {
                Some(last) => last.clone(),
                None => issuer.make(&self.what, now, to.clone()).await?.options(options),
            };
            made.push(delivery);
        }
        Ok(made)
    }
}

/// Why there can be no such trigger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TriggerError {
    /// No event of the API has that name.
    #[error("unknown event {0:?}: an event is one of {names}", names = Trigger::event_names().collect::<Vec<_>>().join(", "))]
    UnknownEvent(String),
    /// The address is no absolute URL of HTTP. Does not hold it: it may carry a token.
    #[error("the address to send to is no absolute http or https URL")]
    InvalidAddress,
}
