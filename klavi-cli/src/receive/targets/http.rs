//! HTTP targets: address, secrets, headers, TLS and OAuth 2.
//!
//! Knows how they are set up. It must not know how entries are dispatched.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderName, HeaderValue};
use anyhow::{Context, anyhow};
use klavi_webhook::{Forward, ForwardKey, Sink};
use provider_call::{
    ClientCredentials, ClientGrant, ClientSettings, ReqwestTransport, TransportOptions, TransportSetupError,
};
use toml::Spanned;
use url::{Host, Url};

use super::super::args::{Args, FORWARD_SECRET};
use super::super::problems::{Problems, Source};
use super::super::tables::{HeaderSource, OAuth2Table, TargetTable, Time};
use super::{Dispatch, Files, Prepare};
use crate::exit::Failure;
use crate::secret;

/// How long an attempt may take unless the target says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Said of an address that cannot be read.
const NO_URL: &str = "is no URL such as http://127.0.0.1:3000/klavi";

/// Said of a target that has no secret.
const NO_SECRET: &str = "needs a signing secret: make one with `echo \"whsec_$(openssl rand -base64 32)\"` and give it \
                         in";

/// Transports by what they are made of: targets with the same TLS share connections and authorities.
#[derive(Default)]
pub(super) struct Transports(Vec<(TlsFiles, Arc<ReqwestTransport>)>);

/// The contents of the TLS files of a target.
#[derive(Clone, Default, PartialEq)]
struct TlsFiles {
    roots: Option<Vec<u8>>,
    only_these: bool,
    identity: Option<Vec<u8>>,
}

/// How long an attempt at this target may take.
pub(super) fn timeout(table: &TargetTable) -> Duration {
    table.timeout.map_or(TIMEOUT, |Time(timeout)| timeout)
}

/// The address of a target.
pub(super) fn url(source: Source<'_>, table: &TargetTable, problems: &mut Problems) -> Option<Url> {
    let place = source.place(&table.url, "--forward");
    let url = Url::parse(table.url.get_ref()).ok().filter(Url::has_host);
    let Some(url) = url else {
        problems.error(place, NO_URL);
        return None;
    };
    match url.scheme() {
        "https" => {}
        "http" if url.host().is_some_and(|host| is_loopback(&host)) => {}
        "http" => problems.warn(
            place,
            "sends bodies unencrypted over the network: use an https URL, or an endpoint on this machine",
        ),
        _ => {
            problems.error(place, "is no http or https URL");
            return None;
        }
    }
    Some(url)
}

impl Prepare<'_> {
    /// The sink of an HTTP target.
    pub(super) fn http(
        &mut self,
        source: Source<'_>,
        table: &TargetTable,
        url: Option<&Url>,
        dispatch: &Dispatch,
        files: &mut Files,
        problems: &mut Problems,
    ) -> Option<Arc<dyn Sink>> {
        let key = key(source, table, files, problems);
        let transport = self.transport(source, table, files, problems);
        let headers = headers(source, table, files, problems);
        let (key, transport, url) = (key?, transport?, url?);
        let forward = url
            .as_str()
            .parse()
            .ok()
            .and_then(|endpoint| Forward::new(endpoint, key, transport.clone()).ok());
        let Some(forward) = forward else {
            problems.error(source.place(&table.url, "--forward"), NO_URL);
            return None;
        };
        // Before the lease ends, so that the sink says what happened.
        let mut forward = forward.timeout(timeout(table).min(dispatch.lease.mul_f64(0.8)));
        for (place, name, value) in headers {
            match forward.clone().header(name, value) {
                Ok(with) => forward = with,
                Err(error) => problems.error(place, format!("is refused: {error}")),
            }
        }
        if let Some(oauth2) = &table.oauth2 {
            forward = forward.credentials(credentials(source, oauth2, transport, files, problems)?);
        }
        Some(Arc::new(forward))
    }

    fn transport(
        &mut self,
        source: Source<'_>,
        table: &TargetTable,
        files: &mut Files,
        problems: &mut Problems,
    ) -> Option<Arc<ReqwestTransport>> {
        let before = problems.errors.len();
        let mut read = |file: &Spanned<PathBuf>| {
            files.read(source.place(file, ""), bytes(file.get_ref()), problems).unwrap_or_default()
        };
        let mut tls = TlsFiles { roots: table.tls_ca.as_ref().map(&mut read), ..TlsFiles::default() };
        match (&table.tls_cert, &table.tls_key) {
            (Some(certificate), Some(key)) => {
                tls.identity = Some([read(certificate), b"\n".to_vec(), read(key)].concat());
            }
            (Some(alone), None) => problems.error(source.place(alone, ""), "needs tls-key"),
            (None, Some(alone)) => problems.error(source.place(alone, ""), "needs tls-cert"),
            (None, None) => {}
        }
        if let Some(only) = table.tls_only_ca.as_ref().filter(|only| *only.get_ref()) {
            tls.only_these = true;
            if table.tls_ca.is_none() {
                problems.error(source.place(only, ""), "needs tls-ca");
            }
        }
        if problems.errors.len() > before {
            return None;
        }
        if let Some((_, transport)) = self.transports.0.iter().find(|(known, _)| *known == tls) {
            return Some(transport.clone());
        }
        match ReqwestTransport::new(&self.options(&tls)) {
            Ok(transport) => {
                let transport = Arc::new(transport);
                self.transports.0.push((tls, transport.clone()));
                Some(transport)
            }
            Err(error) => {
                let blamed = match &error {
                    TransportSetupError::RootCertificates(_) | TransportSetupError::NoRootCertificates => {
                        &table.tls_ca
                    }
                    TransportSetupError::ClientCertificate(_) => &table.tls_cert,
                    _ => &None,
                };
                let place = blamed.as_ref().map(|file| source.place(file, ""));
                let place = place.unwrap_or_else(|| source.place(&table.url, "--forward"));
                problems.failure(place, Failure::unreadable(error));
                None
            }
        }
    }

    fn options(&self, tls: &TlsFiles) -> TransportOptions {
        let mut options = TransportOptions::new();
        if let Some(roots) = &tls.roots {
            options = options.root_certificates(roots.clone());
        }
        if tls.only_these {
            options = options.only_these_roots();
        }
        if let Some(identity) = &tls.identity {
            options = options.client_certificate(identity.clone());
        }
        match &self.rule {
            Some(rule) => options.egress(rule.clone()),
            None => options,
        }
    }
}

