//! Answers that no server should give: one clear error, in bounded time and memory, without a second try that
//! cannot help. What goes wrong below the answer is tested with the transport.

use std::fmt::Write as _;
use std::time::Duration;

use klavi_sdk::{Client, Credentials, Environment, ErrorKind, TransportErrorKind};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport};

use crate::support::{client, consent_id, create_consent, link_session, logged_in};

const PAGE: &str = "<!DOCTYPE html><html><body>Cliente 123.456.789-09 não encontrado</body></html>";

#[tokio::test]
async fn a_truncated_answer_is_an_error_without_its_text() {
    let whole = r#"[{"institutionCode":"341","name":"Maria"},{"institutionCode":"001"}]"#;
    for end in 0..whole.len() {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, &whole[..end]));
        let error = link_session(&transport).institutions().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1), "{end}");
        assert!(!format!("{error} {error:?}").contains("Maria"), "{end}");
    }
}

#[tokio::test]
async fn a_page_in_place_of_an_answer_is_no_answer_whatever_it_is_called() {
    for content_type in ["text/html", "application/json", "text/plain; charset=latin1"] {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::text(200, content_type, PAGE));
        let error = link_session(&transport).institutions().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.body_excerpt().unwrap().contains("Cliente *** não encontrado"));
        assert!(!format!("{error} {error:?}").contains("<html"), "{error:?}");
    }
}

#[tokio::test]
async fn json_is_read_whatever_it_is_called() {
    for content_type in ["text/html", "text/plain", "application/octet-stream", "application/problem+json"] {
        let body = r#"[{"institutionCode":"341"}]"#;
        let transport = ScriptedTransport::new().then(ScriptedAnswer::text(200, content_type, body));
        assert_eq!(link_session(&transport).institutions().await.unwrap().len(), 1, "{content_type}");
        let refusal = r#"{"statusCode":4003,"error":"x","message":"limit"}"#;
        let transport = ScriptedTransport::new().then(ScriptedAnswer::text(416, content_type, refusal));
        let error = link_session(&transport).create_consent(&create_consent()).await.unwrap_err();
        assert!(error.is_consent_limit(), "{content_type}");
    }
}

#[tokio::test]
async fn an_error_page_of_a_proxy_says_what_its_status_says() {
    for (status, attempts) in [(502, 4), (503, 4), (504, 4), (400, 1), (403, 1), (407, 1), (511, 1)] {
        let transport =
            ScriptedTransport::answering(move |_| ScriptedAnswer::text(status, "text/html", PAGE));
        let error = link_session(&transport).institutions().await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (status, attempts));
        assert_eq!(error.provider_message(), None);
        assert!(!format!("{error} {error:?}").contains("Cliente"), "{error:?}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_takes_no_token_there() {
    for status in [301, 302, 303, 307, 308] {
        let answer = ScriptedAnswer::empty(status)
            .header("location", "https://evil.example/data/v1/links/institutions");
        let transport = ScriptedTransport::new().then(answer);
        let error = link_session(&transport).institutions().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        let hosts: Vec<_> =
            transport.requests().iter().map(|request| request.uri().host().unwrap().to_owned()).collect();
        assert_eq!(hosts, ["api-sandbox.klavi.ai"]);
    }
}

#[tokio::test]
async fn a_huge_wait_is_told_and_not_begun() {
    for (wish, told) in [
        ("86400", Duration::from_secs(86_400)),
        ("18446744073709551615", Duration::from_secs(u64::MAX)),
        ("99999999999999999999999999", Duration::from_secs(u64::MAX)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Duration::from_secs(253_402_300_799 - 1_767_225_600)),
    ] {
        let transport = logged_in().then(ScriptedAnswer::empty(429).header("retry-after", wish));
        let (client, clock) = client(&transport);
        let error = client.consents().get(&consent_id()).await.unwrap_err();
        assert!(error.is_rate_limited() && error.is_retryable());
        assert_eq!((error.retry_after(), error.attempts()), (Some(told), 1), "{wish}");
        assert_eq!(clock.sleeps(), []);
    }
}

#[tokio::test]
async fn a_date_to_come_back_is_read_by_a_clock_that_is_wrong() {
    // An hour ahead of the server: the date has passed, so the client's own pause holds. An hour behind: too long.
    for (offset, attempts) in [(3_600, 4), (-3_600, 1)] {
        let date = "Thu, 01 Jan 2026 00:00:05 GMT";
        let transport =
            ScriptedTransport::answering(move |_| ScriptedAnswer::empty(429).header("retry-after", date))
                .then(crate::support::token("access-1"));
        let (client, clock) = client(&transport);
        clock.set_wall(jiff::Timestamp::constant(1_767_225_600 + offset, 0));
        let error = client.consents().get(&consent_id()).await.unwrap_err();
        assert_eq!(error.attempts(), attempts);
        assert!(clock.sleeps().iter().all(|pause| *pause < Duration::from_secs(2)));
    }
}

#[tokio::test]
async fn what_fails_below_the_answer_is_repeated_where_that_helps() {
    for (kind, attempts, retryable) in [
        (TransportErrorKind::Connect, 4, true),
        (TransportErrorKind::Timeout, 4, true),
        (TransportErrorKind::Other, 4, true),
        (TransportErrorKind::Certificate, 1, false),
        (TransportErrorKind::ClientCertificate, 1, false),
        (TransportErrorKind::BodyTooLarge { limit: 9 }, 1, false),
    ] {
        let transport = ScriptedTransport::answering(move |_| ScriptedAnswer::fail(kind));
        let error = link_session(&transport).institutions().await.unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (attempts, retryable), "{kind:?}");
    }
}

#[tokio::test]
async fn a_slow_answer_ends_with_the_time_of_the_call() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(ManualClock::new())
        .attempt_timeout(Duration::from_secs(4))
        .build()
        .unwrap();
    let session = client.links().resume("link-1", "t").unwrap();
    let error = session.institutions().await.unwrap_err();
    assert!(error.is_timeout() && error.elapsed() <= Duration::from_secs(30));
    assert_eq!(error.attempts(), 4);
}

/// Institutions as in the documentation, some with an unreadable leaf.
fn institutions(count: usize) -> String {
    let mut body = String::from("[");
    for n in 0..count {
        let comma = if n == 0 { "" } else { "," };
        let beta = if n % 1000 == 0 { "\"perhaps\"" } else { "false" };
        write!(
            body,
            r#"{comma}{{"institutionCode":"{n:06}","name":"Banco Sintético {n}","avatar":"https://a.example/{n}.svg",
            "isBeta":{beta},"isOutage":false,"institutionType":1,"businessType":"legal","availableResources":["ACCOUNTS"],
            "parentOrganizationName":"","organizationName":"BANCO SINTÉTICO S.A."}}"#
        )
        .expect("a String can be written to");
    }
    body.push(']');
    body
}

#[tokio::test]
async fn a_hundred_thousand_institutions_are_read() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, institutions(100_000)));
    let institutions = link_session(&transport).institutions().await.unwrap();
    assert_eq!(institutions.len(), 100_000);
    assert_eq!(institutions[99_999].institution_code.as_ref().unwrap().as_str(), "099999");
    assert!(institutions[5_000].is_beta.is_none() && institutions[5_001].is_beta.is_some());
}

#[tokio::test]
async fn brackets_without_end_are_an_error_and_no_overflow() {
    for text in ["[".repeat(1_000_000), "{\"a\":".repeat(200_000)] {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, text));
        let error = link_session(&transport).institutions().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
}
