//! Finds targets that lead back to the receiver.
//!
//! Looks names up, and opens no connection.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::super::problems::Problems;
use super::Declared;

/// How long a name may take to be looked up: a name server that is away holds up no start.
const LOOK_UP: Duration = Duration::from_secs(3);

/// An entry that is delivered to the receiver's own address would be refused for its signature, or be received again.
pub(in super::super) async fn refuse_cycles(
    targets: &[Declared],
    listen: SocketAddr,
    problems: &mut Problems,
) {
    // The port that the system chooses is in no configuration.
    if listen.port() == 0 {
        return;
    }
    let looked_up = targets.iter().map(|target| async move {
        let url = target.url.as_ref()?;
        let port = url.port_or_known_default().filter(|port| *port == listen.port())?;
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        let found = timeout(LOOK_UP, lookup_host((host, port))).await.ok()?.ok()?;
        let mut found = found.map(|address| address.ip().to_canonical());
        found.any(|address| leads_to(address, listen.ip())).then_some(&target.place)
    });
    for place in join_all(looked_up).await.into_iter().flatten() {
        problems.error(place, format!("leads to this receiver itself: --listen is {listen}"));
    }
}

/// Whether a connection to this address reaches a server that listens there.
fn leads_to(address: IpAddr, listen: IpAddr) -> bool {
    let listen = listen.to_canonical();
    // Connections to the unspecified address reach this machine.
    let here = address.is_unspecified() || is_of_this_machine(address);
    match listen.is_unspecified() {
        true => here,
        false => address == listen || address.is_unspecified() && listen.is_loopback(),
    }
}

/// Only an address of this machine can be bound.
fn is_of_this_machine(address: IpAddr) -> bool {
    address.is_loopback() || UdpSocket::bind((address, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wildcard_is_every_address_of_this_machine() {
        for (address, listen, leads) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "0.0.0.0", true),
            ("::1", "::", true),
            ("127.0.0.2", "127.0.0.1", false),
            ("0.0.0.0", "127.0.0.1", true),
            ("192.0.2.1", "0.0.0.0", false),
            ("192.0.2.1", "127.0.0.1", false),
        ] {
            let (from, to) = (address.parse().unwrap(), listen.parse().unwrap());
            assert_eq!(leads_to(from, to), leads, "{address} {listen}");
        }
    }
}
