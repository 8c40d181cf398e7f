//! What an operator reads of refusals: none hidden, none without end.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Clock, MemoryInbox, Receiver};
use serde_json::Value;
use tracing::Level;

use crate::log::Log;
use crate::{KEY, REPORT, signed, start};

const MINUTE: Duration = Duration::from_secs(60);
const KLAVI: &str = "18.230.43.17";
const STRANGER: &str = "198.51.100.7";

fn receiver() -> (Receiver, Clock) {
    let clock = Clock::manual(start());
    (Receiver::new(Klavi::production(KEY), Arc::new(MemoryInbox::new())).clock(clock.clone()), clock)
}

async fn post(receiver: &Receiver, headers: HeaderMap, peer: &str) -> u16 {
    let peer: IpAddr = peer.parse().unwrap();
    receiver.handle(headers, Some(peer), Bytes::from_static(REPORT.as_bytes())).await.status().as_u16()
}

/// Status, reason, count and latest source of each line.
fn told(lines: &[Value]) -> Vec<(&str, &str, u64, &str)> {
    let field = |line: &'_ Value, name: &str| line["fields"][name].as_str().unwrap_or_default().to_owned();
    lines
        .iter()
        .filter(|line| line["level"] == "WARN")
        .map(|line| {
            assert_eq!(field(line, "message"), "deliveries refused");
            let text = |name: &str| line["fields"][name].as_str().unwrap_or_default();
            (text("answer"), text("reason"), line["fields"]["count"].as_u64().unwrap(), text("source"))
        })
        .collect()
}

const NOT_ON_THE_LIST: &str = "the address is not on the list: SourceGuard::allow adds it, in the command --allow or \
                               --no-allow-list";
const NO_SIGNATURE: &str = "the signature header is missing";
const NO_KEY: &str = "no key gives this signature for this body";

#[tokio::test]
async fn a_scanner_is_one_line_a_minute() {
    let (log, _guard) = Log::take_in(Level::DEBUG);
    let (receiver, clock) = receiver();
    for _ in 0..500 {
        assert_eq!(post(&receiver, HeaderMap::new(), STRANGER).await, 403);
    }
    let lines = log.lines();
    assert_eq!(told(&lines), [("forbidden", NOT_ON_THE_LIST, 1, STRANGER)]);
    let debug = lines.iter().filter(|line| line["level"] == "DEBUG");
    assert_eq!(debug.count(), 500, "whoever wants each of them gets it");

    clock.advance(MINUTE);
    assert_eq!(post(&receiver, HeaderMap::new(), "198.51.100.8").await, 403);
    assert_eq!(told(&log.lines()), [("forbidden", NOT_ON_THE_LIST, 499, STRANGER)]);
    // What was counted is told when a minute is over, whatever comes next; then it is quiet.
    clock.advance(MINUTE);
    assert_eq!(post(&receiver, signed(REPORT), KLAVI).await, 200);
    assert_eq!(told(&log.lines()), [("forbidden", NOT_ON_THE_LIST, 1, "198.51.100.8")]);
    clock.advance(MINUTE);
    assert_eq!(post(&receiver, signed(REPORT), KLAVI).await, 200);
    assert_eq!(told(&log.lines()), []);
    // So the next one is told of at once.
    assert_eq!(post(&receiver, HeaderMap::new(), STRANGER).await, 403);
    assert_eq!(told(&log.lines()), [("forbidden", NOT_ON_THE_LIST, 1, STRANGER)]);
}

#[tokio::test]
async fn a_key_that_was_changed_is_not_lost_among_others() {
    let (log, _guard) = Log::take_in(Level::WARN);
    let (receiver, clock) = receiver();
    for _ in 0..100 {
        assert_eq!(post(&receiver, HeaderMap::new(), STRANGER).await, 403);
        assert_eq!(post(&receiver, HeaderMap::new(), KLAVI).await, 401);
    }
    for _ in 0..10 {
        assert_eq!(post(&receiver, signed("another key signs otherwise"), KLAVI).await, 401);
    }
    let lines = log.lines();
    assert_eq!(
        told(&lines),
        [
            ("forbidden", NOT_ON_THE_LIST, 1, STRANGER),
            ("unauthorised", NO_SIGNATURE, 1, KLAVI),
            ("unauthorised", NO_KEY, 1, KLAVI)
        ]
    );
    clock.advance(MINUTE);
    assert_eq!(post(&receiver, signed("and again"), KLAVI).await, 401);
    let lines = log.lines();
    let mut lines = told(&lines);
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            ("forbidden", NOT_ON_THE_LIST, 99, STRANGER),
            ("unauthorised", NO_KEY, 9, KLAVI),
            ("unauthorised", NO_SIGNATURE, 99, KLAVI)
        ]
    );
    drop(receiver);
    assert_eq!(told(&log.lines()), [("unauthorised", NO_KEY, 1, KLAVI)], "the last ones when it ends");
}

#[tokio::test]
async fn a_clock_that_is_turned_back_keeps_nothing_quiet() {
    let (log, _guard) = Log::take_in(Level::WARN);
    let (receiver, clock) = receiver();
    clock.set(start() + MINUTE * 600);
    for _ in 0..2 {
        assert_eq!(post(&receiver, HeaderMap::new(), STRANGER).await, 403);
    }
    assert_eq!(told(&log.lines()).len(), 1);
    clock.set(start());
    assert_eq!(post(&receiver, HeaderMap::new(), STRANGER).await, 403);
    assert_eq!(told(&log.lines()), [("forbidden", NOT_ON_THE_LIST, 1, STRANGER)]);
}

#[tokio::test]
async fn a_report_that_is_too_large_is_told_with_its_size_and_sender() {
    let (log, _guard) = Log::take_in(Level::INFO);
    let (receiver, _) = receiver();
    assert_eq!(post(&receiver.max_body(10), signed(REPORT), KLAVI).await, 413);
    let lines = log.lines();
    assert_eq!(told(&lines), [("too_large", "", 1, KLAVI)]);
    assert_eq!(lines[0]["fields"]["bytes"], REPORT.len());
}
