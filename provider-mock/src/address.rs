//! Which addresses a mock takes from a partner.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

/// An address that deliveries can be sent to: absolute `https`, or `http` to this machine.
pub fn webhook(text: &str) -> Option<Url> {
    let url = parse(text)?;
    let fits = match url.scheme() {
        "https" => url.has_host(),
        "http" => match url.host()? {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        },
        _ => false,
    };
    fits.then_some(url)
}

/// Whether it certainly leads to this machine. Names below `localhost` are left out: some resolvers ask others for them.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An address that HTTP can be spoken with, wherever it is.
pub fn http(text: &str) -> Option<Url> {
    let url = parse(text)?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// An address that a browser can be sent to: absolute, with any scheme that opens a page or an app.
pub fn redirect(text: &str) -> Option<Url> {
    let url = parse(text)?;
    let fits = match url.scheme() {
        "http" | "https" => url.has_host(),
        scheme => !matches!(scheme, "javascript" | "data" | "file" | "about" | "blob" | "vbscript"),
    };
    fits.then_some(url)
}

/// An address that this machine can open, also where the mock listens on all of its addresses.
pub fn base_url(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    format!("http://{address}")
}

/// As browsers read it, but for blanks and control characters, which they drop.
fn parse(text: &str) -> Option<Url> {
    let is_plain = text.bytes().all(|byte| byte > b' ' && byte != 0x7f);
    Url::parse(text).ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_blanks() {
        for text in
            [" https://a.example", "https://a.example\n", "https://a.ex\tample/", "https://a.example/b c"]
        {
            assert!(webhook(text).is_none() && http(text).is_none() && redirect(text).is_none(), "{text:?}");
        }
        assert!(webhook("https://a.example/b%20c").is_some());
    }
}
