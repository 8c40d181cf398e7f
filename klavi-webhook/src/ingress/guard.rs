mod forwarded;

use std::fmt;
use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use ipnet::{IpNet, Ipv4Net};

/// Who may send at all, told by address, before anything of a body is read.
///
/// The sender's address is that of the socket. Only where the socket's peer is a proxy that you
/// [trust](Self::trust), it is what the proxy says: `X-Forwarded-For` unless another [header](Self::header) is chosen,
/// read from the right over trusted networks up to the first address outside them. What stands left of it was written
/// by the sender itself and is not looked at. A header that is missing, repeated or garbled where it counts is a
/// refusal. IPv4 addresses inside IPv6 (`::ffff:192.0.2.1`) count as IPv4.
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
/// // Whoever is no proxy may write what it likes.
/// let stranger: IpAddr = "198.51.100.7".parse()?;
/// assert!(guard.check(Some(stranger), &headers).is_err());
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

/// Why an address does not get in. Not told to the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceError {
    /// Nobody said from where the request came: the application is served without the peer's address.
    NoPeer,
    /// A trusted proxy did not say whom it forwards for.
    Missing,
    /// The header that holds one address stands more than once.
    Repeated,
    /// The header cannot be read up to the address that counts.
    Garbled,
    /// The address is not on the list.
    NotAllowed(IpAddr),
}

impl SourceGuard {
    /// Lets these addresses and networks in.
    pub fn new(allowed: impl IntoIterator<Item = impl Into<IpNet>>) -> Self {
        let allowed = allowed.into_iter().map(|network| canonical(network.into())).collect();
        Self { allowed, proxies: Vec::new(), header: ClientHeader::default() }
    }

    /// Lets every address in; what a delivery proves itself by decides alone. Behind a proxy it still finds out who the sender is.
    pub fn everywhere() -> Self {
        Self::new([IpNet::from(Ipv4Net::default()), IpNet::from(ipnet::Ipv6Net::default())])
    }

    /// Lets another address or network in.
    #[must_use]
    pub fn allow(mut self, network: impl Into<IpNet>) -> Self {
        self.allowed.push(canonical(network.into()));
        self
    }

    /// Believes what proxies at this address or in this network say. Name the proxies alone: whoever else sits in the
    /// network may claim to be anybody.
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

    /// Finds out who sends and decides whether it may; `peer` is the other end of the socket.
    ///
    /// # Errors
    /// The reason, for the log; the sender should not learn it.
    pub fn check(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<IpAddr, SourceError> {
        let client = self.client(peer, headers)?;
        if holds(&self.allowed, client) { Ok(client) } else { Err(SourceError::NotAllowed(client)) }
    }

    /// Whether whoever connects from there may get in or is a trusted proxy.
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

impl SourceError {
    /// Without the address.
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::NoPeer => "the address of the peer is not known",
            Self::Missing => "the proxy does not say whom it forwards for",
            Self::Repeated => "the proxy's header with the address stands more than once",
            Self::Garbled => "the proxy's header with the address cannot be read",
            Self::NotAllowed(_) => "the address is not on the list",
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed(address) => write!(f, "{address} is not on the list"),
            other => f.write_str(other.reason()),
        }
    }
}

impl std::error::Error for SourceError {}
