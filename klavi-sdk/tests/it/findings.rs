//! What reviews and experiments found of clients, each under the name of its finding.

use std::task::Poll;
use std::time::Duration;

use futures_util::future::join_all;
use klavi_sdk::klavi_types::api::{CreateConsent, CreateLink};
use klavi_sdk::{
    CleanUp, Client, CreatedOrReused, Credentials, ENDPOINTS, Environment, Error, TransportErrorKind,
};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport};

use crate::support::{client, consent_id, create_consent, link_session, logged_in, token};

/// A handler in another order than that of docs/guides/errors.md: it must be as safe.
fn advice(error: &Error) -> &'static str {
    if error.is_outcome_unknown() {
        "look before doing it again"
    } else if error.is_invalid_request() {
        "mend the request"
    } else if error.is_auth() || error.is_permission_denied() {
        "check keys and contract"
    } else if error.is_link_expired() {
        "make a new link"
    } else if error.is_outage() {
        "tell the user that the bank is out of service"
    } else if error.is_retryable() {
        "try later"
    } else {
        "tell the developers"
    }
}

#[tokio::test]
async fn an_error_handler_in_any_order_makes_no_second_consent() {
    let transports = [
        TransportErrorKind::Connect,
        TransportErrorKind::Certificate,
        TransportErrorKind::ClientCertificate,
        TransportErrorKind::Timeout,
        TransportErrorKind::BodyTooLarge { limit: 1 },
        TransportErrorKind::Other,
    ];
    let statuses = (300..600).map(|status| (format!("{status}"), ScriptedAnswer::empty(status)));
    let failures = transports.map(|kind| (format!("{kind:?}"), ScriptedAnswer::fail(kind)));
    let hangs = [("hang".to_owned(), ScriptedAnswer::hang())];
    for (what, answer) in statuses.chain(failures).chain(hangs) {
        // Nothing but a connection that never came about is repeated.
        let transport =
            ScriptedTransport::answering(|_| ScriptedAnswer::fail(TransportErrorKind::Connect)).then(answer);
        let error = link_session(&transport).create_consent(&create_consent()).await.unwrap_err();
        if error.is_outcome_unknown() {
            assert!(!error.is_outage() && !error.is_retryable(), "{what}");
            assert_eq!(advice(&error), "look before doing it again", "{what}");
            assert_eq!(transport.requests().len(), 1, "{what}");
        } else {
            let known = ["Connect", "Certificate", "ClientCertificate"].contains(&what.as_str());
            assert!(known || what.parse::<u16>().is_ok_and(|status| status < 500 && status != 408), "{what}");
        }
    }
}

#[tokio::test]
async fn a_503_of_a_proxy_does_not_repeat_a_consent() {
    let answer = ScriptedAnswer::text(503, "text/html", "<html>try later</html>").header("retry-after", "0");
    let transport = ScriptedTransport::new().then(answer).then(ScriptedAnswer::json(200, "{}"));
    let error = link_session(&transport).create_consent(&create_consent()).await.unwrap_err();
    assert_eq!((error.attempts(), transport.unused()), (1, 1));
    assert!(error.is_outcome_unknown());
}

#[tokio::test]
async fn a_watch_without_pauses_pauses_and_one_with_endless_ones_does_not_panic() {
    for (first, longest) in [(Duration::ZERO, Duration::ZERO), (Duration::MAX, Duration::MAX)] {
        let started = || ScriptedAnswer::json(200, r#"{"status":"STARTED"}"#);
        let transport = ScriptedTransport::answering(move |_| started()).then(token("access-1"));
        let (client, clock) = client(&transport);
        let watch = client.consents().watch(&consent_id()).backoff(first, longest);
        watch.timeout(Duration::from_secs(10)).settled().await.unwrap_err();
        let shortest = clock.sleeps().into_iter().rev().skip(1).min().unwrap_or(Duration::from_secs(10));
        assert!(shortest >= Duration::from_millis(100), "{shortest:?}");
    }
}

#[tokio::test]
async fn without_time_nothing_is_sent() {
    let transport = ScriptedTransport::new();
    let session = link_session(&transport);
    let none = klavi_sdk::CallOptions::new().timeout(Duration::ZERO);
    let error = session.with_options(none).create_consent(&create_consent()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown() && transport.requests().is_empty());
}

#[tokio::test]
async fn a_name_in_a_message_shows_by_its_accessor_alone() {
    let body = r#"{"statusCode":422,"error":"x","message":"Maria da Silva is unknown"}"#;
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(422, body));
    let error = link_session(&transport).create_consent(&create_consent()).await.unwrap_err();
    assert_eq!(error.provider_message(), Some("Maria da Silva is unknown"));
    assert!(!format!("{error} {error:?}").contains("Maria"));
}

