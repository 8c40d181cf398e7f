//! Belvo's environments and the addresses that they send from.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

/// One of Belvo's environments, as a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Made-up banks.
    Sandbox,
    /// The real thing.
    Production,
}

impl Environment {
    /// The addresses that deliveries come from.
    ///
    /// Belvo names these three, and no others for the sandbox: both environments have the same list. Should the sandbox
    /// send from elsewhere, its deliveries are refused and the log names the address, to be
    /// [let in](crate::SourceGuard::allow).
    ///
    /// Source: developers.belvo.com, checklist for Open Finance in Brazil.
    pub fn addresses(self) -> Vec<IpNet> {
        let (Self::Sandbox | Self::Production) = self;
        let addresses = [[3, 130, 254, 46], [18, 220, 61, 186], [18, 223, 45, 212]];
        addresses.map(|address| Ipv4Net::from(Ipv4Addr::from(address)).into()).to_vec()
    }
}
