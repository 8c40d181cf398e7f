//! The base URL of a mock: the beginning of each address in its answers.
//!
//! A mock is often reached by several names: `127.0.0.1` from its machine, a service name from other containers, a port
//! that is mapped. So addresses follow the `Host` header of the call, unless a public URL is set. A name that can be
//! registered is not followed, so that no link leads to a site that someone else has registered.
//!
//! Knows no path, no provider and nothing of how calls are answered.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, Uri};
use url::Url;

/// Names that no site can have. Source: RFC 6761; `.internal` is reserved for private use by ICANN.
const PRIVATE: [&str; 3] = [".localhost", ".internal", ".test"];

/// Where one mock is reached.
#[derive(Clone, Debug)]
pub struct BaseUrl {
    listen: SocketAddr,
    local: String,
    public: Option<String>,
}

impl BaseUrl {
    /// Of a mock that listens there; `public` is a public URL that [`public`] has read.
    pub fn new(listen: SocketAddr, public: Option<String>) -> Self {
        Self { listen, local: local(listen), public }
    }

    /// The public URL or, without one, the address that the mock listens on.
    pub fn default(&self) -> &str {
        self.public.as_deref().unwrap_or(&self.local)
    }

    /// The address that the mock listens on.
    pub fn listen_address(&self) -> SocketAddr {
        self.listen
    }

    /// What the answer to a call names.
    pub fn of_call(&self, uri: &Uri, headers: &HeaderMap) -> String {
        if let Some(public) = &self.public {
            return public.clone();
        }
        match called(uri, headers) {
            Some(host) if is_private(host.host()) && !host.as_str().contains('@') => format!("http://{host}"),
            _ => self.local.clone(),
        }
    }

    /// Where the control API and the console answer: they refuse names that can be registered.
    pub fn of_control(&self) -> &str {
        let host = |url: &String| Url::parse(url).ok()?.host_str().map(str::to_owned);
        let public = self.public.as_ref().filter(|url| host(url).is_some_and(|host| is_private(&host)));
        public.unwrap_or(&self.local)
    }
}

/// The name by which a call reaches the mock. None where there are several.
fn called(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    if let Some(authority) = uri.authority() {
        return Some(authority.clone());
    }
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().filter(|_| hosts.next().is_none())?;
    host.to_str().ok()?.parse().ok()
}

/// Whether a host is an address or a name that cannot be registered: a name of one part, such as that of a container, or
/// one below `.localhost`, `.internal` and `.test`.
pub fn is_private(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    !name.contains('.') || PRIVATE.iter().any(|private| name.ends_with(private))
}

/// Reads a public URL: `http` or `https`, a host, and perhaps a port. A path is refused, since the pages of a mock are
/// at the root of their host.
pub fn public(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_root = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_plain = url.username().is_empty() && url.password().is_none();
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host() && is_root && is_plain;
    fits.then(|| url.as_str().trim_end_matches('/').to_owned())
}

/// An address that this machine can open, also where the mock listens on all of its addresses.
fn local(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    format!("http://{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(base_url: &BaseUrl, hosts: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, host.parse().unwrap());
        }
        base_url.of_call(&Uri::from_static("/data/v1/links"), &headers)
    }

    #[test]
    fn addresses_follow_a_private_host_alone() {
        let mock = BaseUrl::new("0.0.0.0:4010".parse().unwrap(), None);
        for host in ["klavi-mock:4010", "localhost:8010", "[::1]:4010", "192.168.0.7", "a.internal:1"] {
            assert_eq!(of(&mock, &[host]), format!("http://{host}"));
        }
        for hosts in [
            &["bank.example:4010"][..],
            &["klavi-mock.bank.example"],
            &["user@klavi-mock"],
            &["klavi-mock/path"],
            &["a b"],
            &[""],
            &["localhost", "klavi-mock"],
            &[],
        ] {
            assert_eq!(of(&mock, hosts), "http://127.0.0.1:4010", "{hosts:?}");
        }
    }

    #[test]
    fn the_public_url_beats_the_host() {
        let mock = |public: &str| BaseUrl::new("127.0.0.1:4010".parse().unwrap(), self::public(public));
        let sold = mock("https://mock.partner.example/");
        assert_eq!(of(&sold, &["klavi-mock:4010"]), "https://mock.partner.example");
        assert_eq!(
            (sold.default(), sold.of_control()),
            ("https://mock.partner.example", "http://127.0.0.1:4010")
        );
        let private = mock("http://klavi-mock:4010");
        assert_eq!(
            (private.default(), private.of_control()),
            ("http://klavi-mock:4010", "http://klavi-mock:4010")
        );
    }

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        for text in [
            "",
            "klavi-mock:4010",
            "ftp://klavi-mock",
            "http://",
            "http://klavi-mock/path",
            "http://klavi-mock/?a=b",
            "http://klavi-mock/#a",
            "http://user@klavi-mock",
            "http://:secret@klavi-mock",
        ] {
            assert_eq!(public(text), None, "{text}");
        }
        assert_eq!(public("HTTP://Klavi-Mock:80").as_deref(), Some("http://klavi-mock"));
    }
}
