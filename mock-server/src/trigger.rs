//! One event or report, sent on demand as Klavi would send it: signed, repeated until it is taken, in constant memory
//! whatever its size. Without a mock by [`Trigger::send`]; from a running one by
//! [`MockKlavi::trigger`](crate::MockKlavi::trigger) and `POST /_mock/trigger`.
//!
//! ```
//! use std::time::Duration;
//!
//! use synthetic_data::Recipe;
//! use klavi_mock::trigger::Trigger;
//! use klavi_mock::{AttemptOutcome, MockKlavi};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! // Whatever answers will do for a receiver here.
//! let receiver = MockKlavi::builder().start().await?;
//!
//! let recipe = Recipe::new("pf_checking_account")?.transactions(10)?;
//! let trigger = Trigger::report(recipe).to(receiver.base_url())?.retry_base(Duration::from_millis(1));
//! let sent = trigger.send("secret key", |_| {}).await?;
//! assert_eq!(sent[0].attempts[0].outcome, AttemptOutcome::Status(404));
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
use crate::changes::Changes;
use crate::clock::{Clock, Hands};
use crate::deliveries::{Delivery, Manner, Order, RETRY_BASE, Sender, Shipment, Signing, send_until_taken};
use crate::{Error, settings, web_address};
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
            retry_base: RETRY_BASE,
        }
    }

    /// Where to: any address of HTTP. From a running mock, by default to its console webhook.
    ///
    /// # Errors
    /// [`TriggerError::InvalidAddress`].
    pub fn to(self, url: &str) -> Result<Self, TriggerError> {
        let to = web_address::http(url).ok_or(TriggerError::InvalidAddress)?;
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
        let sender = Sender::new(secret_key.to_owned(), false)?;
        let (mut sent, mut last) = (Vec::new(), None);
        let issuer = Issuer {
            secret_key,
            partner_app_id: &settings::partner_app_id(self.what.seed()),
            encoded_cpf: self.encoded_cpf.unwrap_or_default(),
        };
        for id in 1..=u64::from(self.times) {
            let cargo = match last.take().filter(|_| self.same_id) {
                Some(cargo) => cargo,
                None => issuer.make(&self.what, clock.now()).await?,
            };
            let order = cargo.order(Some(to.clone()), self.manner(Manner::default()));
            let mut delivery = Delivery::new(clock.now(), order);
            delivery.id = id;
            let shipment = Shipment::new(to.clone(), cargo.content(), delivery.manner(), secret_key);
            let record = |attempt| {
                delivery.attempts.push(attempt);
                told(&delivery);
            };
            delivery.state =
                send_until_taken(&sender, &shipment, self.retry_base, 0, || clock.now(), record).await;
            sent.push(delivery);
            last = Some(cargo);
        }
        Ok(sent)
    }

    /// What a running mock sends for it.
    pub(crate) async fn orders(
        &self,
        issuer: Issuer<'_>,
        now: Timestamp,
        console: Option<Url>,
        manner: Manner,
    ) -> Result<Vec<Order>, Error> {
        let issuer = Issuer { encoded_cpf: self.encoded_cpf.unwrap_or(issuer.encoded_cpf), ..issuer };
        let to = self.to.clone().map(|Address(to)| to).or(console);
        let (mut orders, mut last) = (Vec::new(), None);
        for _ in 0..self.times {
            let cargo = match last.take().filter(|_| self.same_id) {
                Some(cargo) => cargo,
                None => issuer.make(&self.what, now).await?,
            };
            orders.push(cargo.order(to.clone(), self.manner(manner)));
            last = Some(cargo);
        }
        Ok(orders)
    }

    fn manner(&self, manner: Manner) -> Manner {
        let asked = self.unsigned.map(|unsigned| if unsigned { Signing::Unsigned } else { Signing::Signed });
        Manner { signing: asked.unwrap_or(manner.signing), ..manner }
    }
}

/// Why there can be no such trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TriggerError {
    /// No event of the API has that name.
    UnknownEvent(String),
    /// The address is no absolute URL of HTTP. Does not hold it: it may carry a token.
    InvalidAddress,
}

impl fmt::Display for TriggerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownEvent(name) => {
                let names: Vec<_> = Trigger::event_names().collect();
                write!(f, "unknown event {name:?}: an event is one of {}", names.join(", "))
            }
            Self::InvalidAddress => f.write_str("the address to send to is no absolute http or https URL"),
        }
    }
}

impl std::error::Error for TriggerError {}
