//! How to connect to NATS.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_nats::{ConnectOptions, ServerAddr, jetstream};
use percent_encoding::percent_decode_str;
use provider_wire::Secret;
use url::Url;

use super::watch::Watch;
use super::{NatsPublisher, unsuitable};
use crate::publish::{PublishError, PublishErrorKind};

/// What has a name in NATS.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) stream: String,
    pub(super) prefix: String,
    pub(super) bodies: Option<String>,
}

/// How to connect a [`NatsPublisher`].
#[derive(Clone)]
pub struct NatsOptions {
    servers: Vec<ServerAddr>,
    login: Option<Login>,
    credentials: Option<PathBuf>,
    root_certificates: Option<PathBuf>,
    client_certificate: Option<(PathBuf, PathBuf)>,
    server_syncs: bool,
    names: Names,
}

#[derive(Clone)]
enum Login {
    Token(Secret),
    User(String, Secret),
}

impl NatsOptions {
    /// Reads an address.
    ///
    /// ```text
    /// nats://user:password@host:4222,other:4222/STREAM?sync=always&prefix=webhooks&bodies=BUCKET
    ///        &creds=FILE&tlsca=FILE&tlscert=FILE&tlskey=FILE
    /// ```
    ///
    /// The scheme is `nats` or `tls`. A user without password is a token. Everything but the first host may be left out,
    /// and every setting has a method here that says what it does and what holds without it.
    ///
    /// ```
    /// # use klavi_webhook::NatsOptions;
    /// let options = NatsOptions::new("nats://a.example:4222,b.example:4222/WEBHOOKS?sync=always&bodies=webhooks")?;
    /// # let _ = options;
    /// # Ok::<(), klavi_webhook::PublishError>(())
    /// ```
    ///
    /// # Errors
    /// Where the address is none, or names a setting that there is not. The text does not hold the address.
    pub fn new(address: &str) -> Result<Self, PublishError> {
        let (scheme, rest) =
            address.split_once("://").ok_or_else(|| invalid("has no scheme: write nats://HOST"))?;
        if !matches!(scheme, "nats" | "tls") {
            return Err(invalid("has a scheme other than nats and tls"));
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (login, hosts) = authority.rsplit_once('@').map_or((None, authority), |(l, h)| (Some(l), h));
        if hosts.split(',').any(str::is_empty) {
            return Err(invalid("names no host"));
        }
        let servers = hosts.split(',').map(|host| format!("{scheme}://{host}").parse());
        let servers = servers.collect::<Result<_, _>>().map_err(|_| invalid("names a host that is none"))?;
        let mut options = Self {
            servers,
            login: login.map(Login::parse),
            credentials: None,
            root_certificates: None,
            client_certificate: None,
            server_syncs: false,
            names: Names { stream: "WEBHOOKS".to_owned(), prefix: "webhooks".to_owned(), bodies: None },
        };
        // The hosts are read above: a list of them is no address.
        let settings =
            Url::parse(&format!("nats://host{path}")).map_err(|_| invalid("has settings that are none"))?;
        let stream = settings.path().trim_start_matches('/');
        if !stream.is_empty() {
            options.names.stream = decoded(stream);
        }
        let (mut certificate, mut key) = (None, None);
        for (name, value) in settings.query_pairs() {
            match (&*name, &*value) {
                ("sync", "always") => options = options.server_syncs(),
                ("sync", _) => return Err(invalid("has a `sync` other than `always`")),
                ("prefix", prefix) => options = options.prefix(prefix),
                ("bodies", bucket) => options = options.bodies(bucket),
                ("creds", file) => options = options.credentials(file),
                ("tlsca", file) => options = options.root_certificates(file),
                ("tlscert", file) => certificate = Some(PathBuf::from(file)),
                ("tlskey", file) => key = Some(PathBuf::from(file)),
                (name, _) => return Err(invalid(&format!("has a setting that is not known: {name}"))),
            }
        }
        match (certificate, key) {
            (Some(certificate), Some(key)) => options = options.client_certificate(certificate, key),
            (None, None) => {}
            _ => return Err(invalid("names one of tlscert and tlskey: it takes both")),
        }
        Ok(options)
    }

    /// Publishes to that stream, which has to exist; `WEBHOOKS` unless said otherwise.
    #[must_use]
    pub fn stream(mut self, name: &str) -> Self {
        name.clone_into(&mut self.names.stream);
        self
    }

    /// What subjects begin with; `webhooks` unless said otherwise. It may have several tokens, `partners.acme`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.names.prefix);
        self
    }

    /// Stores bodies that are larger than a message may be in that bucket of the object store, which has to exist. Only a
    /// [`DirectStore`](crate::DirectStore) does: behind a sink the inbox has them.
    #[must_use]
    pub fn bodies(mut self, bucket: &str) -> Self {
        self.names.bodies = Some(bucket.to_owned());
        self
    }

    /// Says that every server of the cluster has `sync_interval: always`. Clients cannot see it, and without it
    /// acknowledged messages are lost with the power: nothing connects unless this is said.
    #[must_use]
    pub fn server_syncs(mut self) -> Self {
        self.server_syncs = true;
        self
    }

