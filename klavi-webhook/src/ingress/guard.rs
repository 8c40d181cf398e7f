//! The source guard: which addresses may send, also behind proxies. Must not look at a body.

mod forwarded;

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use ipnet::{IpNet, Ipv4Net};

/// Decides by the sender's address whether a delivery is accepted, before its body is read.
///
/// The sender's address is that of the socket's peer. Only if the peer is a proxy that you [trust](Self::trust), the
/// address is read from a header: `X-Forwarded-For` by default, or another [header](Self::header). It is read from the
/// right, over trusted networks, up to the first address outside them. Addresses left of it were written by the sender
/// itself and are ignored. A header that is missing, repeated or malformed where it counts is a refusal. IPv4 addresses inside IPv6 (`::ffff:192.0.2.1`) count as IPv4.
///
/// ```
/// use std::net::IpAddr;
///
/// use klavi_webhook::{IpNet, SourceGuard};
///
/// let guard = SourceGuard::new(["203.0.113.17".parse::<IpAddr>()?])
///     .allow("192.0.2.0/24".parse::<IpNet>()?)
///     .trust("10.0.0.0/8".parse::<IpNet>()?);
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("x-forwarded-for", "198.51.100.7, 203.0.113.17, 10.0.0.2".parse()?);
///
/// let proxy: IpAddr = "10.0.0.1".parse()?;
/// let client: IpAddr = "203.0.113.17".parse()?;
/// assert_eq!(guard.check(Some(proxy), &headers), Ok(client));
///
/// // The header of a peer that is not a trusted proxy is ignored.
/// let untrusted: IpAddr = "198.51.100.7".parse()?;
/// assert!(guard.check(Some(untrusted), &headers).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SourceGuard {
    allowed: Vec<IpNet>,
    proxies: Vec<IpNet>,
    header: ClientHeader,
}

/// The header in which a trusted proxy says whom it forwards for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientHeader {
    /// `X-Forwarded-For`: a list, to which every proxy adds the address that it was called from.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239): the same as `for=` of each element.
    Forwarded,
    /// A header with one address, such as `CF-Connecting-IP` or `X-Real-IP`. Choose it only where the proxy overwrites
    /// what the sender wrote there.
    Single(HeaderName),
}

/// Why an address is refused. For the log; the sender does not learn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The application is served without the address of the peer.
    #[error("the address of the peer is not known")]
    NoPeer,
    /// A trusted proxy does not name the client that it forwards for.
    #[error("the proxy does not say whom it forwards for")]
    Missing,
    /// The header that holds one address occurs more than once.
    #[error("the proxy's header with the address stands more than once")]
    Repeated,
    /// The header cannot be read up to the address that counts.
    #[error("the proxy's header with the address cannot be read")]
    Garbled,
    /// The address is not on the list.
    #[error("{0} is not on the list")]
    NotAllowed(IpAddr),
}

impl SourceGuard {
    /// Allows these addresses and networks.
    pub fn new(allowed: impl IntoIterator<Item = impl Into<IpNet>>) -> Self {
        let allowed = allowed.into_iter().map(|network| canonical(network.into())).collect();
        Self { allowed, proxies: Vec::new(), header: ClientHeader::default() }
    }

    /// Allows every address, so that the proof of the sender decides alone. Behind a trusted proxy the sender's address
    /// is still found.
    pub fn everywhere() -> Self {
        Self::new([IpNet::from(Ipv4Net::default()), IpNet::from(ipnet::Ipv6Net::default())])
    }

    /// Allows another address or network.
    #[must_use]
    pub fn allow(mut self, network: impl Into<IpNet>) -> Self {
        self.allowed.push(canonical(network.into()));
        self
    }

    /// Trusts proxies at this address or in this network to name the sender. Name only proxies: any other peer in the
    /// network could claim any address.
    #[must_use]
    pub fn trust(mut self, proxy: impl Into<IpNet>) -> Self {
        self.proxies.push(canonical(proxy.into()));
        self
    }

    /// Reads the sender's address from that header, where the peer is a trusted proxy.
    #[must_use]
    pub fn header(mut self, header: ClientHeader) -> Self {
        self.header = header;
        self
    }

    /// Finds the sender's address and decides whether it may send; `peer` is the other end of the socket.
    ///
    /// # Errors
    /// The reason, for the log; the sender should not learn it.
    pub fn check(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<IpAddr, SourceError> {
        let client = self.client(peer, headers)?;
        if holds(&self.allowed, client) { Ok(client) } else { Err(SourceError::NotAllowed(client)) }
    }

    /// Whether a peer with that address may send or is a trusted proxy.
    pub(crate) fn knows(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusts(peer) || holds(&self.allowed, peer)
    }

    fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<IpAddr, SourceError> {
        let peer = peer.ok_or(SourceError::NoPeer)?.to_canonical();
        if !self.trusts(peer) {
            return Ok(peer);
        }
        match &self.header {
            ClientHeader::XForwardedFor => self.walk(forwarded::x_forwarded_for(headers)),
            ClientHeader::Forwarded => self.walk(forwarded::forwarded(headers)?),
            ClientHeader::Single(name) => forwarded::single(headers, name),
        }
    }

    /// The first address from the right that is no trusted proxy; the leftmost where all are.
    fn walk<'a>(
        &self,
        hops: impl DoubleEndedIterator<Item = Option<&'a str>>,
    ) -> Result<IpAddr, SourceError> {
        let mut furthest = Err(SourceError::Missing);
        for hop in hops.rev() {
            let address = hop.and_then(forwarded::address).ok_or(SourceError::Garbled)?;
            if !self.trusts(address) {
                return Ok(address);
            }
            furthest = Ok(address);
        }
        furthest
    }

    fn trusts(&self, address: IpAddr) -> bool {
        holds(&self.proxies, address)
    }
}

fn holds(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// Addresses are compared as IPv4 where they are, so a network of such addresses inside IPv6 is one of IPv4.
fn canonical(network: IpNet) -> IpNet {
    const MAPPED: u8 = 96;
    match network.addr().to_canonical() {
        IpAddr::V4(address) if network.prefix_len() >= MAPPED => {
            Ipv4Net::new(address, network.prefix_len() - MAPPED).map_or(network, IpNet::V4)
        }
        _ => network,
    }
}
