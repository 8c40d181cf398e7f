use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, Stream};
use async_nats::jetstream::{self, ContextBuilder, ErrorCode};
use async_nats::{Client, ConnectOptions, Event};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::address::{Address, SignIn};
use super::follow::{Which, follow};
use super::server::Server;
use super::{NatsInbox, failed, objects};
use crate::InboxError;
use crate::inbox::cause::{Cause, Missing, Unreadable};
use crate::inbox::wait::WAIT;

/// What the streams hold, for people and for later versions.
const DESCRIPTION: &str = "klavi-webhook inbox, version ";
/// Version 1 knew no expectations, and version 2 no entries that were done in another inbox: they would hand them out at
/// once. What they wrote is read as it is.
const VERSION: u32 = 3;

/// Milliseconds before each further attempt to make a stream: under two seconds in all.
const PAUSES: [u64; 5] = [50, 100, 200, 400, 800];

/// How to open a [`NatsInbox`]. What is said here counts before what the URL says.
#[derive(Clone)]
pub struct NatsOptions {
    url: String,
    replicas: Option<usize>,
    credentials: Option<PathBuf>,
    roots: Option<PathBuf>,
    certificate: Option<(PathBuf, PathBuf)>,
    existing: bool,
}

impl NatsOptions {
    /// The inbox at that server, as [`NatsInbox::connect`] reads it.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            replicas: None,
            credentials: None,
            roots: None,
            certificate: None,
            existing: false,
        }
    }

    /// How many servers of a cluster keep what is stored; 1 unless said otherwise, 3 where nothing may be lost with a
    /// machine. Counts when the streams are made.
    #[must_use]
    pub fn replicas(mut self, replicas: usize) -> Self {
        self.replicas = Some(replicas);
        self
    }

    /// Signs in with a `.creds` file: a user's token and key.
    #[must_use]
    pub fn credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.credentials = Some(path.into());
        self
    }

    /// Believes servers whose certificates lead to a root in that PEM file, and no others. Unless said otherwise the roots
    /// of the system count, or those in the file that the variable `SSL_CERT_FILE` names.
    #[must_use]
    pub fn root_certificates(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots = Some(path.into());
        self
    }

    /// Shows the server a certificate of its own: PEM files with the certificate and its key.
    #[must_use]
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.certificate = Some((certificate.into(), key.into()));
        self
    }

    /// Opens an inbox that somebody else has made, and makes none.
    #[must_use]
    pub fn existing(mut self) -> Self {
        self.existing = true;
        self
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`NatsInbox::connect`], or where it is not there and none is to be made.
    pub async fn connect(self) -> Result<NatsInbox, InboxError> {
        self.open().await.map_err(|cause| failed("open its streams", cause))
    }

    async fn open(self) -> Result<NatsInbox, Cause> {
        let address = Address::read(&self.url)?;
        let (connected, connections) = watch::channel(0);
        let client = self.client(&address, connected).await?;
        let context = ContextBuilder::new().timeout(WAIT).ack_timeout(WAIT).build(client);
        let replicas = self.replicas.or(address.replicas).unwrap_or(1).max(1);
        let name = address.name;
        if self.existing {
            is_there(&context, &name).await?;
        }
        let entries = stream(&context, &name, "entries", -1, replicas).await?;
        let states = stream(&context, &name, "states", 1, replicas).await?;
        let objects = made(|| objects::store(&context, &name, replicas)).await?;
        let server = Server::new(context, name, entries, states, objects);
        let mut tasks = JoinSet::new();
        for which in [Which::Entries, Which::States] {
            tasks.spawn(follow(server.clone(), which, connections.clone()));
        }
        server.read_to_the_end().await?;
        Ok(NatsInbox::new(server, tasks))
    }

    async fn client(&self, address: &Address, connected: watch::Sender<u64>) -> Result<Client, Cause> {
        let mut options = ConnectOptions::new().name("webhook inbox").request_timeout(Some(WAIT));
        match &address.sign_in {
            SignIn::Nobody => {}
            SignIn::Token(token) => options = options.token(token.clone()),
            SignIn::User(user, password) => {
                options = options.user_and_password(user.clone(), password.clone());
            }
        }
        if let Some(path) = self.credentials.as_ref().or(address.credentials.as_ref()) {
            options = options.credentials_file(path).await?;
        }
        if let Some(roots) = self.roots.as_ref().or(address.roots.as_ref()) {
            options = options.add_root_certificates(roots.clone());
        }
        let given = (address.certificate.as_ref(), address.key.as_ref());
        let own = self.certificate.as_ref().map(|(certificate, key)| (certificate, key));
        match own.map_or(given, |(certificate, key)| (Some(certificate), Some(key))) {
            (Some(certificate), Some(key)) => {
                options = options.add_client_certificate(certificate.clone(), key.clone());
            }
            (None, None) => {}
            _ => return Err("a certificate and its key are given together".into()),
        }
        // Also with servers of the cluster that are heard of later.
        let tls = address.tls || self.roots.is_some() || self.certificate.is_some();
        let connected = Arc::new(connected);
        let options = options.require_tls(tls).event_callback(move |event| {
            if matches!(event, Event::Connected) {
                connected.send_modify(|times| *times += 1);
            }
            std::future::ready(())
        });
        Ok(options.connect(address.servers.clone()).await?)
    }
}

