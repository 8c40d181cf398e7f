//! Refused connections: why, in one sentence, and rate-limited lines of the log.
//!
//! Knows how other protocols begin. It must not log bytes that a peer sent.

use std::error::Error as _;
use std::io;
use std::net::IpAddr;

use super::BUFFER;
use super::progress::Progress;
use crate::Clock;
use crate::ingress::tallies::{Due, Tallies};

const TLS: &str = "TLS on the plain port: the client spoke TLS where HTTP was expected";
const PROXY: &str = "PROXY protocol preamble: switch the PROXY protocol off at the load balancer and let it send the \
                     client's address in a header";
const HTTP_2: &str = "HTTP/2 without TLS: this port speaks HTTP/1.1";
const TOO_MANY_HEADERS: &str = "more than 100 headers";
const TOO_LARGE: &str = "a request head larger than 32 KiB";
const MALFORMED: &str = "a malformed request head";
const TOO_SLOW: &str = "a request head that did not arrive in time";
pub(super) const HANDSHAKE: &str = "the handshake failed: the client may speak plain HTTP on the TLS port";

/// The first 12 bytes of a preamble of version 2 of the PROXY protocol.
const PROXY_V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Connections of one server that were refused before a request was read.
#[derive(Debug)]
pub(super) struct Refused {
    tallies: Tallies<&'static str, IpAddr>,
    clock: Clock,
}

impl Refused {
    pub(super) fn new() -> Self {
        Self { tallies: Tallies::default(), clock: Clock::system() }
    }

    /// Counts a refused connection.
    pub(super) fn add(&self, reason: &'static str, peer: IpAddr) {
        tracing::debug!(%peer, reason, "connection refused");
        log(self.tallies.add(reason, peer.to_canonical(), self.clock.now()));
    }

    /// Logs what was counted for a minute.
    pub(super) fn log_due(&self) {
        log(self.tallies.due(|| self.clock.now()));
    }
}

impl Drop for Refused {
    fn drop(&mut self) {
        log(self.tallies.rest());
    }
}

fn log(due: Vec<Due<&'static str, IpAddr>>) {
    for Due { kind: reason, count, latest: peer } in due {
        tracing::warn!(reason, count, %peer, "connections refused");
    }
}

/// Why a connection was refused; `None` where it ended otherwise, for example because the peer closed it.
pub(super) fn reason(error: &hyper::Error, progress: &Progress) -> Option<&'static str> {
    if !error.is_parse() {
        let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
        let timed_out = cause.is_some_and(|cause| cause.kind() == io::ErrorKind::TimedOut);
        return (timed_out && progress.is_in_head()).then_some(TOO_SLOW);
    }
    let (begin, bytes) = progress.head();
    Some(match begin.as_slice() {
        // A handshake record of any version of TLS.
        [0x16, 0x03, ..] => TLS,
        begin if begin.starts_with(b"PROXY ") || begin.starts_with(PROXY_V2) => PROXY,
        begin if begin.starts_with(b"PRI * HTTP/2") => HTTP_2,
        _ if error.is_parse_too_large() && bytes < BUFFER => TOO_MANY_HEADERS,
        _ if error.is_parse_too_large() => TOO_LARGE,
        _ => MALFORMED,
    })
}
