//! How an inbox in a PostgreSQL database is opened.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Row};
use url::Url;

use super::timeouts::WAIT;
use super::transaction::{Settings, Transaction};
use super::writer::Writer;
use super::{PostgresInbox, failed, migrate};
use crate::inbox::arrivals::Arrivals;
use crate::inbox::cause::{Cause, Unsuitable};
use crate::{Clock, InboxError};

/// The latest time known: a clock that was turned back meanwhile shows against it.
const LATEST: &str = "SELECT received_at FROM inbox_entries ORDER BY id DESC LIMIT 1";

/// How to open a [`PostgresInbox`].
#[derive(Clone)]
pub struct PostgresOptions {
    url: String,
    connections: u32,
    existing: bool,
    clock: Option<Clock>,
}

impl PostgresOptions {
    /// The inbox in that database.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), connections: 10, existing: false, clock: None }
    }

    /// How many connections to keep at most; 10 unless said otherwise. Two of them store.
    #[must_use]
    pub fn connections(mut self, most: u32) -> Self {
        self.connections = most.max(1);
        self
    }

    /// Opens an inbox that somebody else has made, and makes none.
    #[must_use]
    pub fn existing(mut self) -> Self {
        self.existing = true;
        self
    }

    /// Takes the time from that clock and not from the database's. For tests.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`PostgresInbox::connect`], or where it is not there and none is to be made.
    pub async fn connect(self) -> Result<PostgresInbox, InboxError> {
        Box::pin(self.open()).await.map_err(|cause| failed("open its database", cause))
    }

    async fn open(self) -> Result<PostgresInbox, Cause> {
        let (url, search_path) = without_search_path(&self.url)?;
        // A pooler in between knows this parameter as little as statements with names.
        let options = url.parse::<PgConnectOptions>()?.extra_float_digits(None).statement_cache_capacity(0);
        let options = options.disable_statement_logging();
        let pool = match without_tls(&options) {
            // The server insists on it.
            Some(plain) => match self.pool(plain).await {
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("28000") => {
                    self.pool(options).await?
                }
                pool => pool?,
            },
            None => self.pool(options).await?,
        };
        let settings = Arc::new(Settings { search_path, clock: self.clock });
        const ENCODING: &str = "SELECT current_setting('server_encoding')";
        let (transaction, rows) = Transaction::begin_anywhere(&pool, &settings, WAIT, ENCODING).await?;
        let encoding = rows.last().map(|row| row.try_get::<String, _>(0)).transpose().map_err(Into::into);
        let encoding = transaction.end(encoding).await?.unwrap_or_default();
        if encoding != "UTF8" {
            return Err(Unsuitable(format!(
                "its database is encoded in {encoding} and cannot hold every text that providers send: \
                 make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
            ))
            .into());
        }
        migrate::make_tables(&pool, &settings, WAIT, self.existing).await?;
        let (transaction, rows) = Transaction::begin(&pool, &settings, WAIT, LATEST).await?;
        let latest = rows.iter().find_map(|row| row.try_get::<i64, _>("received_at").ok());
        transaction.end(Ok(())).await?;
        let arrivals = Arc::new(Arrivals::default());
        Ok(PostgresInbox {
            writer: Writer::start(&pool, &settings, &arrivals),
            pool,
            settings,
            arrivals,
            latest: AtomicI64::new(latest.unwrap_or(i64::MIN)),
        })
    }
}

impl PostgresOptions {
    async fn pool(&self, options: PgConnectOptions) -> sqlx::Result<PgPool> {
        let pool = PgPoolOptions::new().max_connections(self.connections).acquire_timeout(WAIT);
        // Every transaction begins with a statement that shows whether the connection still works.
        pool.test_before_acquire(false).connect_with(options).await
    }
}

/// How to reach a server of this machine where it is left to the driver whether to use TLS.
///
/// The driver writes a batch in TLS records of 16 KiB and does not turn the delay of small segments off. Between processes
/// of one machine, whose segments have 64 KiB, each batch would wait 40 ms for an acknowledgement.
fn without_tls(options: &PgConnectOptions) -> Option<PgConnectOptions> {
    let host = options.get_host().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_open = matches!(options.get_ssl_mode(), PgSslMode::Prefer);
    (is_here && is_open).then(|| options.clone().ssl_mode(PgSslMode::Disable))
}

impl std::fmt::Debug for PostgresOptions {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions").field("connections", &self.connections).finish_non_exhaustive()
    }
}

/// Takes the schemas out of the URL: a pooler does not hand the options of a connection on, so each transaction sets them.
fn without_search_path(url: &str) -> Result<(String, Option<String>), Cause> {
    let mut url: Url = url.parse().map_err(|_| Unsuitable("its URL is none".to_owned()))?;
    let mut search_path = None;
    let mut others = Vec::new();
    for (key, value) in url.query_pairs() {
        match &*key {
            "options[search_path]" => search_path = Some(value.into_owned()),
            "options" => {
                let (path, rest) = of_switches(&value);
                search_path = path.or(search_path);
                others.extend((!rest.is_empty()).then(|| (key.into_owned(), rest)));
            }
            _ => others.push((key.into_owned(), value.into_owned())),
        }
    }
    if search_path.is_some() {
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
    }
    Ok((url.into(), search_path))
}

/// Takes `-c search_path=…` out of the switches that a server is started with.
fn of_switches(switches: &str) -> (Option<String>, String) {
    let (mut path, mut rest, mut is_setting) = (None, Vec::new(), false);
    for word in switches.split_whitespace() {
        let setting =
            if is_setting { Some(word) } else { word.strip_prefix("-c").or(word.strip_prefix("--")) };
        match setting.and_then(|setting| setting.strip_prefix("search_path=")) {
            Some(value) => {
                path = Some(value.to_owned());
                if is_setting {
                    rest.pop();
                }
            }
            None => rest.push(word),
        }
        is_setting = word == "-c";
    }
    (path, rest.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_leave_the_url_and_nothing_else_does() {
        let taken = |query: &str| {
            let (url, path) = without_search_path(&format!("postgres://p:s%40@h/d{query}")).unwrap();
            (url.replace("postgres://p:s%40@h/d", ""), path)
        };
        let path = |path: &str| Some(path.to_owned());
        assert_eq!(taken(""), (String::new(), None));
        assert_eq!(taken("?sslmode=require"), ("?sslmode=require".to_owned(), None));
        assert_eq!(taken("?options[search_path]=a,%20B"), (String::new(), path("a, B")));
        assert_eq!(
            taken("?options[search_path]=a&sslmode=require"),
            ("?sslmode=require".to_owned(), path("a"))
        );
        assert_eq!(taken("?options=-c%20search_path=a"), (String::new(), path("a")));
        assert_eq!(
            taken("?options=-c%20geqo=off%20-csearch_path=a%20--jit=off"),
            ("?options=-c+geqo%3Doff+--jit%3Doff".to_owned(), path("a"))
        );
    }
}
