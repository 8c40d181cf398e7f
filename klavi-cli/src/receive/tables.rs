//! The tables of the configuration file of `klavi receive`, as they are written.
//!
//! The reference of the configuration is made of these types. Knows nothing of what is done with them.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::duration;

/// A target of entries: `[[target]]`, as often as there are targets.
///
/// An entry goes to each target whose filter selects it. Each target has its own deliveries, attempts and dead letters, so
/// that a slow one holds no other up. An entry that no target takes waits for the target `default`.
#[derive(Clone, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TargetTable {
    /// Name of the target: its deliveries are kept under it. Letters, digits, `-`, `_` and `.`
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) name: Spanned<String>,
    /// Where entries go: `https://…` or `http://…`, or a broker, whose settings stand in its address: `nats://HOST/STREAM`,
    /// `tls://HOST/STREAM`, `amqp://HOST/VHOST`, `amqps://HOST/VHOST`
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) url: Spanned<String>,

    /// Only entries of these kinds: `report`, `event`, `legacy_report`, `unknown`
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) kinds: Vec<Spanned<String>>,
    /// Only reports of these products, `pf_balance`, and events of the names in `events`
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) products: Vec<Spanned<String>>,
    /// Only events of these names, `consent_authorised` or `TRANSACTIONS.historical_update`, and reports of `products`
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) events: Vec<Spanned<String>>,
    /// Only entries of these providers: `klavi`, `belvo`
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) providers: Vec<Spanned<String>>,
    /// Only entries of the institutions with these codes
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) institutions: Vec<Spanned<String>>,
    /// Which entries a new target gets: `now`, those received from now on, or an instant, `2026-11-22T10:00:00Z`: those
    /// received since then as well
    #[cfg_attr(test, schemars(with = "Option<String>", extend("default" = "now")))]
    pub(super) start: Option<Spanned<Start>>,

    /// How many entries are delivered at once
    #[cfg_attr(test, schemars(extend("default" = 8)))]
    pub(super) concurrency: Option<NonZeroUsize>,
    /// At most so many attempts a second
    pub(super) rate: Option<NonZeroU32>,
    /// Deliver the entries of one link in the order of their arrival, one at a time
    #[serde(default)]
    pub(super) per_link_order: bool,
    /// How long an attempt may take
    #[cfg_attr(test, schemars(with = "Option<String>", extend("default" = "30s")))]
    pub(super) timeout: Option<Time>,
    /// How many attempts an entry gets before it is a dead letter
    pub(super) attempts: Option<NonZeroU32>,
    /// The pause after the first attempt; it doubles from attempt to attempt
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) first_pause: Option<Time>,
    /// No pause between two attempts is longer
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) longest_pause: Option<Spanned<Time>>,

    /// File that holds the secret of the Standard Webhooks signature (`whsec_…`) in its first line; required
    /// of HTTP targets
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) secret_file: Option<Spanned<PathBuf>>,
    /// Headers to send with each delivery: a text, or `{ file = "PATH" }` for a secret in the first line of a file
    #[cfg_attr(test, schemars(with = "BTreeMap<String, HeaderSource>"))]
    #[serde(default)]
    pub(super) headers: BTreeMap<Spanned<String>, Spanned<HeaderSource>>,
    /// PEM file with authorities to trust beside those of this machine
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) tls_ca: Option<Spanned<PathBuf>>,
    /// Trust the authorities of `tls-ca` alone
    #[cfg_attr(test, schemars(with = "bool"))]
    #[serde(default)]
    pub(super) tls_only_ca: Option<Spanned<bool>>,
    /// PEM file with the client's certificate for mutual TLS, followed by its intermediate certificates
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) tls_cert: Option<Spanned<PathBuf>>,
    /// PEM file with the private key of `tls-cert`
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) tls_key: Option<Spanned<PathBuf>>,
    /// OAuth 2: an access token for the header `Authorization`
    #[cfg_attr(test, schemars(with = "Option<OAuth2Table>"))]
    pub(super) oauth2: Option<Spanned<OAuth2Table>>,
}

