//! What must hold for any headers at all. The fuzz target `headers` looks for some for which it does not; the tests of
//! `klavi-webhook` run it over the corpus.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_ENCODING, FORWARDED};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use klavi_webhook::klavi::{Klavi, SIGNATURE_HEADER, SigningKey, TIMESTAMP_HEADER, TimestampPolicy};
use klavi_webhook::{
    ClientHeader, Delivery, Filter, Inbox, IpNet, MemoryInbox, Page, Provider, Receiver, SourceError,
    SourceGuard, VerifyError,
};
use tower::ServiceExt;

const BODY: &str = r#"{"eventId":"1","eventName":"link_created"}"#;
const KEY: &str = "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCK";
/// Unix seconds.
const NOW: i64 = 1_740_716_924;
const TOLERANCE: u64 = 300;

const KLAVI: &str = "18.230.43.17";
const STRANGER: &str = "198.51.100.7";
const PROXY: &str = "10.0.0.1";
const OTHER_PROXY: &str = "10.0.0.2";

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Lines of `name: value`; what makes no header is left out.
pub(crate) fn headers(input: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n').take(100) {
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => continue,
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    for (header, name) in [
        (ClientHeader::XForwardedFor, X_FORWARDED_FOR),
        (ClientHeader::Forwarded, FORWARDED),
        (ClientHeader::Single(X_REAL_IP), X_REAL_IP),
    ] {
        source(&Guarded::new(header, name), &headers);
    }
    signature(&headers);
    admission(&headers);
}

/// A guard, and the header that it reads.
struct Guarded {
    guard: SourceGuard,
    header: ClientHeader,
    name: HeaderName,
}

type Told = Result<IpAddr, SourceError>;

impl Guarded {
    fn new(header: ClientHeader, name: HeaderName) -> Self {
        let guard = SourceGuard::new([ip(KLAVI)]).trust(net("10.0.0.0/24")).header(header.clone());
        Self { guard, header, name }
    }

    fn check(&self, peer: &str, headers: &HeaderMap) -> Told {
        self.guard.check(Some(ip(peer)), headers)
    }

    /// An address as this header has it.
    fn hop(&self, address: &str) -> HeaderValue {
        let hop = match self.header {
            ClientHeader::Forwarded => format!("for={address}"),
            _ => address.to_owned(),
        };
        hop.parse().expect("a header may hold it")
    }

    /// What is told when another proxy adds a line.
    fn behind(&self, headers: &HeaderMap, hop: &HeaderValue) -> Told {
        let mut headers = headers.clone();
        headers.append(self.name.clone(), hop.clone());
        self.check(PROXY, &headers)
    }

    /// What is told when the sender had written a line before.
    fn before(&self, headers: &HeaderMap, hop: HeaderValue) -> Told {
        let mut lines = HeaderMap::new();
        lines.append(self.name.clone(), hop);
        headers.get_all(&self.name).iter().for_each(|line| {
            lines.append(self.name.clone(), line.clone());
        });
        self.check(PROXY, &lines)
    }
}

/// Whom a guard lets in.
fn source(guarded: &Guarded, headers: &HeaderMap) {
    // Whoever is no proxy speaks for itself, whatever it says.
    assert_eq!(guarded.check(STRANGER, headers), Err(SourceError::NotAllowed(ip(STRANGER))));
    assert_eq!(guarded.check(KLAVI, headers), Ok(ip(KLAVI)));
    assert_eq!(guarded.guard.check(None, headers), Err(SourceError::NoPeer));

    let told = guarded.check(PROXY, headers);
    assert!(told.is_err() || told == Ok(ip(KLAVI)), "nobody else is on the list");
    let mut own = HeaderMap::new();
    headers.get_all(&guarded.name).iter().for_each(|line| {
        own.append(guarded.name.clone(), line.clone());
    });
    assert_eq!(guarded.check(PROXY, &own), told, "no other header counts");

    let (klavi, stranger) = (guarded.hop(KLAVI), guarded.hop(STRANGER));
    if matches!(guarded.header, ClientHeader::Single(_)) {
        for hop in [&klavi, &stranger] {
            let twice = guarded.behind(headers, hop);
            assert!(told == Err(SourceError::Missing) || twice.is_err(), "one address stands once");
        }
        return;
    }
    // A proxy says who called it. That counts, unless what came before makes the header unreadable.
    let unreadable = Err(SourceError::Garbled);
    let lines_count = guarded.header == ClientHeader::Forwarded;
    for (hop, expected) in [(&klavi, Ok(ip(KLAVI))), (&stranger, Err(SourceError::NotAllowed(ip(STRANGER))))]
    {
        let behind = guarded.behind(headers, hop);
        assert!(behind == expected || lines_count && behind == unreadable, "{behind:?}");
    }
    for garbage in ["", "unknown", "18.230.43", "for=", "\"18.230.43.17", "for=18.230.43.17;for=18.230.43.17"]
    {
        let garbage = HeaderValue::from_static(garbage);
        assert_eq!(guarded.behind(headers, &garbage), unreadable, "what is garbled lets nobody in");
    }
    // Another trusted proxy on the way changes nothing.
    let further = guarded.behind(headers, &guarded.hop(OTHER_PROXY));
    match &told {
        Err(SourceError::Missing) => assert_eq!(further, Err(SourceError::NotAllowed(ip(OTHER_PROXY)))),
        told => assert_eq!(further, *told),
    }
    // Nor does what the sender wrote before, where somebody else was told of.
    let told_of_a_proxy =
        matches!(told, Err(SourceError::NotAllowed(address)) if net("10.0.0.0/24").contains(&address));
    if !told_of_a_proxy && told != Err(SourceError::Missing) {
        assert_eq!(guarded.before(headers, klavi), told);
        assert_eq!(guarded.before(headers, stranger), told);
        if !lines_count {
            assert_eq!(guarded.before(headers, HeaderValue::from_static("junk,,\"")), told);
        }
    }
}

