use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::deliveries::{Deliveries, Sender};
use crate::instance::Instance;
use crate::settings::{self, Settings};
use crate::{Error, MockKlavi, server, web_address};

/// Source: docs.klavi.ai/link/lqUr-overview.
const RETRY_BASE: Duration = Duration::from_millis(250);
/// The documentation names no number, only that there is a limit.
const CONSENT_LIMIT: usize = 10;

/// Says how a mock is to be; made by [`MockKlavi::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct MockKlaviBuilder {
    listen: SocketAddr,
    seed: Option<u64>,
    access_key: Option<Key>,
    secret_key: Option<Key>,
    console_webhook: Option<Key>,
    consent_limit: usize,
    rate_limit: Option<u32>,
    task_pace: Duration,
    retry_base: Duration,
    unsigned: bool,
}

/// Closed to `Debug`.
#[derive(Clone)]
struct Key(String);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

impl MockKlaviBuilder {
    pub(crate) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: None,
            access_key: None,
            secret_key: None,
            console_webhook: None,
            consent_limit: CONSENT_LIMIT,
            rate_limit: None,
            task_pace: Duration::ZERO,
            retry_base: RETRY_BASE,
            unsigned: false,
        }
    }

    /// Address to listen on. By default 127.0.0.1 and a port that is free.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Seed of keys and data: the same seed gives the same keys and, for a tax id, the same customer. Ids of
    /// links, consents and deliveries are new in every run. By default chosen by chance.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The access key that `POST /data/v1/auth` takes. By default made from the seed.
    pub fn access_key(mut self, access_key: impl Into<String>) -> Self {
        self.access_key = Some(Key(access_key.into()));
        self
    }

    /// The secret key, which logs in and signs deliveries. By default made from the seed.
    pub fn secret_key(mut self, secret_key: impl Into<String>) -> Self {
        self.secret_key = Some(Key(secret_key.into()));
        self
    }

    /// Where events go, and reports for which neither request nor link names an address: what a partner sets in
    /// Klavi's console. By default unset; see also [`MockKlavi::set_console_webhook`].
    pub fn console_webhook(mut self, url: impl Into<String>) -> Self {
        self.console_webhook = Some(Key(url.into()));
        self
    }

    /// How many consents of one person or company at one bank may be pending or authorised; one more is refused
    /// with 4003. By default 10.
    pub fn consent_limit(mut self, consents: usize) -> Self {
        self.consent_limit = consents;
        self
    }

    /// How many calls to the API are taken in a second; one more is refused with 429 and `Retry-After`. Klavi counts for
    /// each partner, and the mock has one: calls count whatever token they have. By default any number.
    pub fn rate_limit(mut self, calls_per_second: u32) -> Self {
        self.rate_limit = Some(calls_per_second);
        self
    }

    /// How long an Open Data task is `pending` before its next step, in whole seconds of the mock's time. By default
    /// zero: its first answer is the next step.
    pub fn task_pace(mut self, pace: Duration) -> Self {
        self.task_pace = pace;
        self
    }

    /// Pause before a delivery's first retry; it doubles with each further one. By default 250 ms.
    pub fn retry_base(mut self, pause: Duration) -> Self {
        self.retry_base = pause;
        self
    }

    /// Sends deliveries without `X-Klavi-Signature`, as for a partner whose signing is off.
    pub fn unsigned(mut self, unsigned: bool) -> Self {
        self.unsigned = unsigned;
        self
    }

    /// Starts the mock. It needs a running tokio runtime and stops when it is dropped.
    ///
    /// # Errors
    /// Where the address cannot be taken or the console's webhook is no address that Klavi would take.
    pub async fn start(self) -> Result<MockKlavi, Error> {
        let webhook = |url: Key| web_address::webhook(&url.0).ok_or(Error::InvalidWebhook);
        let console_webhook = self.console_webhook.map(webhook).transpose()?;
        let listening = |source| Error::Listen { address: self.listen, source };
        let listener = TcpListener::bind(self.listen).await.map_err(listening)?;
        let base_url = base_url(listener.local_addr().map_err(listening)?);

        let seed = self.seed.unwrap_or_else(|| fastrand::u64(..));
        let settings = Settings {
            seed,
            access_key: self.access_key.map_or_else(|| settings::access_key(seed), |key| key.0),
            secret_key: self.secret_key.map_or_else(|| settings::secret_key(seed), |key| key.0),
            partner_app_id: settings::partner_app_id(seed),
            partner_code: settings::partner_code(seed),
            partner_token: settings::partner_token(seed),
            consent_limit: self.consent_limit,
            task_pace: i64::try_from(self.task_pace.as_secs()).unwrap_or(i64::MAX),
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let clock = Arc::new(Clock::default());
        let signing_key = (!self.unsigned).then(|| settings.secret_key.clone());
        let deliveries = Arc::new(Deliveries::new(
            Sender::new(signing_key)?,
            Arc::clone(&clock),
            self.retry_base,
            (tasks.clone(), Handle::current()),
            stop.clone(),
        ));
        let instance = Arc::new(Instance::new(settings, base_url, clock, deliveries, console_webhook));
        instance.set_rate_limit(self.rate_limit);
        tasks.spawn(server::serve(listener, Arc::clone(&instance), stop.clone()));
        Ok(MockKlavi::new(instance, tasks, stop))
    }
}

/// An address that this machine can open, also where the mock listens on all of its addresses.
fn base_url(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    format!("http://{address}")
}
