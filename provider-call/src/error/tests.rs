//! What an error of a call shows and decides.

use super::*;

const MAKE: Endpoint = Endpoint::post("/things");

fn failed(failure: Failure, attempts: u32) -> CallError {
    CallError::new(Inner {
        endpoint: Some(MAKE),
        failure,
        attempts,
        elapsed: Duration::from_secs(1),
        request_id: Some(HeaderValue::from_static("abc")),
        retry_after: None,
        not_acted: false,
    })
}

fn refused(status: u16, body: &'static [u8]) -> Failure {
    let mut response = Response::new(Bytes::from_static(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    Failure::Status(Box::new(response))
}

#[test]
fn an_error_is_small() {
    assert!(size_of::<CallError>() <= 8);
}

#[test]
fn a_body_shows_nowhere() {
    let error = failed(refused(502, b"Maria da Silva"), 2);
    assert!(!format!("{error} {error:?}").contains("Maria"));
    assert_eq!(error.to_string(), "POST /things failed: HTTP 502 (after 2 attempts)");
}

#[test]
fn a_cause_is_told_once() {
    let cause = std::io::Error::other("name not found");
    let transport = TransportError::new(TransportErrorKind::Connect).with_source(cause);
    let error = failed(Failure::Transport(transport), 1);
    assert_eq!(error.to_string(), "POST /things failed: no connection to the server");
    assert_eq!(error.source().unwrap().to_string(), "name not found");
}

#[test]
fn the_outcome_is_unknown_where_the_server_may_have_acted() {
    let unknown = |failure| failed(failure, 1).is_outcome_unknown();
    for status in 300..600 {
        assert_eq!(unknown(refused(status, b"")), status >= 500 || status == 408, "{status}");
    }
    assert!(unknown(Failure::AttemptTimeout { after: Duration::ZERO }));
    assert!(!unknown(Failure::Deadline));
    for (kind, expected) in [
        (TransportErrorKind::Connect, false),
        (TransportErrorKind::Certificate, false),
        (TransportErrorKind::ClientCertificate, false),
        (TransportErrorKind::NotSent, false),
        (TransportErrorKind::Timeout, true),
        (TransportErrorKind::BodyTooLarge { limit: 1 }, true),
        (TransportErrorKind::Other, true),
    ] {
        assert_eq!(unknown(Failure::Transport(TransportError::new(kind))), expected, "{kind:?}");
    }
    assert!(!failed(Failure::AttemptTimeout { after: Duration::ZERO }, 0).is_outcome_unknown());
}