#[tokio::test]
async fn a_thousand_who_want_a_consent_at_once_share_one() {
    let transport =
        ScriptedTransport::answering(|request| match (request.method().as_str(), request.uri().path()) {
            (_, "/data/v1/auth") => token("access-1"),
            ("GET", _) => ScriptedAnswer::json(200, "[]").after_yields(5),
            _ => ScriptedAnswer::json(200, r#"{"consentId":"new"}"#).after_yields(5),
        });
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .build()
        .unwrap();
    let session = client.links().resume("link-1", "token").unwrap();
    let other = CreateConsent::builder("001", "track-2", "https://partner.example/back")
        .personal_tax_id(crate::support::CPF)
        .build()
        .unwrap();
    let request = create_consent();
    let calls = (0..1000).map(|number| {
        let (client, request) = (client.clone(), if number == 0 { &other } else { &request });
        let session = &session;
        async move { client.consents().create_or_reuse(session, request, CleanUp::nothing()).await }
    });
    for made in join_all(calls).await {
        assert!(matches!(made.unwrap(), CreatedOrReused::Created(_)));
    }
    let posts = transport.calls().into_iter().filter(|call| call == "POST /data/v1/consents").count();
    assert_eq!(posts, 2, "one for each bank");
    // Later on each looks anew.
    let later = client.consents().create_or_reuse(&session, &request, CleanUp::nothing()).await;
    assert!(later.is_ok());
    let posts = transport.calls().into_iter().filter(|call| call == "POST /data/v1/consents").count();
    assert_eq!(posts, 3);
}

#[tokio::test]
async fn a_renewal_that_hangs_costs_no_call_with_a_valid_token() {
    let transport = ScriptedTransport::answering(|request| match request.uri().path() {
        "/data/v1/refresh" => ScriptedAnswer::hang(),
        _ => ScriptedAnswer::json(200, "{}"),
    });
    let transport = transport.then(token("access-1"));
    let clock = ManualClock::held();
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(clock.clone())
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    client.consents().get(&consent_id()).await.unwrap();
    clock.advance(Duration::from_secs(1741));
    for round in 1..=5 {
        let (id, consents) = (consent_id(), client.consents());
        let mut calls = Box::pin(join_all((0..200).map(|_| consents.get(&id))));
        let results = match futures_util::poll!(&mut calls) {
            Poll::Ready(results) => results,
            // The one that begins a renewal waits for half of its time, the others not at all.
            Poll::Pending => {
                let sent = transport.calls().iter().filter(|call| call.ends_with("/consent-1")).count();
                assert_eq!(sent, 200 * round);
                clock.advance(Duration::from_millis(500));
                calls.await
            }
        };
        results.into_iter().for_each(|result| drop(result.unwrap()));
        clock.advance(Duration::from_secs(5));
    }
    // A renewal is given time to end: one exchange after ten seconds.
    let exchanges = transport.calls().iter().filter(|call| call.ends_with("/refresh")).count();
    assert!((2..=3).contains(&exchanges), "{exchanges}");
}

#[tokio::test]
async fn keys_are_rotated_without_another_client() {
    let ok = || ScriptedAnswer::json(200, "{}");
    let transport = logged_in().then(ok()).then(token("access-2")).then(ok());
    let (client, _clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    client.clone().set_credentials(Credentials::new("other-access", "other-secret")).unwrap();
    assert!(client.set_credentials(Credentials::new("", "s")).is_err(), "the others stay");
    client.consents().get(&consent_id()).await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[2].body(), r#"{"accessKey":"other-access","secretKey":"other-secret"}"#);
    assert_eq!(requests[3].headers()["authorization"], "Bearer access-2");
}

#[tokio::test]
async fn a_request_that_cannot_be_built_is_an_error_like_any_other() {
    async fn create(client: &Client) -> klavi_sdk::Result<()> {
        let request = CreateLink::builder().redirect_url("not a url").build()?;
        client.links().create(&request).await.map(drop)
    }
    let (client, _clock) = client(&ScriptedTransport::new());
    let error = create(&client).await.unwrap_err();
    assert!(error.is_invalid_request() && !error.is_retryable() && error.endpoint().is_none());
    assert!(error.invalid_request().unwrap().names("redirectURL"), "{error}");
}

#[test]
fn every_endpoint_says_why_it_may_or_may_not_be_repeated() {
    let mut seen = std::collections::BTreeSet::new();
    for endpoint in ENDPOINTS {
        assert!(!endpoint.reason().is_empty(), "{endpoint}");
        assert!(seen.insert(endpoint.to_string()), "{endpoint} is there twice");
        assert!(
            endpoint.path().starts_with("/data/") || endpoint.path().starts_with("/klaas/"),
            "{endpoint}"
        );
        // Whatever makes something for good is sent once.
        let harmless = ["POST /data/v1/auth", "POST /klaas/transaction/v2/category"]
            .contains(&endpoint.to_string().as_str());
        assert!(harmless || endpoint.method() != "POST" || !endpoint.is_idempotent(), "{endpoint}");
    }
    assert_eq!(seen.len(), 17);
}