async fn is_there(context: &jetstream::Context, name: &str) -> Result<(), Cause> {
    match context.get_stream(format!("{name}-entries")).await {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                Err(Missing.into())
            }
            _ => Err(error.into()),
        },
    }
}

/// Makes a stream where it is not there.
async fn stream(
    context: &jetstream::Context,
    name: &str,
    part: &str,
    per_subject: i64,
    replicas: usize,
) -> Result<Stream, Cause> {
    let subjects = match part {
        "entries" => vec![format!("{name}.entries")],
        _ => vec![format!("{name}.state.*"), format!("{name}.dead.*"), format!("{name}.mark")],
    };
    let config = Config {
        name: format!("{name}-{part}"),
        subjects,
        description: Some(format!("{DESCRIPTION}{VERSION}")),
        max_messages_per_subject: per_subject,
        // A stream that is full refuses; it never drops what is old.
        discard: DiscardPolicy::New,
        num_replicas: replicas,
        ..Config::default()
    };
    let stream = made(|| async { Ok(context.get_or_create_stream(config.clone()).await?) }).await?;
    let description = stream.cached_info().config.description.as_deref().unwrap_or_default();
    let version = description.strip_prefix(DESCRIPTION).and_then(|version| version.parse::<u32>().ok());
    match version {
        Some(VERSION) => Ok(stream),
        Some(older) if older < VERSION => {
            let mut config = stream.cached_info().config.clone();
            config.description = Some(format!("{DESCRIPTION}{VERSION}"));
            context.update_stream(config).await?;
            Ok(stream)
        }
        Some(_) => Err(Unreadable("a newer version has made the streams").into()),
        None => Err(Unreadable("streams of that name are no inbox").into()),
    }
}

/// Makes something of streams; tries again a few times where the server has no store for one at that moment, or somebody
/// else makes the same one.
///
/// nats-server 2.9 answers so now and then while it removes the folders of other streams, or makes the same stream for
/// another client.
async fn made<T, F: Future<Output = Result<T, Cause>>>(make: impl Fn() -> F) -> Result<T, Cause> {
    for pause in PAUSES {
        match make().await {
            Err(cause) if comes_too_soon(&*cause) => sleep(Duration::from_millis(pause)).await,
            made => return made,
        }
    }
    make().await
}

/// The streams of two inboxes cannot overlap, so it is the same one that does.
fn comes_too_soon(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let mut error: Option<&(dyn std::error::Error + 'static)> = Some(cause);
    while let Some(this) = error {
        if let Some(refused) = this.downcast_ref::<CreateStreamError>()
            && let CreateStreamErrorKind::JetStream(answer) = refused.kind()
        {
            return matches!(
                answer.error_code(),
                ErrorCode::STREAM_CREATE | ErrorCode::STREAM_SUBJECT_OVERLAP
            );
        }
        error = this.source();
    }
    false
}

impl std::fmt::Debug for NatsOptions {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NatsOptions").field("replicas", &self.replicas).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use async_nats::jetstream::context::{CreateKeyValueErrorKind, CreateObjectStoreError};

    use super::*;

    /// The server's answer with that error code.
    fn refused(code: u64) -> CreateStreamError {
        let answer = serde_json::json!({ "code": 500, "err_code": code, "description": "no" });
        CreateStreamError::from(serde_json::from_value::<jetstream::Error>(answer).unwrap())
    }

    fn no_bucket(code: u64) -> CreateObjectStoreError {
        CreateObjectStoreError::with_source(CreateKeyValueErrorKind::BucketCreate, refused(code))
    }

    /// Attempts until it ends, and whether something was made.
    async fn attempts(fails: u32, cause: impl Fn() -> Cause) -> (u32, bool) {
        let attempts = Cell::new(0);
        let made = made(|| async {
            attempts.set(attempts.get() + 1);
            if attempts.get() <= fails { Err(cause()) } else { Ok(()) }
        });
        let made = made.await.is_ok();
        (attempts.get(), made)
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_without_a_store_is_asked_again_for_a_while() {
        assert_eq!(attempts(0, || refused(10_049).into()).await, (1, true));
        assert_eq!(attempts(4, || refused(10_049).into()).await, (5, true));
        assert_eq!(attempts(4, || no_bucket(10_049).into()).await, (5, true));
        assert_eq!(attempts(4, || refused(10_065).into()).await, (5, true), "made by somebody else just now");
        assert_eq!(attempts(99, || refused(10_049).into()).await, (6, false));
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_else_it_answers_counts_at_once() {
        assert_eq!(attempts(1, || refused(10_058).into()).await, (1, false));
        assert_eq!(attempts(1, || no_bucket(10_058).into()).await, (1, false));
        assert_eq!(attempts(1, || Unreadable("damaged").into()).await, (1, false));
    }
}
