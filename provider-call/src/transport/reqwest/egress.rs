//! Which servers a transport may connect to.
//!
//! Knows hosts and addresses. It must not know what is sent.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Limits the servers that a transport connects to: named hosts, addresses in named networks, or both.
///
/// With hosts, the host of each request has to be one of them. With networks, each address that is connected to has to lie
/// in one of them: it is checked when the connection is opened, on the address that was looked up, so that a name server
/// cannot lead elsewhere. A rule without either allows everything.
///
/// ```
/// use provider_call::EgressRule;
///
/// let rule = EgressRule::new().host("*.internal.example")?.network("10.0.0.0/8".parse()?);
/// assert!(rule.allows_host("orders.internal.example") && !rule.allows_host("internal.example"));
/// assert!(rule.allows_address("10.1.2.3".parse()?) && !rule.allows_address("169.254.169.254".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[must_use]
pub struct EgressRule {
    hosts: Vec<String>,
    networks: Vec<IpNet>,
}

/// The text names no host: give a name, an IP address, or `*.` and a domain.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a host: give a name, an IP address, or `*.` and a domain for all names below it")]
pub struct InvalidEgressHost;

/// The rule does not allow the connection.
#[derive(Debug, thiserror::Error)]
#[error("the egress rule does not allow {0}")]
pub(super) struct Forbidden(String);

impl EgressRule {
    /// A rule that allows everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows this host: a name, an IP address, or `*.example.com` for all names below a domain.
    ///
    /// # Errors
    /// If the text is none of these.
    pub fn host(mut self, host: &str) -> Result<Self, InvalidEgressHost> {
        let host = normal(host);
        let name = host.strip_prefix("*.").unwrap_or(&host);
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        // A colon stands in IPv6 addresses alone: behind a name it would be a port.
        if name.is_empty() || !name.chars().all(fits) || name.contains(':') && name.parse::<IpAddr>().is_err()
        {
            return Err(InvalidEgressHost);
        }
        self.hosts.push(host);
        Ok(self)
    }

    /// Allows the addresses of this network.
    pub fn network(mut self, network: IpNet) -> Self {
        self.networks.push(network);
        self
    }

    /// Whether requests to this host may be sent.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        let host = normal(host);
        let is_named = |named: &String| match named.strip_prefix('*') {
            Some(domain) => host.ends_with(domain),
            None => host == *named,
        };
        self.hosts.is_empty() || self.hosts.iter().any(is_named)
    }

    /// Whether connections to this address may be opened.
    #[must_use]
    pub fn allows_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&address))
    }

    /// Whether it limits addresses.
    #[must_use]
    pub fn has_networks(&self) -> bool {
        !self.networks.is_empty()
    }

    /// Checks what a URL says without a name server.
    pub(super) fn check(&self, uri: &Uri) -> Result<(), Forbidden> {
        let host = normal(uri.host().unwrap_or_default());
        let allowed = self.allows_host(&host)
            // The resolver is not asked for an address.
            && host.parse().map_or(true, |address| self.allows_address(address));
        if allowed { Ok(()) } else { Err(Forbidden(host)) }
    }
}

/// In lower case, without the brackets of an IPv6 address and the dot at the end of a name.
fn normal(host: &str) -> String {
    host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase()
}

/// Looks names up and keeps the addresses that the rule allows.
pub(super) struct FilteredResolver(pub(super) Arc<EgressRule>);

impl Resolve for FilteredResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = Arc::clone(&self.0);
        Box::pin(async move {
            let mut found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let first = found.first().copied();
            found.retain(|address| rule.allows_address(address.ip()));
            match first {
                Some(first) if found.is_empty() => {
                    Err(Forbidden(format!("{}, which is {}", name.as_str(), first.ip())).into())
                }
                _ => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

impl fmt::Debug for FilteredResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FilteredResolver").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_the_same_in_every_spelling() {
        let rule = EgressRule::new().host("App.Example.").unwrap().host("*.b.example").unwrap();
        let rule = rule.host("[::1]").unwrap().host("127.0.0.1").unwrap();
        for host in ["app.example", "APP.example.", "x.b.example", "x.y.B.example", "[::1]", "127.0.0.1"] {
            assert!(rule.allows_host(host), "{host}");
        }
        for host in ["b.example", "xb.example", "app.example.evil", "127.0.0.2", "evil-app.example", ""] {
            assert!(!rule.allows_host(host), "{host}");
        }
        for host in ["", "*.", "a b", "http://x", "x/y", "*", "a.*.b", "host:80", "ü.example"] {
            assert_eq!(EgressRule::new().host(host), Err(InvalidEgressHost), "{host}");
        }
    }

    #[test]
    fn a_mapped_address_is_the_one_that_it_maps() {
        let rule = EgressRule::new().network("10.0.0.0/8".parse().unwrap());
        assert!(rule.allows_address("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!rule.allows_address("::ffff:169.254.169.254".parse().unwrap()));
        assert!(!rule.allows_address("::1".parse().unwrap()));
        assert!(EgressRule::new().allows_address("::1".parse().unwrap()));
        let is_allowed = |uri: &str| rule.check(&uri.parse().unwrap()).is_ok();
        assert!(is_allowed("http://10.1.2.3/") && is_allowed("http://name.example/"));
        assert!(!is_allowed("http://[::1]/") && !is_allowed("http://[::ffff:7f00:1]/"));
    }
}
