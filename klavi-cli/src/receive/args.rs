use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Args as ClapArgs, ValueEnum};
use klavi_webhook::{ForwardKey, IpNet};

use super::provider::Authorizations;
use super::tls::Files;
use crate::exit::Failure;
use crate::inbox_url::InboxUrl;
use crate::keys::Keys;
use crate::provider_name::ProviderName;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Args {
    /// Where to listen: 0.0.0.0:8080
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: String,
    /// Where to keep deliveries: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, or `memory:` for a trial
    #[arg(long, value_name = "URL")]
    pub(super) inbox: InboxUrl,
    /// Who sends
    #[arg(long, value_name = "P", default_value = "klavi")]
    pub(super) provider: ProviderName,
    /// Which environment sends: its addresses are let in
    #[arg(long, value_name = "E", env = "KLAVI_ENVIRONMENT", default_value = "production")]
    pub(super) environment: EnvironmentName,
    #[command(flatten)]
    pub(super) keys: Keys,
    #[command(flatten)]
    pub(super) authorizations: Authorizations,
    /// Network of a proxy whose word on the sender's address counts
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(super) trusted_proxy: Vec<IpNet>,
    /// Another network that may send
    #[arg(long, value_name = "CIDR", value_parser = network)]
    pub(super) allow: Vec<IpNet>,
    /// Let every address send: the signature, or the value of `Authorization`, alone decides
    #[arg(long, conflicts_with = "allow")]
    pub(super) no_allow_list: bool,
    /// PEM file with the certificate for TLS, then those that lead to its root; read again on SIGHUP, as keys are
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// PEM file with the certificate's key
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// PEM file with the roots of the certificates that clients then have to show
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,
    /// Take deliveries without a signature: everybody can forge them
    #[arg(long)]
    pub(super) allow_unsigned: bool,
    /// Belvo: take deliveries whatever stands in `Authorization`, from its addresses
    #[arg(long, conflicts_with = "authorization_file")]
    pub(super) allow_unauthenticated: bool,
    /// Refuse bodies above that many bytes
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub(super) max_body: usize,
    /// Answer 503 where the process would take more bytes of memory to take deliveries in
    #[arg(long, value_name = "BYTES", default_value_t = 256 << 20)]
    pub(super) memory: usize,
    /// Serve /healthz, /readyz and /metrics there: 127.0.0.1:9090
    #[arg(long, value_name = "ADDRESS")]
    pub(super) admin: Option<String>,
    /// Hand every entry on to this HTTP endpoint, signed after Standard Webhooks
    #[arg(long, value_name = "URL")]
    pub(super) forward: Option<Endpoint>,
    /// File that holds the key of forwarded entries (`whsec_…`) in its first line. Without it: `KLAVI_FORWARD_SECRET`
    #[arg(long, value_name = "FILE", requires = "forward")]
    forward_secret_file: Option<PathBuf>,
    /// Forward the entries of one link one after the other
    #[arg(long, requires = "forward")]
    pub(super) per_link_order: bool,
    /// Try an entry again that was not forwarded within that many seconds, or whose receiver died meanwhile
    #[arg(long, value_name = "SECONDS", requires = "forward", default_value = "60", value_parser = lease)]
    pub(super) lease: Duration,
    /// On SIGTERM give forwarding under way that many seconds to end, and then deliveries under way
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub(super) grace: Duration,
    /// How to log
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
        let text = match &self.forward_secret_file {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("{} cannot be read", file.display()))
                .map_err(Failure::Unreadable)?,
            None => std::env::var("KLAVI_FORWARD_SECRET").map_err(|_| {
                Failure::unreadable(anyhow!(
                    "--forward needs a key: make one with `echo \"whsec_$(openssl rand -base64 32)\"` and give it in \
                     --forward-secret-file or KLAVI_FORWARD_SECRET"
                ))
            })?,
        };
        let line = text.lines().next().unwrap_or_default().trim();
        line.parse().context("the key of --forward").map_err(Failure::Unreadable)
    }
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| address()).map_err(|_| "no network such as 10.0.0.0/8, nor an address")
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    text.parse().map(Duration::from_secs).map_err(|_| "no number of seconds")
}

/// A lease of no time would be over before anything is forwarded.
fn lease(text: &str) -> Result<Duration, &'static str> {
    seconds(text).and_then(|time| if time.is_zero() { Err("at least one second") } else { Ok(time) })
}
