use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use synthetic_data::Scenario;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::behaviour::LiveBehaviour;
use crate::instance::{Instance, Saved};
use crate::settings::RETRY_BASE;
use crate::settings::{self, Settings};
use crate::{Behaviour, MockKlavi, NumberForm, server};
use provider_mock::BaseUrl;
use provider_mock::Changes;
use provider_mock::deliveries::{Deliveries, Sender};
use provider_mock::state_file::{self, StateFile};
use provider_mock::{Clock, Hands};
use provider_mock::{Error, address};

/// Says how a mock is to be; made by [`MockKlavi::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct MockKlaviBuilder {
    listen: SocketAddr,
    seed: Option<u64>,
    access_key: Option<Key>,
    secret_key: Option<Key>,
    console_webhook: Option<Key>,
    task_pace: Duration,
    behaviour: Vec<Change>,
    clock: Option<Timestamp>,
    state_file: Option<PathBuf>,
    retry_base: Duration,
    loopback_only: bool,
    public_url: Option<String>,
    http_webhooks: bool,
    scenario: Option<Scenario>,
}

/// What the behaviour is to be in some respect. Not the behaviour itself: what was not asked for comes from the state
/// file.
#[derive(Clone)]
struct Change(Arc<dyn Fn(&mut Behaviour) + Send + Sync>);

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
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
            task_pace: Duration::ZERO,
            behaviour: Vec::new(),
            clock: None,
            state_file: None,
            retry_base: RETRY_BASE,
            loopback_only: false,
            public_url: None,
            http_webhooks: false,
            scenario: None,
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
    pub fn consent_limit(self, consents: usize) -> Self {
        self.behaviour(move |behaviour| behaviour.consent_limit = consents)
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

    /// Sends deliveries to this machine only: to `localhost` and to loopback addresses. Any other, that of a redirect too,
    /// fails at its first attempt and nothing leaves the machine, not even a look-up of the name. By default deliveries go
    /// wherever a link, a request or the console says; meant for whoever lets others, or a fuzzer, call the mock.
    pub fn loopback_only(mut self, loopback_only: bool) -> Self {
        self.loopback_only = loopback_only;
        self
    }

    /// Where clients and browsers reach the mock, if not where it listens: `http` or `https`, a host and perhaps a port,
    /// without a path. Goes before every address in answers: `linkURL`, `consentRedirectURL`, logos.
    ///
    /// By default addresses follow the `Host` header of the call, so that each caller gets those that it can open. That
    /// holds for IP addresses, names of one part such as `localhost` or that of a container, and names below `.localhost`,
    /// `.internal` and `.test`. A call by any other name gets addresses with the one that the mock listens on: a name
    /// that can be registered is followed only if it is given here. The control API keeps refusing such names.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Takes webhook addresses with plain `http` on any host, as in a network of containers: for the console's webhook and
    /// `productsCallbackURL`. By default `http` goes to this machine only, since Klavi asks for `https`.
    pub fn allow_http_webhooks(mut self, allow: bool) -> Self {
        self.http_webhooks = allow;
        self
    }

    /// Has the customers of a scenario: reports on them follow it, its events happen at the mock's time, and its failures
    /// are the mock's. Other tax ids have seeded data.
    ///
    /// ```
    /// use klavi_mock::{MockKlavi, Scenario};
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let scenario = Scenario::ready("two-banks").expect("a scenario that comes along");
    /// let mock = MockKlavi::builder().scenario(scenario).start().await?;
    /// # Ok::<(), klavi_mock::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = Some(scenario);
        self
    }

    /// Puts trouble that banks are known for into reports; see [`Behaviour::messy_data`].
    pub fn messy_data(self, messy_data: bool) -> Self {
        self.behaviour(move |behaviour| behaviour.messy_data = messy_data)
    }

    /// Sends deliveries without `X-Klavi-Signature`, as for a partner whose signing is off.
    pub fn unsigned(self, unsigned: bool) -> Self {
        self.behaviour(move |behaviour| behaviour.unsigned = unsigned)
    }

    /// Sends reports in version V1.1 with an encrypted CPF; see [`Behaviour::encoded_cpf`].
    pub fn encoded_cpf(self, encoded_cpf: bool) -> Self {
        self.behaviour(move |behaviour| behaviour.encoded_cpf = encoded_cpf)
    }

    /// Sends `link_action_status` in place of the consent events; see [`Behaviour::fi_events`].
    pub fn fi_events(self, fi_events: bool) -> Self {
        self.behaviour(move |behaviour| behaviour.fi_events = fi_events)
    }

    /// Writes names and forms as they were observed in production; see [`Behaviour::observed_spellings`].
    pub fn observed_spellings(self, observed_spellings: bool) -> Self {
        self.behaviour(move |behaviour| behaviour.observed_spellings = observed_spellings)
    }

    /// Writes numbers as text, or amounts and rates as numbers; see [`Behaviour::numbers`].
    pub fn numbers(self, numbers: NumberForm) -> Self {
        self.behaviour(move |behaviour| behaviour.numbers = numbers)
    }

    /// Sends reports as soon as the user has authorised; see [`Behaviour::automatic`].
    pub fn automatic(self, automatic: bool) -> Self {
        self.behaviour(move |behaviour| behaviour.automatic = automatic)
    }

    /// How many calls to the API are taken in a second; one more is refused with 429 and `Retry-After`. Klavi counts for
    /// each partner, and the mock has one: calls count whatever token they have. By default any number.
    pub fn rate_limit(self, calls_per_second: u32) -> Self {
        self.behaviour(move |behaviour| behaviour.rate_limit = Some(calls_per_second))
    }

    /// Changes how the mock behaves in any respect. What is said here goes before what a state file says.
    pub fn behaviour(mut self, change: impl Fn(&mut Behaviour) + Send + Sync + 'static) -> Self {
        self.behaviour.push(Change(Arc::new(change)));
        self
    }

    /// The mock's time at the start, from which its clock runs on: from the year 2000 to the end of 2099. By default that
    /// of the machine, or as a state file says. Reports grow with the clock; see also [`MockKlavi::freeze_clock`].
    pub fn clock(mut self, now: Timestamp) -> Self {
        self.clock = Some(now);
        self
    }

    /// Keeps what the mock knows in that file across restarts, so that clients and receivers go on where they were: tokens,
    /// links, consents, report requests, the newest 1,000 deliveries (with bodies up to 16 MiB in all; what is not yet
    /// delivered is sent after the restart), [`Behaviour`], clock and seed. Not kept are keys that were given, received
    /// requests and faults.
    ///
    /// The file is written after each change and at the shutdown, and is always whole. Beside it stands one with `.lock`
    /// at its end: no two mocks can have the same file.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Starts the mock. It needs a running tokio runtime and stops when it is dropped.
    ///
    /// # Errors
    /// Where the address cannot be taken, a key is empty, the public URL or the console's webhook cannot be used, the clock
    /// cannot be turned so far, or the state file cannot be used.
    pub async fn start(self) -> Result<MockKlavi, Error> {
        let keys = [("access key", &self.access_key), ("secret key", &self.secret_key)];
        let empty = keys.iter().find(|(_, key)| key.as_ref().is_some_and(|key| key.0.trim().is_empty()));
        if let Some((name, _)) = empty {
            return Err(Error::EmptyKey(name));
        }
        let webhook = |url: &Key| address::webhook(&url.0, self.http_webhooks).ok_or(Error::InvalidWebhook);
        let console_webhook = self.console_webhook.as_ref().map(webhook).transpose()?;
        let public_url = self.public_url.as_deref();
        let public_url =
            public_url.map(|url| provider_mock::public(url).ok_or(Error::InvalidPublicUrl)).transpose()?;
        let clock = self.clock.map(Hands::at).transpose()?;
        let (state_file, saved) = self.state()?;
        let listening = |source| Error::Listen { address: self.listen, source };
        let listener = TcpListener::bind(self.listen).await.map_err(listening)?;
        let base_url = BaseUrl::new(listener.local_addr().map_err(listening)?, public_url);

        let kept = saved.as_ref().map(|saved| saved.seed);
        let seed = self.seed.or(kept).unwrap_or_else(|| fastrand::u64(..));
        let settings = Settings {
            seed,
            access_key: self.access_key.map_or_else(|| settings::access_key(seed), |key| key.0),
            secret_key: self.secret_key.map_or_else(|| settings::secret_key(seed), |key| key.0),
            partner_app_id: settings::partner_app_id(seed),
            partner_code: settings::partner_code(seed),
            partner_token: settings::partner_token(seed),
            http_webhooks: self.http_webhooks,
            task_pace: i64::try_from(self.task_pace.as_secs()).unwrap_or(i64::MAX),
            scenario: self.scenario,
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let changes = Changes::default();
        let asked = |mut behaviour: Behaviour| {
            self.behaviour.iter().for_each(|Change(change)| change(&mut behaviour));
            behaviour.console_webhook = console_webhook.clone().or(behaviour.console_webhook);
            behaviour
        };
        let kept = saved.as_ref().map(|saved| (saved.clock, saved.behaviour.clone()));
        let (hands, behaviour) = kept.unwrap_or_default();
        let clock = Arc::new(Clock::new(clock.unwrap_or(hands), clock.unwrap_or_default(), changes.clone()));
        let behaviour = LiveBehaviour::new(asked(behaviour), asked(Behaviour::default()), changes.clone());
        let behaviour = Arc::new(behaviour);
        let deliveries = Arc::new(Deliveries::new(
            Sender::new(settings::rules(settings.secret_key.clone()), self.loopback_only)?,
            (Arc::clone(&clock), changes.clone()),
            self.retry_base,
            tasks.clone(),
            stop.clone(),
        ));
        let instance = Instance::new(
            settings,
            Arc::new(base_url),
            clock,
            deliveries,
            behaviour,
            changes.clone(),
            (tasks.clone(), Handle::current()),
        );
        if let Some(saved) = saved {
            instance.restore(saved.store, saved.deliveries);
        }
        if let Some(file) = &state_file {
            file.write(&*instance).map_err(Error::StateFile)?;
            let (file, instance) = (Arc::clone(file), Arc::clone(&instance));
            tasks.spawn(state_file::keep(file, instance, changes, stop.clone()));
        }
        tasks.spawn(server::serve(listener, Arc::clone(&instance), stop.clone()));
        Ok(MockKlavi::new(instance, tasks, stop, state_file))
    }

    /// Opens the state file, if there is to be one.
    fn state(&self) -> Result<(Option<Arc<StateFile>>, Option<Saved>), Error> {
        let Some(path) = &self.state_file else { return Ok((None, None)) };
        let (file, saved) = StateFile::open(path).map_err(Error::StateFile)?;
        match (&saved, self.seed) {
            (Some(Saved { seed: kept, .. }), Some(asked)) if *kept != asked => {
                Err(Error::OtherSeed { kept: *kept, asked })
            }
            _ => Ok((Some(Arc::new(file)), saved)),
        }
    }
}
