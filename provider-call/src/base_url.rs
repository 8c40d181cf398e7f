//! The address that all calls of a client go below.

use std::fmt;

use http::Uri;
use url::{Host, Url};

/// A base address to which a credential may travel: `https`, or `http` to this very machine.
///
/// ```
/// use provider_call::BaseUrl;
///
/// let base: BaseUrl = "https://api.example.com/gateway/".parse()?;
/// assert_eq!(base.as_str(), "https://api.example.com/gateway");
/// assert!("http://127.0.0.1:4010".parse::<BaseUrl>().is_ok());
/// assert!("http://api.example.com".parse::<BaseUrl>().is_err());
/// # Ok::<(), provider_call::InvalidBaseUrl>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl {
    text: String,
    origin: Origin,
}

/// Scheme, host and port.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Origin {
    scheme: String,
    authority: String,
}

/// Why a text is no [`BaseUrl`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// It is not an absolute URL with a host.
    #[error("not an absolute URL with a host")]
    NotAUrl,
    /// It is neither `https` nor `http` to a loopback address.
    #[error("must be https, or http to a loopback address such as 127.0.0.1")]
    Insecure,
    /// It has a user name, password, query or fragment.
    #[error("must not have a user name, password, query or fragment")]
    Surplus,
}

impl std::str::FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        Self::parse(text, false)
    }
}

impl BaseUrl {
    /// Reads an address that may be plain `http` to any host: where the network is trusted, as between containers.
    ///
    /// # Errors
    /// Otherwise as any other.
    pub fn parse_with_plain_http(text: &str) -> Result<Self, InvalidBaseUrl> {
        Self::parse(text, true)
    }

    fn parse(text: &str, plain_http: bool) -> Result<Self, InvalidBaseUrl> {
        let url = Url::parse(text).map_err(|_| InvalidBaseUrl::NotAUrl)?;
        let host = url.host().ok_or(InvalidBaseUrl::NotAUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if plain_http || is_loopback(&host) => {}
            _ => return Err(InvalidBaseUrl::Insecure),
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(InvalidBaseUrl::Surplus);
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        let origin = Origin::of(&text.parse().map_err(|_| InvalidBaseUrl::NotAUrl)?);
        Ok(Self { text, origin: origin.ok_or(InvalidBaseUrl::NotAUrl)? })
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host: a name, or an address, IPv6 in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = &self.origin.authority;
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => authority,
        }
    }

    /// The port, also where it is the usual one of the scheme.
    #[must_use]
    pub fn port(&self) -> u16 {
        let authority = &self.origin.authority;
        let named = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        named.unwrap_or(if self.origin.scheme == "https" { 443 } else { 80 })
    }

    /// True if `uri` goes to the same scheme, host and port.
    pub(crate) fn is_origin_of(&self, uri: &Uri) -> bool {
        uri.scheme_str() == Some(&self.origin.scheme)
            && uri.authority().is_some_and(|authority| authority.as_str() == self.origin.authority)
    }
}

impl Origin {
    fn of(uri: &Uri) -> Option<Self> {
        Some(Self { scheme: uri.scheme_str()?.to_owned(), authority: uri.authority()?.as_str().to_owned() })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_loopback_only() {
        for good in [
            "https://api.example.com",
            "http://localhost:4010",
            "http://127.0.0.1",
            "http://127.8.8.8:1/x",
            "http://[::1]:4010",
        ] {
            assert!(good.parse::<BaseUrl>().is_ok(), "{good}");
        }
        for bad in [
            "http://api.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://127.0.0.1.example.com",
            "ftp://localhost",
        ] {
            assert_eq!(bad.parse::<BaseUrl>(), Err(InvalidBaseUrl::Insecure), "{bad}");
        }
    }

    #[test]
    fn plain_http_to_named_hosts_has_to_be_asked_for() {
        assert!(BaseUrl::parse_with_plain_http("http://klavi-mock:4010").is_ok());
        for bad in ["ftp://klavi-mock", "http://user@klavi-mock", "klavi-mock:4010"] {
            assert!(BaseUrl::parse_with_plain_http(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn host_and_port_are_told_apart() {
        for (text, host, port) in [
            ("https://h.example/a", "h.example", 443),
            ("https://h.example:8443", "h.example", 8443),
            ("http://127.0.0.1", "127.0.0.1", 80),
            ("http://[::1]:4010", "[::1]", 4010),
            ("https://[2001:db8::1]", "[2001:db8::1]", 443),
        ] {
            let base: BaseUrl = text.parse().unwrap();
            assert_eq!((base.host(), base.port()), (host, port), "{text}");
        }
    }

    #[test]
    fn surplus_parts_are_refused() {
        for bad in
            ["https://user@h.example", "https://:pw@h.example", "https://h.example/?a", "https://h.example/#"]
        {
            assert_eq!(bad.parse::<BaseUrl>(), Err(InvalidBaseUrl::Surplus), "{bad}");
        }
        for bad in ["", "api.example.com", "/data", "https://"] {
            assert_eq!(bad.parse::<BaseUrl>(), Err(InvalidBaseUrl::NotAUrl), "{bad}");
        }
    }
}
