//! The way of a delivery from the network to a handler.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod belvo;
#[cfg(feature = "field-cipher")]
mod cipher;
mod dispatch;
mod entries;
#[cfg(feature = "forward")]
mod forward;
mod guard;
mod headers;
mod inbox;
mod inspection;
mod limits;
mod log;
mod metrics;
mod neutral;
mod overdue;
mod receive;
mod refusals;
mod respelled;
mod rotation;
mod server;
mod signature;
mod spoofing;
mod threads;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use klavi_webhook::klavi::{Klavi, SigningKey};
use klavi_webhook::{Delivery, Entry, EntryState, Inbox, NewEntry, Page, Provider, Split, Verified};

const KEY: &str = "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCK";

const REPORT: &str = r#"{"code":200,"requestId":"rq-1","productName":"pf_balance","productVersion":"V1",
    "productReportId":"rp-1","links":[{"linkId":"l-1","institutionCode":"033","consents":[{"consentId":"c-1"}]}],
    "accounts":[{"number":"94088392","balances":{"availableAmount":{"amount":"1000.0400","currency":"BRL"}}}]}"#;

const EVENTS: &str = r#"[{"eventId":"ev-1","eventType":"api","eventName":"consent_authorised","payload":
    {"linkId":"l-1","consents":{"consentId":"c-1","institutionCode":"033"}}},
    {"eventId":"ev-2","eventType":"api","eventName":"product_request_received","payload":{"requestId":"rq-1"}}]"#;

/// An instant to start from.
fn start() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn signed(body: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let signature = SigningKey::from(KEY).sign(body.as_bytes()).to_string();
    headers.insert("x-klavi-signature", HeaderValue::from_str(&signature).unwrap());
    headers.insert("x-klavi-timestamp", HeaderValue::from_static("1740716924"));
    headers.insert("authorization", HeaderValue::from_static("Bearer not-to-be-kept"));
    headers
}

fn verified(body: &str) -> Delivery<Verified> {
    let delivery = Delivery::new(Bytes::copy_from_slice(body.as_bytes()), signed(body));
    delivery.verify(&Klavi::new(KEY), start()).unwrap()
}

fn split(body: &str) -> Vec<NewEntry> {
    match Klavi::new(KEY).split(&verified(body)) {
        Split::Entries(entries) => entries,
        Split::Ping => Vec::new(),
    }
}

/// Every entry, or every one in that state, with its bytes.
async fn entries(inbox: &dyn Inbox, state: Option<EntryState>) -> Vec<Entry> {
    let page = Page { state, ..Page::first(usize::MAX) };
    let mut entries = Vec::new();
    for summary in inbox.list(page).await.unwrap() {
        entries.push(inbox.get(summary.id).await.unwrap().unwrap());
    }
    entries
}
