//! Who gets in.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use klavi_webhook::belvo::{Authorization, Belvo, Environment};
use klavi_webhook::{Answer, Clock, InspectionRate, IpNet, MemoryInbox, Provider, Receiver, VerifyError};
use tower::ServiceExt;
use tracing::Level;

use super::{NEWEST, VALUE, belvo, headers};
use crate::entries;
use crate::log::Log;
use crate::{start, verify};

fn check(belvo: &Belvo, values: &[&str]) -> Result<(), VerifyError> {
    verify(belvo, NEWEST.as_bytes(), &headers(values))
}

#[test]
fn the_value_as_it_was_set_and_nothing_else() {
    assert_eq!(check(&belvo(), &[VALUE]), Ok(()));
    for (values, fault) in [
        (&[][..], VerifyError::NoAuthorization),
        (&[VALUE, VALUE][..], VerifyError::RepeatedAuthorization),
        (&["Basic eDp5", VALUE][..], VerifyError::RepeatedAuthorization),
        (&[""][..], VerifyError::WrongAuthorization),
        (&["Basic"][..], VerifyError::WrongAuthorization),
        (&["Basic "][..], VerifyError::WrongAuthorization),
        (&["Basic Og=="][..], VerifyError::WrongAuthorization),
        (&["YmVsdm86czNjcmV0"][..], VerifyError::WrongAuthorization),
        (&["Bearer YmVsdm86czNjcmV0"][..], VerifyError::WrongAuthorization),
        (&["basic YmVsdm86czNjcmV0"][..], VerifyError::WrongAuthorization),
        (&["BASIC YmVsdm86czNjcmV0"][..], VerifyError::WrongAuthorization),
        (&["Basic  YmVsdm86czNjcmV0"][..], VerifyError::WrongAuthorization),
        (&["Basic\tYmVsdm86czNjcmV0"][..], VerifyError::WrongAuthorization),
        (&["Basic YmVsdm86czNjcmV0 "][..], VerifyError::WrongAuthorization),
        (&["Basic YmVsdm86czNjcmV0="][..], VerifyError::WrongAuthorization),
        (&["Basic YmVsdm86czNjcmV1"][..], VerifyError::WrongAuthorization),
        (&["Basic YmVsdm86czNjcmV"][..], VerifyError::WrongAuthorization),
        (&["Basic ymvsdm86czncmv0"][..], VerifyError::WrongAuthorization),
        (&["Basic belvo:s3cret"][..], VerifyError::WrongAuthorization),
        (&["Basic YmVsdm86czNjcmV0, Basic YmVsdm86czNjcmV0"][..], VerifyError::WrongAuthorization),
        (&["Digest username=\"belvo\""][..], VerifyError::WrongAuthorization),
    ] {
        assert_eq!(check(&belvo(), values), Err(fault), "{values:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_compared_as_bytes() {
    let mut wrong = HeaderMap::new();
    wrong.insert("authorization", HeaderValue::from_bytes(b"Bearer t\xf6ken").unwrap());
    let latin = Belvo::new("Bearer t\u{f6}ken");
    assert_eq!(verify(&latin, b"{}", &wrong), Err(VerifyError::WrongAuthorization));
    let mut right = HeaderMap::new();
    right.insert("authorization", HeaderValue::from_bytes("Bearer t\u{f6}ken".as_bytes()).unwrap());
    assert_eq!(verify(&latin, b"{}", &right), Ok(()));
}

#[test]
fn either_scheme_and_any_other_value_can_be_set() {
    for (set, sent) in [
        (Authorization::bearer("t0,ken"), "Bearer t0,ken"),
        (Authorization::from("Bearer t0,ken \r\n"), "Bearer t0,ken"),
        (Authorization::basic("belvo", "a:b"), "Basic YmVsdm86YTpi"),
        (Authorization::basic("", "only-a-password"), "Basic Om9ubHktYS1wYXNzd29yZA=="),
        (Authorization::from("a-token-of-its-own".to_owned()), "a-token-of-its-own"),
    ] {
        assert_eq!(check(&Belvo::new(set), &[sent]), Ok(()), "{sent}");
    }
}

#[test]
fn a_value_without_a_secret_lets_nobody_in() {
    for empty in ["", " ", "Basic", "Bearer", "Basic ", "Bearer  ", "Basic Og=="] {
        assert!(Authorization::from(empty).is_empty(), "{empty:?}");
        assert_eq!(check(&Belvo::new(empty), &[empty]), Err(VerifyError::WrongAuthorization), "{empty:?}");
    }
    assert!(Authorization::basic("", "").is_empty() && Authorization::bearer("").is_empty());
    assert!(!Authorization::basic("u", "").is_empty() && !Authorization::bearer("Og==").is_empty());
}

#[tokio::test]
async fn an_old_value_ends_by_the_receivers_clock() {
    let (clock, hour) = (Clock::manual(start()), Duration::from_secs(3_600));
    let belvo = Belvo::new("Bearer new")
        .also("Bearer second")
        .also_until("Bearer old", start() + hour)
        .also_until("Bearer older", start() + hour / 2);
    let receiver = Receiver::new(belvo, Arc::new(MemoryInbox::new())).clock(clock.clone());
    let accepted = async || {
        let mut accepted = Vec::new();
        for token in ["new", "second", "old", "older", "none"] {
            let headers = headers(&[&format!("Bearer {token}")]);
            let answer = receiver.handle(headers, None, Bytes::from_static(NEWEST.as_bytes())).await;
            if answer.is_settled() {
                accepted.push(token);
            } else {
                assert_eq!(answer, Answer::Unauthorised);
            }
        }
        accepted
    };
    assert_eq!(accepted().await, ["new", "second", "old", "older"]);
    clock.advance(hour / 2);
    assert_eq!(accepted().await, ["new", "second", "old"]);
    clock.advance(hour / 2);
    assert_eq!(accepted().await, ["new", "second"]);
}

#[tokio::test]
async fn what_proves_a_delivery_is_never_kept_nor_shown() {
    let inbox = Arc::new(MemoryInbox::new());
    let (log, _guard) = Log::take_in(Level::TRACE);
    let receiver = Receiver::new(belvo(), inbox.clone()).inspect(InspectionRate::All);
    receiver.handle(headers(&[VALUE]), None, NEWEST.into()).await;
    receiver.handle(headers(&["Bearer a-wrong-token"]), None, NEWEST.into()).await;
    let entry = entries(&*inbox, None).await.remove(0);
    assert_eq!(entry.headers, [("content-type".to_owned(), "application/json".to_owned())]);
    let lines = log.lines();
    assert!(
        lines.iter().any(|line| {
            line["fields"]["reason"] == "the Authorization header holds no value that is known"
        })
    );
    let shown = format!("{lines:?} {:?} {receiver:?} {:?}", belvo(), Authorization::bearer("a-wrong-token"));
    for secret in ["YmVsdm86czNjcmV0", "s3cret", "a-wrong-token"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

/// What comes over HTTP from there.
async fn posted(receiver: &Receiver, peer: &str, values: &[&str], body: Body) -> u16 {
    let peer: std::net::SocketAddr = format!("{peer}:4711").parse().unwrap();
    let mut request = Request::post("/belvo").body(body).unwrap();
    *request.headers_mut() = headers(values);
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = receiver.clone().into_router::<()>().oneshot(request).await.unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn only_belvos_addresses_get_into_production_and_the_sandbox() {
    for environment in [Environment::Production, Environment::Sandbox] {
        let belvo = belvo().environment(environment);
        let shown: Vec<_> = belvo.addresses().iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["3.130.254.46/32", "18.220.61.186/32", "18.223.45.212/32"]);
        let receiver = Receiver::new(belvo, Arc::new(MemoryInbox::new()));
        for (peer, status) in [
            ("3.130.254.46", 200),
            ("18.220.61.186", 200),
            ("18.223.45.212", 200),
            ("3.130.254.47", 403),
            ("18.230.43.17", 403),
            ("127.0.0.1", 403),
        ] {
            assert_eq!(posted(&receiver, peer, &[VALUE], NEWEST.into()).await, status, "{peer}");
        }
    }
    assert_eq!(belvo().addresses(), [] as [IpNet; 0]);
}

#[tokio::test]
async fn who_asks_for_it_by_name_trusts_the_addresses_alone_and_is_warned() {
    let (log, _guard) = Log::take_in(Level::WARN);
    let receiver = Receiver::new(Belvo::unauthenticated(), Arc::new(MemoryInbox::new()));
    assert_eq!(log.lines().len(), 1);
    assert_eq!(posted(&receiver, "18.220.61.186", &[], NEWEST.into()).await, 200);
    assert_eq!(posted(&receiver, "18.220.61.186", &["Bearer anything"], NEWEST.into()).await, 200);
    assert_eq!(posted(&receiver, "127.0.0.1", &[VALUE], NEWEST.into()).await, 403);
}

#[tokio::test]
async fn nobody_without_the_value_gets_a_body_read() {
    let receiver = Receiver::new(belvo(), Arc::new(MemoryInbox::new()));
    let endless = || {
        let pieces =
            futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 1_024])));
        Body::from_stream(pieces)
    };
    for values in [&[][..], &["Bearer wrong"][..]] {
        assert_eq!(posted(&receiver, "127.0.0.1", values, endless()).await, 401);
        assert_eq!(receiver.memory_in_use(), 0);
    }
    assert_eq!(posted(&receiver, "127.0.0.1", &[], Body::empty()).await, 200, "a connectivity test");
    assert_eq!(posted(&receiver, "127.0.0.1", &[VALUE], "{}".into()).await, 200);
}
