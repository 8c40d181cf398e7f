//! The way of a delivery from the network to a handler.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod belvo;
#[cfg(feature = "field-cipher")]
mod cipher;
mod dispatch;
mod entries;
mod faulty;
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
mod publish;
mod receive;
mod refusals;
mod respelled;
mod rotation;
mod server;
mod signature;
mod spoofing;
mod threads;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use klavi_webhook::klavi::{Klavi, SigningKey};
use klavi_webhook::{
    Change, Delivery, Entry, EntryId, EntryState, Filter, Inbox, LeaseRequest, Leased, NewEntry, Page,
    Provider, Settlement, Split, Summary, Verified, VerifyError,
};

const KEY: &str = "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCK";

const REPORT: &str = r#"{"code":200,"requestId":"rq-1","productName":"pf_balance","productVersion":"V1",
    "productReportId":"rp-1","links":[{"linkId":"l-1","institutionCode":"033","consents":[{"consentId":"c-1"}]}],
    "accounts":[{"number":"94088392","balances":{"availableAmount":{"amount":"1000.0400","currency":"BRL"}}}]}"#;

const EVENTS: &str = r#"[{"eventId":"ev-1","eventType":"api","eventName":"consent_authorised","payload":
    {"linkId":"l-1","consents":{"consentId":"c-1","institutionCode":"033"}}},
    {"eventId":"ev-2","eventType":"api","eventName":"product_request_received","payload":{"requestId":"rq-1"}}]"#;

/// How long the tests lease entries for.
const LEASE: Duration = Duration::from_secs(60);

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

/// Whether a provider takes that for authentic.
fn verify(provider: &dyn Provider, body: &[u8], headers: &HeaderMap) -> Result<(), VerifyError> {
    Delivery::new(Bytes::copy_from_slice(body), headers.clone()).verify(provider, start()).map(drop)
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
    let filter = state.map_or(Filter::all(), |state| Filter::all().in_state(state));
    let mut entries = Vec::new();
    for summary in list(inbox, &filter).await {
        entries.push(inbox.get(summary.id).await.unwrap().unwrap());
    }
    entries
}

/// What a filter selects, on one page.
async fn list(inbox: &dyn Inbox, filter: &Filter) -> Vec<Summary> {
    inbox.list(filter, Page::first(usize::MAX)).await.unwrap()
}

/// Leases what is due for the default target, for [`LEASE`], to a holder that is idle.
async fn lease(inbox: &dyn Inbox, most: usize) -> Vec<Leased> {
    inbox.lease(LeaseRequest::new(most).lease(LEASE)).await.unwrap().entries
}

/// Settles one lease; whether it held.
async fn settle(inbox: &dyn Inbox, settlement: Settlement) -> bool {
    inbox.settle(vec![settlement]).await.unwrap() == [true]
}

/// Changes one entry; whether it was changed.
async fn change(inbox: &dyn Inbox, id: EntryId, change: Change) -> bool {
    inbox.change(&Filter::of_id(id), change).await.unwrap() == 1
}
