use std::path::PathBuf;
use std::sync::Arc;

use async_nats::jetstream::stream::{Config, DiscardPolicy, Stream};
use async_nats::jetstream::{self, ContextBuilder, object_store};
use async_nats::{Client, ConnectOptions, Event};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::follow::{Which, follow};
use super::server::Server;
use super::{NatsInbox, WAIT, failed, objects};
use crate::InboxError;
use crate::inbox::cause::{Cause, Unreadable};

/// What the streams hold, for people and for later versions.
const DESCRIPTION: &str = "klavi-webhook inbox, version ";
/// Version 1 knew no expectations and would hand them out at once. What it wrote is read as it is.
const VERSION: u32 = 2;

/// Name of an inbox whose URL has none.
const NAME: &str = "klavi";

/// How to open a [`NatsInbox`].
#[derive(Clone)]
pub struct NatsOptions {
    url: String,
    replicas: usize,
    credentials: Option<PathBuf>,
}

impl NatsOptions {
    /// The inbox at that server, as [`NatsInbox::connect`] reads it.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), replicas: 1, credentials: None }
    }

    /// How many servers of a cluster keep what is stored; 1 unless said otherwise, 3 where nothing may be lost with a
    /// machine. Counts when the streams are made.
    #[must_use]
    pub fn replicas(mut self, replicas: usize) -> Self {
        self.replicas = replicas.max(1);
        self
    }

    /// Signs in with a `.creds` file: a user's token and key.
    #[must_use]
    pub fn credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.credentials = Some(path.into());
        self
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`NatsInbox::connect`].
    pub async fn connect(self) -> Result<NatsInbox, InboxError> {
        self.open().await.map_err(|cause| failed("open its streams", cause))
    }

    async fn open(self) -> Result<NatsInbox, Cause> {
        let (servers, name) = address(&self.url)?;
        let (connected, connections) = watch::channel(0);
        let client = self.client(servers, connected).await?;
        let context = ContextBuilder::new().timeout(WAIT).ack_timeout(WAIT).build(client);
        let entries = self.stream(&context, &name, "entries", -1).await?;
        let states = self.stream(&context, &name, "states", 1).await?;
        let bucket = object_store::Config {
            bucket: objects::bucket(&name),
            num_replicas: self.replicas,
            ..object_store::Config::default()
        };
        let objects = match context.get_object_store(&bucket.bucket).await {
            Ok(objects) => objects,
            Err(_) => context.create_object_store(bucket).await?,
        };
        let server = Server::new(context, name, entries, states, objects);
        let mut tasks = JoinSet::new();
        for which in [Which::Entries, Which::States] {
            tasks.spawn(follow(server.clone(), which, connections.clone()));
        }
        server.read_to_the_end().await?;
        Ok(NatsInbox::new(server, tasks))
    }

    async fn client(&self, servers: Vec<String>, connected: watch::Sender<u64>) -> Result<Client, Cause> {
        let mut options = ConnectOptions::new().name("klavi inbox").request_timeout(Some(WAIT));
        if let Some(path) = &self.credentials {
            options = options.credentials_file(path).await?;
        }
        let connected = Arc::new(connected);
        let options = options.event_callback(move |event| {
            if matches!(event, Event::Connected) {
                connected.send_modify(|times| *times += 1);
            }
            std::future::ready(())
        });
        Ok(options.connect(servers).await?)
    }

    /// Makes a stream where it is not there.
    async fn stream(
        &self,
        context: &jetstream::Context,
        name: &str,
        part: &str,
        per_subject: i64,
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
            num_replicas: self.replicas,
            ..Config::default()
        };
        let stream = context.get_or_create_stream(config).await?;
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
}

impl std::fmt::Debug for NatsOptions {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NatsOptions").field("replicas", &self.replicas).finish_non_exhaustive()
    }
}

/// The servers of a URL, and the name of the inbox.
fn address(url: &str) -> Result<(Vec<String>, String), Cause> {
    let (scheme, rest) = url.split_once("://").ok_or("the URL has no scheme")?;
    let (hosts, name) = rest.split_once('/').unwrap_or((rest, ""));
    let name = if name.is_empty() { NAME } else { name };
    // What streams, subjects and buckets may be called.
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err("the name of the inbox is not made of letters, digits, - and _".into());
    }
    let servers = hosts.split(',').map(|host| format!("{scheme}://{host}")).collect();
    Ok((servers, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_url_names_the_inbox() {
        for (url, servers, name) in [
            ("nats://127.0.0.1:4222", &["nats://127.0.0.1:4222"][..], "klavi"),
            ("nats://a/", &["nats://a"], "klavi"),
            ("tls://user:word@a,b:4223/other-1", &["tls://user:word@a", "tls://b:4223"], "other-1"),
        ] {
            let (found, called) = address(url).unwrap();
            assert_eq!(
                (&found[..], &called[..]),
                (&servers.iter().map(ToString::to_string).collect::<Vec<_>>()[..], name)
            );
        }
        for url in ["localhost", "nats://a/b/c", "nats://a/b.c", "nats://a/b?c"] {
            assert!(address(url).is_err(), "{url}");
        }
    }
}
