//! What Klavi takes as an address, checked without changing a character of it.

use url::{Host, Url};

/// A web address that Klavi can POST to: absolute, `https`, or `http` to this machine.
pub(crate) fn is_callback(text: &str) -> bool {
    let Some(url) = parse(text) else { return false };
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    }
}

/// Where a browser can be sent: an absolute URL with any scheme that opens a page or an app (`app://redirect`).
pub(crate) fn is_redirect(text: &str) -> bool {
    parse(text).is_some_and(|url| match url.scheme() {
        "http" | "https" => url.has_host(),
        scheme => !matches!(scheme, "javascript" | "data" | "file" | "about" | "blob"),
    })
}

/// What parsers of URLs pass over, blanks at the ends and line breaks and tabs within, would be sent as it stands.
fn parse(text: &str) -> Option<Url> {
    let unfit = |character: char| character.is_control() || character.is_whitespace();
    if text.chars().any(unfit) { None } else { Url::parse(text).ok() }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_are_https_or_this_machine() {
        for url in [
            "https://partner.example/hook?a=1",
            "http://127.0.0.1:8080/x",
            "http://[::1]/x",
            "http://localhost/x",
        ] {
            assert!(is_callback(url), "{url}");
        }
        for url in [
            "http://partner.example/",
            "/hook",
            "partner.example/hook",
            "ftp://a/b",
            "http://127.0.0.1.evil.example/",
            "",
        ] {
            assert!(!is_callback(url), "{url}");
        }
    }

    #[test]
    fn an_address_has_no_blanks_and_no_control_characters() {
        for bad in ["\n", "\r", "\t", " ", "\u{a0}", "\u{7f}", "\0"] {
            for url in [
                format!("https://a.example/b{bad}"),
                format!("{bad}https://a.example/b"),
                format!("https://a.ex{bad}ample/"),
            ] {
                assert!(!is_callback(&url) && !is_redirect(&url), "{url:?}");
            }
        }
    }

    #[test]
    fn redirects_may_open_an_app_but_run_nothing() {
        assert!(is_redirect("app://redirect") && is_redirect("https://a.example/b"));
        for url in ["javascript:alert(1)", "data:text/html,x", "back", ""] {
            assert!(!is_redirect(url), "{url}");
        }
    }
}
