//! Keys that end, times of sending, and no signature at all.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use klavi_webhook::klavi::{Klavi, SigningKey, TimestampPolicy};
use klavi_webhook::{Answer, Clock, MemoryInbox, Provider, Receiver, VerifyError};

use crate::{REPORT, entries, start, verify};

fn signed_with(key: &str) -> HeaderMap {
    let signature = SigningKey::from(key).sign(REPORT.as_bytes()).to_string();
    let mut headers = HeaderMap::new();
    headers.insert("x-klavi-signature", HeaderValue::from_str(&signature).unwrap());
    headers
}

#[tokio::test]
async fn an_old_key_ends_by_the_receivers_clock() {
    let clock = Clock::manual(start());
    let hour = Duration::from_secs(3_600);
    let klavi = Klavi::new("new").also_until("old", start() + hour).also_until("older", start() + hour / 2);
    let receiver = Receiver::new(klavi, Arc::new(MemoryInbox::new())).clock(clock.clone());
    let accepted = async || {
        let mut accepted = Vec::new();
        for key in ["new", "old", "older", "none"] {
            let answer = receiver.handle(signed_with(key), None, Bytes::from_static(REPORT.as_bytes())).await;
            if answer.is_settled() {
                accepted.push(key);
            } else {
                assert_eq!(answer, Answer::Unauthorised);
            }
        }
        accepted
    };
    assert_eq!(accepted().await, ["new", "old", "older"]);
    clock.advance(hour / 2);
    assert_eq!(accepted().await, ["new", "old"]);
    clock.advance(hour / 2);
    assert_eq!(accepted().await, ["new"]);
}

#[test]
fn a_time_too_far_away_is_refused_in_both_directions() {
    let klavi = Klavi::new("key").timestamps(TimestampPolicy::Reject(Duration::from_secs(300)));
    let now = start().as_second();
    let check = |times: &[&str]| {
        let mut headers = signed_with("key");
        for time in times {
            headers.append("x-klavi-timestamp", HeaderValue::from_str(time).unwrap());
        }
        verify(&klavi, REPORT.as_bytes(), &headers)
    };
    for near in [0, 300, -300] {
        assert_eq!(check(&[&(now + near).to_string()]), Ok(()), "{near}");
    }
    for far in [301, -301, 1 << 33, -now] {
        assert_eq!(check(&[&(now + far).to_string()]), Err(VerifyError::WrongTime), "{far}");
    }
    let present = now.to_string();
    for times in [
        &[][..],
        &[""][..],
        &["now"][..],
        &["-1"][..],
        &["1.5"][..],
        &["99999999999999999999"][..],
        &["18446744073709551615"][..],
        &[&*present, &*present][..],
        &["2026-01-02T03:04:05Z"][..],
    ] {
        assert_eq!(check(times), Err(VerifyError::NoTime), "{times:?}");
    }
}

#[tokio::test]
async fn unless_told_otherwise_the_time_is_kept_and_nothing_more() {
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new("key"), inbox.clone()).clock(Clock::manual(start()));
    let mut headers = signed_with("key");
    headers.insert("x-klavi-timestamp", HeaderValue::from_static("long ago"));
    let answer = receiver.handle(headers, None, Bytes::from_static(REPORT.as_bytes())).await;
    assert_eq!(answer, Answer::Accepted);
    let entry = entries(&*inbox, None).await.remove(0);
    assert!(entry.headers.contains(&("x-klavi-timestamp".to_owned(), "long ago".to_owned())));
}

#[tokio::test]
async fn only_who_asks_for_it_by_name_takes_unsigned_deliveries() {
    let (nothing, body) = (HeaderMap::new(), Bytes::from_static(REPORT.as_bytes()));
    for (klavi, answer) in [(Klavi::unsigned(), Answer::Accepted), (Klavi::new("key"), Answer::Unauthorised)]
    {
        let receiver = Receiver::new(klavi, Arc::new(MemoryInbox::new()));
        assert_eq!(receiver.handle(nothing.clone(), None, body.clone()).await, answer);
    }
    let strict = Klavi::unsigned().timestamps(TimestampPolicy::Reject(Duration::from_secs(300)));
    assert_eq!(verify(&strict, REPORT.as_bytes(), &nothing), Err(VerifyError::NoTime));
}

#[test]
fn a_body_hashed_chunk_by_chunk_is_the_same_body() {
    let klavi = Klavi::new("new").also("old");
    let headers = signed_with("old");
    for size in [1, 7, 64, 1_000] {
        let mut verifier = klavi.verifier(&headers, start()).unwrap();
        for chunk in REPORT.as_bytes().chunks(size) {
            verifier.update(chunk);
        }
        assert_eq!(verifier.finish(REPORT.as_bytes()), Ok(()), "chunks of {size}");
    }
    let mut verifier = klavi.verifier(&headers, start()).unwrap();
    verifier.update(&REPORT.as_bytes()[1..]);
    assert_eq!(verifier.finish(REPORT.as_bytes()), Err(VerifyError::Mismatch));
}
