//! The options of `klavi receive`.
//!
//! Knows how they are written, not what is done with them.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Args as ClapArgs, ValueEnum};
use http::HeaderName;
use http::header::FORWARDED;
use http::uri::Scheme;
use klavi_webhook::{ClientHeader, ForwardKey, InspectionRate, IpNet, RetentionPolicy};

use super::environment::named;
use super::provider::Authorizations;
use super::tls::Files;
use crate::exit::Failure;
use crate::inbox_url::InboxUrl;
use crate::keys::Keys;
use crate::listen::address;
use crate::provider_name::ProviderName;
use crate::secret;

/// The variable that holds the key of forwarded entries.
const FORWARD_SECRET: &str = "KLAVI_FORWARD_SECRET";

#[derive(Clone, Debug, ClapArgs)]
#[command(
    mut_args(named),
    after_help = "A variable of an option that may be repeated holds values separated by commas. A variable of an option \
                  without a value holds true or false."
)]
pub(crate) struct Args {
    /// Address to listen on: 0.0.0.0:8080, localhost:8080, or only a port of this machine, 8080
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(super) listen: SocketAddr,
    /// Inbox to store deliveries in: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, or `memory:` for a trial
    #[arg(long, value_name = "URL")]
    pub(super) inbox: InboxUrl,
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
    pub(super) forward: Option<Endpoint>,
    /// File that holds the signing secret of forwarded entries (`whsec_…`) in its first line. Without it,
    /// `KLAVI_FORWARD_SECRET` holds the secret
    #[arg(long, value_name = "FILE", requires = "forward")]
    forward_secret_file: Option<PathBuf>,
    /// Forward the entries of one link in the order of their arrival, one at a time
    #[arg(long, requires = "forward")]
    pub(super) per_link_order: bool,
    /// How many entries are forwarded at once
    #[arg(long, value_name = "N", requires = "forward", default_value = "8")]
    pub(super) forward_concurrency: NonZeroUsize,
    /// Time to forward an entry in; after it the entry is retried
    #[arg(long, value_name = "SECONDS", requires = "forward", default_value = "60", value_parser = lease)]
    pub(super) lease: Duration,
    /// On SIGTERM, time for forwards in flight to end, and as much again for deliveries in flight
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub(super) grace: Duration,
    /// Form of log lines
    #[arg(long, value_name = "FORM", default_value = "pretty")]
    pub(crate) log: LogForm,
}

/// Where entries are forwarded to. Read only once it is used, since what is wrong with an argument is shown with it, and
/// an address may hold a password.
#[derive(Clone)]
pub(super) struct Endpoint(String);

impl From<&str> for Endpoint {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Endpoint {
    pub(super) fn read(&self) -> Result<http::Uri, Failure> {
        let uri = self.0.parse::<http::Uri>();
        uri.map_err(|_| {
            Failure::unreadable(anyhow!("--forward is no URL such as http://127.0.0.1:3000/klavi"))
        })
    }

    /// Whether bodies leave this machine as anyone on the network can read them.
    pub(super) fn is_unencrypted(&self) -> bool {
        let Ok(uri) = self.read() else { return false };
        uri.scheme() == Some(&Scheme::HTTP) && !uri.host().is_some_and(is_loopback)
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Endpoint(..)")
    }
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

    pub(super) fn forward_key(&self) -> Result<ForwardKey, Failure> {
        let (source, key) = match &self.forward_secret_file {
            Some(file) => ("--forward-secret-file", secret::first_line(file)?),
            None => {
                (FORWARD_SECRET, secret::text(FORWARD_SECRET, &secret::variable(FORWARD_SECRET)?)?.to_owned())
            }
        };
        if key.is_empty() {
            return Err(Failure::unreadable(anyhow!(
                "--forward needs a signing secret: make one with `echo \"whsec_$(openssl rand -base64 32)\"` and give it \
                 in --forward-secret-file or {FORWARD_SECRET}"
            )));
        }
        key.parse().context(source).map_err(Failure::Unreadable)
    }
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| "no network such as 10.0.0.0/8, nor an address")
}

/// An address of this machine, or `localhost` and what ends with it, which name it (RFC 6761).
fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.map_or_else(
        |_| {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        },
        |address| address.to_canonical().is_loopback(),
    )
}

/// Names of headers are the same in upper and lower case.
fn client_header(text: &str) -> Result<ClientHeader, &'static str> {
    let name: HeaderName = text.parse().map_err(|_| "no name of a header such as X-Forwarded-For")?;
    Ok(match name.as_str() {
        "x-forwarded-for" => ClientHeader::XForwardedFor,
        _ if name == FORWARDED => ClientHeader::Forwarded,
        _ => ClientHeader::Single(name),
    })
}

fn inspection(text: &str) -> Result<InspectionRate, &'static str> {
    match text {
        "all" => Ok(InspectionRate::All),
        "none" => Ok(InspectionRate::Off),
        _ => text
            .parse()
            .map(InspectionRate::OneIn)
            .map_err(|_| "give all, none, or a number N from 1 on: one delivery in N is inspected"),
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse().map(Duration::from_secs).map_err(|_| "no number of seconds")
}

/// A lease of no time would be over before anything is forwarded.
fn lease(text: &str) -> Result<Duration, &'static str> {
    seconds(text).and_then(|time| if time.is_zero() { Err("at least one second") } else { Ok(time) })
}