/// What is said of the signature, told without the parser.
fn expected(headers: &HeaderMap) -> Result<(), VerifyError> {
    let right = SigningKey::from(KEY).sign(BODY.as_bytes()).to_string();
    let lines: Vec<_> = headers.get_all(SIGNATURE_HEADER).iter().map(HeaderValue::as_bytes).collect();
    match lines[..] {
        [] => Err(VerifyError::Missing),
        [line] if line.eq_ignore_ascii_case(right.as_bytes()) => Ok(()),
        [line] if line.len() == 64 && line.iter().all(u8::is_ascii_hexdigit) => Err(VerifyError::Mismatch),
        [_] => Err(VerifyError::Malformed),
        _ => Err(VerifyError::Repeated),
    }
}

/// Whether a provider takes the body with these headers for authentic.
fn verify(provider: &dyn Provider, headers: &HeaderMap, now: jiff::Timestamp) -> Result<(), VerifyError> {
    let delivery = Delivery::new(BODY.as_bytes().into(), headers.clone());
    delivery.verify(provider, now).map(drop)
}

/// Only a delivery with the right signature is authentic.
fn signature(headers: &HeaderMap) {
    let now = jiff::Timestamp::from_second(NOW).expect("there is such an instant");
    let klavi = Klavi::new("another").also(KEY).also_until("ended", now).also("");
    let signed = verify(&klavi, headers, now);
    assert_eq!(signed, expected(headers));

    let strict = klavi.timestamps(TimestampPolicy::Reject(std::time::Duration::from_secs(TOLERANCE)));
    let in_time = verify(&strict, headers, now);
    let times: Vec<_> = headers.get_all(TIMESTAMP_HEADER).iter().collect();
    let near = match times[..] {
        [time] => time.to_str().ok().and_then(|time| time.parse::<i64>().ok()),
        _ => None,
    };
    let near = near.is_some_and(|time| time.abs_diff(NOW) <= TOLERANCE);
    assert_eq!(in_time.is_ok(), near && signed.is_ok(), "{in_time:?}");
}

/// What is answered and kept.
fn admission(headers: &HeaderMap) {
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let app: Router = receiver.clone().into_router();
    let mut request = Request::post("/").body(Body::from(BODY)).expect("a request");
    *request.headers_mut() = headers.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let (status, kept) = runtime.block_on(async {
        let status = app.oneshot(request).await.map(|answer| answer.status().as_u16());
        let kept = inbox.list(&Filter::all(), Page::first(9)).await.expect("memory can be read");
        (status.unwrap_or_default(), kept.len())
    });
    let encoded = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    match status {
        415 => assert!(encoded),
        _ if encoded => panic!("{status} for a body that would have to be unpacked"),
        200 => assert_eq!(expected(headers), Ok(())),
        401 => assert_ne!(expected(headers), Ok(())),
        // What is announced is too much for anybody, or for now.
        413 | 503 => assert!(headers.contains_key("content-length")),
        other => panic!("{other}"),
    }
    assert_eq!(kept, usize::from(status == 200));
    assert_eq!(receiver.memory_in_use(), 0);
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn net(text: &str) -> IpNet {
    text.parse().expect("a network")
}
