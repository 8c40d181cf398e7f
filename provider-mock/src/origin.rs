//! Who may reach what is under `/_mock`: whoever is on this machine, but no page of another site that a browser here has
//! open. There is no login, so two tricks of such a page are turned away:
//!
//! - it sends a form or a request to the mock's address: browsers say where it comes from, in `Origin` and
//!   `Sec-Fetch-Site`;
//! - its name is made to lead to this machine after it was loaded (DNS rebinding), so that the browser takes the mock for
//!   its site: then `Host` is a name that is sold. An address, a name of one part such as `localhost` or a container's, and
//!   names under `.localhost`, `.internal` and `.test` cannot be had by anybody.

use axum::extract::Request;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method};

use crate::base_url::is_private;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What to tell a page of another site, where one calls.
pub fn other(request: &Request) -> Option<&'static str> {
    if !is_local(request.headers()) {
        return Some("Call the mock by its address or a local name such as localhost");
    }
    is_foreign(request.method(), request.headers())
        .then_some("Pages of other origins may not control the mock")
}

/// Whether the mock was called by a name that no site can have. Without any it was no browser that called.
fn is_local(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().all(|host| {
        let authority = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
        authority.is_some_and(|authority| is_private(authority.host()))
    })
}

fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    if let Some(origin) = headers.get(ORIGIN) {
        let host = headers.get(HOST).map_or(&b""[..], |host| host.as_bytes());
        let own = |scheme: &[u8]| origin.as_bytes().strip_prefix(scheme) == Some(host);
        if !own(b"http://") && !own(b"https://") {
            return true;
        }
    }
    // What a page of another site asks for with GET it cannot read, and it changes nothing.
    !method.is_safe()
        && headers.get(FETCH_SITE).is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn names_that_are_sold_are_not_local() {
        for host in [
            "127.0.0.1:4010",
            "[::1]:4010",
            "192.168.0.7",
            "localhost:4010",
            "LocalHost",
            "klavi-mock:4010",
            "a.localhost",
            "host.docker.internal:4010",
            "klavi.test.",
        ] {
            assert!(is_local(&headers(&[("host", host)])), "{host}");
        }
        for host in [
            "evil.example:4010",
            "evil.example.",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "a b",
            "",
        ] {
            assert!(!is_local(&headers(&[("host", host)])), "{host}");
        }
        assert!(is_local(&HeaderMap::new()));
        let mut two = headers(&[("host", "localhost")]);
        two.append(HOST, "evil.example".parse().unwrap());
        assert!(!is_local(&two));
    }

    #[test]
    fn only_the_mocks_own_pages_may_send_forms() {
        let post = |pairs: &[(&'static str, &'static str)]| is_foreign(&Method::POST, &headers(pairs));
        assert!(!post(&[("host", "localhost:1")]));
        assert!(!post(&[("host", "localhost:1"), ("origin", "http://localhost:1")]));
        assert!(!post(&[("host", "localhost:1"), ("sec-fetch-site", "same-origin")]));
        assert!(!post(&[("host", "localhost:1"), ("sec-fetch-site", "none")]));
        for foreign in
            ["http://localhost:2", "http://localhost:12", "null", "", "http://", "ftp://localhost:1"]
        {
            assert!(post(&[("host", "localhost:1"), ("origin", foreign)]), "{foreign}");
        }
        for site in ["cross-site", "same-site", ""] {
            assert!(post(&[("host", "localhost:1"), ("sec-fetch-site", site)]), "{site}");
        }
        // A link to the console may stand anywhere.
        assert!(!is_foreign(
            &Method::GET,
            &headers(&[("host", "localhost:1"), ("sec-fetch-site", "cross-site")])
        ));
    }
}