impl TargetTable {
    /// Where a setting stands that only HTTP targets have.
    pub(super) fn set_for_http(&self) -> Option<Range<usize>> {
        let files = [&self.secret_file, &self.tls_ca, &self.tls_cert, &self.tls_key];
        let file = files.into_iter().flatten().next().map(Spanned::span);
        let header = || self.headers.keys().next().map(Spanned::span);
        let only = || self.tls_only_ca.as_ref().map(Spanned::span);
        file.or_else(header).or_else(only).or_else(|| self.oauth2.as_ref().map(Spanned::span))
    }

    /// A target with nothing else set, from no file.
    pub(super) fn new(name: &str, url: &str) -> Self {
        Self {
            name: Spanned::new(0..0, name.to_owned()),
            url: Spanned::new(0..0, url.to_owned()),
            kinds: Vec::new(),
            products: Vec::new(),
            events: Vec::new(),
            providers: Vec::new(),
            institutions: Vec::new(),
            start: None,
            concurrency: None,
            rate: None,
            per_link_order: false,
            timeout: None,
            attempts: None,
            first_pause: None,
            longest_pause: None,
            secret_file: None,
            headers: BTreeMap::new(),
            tls_ca: None,
            tls_only_ca: None,
            tls_cert: None,
            tls_key: None,
            oauth2: None,
        }
    }
}

/// OAuth 2 client credentials of a target, `[target.oauth2]`. The token is kept until shortly before its end, and renewed
/// once after a 401.
#[derive(Clone, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OAuth2Table {
    /// Token endpoint of the authorization server: `https://…`, or `http://…` on this machine
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) token_url: Spanned<String>,
    /// Id of the client
    pub(super) client_id: String,
    /// File that holds the secret of the client in its first line
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) client_secret_file: Spanned<PathBuf>,
    /// Scopes to ask for, separated by spaces
    pub(super) scope: Option<String>,
    /// Who the token is for, where the server has several
    pub(super) audience: Option<String>,
    /// Send id and secret in the body, for servers that do not read them from `Authorization`
    #[serde(default)]
    pub(super) credentials_in_body: bool,
}

/// Which servers targets and token endpoints may be on: `[egress]`. Without it, any.
#[derive(Clone, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct EgressTable {
    /// Only these hosts: names, addresses, `*.example.com` for all names below a domain
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) hosts: Vec<Spanned<String>>,
    /// Only addresses in these networks, `10.0.0.0/8`; checked on the address that a name leads to, when the connection is
    /// opened
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) networks: Vec<Spanned<String>>,
}

/// Where the value of a header comes from.
#[derive(Clone, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "a text, or { file = \"PATH\" }")]
pub(super) enum HeaderSource {
    /// The text itself.
    Text(String),
    /// The first line of a file.
    File(HeaderFile),
}

/// A file that holds the value of a header in its first line.
#[derive(Clone, Deserialize, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderFile {
    /// The file.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) file: PathBuf,
}

/// Which entries a new target gets.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Start {
    /// Those received from now on.
    Now,
    /// Those received since then as well.
    At(jiff::Timestamp),
}

impl<'de> Deserialize<'de> for Start {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(instant) => instant.to_string(),
            _ => String::new(),
        };
        if text == "now" {
            return Ok(Self::Now);
        }
        let instant = text.parse().map(Self::At);
        instant.map_err(|_| serde::de::Error::custom("give now, or an instant such as 2026-11-22T10:00:00Z"))
    }
}

/// A span of time: a text such as `30s`, `5m`, `27h`, or a whole number of seconds.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Time(pub(super) Duration);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Integer(seconds) => seconds.to_string(),
            _ => String::new(),
        };
        duration::read_some(&text).map(Self).map_err(serde::de::Error::custom)
    }
}
