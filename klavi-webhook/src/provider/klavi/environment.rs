//! Klavi's environments and the addresses that they send from.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

/// One of Klavi's environments, as a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Mock banks.
    Sandbox,
    /// Real banks, for acceptance.
    Testing,
    /// The real thing.
    Production,
}

impl Environment {
    /// The addresses that deliveries come from.
    ///
    /// Source: docs.klavi.ai/connect/security and /link/pL3I-overview, which agree.
    pub fn addresses(self) -> Vec<IpNet> {
        let address = match self {
            Self::Sandbox | Self::Testing => Ipv4Addr::new(18, 231, 92, 86),
            Self::Production => Ipv4Addr::new(18, 230, 43, 17),
        };
        vec![Ipv4Net::from(address).into()]
    }
}
