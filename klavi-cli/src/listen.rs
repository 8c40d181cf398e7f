//! Reads the address that a server listens on, as `--listen` and `--admin` take it.
//!
//! Knows nothing of the servers. Names other than `localhost` are not looked up: a server that listens where a name
//! server says may listen on the wrong network.

use std::net::{Ipv4Addr, SocketAddr};

/// What is said of everything else.
const FORMS: &str = "an address is a port of this machine (4010), localhost:4010, or an IP address with a port, such as \
                     0.0.0.0:8080 or [::1]:8080";

/// Reads `PORT`, `localhost:PORT` or `IP:PORT`. A port alone is one of the loopback interface.
pub(crate) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let port = match text.rsplit_once(':') {
        None => text,
        Some((host, port)) if host.eq_ignore_ascii_case("localhost") => port,
        Some(_) => return Err(FORMS),
    };
    // `parse` alone also takes a plus sign.
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FORMS);
    }
    port.parse().map(|port: u16| (Ipv4Addr::LOCALHOST, port).into()).map_err(|_| FORMS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_one_of_the_loopback_interface() {
        for (text, expected) in [
            ("4010", "127.0.0.1:4010"),
            ("0", "127.0.0.1:0"),
            ("localhost:4010", "127.0.0.1:4010"),
            ("LOCALHOST:4010", "127.0.0.1:4010"),
            ("0.0.0.0:8080", "0.0.0.0:8080"),
            ("[::1]:8080", "[::1]:8080"),
            ("[::]:8080", "[::]:8080"),
        ] {
            assert_eq!(address(text), Ok(expected.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_the_forms() {
        for text in [
            "",
            ":",
            ":4010",
            "*:4010",
            "+4010",
            "65536",
            "localhost",
            "localhost:",
            "localhost:+1",
            "localhost:65536",
            "127.0.0.1",
            "127.0.0.1:",
            "::1",
            "::1:8080",
            "[::1]",
            "receiver.example:8080",
            "http://127.0.0.1:8080",
            " 4010",
            "4010 ",
        ] {
            assert_eq!(address(text), Err(FORMS), "{text:?}");
        }
    }
}
