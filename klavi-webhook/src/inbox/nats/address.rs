//! The URL of an inbox: servers, who signs in, the inbox's name, and files.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::inbox::cause::Cause;

/// Name of an inbox whose URL has none.
const NAME: &str = "klavi";

/// What stands in a URL.
#[derive(Default)]
pub(super) struct Address {
    pub(super) servers: Vec<String>,
    pub(super) sign_in: SignIn,
    pub(super) tls: bool,
    pub(super) name: String,
    pub(super) replicas: Option<usize>,
    pub(super) credentials: Option<PathBuf>,
    pub(super) roots: Option<PathBuf>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

#[derive(Default, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(super) enum SignIn {
    #[default]
    Nobody,
    Token(String),
    User(String, String),
}

impl Address {
    /// Reads `tls://user:password@a,b/name?tlsca=file`. Errors hold nothing of the URL, which may hold a password.
    pub(super) fn read(url: &str) -> Result<Self, Cause> {
        let (scheme, rest) = url.split_once("://").ok_or("the URL has no scheme")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, name) = rest.split_once('/').unwrap_or((rest, ""));
        let (sign_in, hosts) = match hosts.rsplit_once('@') {
            Some((sign_in, hosts)) => (SignIn::read(sign_in)?, hosts),
            None => (SignIn::Nobody, hosts),
        };
        let name = if name.is_empty() { NAME } else { name };
        // What streams, subjects and buckets may be called.
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return Err("the name of the inbox is not made of letters, digits, - and _".into());
        }
        let servers = hosts.split(',').map(|host| format!("{scheme}://{host}")).collect();
        let mut address =
            Self { servers, sign_in, tls: scheme == "tls", name: name.to_owned(), ..Self::default() };
        for setting in query.split('&').filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').ok_or("a setting of the URL has no value")?;
            address.set(name, decoded(value)?)?;
        }
        // Whoever names certificates wants nothing to go in the clear.
        address.tls |= address.roots.is_some() || address.certificate.is_some();
        Ok(address)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), Cause> {
        let file = match name {
            "creds" => &mut self.credentials,
            "tlsca" => &mut self.roots,
            "tlscert" => &mut self.certificate,
            "tlskey" => &mut self.key,
            "replicas" => {
                self.replicas = Some(value.parse().map_err(|_| "replicas is not a number")?);
                return Ok(());
            }
            // A setting that is silently left out may be one that protects.
            _ => return Err("a setting of the URL is none of creds, tlsca, tlscert, tlskey, replicas".into()),
        };
        *file = Some(value.into());
        Ok(())
    }
}

impl SignIn {
    fn read(text: &str) -> Result<Self, Cause> {
        Ok(match text.split_once(':') {
            Some((user, password)) => Self::User(decoded(user)?, decoded(password)?),
            None => Self::Token(decoded(text)?),
        })
    }
}

fn decoded(text: &str) -> Result<String, Cause> {
    let decoded = percent_decode_str(text).decode_utf8();
    Ok(decoded.map_err(|_| "the URL is not UTF-8 behind its percent signs")?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_url_names_the_inbox() {
        for (url, servers, name) in [
            ("nats://127.0.0.1:4222", "nats://127.0.0.1:4222", "klavi"),
            ("nats://a/", "nats://a", "klavi"),
            ("nats://a?", "nats://a", "klavi"),
            ("tls://user:word@a,b:4223/other-1", "tls://a tls://b:4223", "other-1"),
        ] {
            let address = Address::read(url).unwrap();
            assert_eq!((&*address.servers.join(" "), &*address.name), (servers, name), "{url}");
            assert_eq!(address.tls, url.starts_with("tls"));
        }
    }

    #[test]
    fn whoever_signs_in_does_so_at_every_server() {
        for (url, sign_in) in [
            ("nats://a", SignIn::Nobody),
            ("nats://s3cr%40t@a,b", SignIn::Token("s3cr@t".to_owned())),
            ("nats://us%3Aer:p%40ss%2Fw:rd@a,b", SignIn::User("us:er".to_owned(), "p@ss/w:rd".to_owned())),
        ] {
            assert_eq!(Address::read(url).unwrap().sign_in, sign_in, "{url}");
        }
    }

    #[test]
    fn settings_name_files_and_unknown_ones_are_refused() {
        let address =
            Address::read("nats://a/x?tlsca=/etc/my%20ca.pem&tlscert=c&tlskey=k&creds=u.creds&replicas=3")
                .unwrap();
        assert_eq!(address.roots.unwrap(), PathBuf::from("/etc/my ca.pem"));
        assert_eq!((address.certificate.unwrap(), address.key.unwrap()), ("c".into(), "k".into()));
        assert_eq!((address.credentials.unwrap(), address.replicas), ("u.creds".into(), Some(3)));
        assert!(address.tls, "certificates mean TLS, whatever the scheme");
        for url in [
            "localhost",
            "nats://a/b/c",
            "nats://a/b.c",
            "nats://a/b?c",
            "nats://a?tlsCA=x",
            "nats://a?replicas=many",
            "nats://%ff:x@a",
        ] {
            assert!(Address::read(url).is_err(), "{url}");
        }
    }
}