    /// Logs in with the JWT and the key of a `.creds` file.
    #[must_use]
    pub fn credentials(mut self, file: impl Into<PathBuf>) -> Self {
        self.credentials = Some(file.into());
        self
    }

    /// Trusts the certificate authorities of this PEM file, and no others.
    #[must_use]
    pub fn root_certificates(mut self, file: impl Into<PathBuf>) -> Self {
        self.root_certificates = Some(file.into());
        self
    }

    /// Presents this certificate, both PEM files.
    #[must_use]
    pub fn client_certificate(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.client_certificate = Some((certificate.into(), key.into()));
        self
    }

    /// Connects, and checks that the stream would keep what it is given. Later on a connection that is lost is made again,
    /// as often as it takes.
    ///
    /// # Errors
    /// Where no server answers, the user is refused, the stream is missing, or one of its settings would lose messages:
    /// the text names it and says what to do.
    pub async fn connect(self) -> Result<NatsPublisher, PublishError> {
        if !self.server_syncs {
            return Err(unsuitable(
                "NATS may acknowledge messages that are not on a disk yet, which a client cannot see: set \
                 `sync_interval: always` in the jetstream block of every server, then say so with sync=always",
            ));
        }
        let prefix = &self.names.prefix;
        if prefix
            .split('.')
            .any(|token| token.is_empty() || token.contains(['*', '>', ' ', '\t', '\r', '\n']))
        {
            return Err(unsuitable(format!("{prefix:?} is no prefix of subjects")));
        }
        let watch = Arc::new(Watch::new());
        let noting = watch.clone();
        let mut options = ConnectOptions::new().name("webhook receiver").event_callback(move |event| {
            noting.note(&event);
            std::future::ready(())
        });
        options = match self.login {
            Some(Login::Token(token)) => options.token(token.expose().to_owned()),
            Some(Login::User(user, password)) => {
                options.user_and_password(user, password.expose().to_owned())
            }
            None => options,
        };
        if let Some(file) = &self.credentials {
            let read = options.credentials_file(file).await;
            options = read.map_err(|error| {
                unsuitable(format!("cannot read the credentials {}: {error}", file.display()))
            })?;
        }
        if let Some(file) = self.root_certificates {
            options = options.add_root_certificates(file);
        }
        if let Some((certificate, key)) = self.client_certificate {
            options = options.add_client_certificate(certificate, key);
        }
        let client = options.connect(self.servers).await.map_err(|error| {
            let kind = match error.kind() {
                async_nats::ConnectErrorKind::AuthorizationViolation
                | async_nats::ConnectErrorKind::Authentication => PublishErrorKind::Denied,
                _ => PublishErrorKind::Unreachable,
            };
            PublishError::new(kind, format!("cannot connect to NATS: {error}"))
        })?;
        NatsPublisher::new(client.clone(), jetstream::new(client), self.names, watch).await
    }
}

impl Login {
    fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some((user, password)) => Self::User(decoded(user), decoded(password).into()),
            None => Self::Token(decoded(text).into()),
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn invalid(what: &str) -> PublishError {
    unsuitable(format!("the address of NATS {what}"))
}

impl fmt::Debug for NatsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsOptions").field("names", &self.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_hosts_a_login_a_stream_and_settings() {
        let options = NatsOptions::new(
            "nats://me:p%40ss%2F@a:4222,b/DELIVERIES?sync=always&prefix=x.y&bodies=large&tlscert=c&tlskey=k",
        )
        .unwrap();
        assert_eq!(options.servers.len(), 2);
        assert!(
            matches!(&options.login, Some(Login::User(user, p)) if user == "me" && p.expose() == "p@ss/")
        );
        assert_eq!((&*options.names.stream, &*options.names.prefix), ("DELIVERIES", "x.y"));
        assert_eq!(options.names.bodies.as_deref(), Some("large"));
        assert!(options.server_syncs && options.client_certificate.is_some());
        assert!(!format!("{options:?}").contains("p@ss"));
        let options = NatsOptions::new("tls://s3cret@a").unwrap();
        assert!(matches!(&options.login, Some(Login::Token(token)) if token.expose() == "s3cret"));
        assert!(!options.server_syncs);
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_quoting_it() {
        for address in [
            "a:4222",
            "http://a",
            "nats://",
            "nats://u:s3cret@a:port",
            "nats://u:s3cret@a?sync=never",
            "nats://u:s3cret@a?pasword=s3cret",
            "nats://u:s3cret@a?tlscert=c",
        ] {
            let error = NatsOptions::new(address).unwrap_err();
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[tokio::test]
    async fn nothing_connects_unless_the_operator_says_that_the_server_syncs() {
        let error = NatsOptions::new("nats://127.0.0.1:1").unwrap().connect().await.unwrap_err();
        assert!(error.to_string().contains("sync_interval: always"), "{error}");
        let error = NatsOptions::new("nats://127.0.0.1:1?sync=always").unwrap().connect().await.unwrap_err();
        assert_eq!(error.kind(), PublishErrorKind::Unreachable, "{error}");
        let error = NatsOptions::new("nats://127.0.0.1:1?sync=always&prefix=a.%3E").unwrap().connect().await;
        assert!(error.unwrap_err().to_string().contains("prefix"));
    }
}
