//! The options of `klavi receive`.
//!
//! Knows how they are written, not what is done with them.

mod values;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::anyhow;
use clap::{Args as ClapArgs, ValueEnum};
use klavi_webhook::{ClientHeader, InspectionRate, IpNet, RetentionPolicy};
use toml::Spanned;

pub(super) use self::values::network;
use self::values::{client_header, inspection};
use super::broker::{Address, Broker};
use super::provider::Authorizations;
use super::tables::{TargetTable, Time};
use super::tls::Files;
use crate::duration;
use crate::environment::of_receive;
use crate::exit::Failure;
use crate::inbox_url::InboxUrl;
use crate::keys::Keys;
use crate::listen::address;
use crate::provider_name::ProviderName;
use crate::secret;

/// The variable that holds the key of forwarded entries.
pub(super) const FORWARD_SECRET: &str = "KLAVI_FORWARD_SECRET";

#[derive(Clone, Debug, ClapArgs)]
#[command(
    mut_args(of_receive),
    after_help = "A variable of an option that may be repeated holds values separated by commas. A variable of an option \
                  without a value holds true or false."
)]
pub(crate) struct Args {
    /// TOML file with options under their names, and with targets. A flag beats the environment, the environment beats
    /// the file. Read again on SIGHUP
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Check the whole configuration, say what is wrong with it, and exit: 0 if it can be used, 2 if not
    #[arg(long)]
    pub(super) check: bool,
    /// Address to listen on: 0.0.0.0:8080, localhost:8080, or only a port of this machine, 8080
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(super) listen: SocketAddr,
    /// Inbox to store deliveries in: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, or `memory:` for a trial
    #[arg(long, value_name = "URL", required_unless_present = "store")]
    pub(super) inbox: Option<InboxUrl>,
    /// Broker to store deliveries in, in place of an inbox: `nats://HOST/STREAM` or `amqp://HOST/VHOST`. Your consumers
    /// read them there; nothing is forwarded, listed or replayed
    #[arg(long, value_name = "URL", conflicts_with_all = ["inbox", "keep", "forward", "publish"])]
    store: Option<Address>,
    /// Provider whose deliveries are received
    #[arg(long, value_name = "P", default_value = "klavi")]
    pub(super) provider: ProviderName,
    /// Environment of the provider; its addresses may send. Also set by `KLAVI_RECEIVE_ENVIRONMENT`, which comes first
    #[arg(long, value_name = "E", env = "KLAVI_ENVIRONMENT", default_value = "production")]
    pub(super) environment: EnvironmentName,
    #[command(flatten)]
    pub(super) keys: Keys,
    #[command(flatten)]
    pub(super) authorizations: Authorizations,
    /// Network of a proxy that is trusted to name the sender's address; may be repeated
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(super) trusted_proxy: Vec<IpNet>,
    /// Header in which the trusted proxy names the sender's address: `X-Forwarded-For`, `Forwarded`, or one that holds a
    /// single address and that the proxy overwrites, such as `CF-Connecting-IP` or `X-Real-IP`
    #[arg(long, value_name = "NAME", requires = "trusted_proxy", default_value = "X-Forwarded-For", value_parser = client_header)]
    pub(super) client_address_header: ClientHeader,
    /// Network that may send beside the provider's addresses; may be repeated
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(super) allow: Vec<IpNet>,
    /// Let every address send: only the signature, or the value of `Authorization`, is checked
    #[arg(long, conflicts_with = "allow")]
    pub(super) no_allow_list: bool,
    /// PEM file with the TLS certificate, followed by its intermediate certificates; read again on SIGHUP, as key files
    /// are
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// PEM file with the private key of the TLS certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// PEM file with the root certificates of clients: each client must then present a certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,
    /// Accept deliveries without a signature: anybody can forge them
    #[arg(long)]
    pub(super) allow_unsigned: bool,
    /// Belvo: accept deliveries without checking `Authorization`: only the address of the sender is checked
    #[arg(long, conflicts_with = "authorization_file")]
    pub(super) allow_unauthenticated: bool,
    /// Largest body to accept; a larger one is answered with 413
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub(super) max_body: usize,
    /// Memory that the process may take for receiving deliveries; what does not fit is answered with 503
    #[arg(long, value_name = "BYTES", default_value_t = 256 << 20)]
    pub(super) memory: usize,
    /// Which deliveries to inspect after the answer for what this version does not know: all, none, or one in N
    #[arg(long, value_name = "all|none|N", default_value = "all", value_parser = inspection)]
    pub(super) inspect: InspectionRate,
    /// How long entries and their keys are kept: done=30d,dead=90d,bytes=20GiB,keys=400d; applied once a minute
    #[arg(long, value_name = "POLICY")]
    pub(super) keep: Option<RetentionPolicy>,
    /// Address to serve /healthz, /readyz and /metrics on: 9090 is 127.0.0.1:9090
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(super) admin: Option<SocketAddr>,
    /// HTTP endpoint to forward every entry to, signed after Standard Webhooks
    #[arg(long, value_name = "URL")]
    forward: Option<Address>,
    /// Broker to publish every entry to: `nats://HOST/STREAM` or `amqp://HOST/VHOST`
    #[arg(long, value_name = "URL", conflicts_with = "forward")]
    publish: Option<Address>,
    /// File that holds the signing secret of forwarded entries (`whsec_…`) in its first line. Without it,
    /// `KLAVI_FORWARD_SECRET` holds the secret
    #[arg(long, value_name = "FILE", requires = "forward")]
    forward_secret_file: Option<PathBuf>,
    /// Forward the entries of one link in the order of their arrival, one at a time
    #[arg(long, requires = "forward")]
    per_link_order: bool,
    /// How many entries are forwarded at once
    #[arg(long, value_name = "N", requires = "forward", default_value = "8")]
    forward_concurrency: NonZeroUsize,
    /// Time to forward an entry in, 60 or 60s; after it the entry is retried
    #[arg(long, value_name = "TIME", requires = "forward", default_value = "60", value_parser = duration::read_some)]
    lease: Duration,
    /// On SIGTERM, time for forwards in flight to end, and as much again for deliveries in flight: 20 or 20s
    #[arg(long, value_name = "TIME", default_value = "20", value_parser = duration::read)]
    pub(super) grace: Duration,
    /// Form of log lines
    #[arg(long, value_name = "FORM", default_value = "pretty")]
    pub(crate) log: LogForm,
}

