//! Belvo's deliveries, from the network to a handler.

mod authorization;
mod entries;
mod handlers;
mod inspection;
mod repetition;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use klavi_webhook::belvo::{Authorization, Belvo};
use klavi_webhook::{Delivery, NewEntry, Provider, Split};

use crate::start;

/// User `belvo`, password `s3cret`.
const VALUE: &str = "Basic YmVsdm86czNjcmV0";

/// With everything that the newest generation has.
const NEWEST: &str =
    include_str!("../../../belvo-types/tests/fixtures/webhooks/transactions_historical_update.json");
/// Without the process, the request and the partner's id.
const OLDEST: &str =
    include_str!("../../../belvo-types/tests/fixtures/webhooks/transactions_historical_update.oldest.json");
const CONSENT: &str =
    include_str!("../../../belvo-types/tests/fixtures/webhooks/consent_openfinance_consent_expired.json");
const PAYMENT: &str =
    include_str!("../../../belvo-types/tests/fixtures/webhooks/payment_transactions_status_update.json");
const DIRECT_DEBIT: &str = include_str!("../../../belvo-types/tests/fixtures/webhooks/direct_debit.json");

const LINK: &str = "16f68516-bcbc-4cf7-828e-d90d6ab18e75";
const REQUEST: &str = "5d3e8d2c-5a0c-4f6e-9d2f-0c8a6a1f2b3c";

fn belvo() -> Belvo {
    Belvo::new(Authorization::basic("belvo", "s3cret"))
}

fn headers(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("authorization", HeaderValue::from_str(value).unwrap());
    }
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert("x-forwarded-for", HeaderValue::from_static("3.130.254.46"));
    headers
}

/// The entries of a body that came then.
fn split_at(body: &str, at: Timestamp) -> Vec<NewEntry> {
    let delivery = Delivery::new(Bytes::copy_from_slice(body.as_bytes()), headers(&[VALUE]));
    match belvo().split(&delivery.verify(&belvo(), at).unwrap()) {
        Split::Entries(entries) => entries,
        Split::Ping => Vec::new(),
    }
}

fn split(body: &str) -> Vec<NewEntry> {
    split_at(body, start())
}