fn key(
    source: Source<'_>,
    table: &TargetTable,
    files: &mut Files,
    problems: &mut Problems,
) -> Option<ForwardKey> {
    let (place, read) = match (&table.secret_file, source) {
        (Some(file), _) => (source.place(file, "--forward-secret-file"), secret::first_line(file.get_ref())),
        (None, Source::Forward) => {
            let place = format!("{NO_SECRET} --forward-secret-file or {FORWARD_SECRET}");
            match Args::forward_secret() {
                Ok(key) if key.is_empty() => {
                    problems.error("--forward", place);
                    return None;
                }
                read => (FORWARD_SECRET.to_owned(), read),
            }
        }
        (None, Source::File(_) | Source::Publish) => {
            problems.error(source.place(&table.name, ""), format!("{NO_SECRET} a secret-file"));
            return None;
        }
    };
    // The sentences about the options name what they are about.
    let read_at = if matches!(source, Source::Forward) { String::new() } else { place.clone() };
    let key = files.read(read_at, read, problems)?;
    match key.parse() {
        Ok(key) => Some(key),
        Err(error) => {
            problems.failure(place, Failure::unreadable(anyhow::Error::from(error)));
            None
        }
    }
}

fn headers(
    source: Source<'_>,
    table: &TargetTable,
    files: &mut Files,
    problems: &mut Problems,
) -> Vec<(String, HeaderName, HeaderValue)> {
    let mut headers = Vec::new();
    for (name, value) in &table.headers {
        let place = source.place(name, "");
        let Ok(parsed) = name.get_ref().parse::<HeaderName>() else {
            problems.error(place, "is no name of a header");
            continue;
        };
        let text = match value.get_ref() {
            HeaderSource::Text(text) => Some(text.clone()),
            HeaderSource::File(file) => files.read(place.clone(), secret::first_line(&file.file), problems),
        };
        match text.map(HeaderValue::try_from) {
            Some(Ok(value)) => headers.push((place, parsed, value)),
            Some(Err(_)) => problems.error(place, "has a value with characters that a header cannot carry"),
            None => {}
        }
    }
    headers
}

fn credentials(
    source: Source<'_>,
    table: &Spanned<OAuth2Table>,
    transport: Arc<ReqwestTransport>,
    files: &mut Files,
    problems: &mut Problems,
) -> Option<ClientCredentials> {
    let table = table.get_ref();
    let file = &table.client_secret_file;
    let secret = files.read(source.place(file, ""), secret::first_line(file.get_ref()), problems)?;
    let mut grant = ClientGrant::new(&table.client_id, secret);
    if let Some(scope) = &table.scope {
        grant = grant.scope(scope);
    }
    if let Some(audience) = &table.audience {
        grant = grant.audience(audience);
    }
    if table.credentials_in_body {
        grant = grant.in_body();
    }
    let settings = ClientSettings::new().transport(transport);
    match ClientCredentials::new(settings, table.token_url.get_ref(), grant) {
        Ok(credentials) => Some(credentials),
        Err(error) => {
            problems.failure(source.place(&table.token_url, ""), Failure::unreadable(error));
            None
        }
    }
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let read = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()));
    let read = read.and_then(|bytes| match bytes.is_empty() {
        true => Err(anyhow!("{} is empty", file.display())),
        false => Ok(bytes),
    });
    read.map_err(Failure::Unreadable)
}

/// An address of this machine, or `localhost` and what ends with it, which name it (RFC 6761).
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.to_canonical().is_loopback(),
    }
}