/// An environment by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EnvironmentName {
    Sandbox,
    Testing,
    Production,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// For people.
    Pretty,
    /// One JSON object in each line.
    Json,
}

impl Args {
    /// The files for TLS, if it is asked for.
    pub(super) fn tls(&self) -> Option<Files> {
        Some(Files {
            certificate: self.tls_cert.clone()?,
            key: self.tls_key.clone()?,
            client_roots: self.tls_client_ca.clone(),
        })
    }

    /// The broker that takes the place of an inbox.
    pub(super) fn store(&self) -> Result<Option<Broker>, Failure> {
        let read = self.store.as_ref().map(|address| Broker::read(address.as_str())).transpose();
        read.map_err(|error| Failure::unreadable(anyhow!("--store {error}")))
    }

    /// The one target of `--publish`.
    pub(super) fn publish_table(&self) -> Option<TargetTable> {
        self.publish.as_ref().map(|address| TargetTable::new("default", address.as_str()))
    }

    /// The one target of `--forward`, and its lease.
    pub(super) fn forward_table(&self) -> Option<(TargetTable, Duration)> {
        let mut table = TargetTable::new("default", self.forward.as_ref()?.as_str());
        table.secret_file = self.forward_secret_file.clone().map(|file| Spanned::new(0..0, file));
        table.per_link_order = self.per_link_order;
        table.concurrency = Some(self.forward_concurrency);
        // An endpoint that reads a large report slowly is not silent: the lease bounds each attempt.
        table.timeout = Some(Time(self.lease));
        Some((table, self.lease))
    }

    /// The signing secret of forwarded entries from the environment; empty where there is none.
    pub(super) fn forward_secret() -> Result<String, Failure> {
        secret::text(FORWARD_SECRET, &secret::variable(FORWARD_SECRET)?).map(str::to_owned)
    }
}
