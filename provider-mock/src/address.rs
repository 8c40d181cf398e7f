//! Which addresses a mock takes from a partner.

use url::{Host, Url};

/// An address that deliveries can be sent to: absolute `https`, or `http` to this machine; with `http_anywhere`, `http` to
/// any.
pub fn webhook(text: &str, http_anywhere: bool) -> Option<Url> {
    let url = parse(text)?;
    let fits = match url.scheme() {
        "https" => url.has_host(),
        "http" if http_anywhere => url.has_host(),
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
            assert!(
                webhook(text, true).is_none() && http(text).is_none() && redirect(text).is_none(),
                "{text:?}"
            );
        }
        assert!(webhook("https://a.example/b%20c", false).is_some());
    }

    #[test]
    fn plain_http_leaves_this_machine_only_where_that_is_allowed() {
        for (url, elsewhere) in [
            ("http://127.0.0.1:1/", false),
            ("http://[::1]/", false),
            ("http://localhost/", false),
            ("http://receiver:8080/klavi", true),
            ("http://192.168.0.7/", true),
        ] {
            assert_eq!(webhook(url, false).is_none(), elsewhere, "{url}");
            assert!(webhook(url, true).is_some(), "{url}");
        }
        assert!(webhook("ftp://receiver/", true).is_none());
    }
}
