use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use synthetic_data::seeded;

use http::HeaderValue;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::behaviour::Behaviour;
use super::instance::{Hook, Instance, Saved, Settings};
use super::mock::MockBelvo;
use super::server;
use super::store::Secret;
use super::webhook::{self, RETRY_STEP};
use provider_mock::deliveries::{Deliveries, Sender};
use provider_mock::state_file::{self, StateFile};
use provider_mock::{BaseUrl, Changes};
use provider_mock::{Clock, Hands};
use provider_mock::{Error, address};

/// Says how a mock of Belvo is to be; made by [`MockBelvo::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct MockBelvoBuilder {
    listen: SocketAddr,
    seed: Option<u64>,
    secret_id: Option<Secret>,
    secret_password: Option<Secret>,
    webhook_url: Option<Secret>,
    webhook_authorization: Option<Secret>,
    behaviour: Vec<Change>,
    clock: Option<Timestamp>,
    retry_step: Duration,
    loopback_only: bool,
    public_url: Option<String>,
    http_webhooks: bool,
    state_file: Option<PathBuf>,
}

/// What the behaviour is to be in some respect.
#[derive(Clone)]
struct Change(Arc<dyn Fn(&mut Behaviour) + Send + Sync>);

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl MockBelvoBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: None,
            secret_id: None,
            secret_password: None,
            webhook_url: None,
            webhook_authorization: None,
            behaviour: Vec::new(),
            clock: None,
            retry_step: RETRY_STEP,
            loopback_only: false,
            public_url: None,
            http_webhooks: false,
            state_file: None,
        }
    }

    /// Address to listen on. By default 127.0.0.1 and a port that is free.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Seed of keys and data: the same seed gives the same keys and, for a user, the same customer. Ids are new in every
    /// run. By default chosen by chance.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The `secretId` that it takes. By default made from the seed.
    pub fn secret_id(mut self, secret_id: impl Into<String>) -> Self {
        self.secret_id = Some(Secret::new(secret_id));
        self
    }

    /// The `secretPassword` that it takes. By default made from the seed.
    pub fn secret_password(mut self, secret_password: impl Into<String>) -> Self {
        self.secret_password = Some(Secret::new(secret_password));
        self
    }

    /// Where webhooks go, as set in Belvo's dashboard. By default unset; see also [`MockBelvo::set_webhook`].
    pub fn webhook_url(mut self, url: impl Into<String>) -> Self {
        self.webhook_url = Some(Secret::new(url));
        self
    }

    /// The value of the webhooks' `Authorization`, sent as it is: `Bearer …` or `Basic …`. By default there is none.
    pub fn webhook_authorization(mut self, value: impl Into<String>) -> Self {
        self.webhook_authorization = Some(Secret::new(value));
        self
    }

    /// Changes how the mock behaves in any respect.
    pub fn behaviour(mut self, change: impl Fn(&mut Behaviour) + Send + Sync + 'static) -> Self {
        self.behaviour.push(Change(Arc::new(change)));
        self
    }

    /// The mock's time at the start, from which its clock runs on: from the year 2000 to the end of 2099. By default that
    /// of the machine.
    pub fn clock(mut self, now: Timestamp) -> Self {
        self.clock = Some(now);
        self
    }

    /// Pause before a webhook's first repetition; it is one such pause longer before each further one. By default 1 s.
    pub fn retry_step(mut self, pause: Duration) -> Self {
        self.retry_step = pause;
        self
    }

    /// Sends webhooks to this machine only: to `localhost` and to loopback addresses. Any other fails at its first attempt and
    /// nothing leaves the machine, not even a look-up of the name. By default webhooks go wherever the partner or the control
    /// API says; meant for whoever lets others, or a fuzzer, call the mock.
    pub fn loopback_only(mut self, loopback_only: bool) -> Self {
        self.loopback_only = loopback_only;
        self
    }

    /// Where clients and browsers reach the mock, if not where it listens: `http` or `https`, a host and perhaps a
    /// port, without a path. Goes before the addresses of the pages of a list and of pictures. By default these follow the
    /// `Host` header of the call, if that is an IP address or a name that cannot be registered, such as `localhost` or that
    /// of a container.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Takes a webhook address with plain `http` on any host, as in a network of containers. By default `http` goes to this
    /// machine only.
    pub fn allow_http_webhooks(mut self, allow: bool) -> Self {
        self.http_webhooks = allow;
        self
    }

    /// Keeps what the mock knows in that file across restarts: links, sessions, consents, widget tokens, [`Behaviour`], the
    /// webhook, clock and seed, and the newest 1,000 deliveries; what is not yet delivered is sent after the restart. Not kept
    /// are keys that were given, received requests and faults. The file is written after each change and at the shutdown, and
    /// is always whole; no two mocks can have the same one.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Starts the mock. It needs a running tokio runtime and stops when it is dropped.
    ///
    /// # Errors
    /// Where the address cannot be taken, a key is empty, public URL, webhook or authorization cannot be used, the clock
    /// cannot be turned so far, or the state file cannot be used.
    pub async fn start(self) -> Result<MockBelvo, Error> {
        let keys = [("secret id", &self.secret_id), ("secret password", &self.secret_password)];
        let empty =
            keys.iter().find(|(_, key)| key.as_ref().is_some_and(|key| key.expose().trim().is_empty()));
        if let Some((name, _)) = empty {
            return Err(Error::EmptyKey(name));
        }
        let public_url = self.public_url.as_deref();
        let public_url =
            public_url.map(|url| provider_mock::public(url).ok_or(Error::InvalidPublicUrl)).transpose()?;
        let url = |url: &Secret| webhook_url(url.expose(), self.http_webhooks);
        let hook = Hook {
            url: self.webhook_url.as_ref().map(url).transpose()?,
            authorization: self
                .webhook_authorization
                .as_ref()
                .map(|value| authorization(value.expose()))
                .transpose()?,
        };
        let clock = self.clock.map(Hands::at).transpose()?;
        let (state_file, saved) = self.state()?;
        let listening = |source| Error::Listen { address: self.listen, source };
        let listener = TcpListener::bind(self.listen).await.map_err(listening)?;
        let base_url = BaseUrl::new(listener.local_addr().map_err(listening)?, public_url);

        let kept = saved.as_ref().map(|saved| saved.seed);
        let seed = self.seed.or(kept).unwrap_or_else(|| fastrand::u64(..));
        let made = |purpose: &str, length| format!("mock-{}", seeded::hex(seed, &["belvo", purpose], length));
        let settings = Settings {
            seed,
            secret_id: self.secret_id.unwrap_or_else(|| Secret::new(made("secret id", 32))),
            secret_password: self.secret_password.unwrap_or_else(|| Secret::new(made("secret password", 60))),
            http_webhooks: self.http_webhooks,
            user_id: seeded::uuid(seed, &["belvo", "user"]),
        };
        let asked = |mut behaviour: Behaviour| {
            self.behaviour.iter().for_each(|Change(change)| change(&mut behaviour));
            behaviour
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let changes = Changes::default();
        let hands = clock.or(saved.as_ref().map(|saved| saved.clock)).unwrap_or_default();
        let behaviour = asked(saved.as_ref().map(|saved| saved.behaviour.clone()).unwrap_or_default());
        let clock = Arc::new(Clock::new(hands, clock.unwrap_or_default(), changes.clone()));
        let kept = saved.as_ref().map(Saved::hook).unwrap_or_default();
        let live_hook = Arc::new(Mutex::new(Hook {
            url: hook.url.clone().or(kept.url),
            authorization: hook.authorization.clone().or(kept.authorization),
        }));
        let deliveries = Arc::new(Deliveries::new(
            Sender::new(webhook::rules(Arc::clone(&live_hook)), self.loopback_only)?,
            (Arc::clone(&clock), changes.clone()),
            self.retry_step,
            tasks.clone(),
            stop.clone(),
        ));
        let behaviours = (behaviour, (asked(Behaviour::default()), hook), live_hook);
        let base_url = Arc::new(base_url);
        let instance =
            Arc::new(Instance::new(settings, base_url, clock, deliveries, behaviours, changes.clone()));
        if let Some(saved) = saved {
            instance.restore(saved.store, saved.deliveries);
        }
        if let Some(file) = &state_file {
            file.write(&*instance).map_err(Error::StateFile)?;
            let (file, instance) = (Arc::clone(file), Arc::clone(&instance));
            tasks.spawn(state_file::keep(file, instance, changes, stop.clone()));
        }
        tasks.spawn(server::serve(listener, Arc::clone(&instance), stop.clone()));
        Ok(MockBelvo::new(instance, tasks, stop, state_file))
    }

    /// Opens the state file, if there is to be one.
    fn state(&self) -> Result<(Option<Arc<StateFile>>, Option<Saved>), Error> {
        let Some(path) = &self.state_file else { return Ok((None, None)) };
        let (file, saved) = StateFile::open::<Saved>(path).map_err(Error::StateFile)?;
        match (&saved, self.seed) {
            (Some(Saved { seed: kept, .. }), Some(asked)) if *kept != asked => {
                Err(Error::OtherSeed { kept: *kept, asked })
            }
            _ => Ok((Some(Arc::new(file)), saved)),
        }
    }
}

pub(super) fn webhook_url(text: &str, http_anywhere: bool) -> Result<Url, Error> {
    address::webhook(text, http_anywhere).ok_or(Error::InvalidWebhook)
}

/// As a header that no log shows.
pub(super) fn authorization(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| Error::InvalidAuthorization)?;
    value.set_sensitive(true);
    Ok(value)
}
