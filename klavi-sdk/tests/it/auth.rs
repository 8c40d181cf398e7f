use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use klavi_sdk::{Client, Credentials, Environment, ErrorKind, TokenRenewal, Transport, TransportFuture};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use tokio::sync::Barrier;

use crate::support::{calls_with_tokens, client, consent_id, logged_in, token};

const UNAUTHORIZED: &str =
    r#"{"statusCode":401,"error":"Unauthorized","message":"Invalid accessKey or secretKey"}"#;

#[tokio::test]
async fn wrong_keys_are_told_in_one_sentence() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(401, UNAUTHORIZED));
    let (client, _clock) = client(&transport);
    let error = client.consents().get(&consent_id()).await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable() && !error.is_link_expired());
    assert_eq!(error.to_string(), "POST /data/v1/auth failed: HTTP 401");
    assert_eq!(error.provider_message(), Some("Invalid accessKey or secretKey"));
    assert_eq!(error.business_code(), None);
    assert_eq!(transport.calls(), ["POST /data/v1/auth"]);
}

#[tokio::test]
async fn the_keys_go_into_the_body_of_the_login_and_nowhere_else() {
    let transport = logged_in().then(ScriptedAnswer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[0].body(), r#"{"accessKey":"the-access-key","secretKey":"the-secret-key"}"#);
    assert_eq!(
        calls_with_tokens(&transport),
        ["POST /data/v1/auth no token", "GET /data/v1/consents/consent-1 Bearer access-1"]
    );
}

#[tokio::test]
async fn an_expired_access_token_costs_one_login() {
    let transport = logged_in()
        .then(ScriptedAnswer::empty(401))
        .then(token("access-2"))
        .then(ScriptedAnswer::json(200, r#"{"status":"AUTHORISED"}"#))
        .then(ScriptedAnswer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    assert!(client.consents().get(&consent_id()).await.unwrap().is_authorised());
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(
        calls_with_tokens(&transport),
        [
            "POST /data/v1/auth no token",
            "GET /data/v1/consents/consent-1 Bearer access-1",
            "POST /data/v1/auth no token",
            "GET /data/v1/consents/consent-1 Bearer access-2",
            "GET /data/v1/consents/consent-1 Bearer access-2",
        ]
    );
}

#[tokio::test]
async fn a_401_for_ever_ends_after_one_new_login() {
    let transport = ScriptedTransport::answering(|request| match request.uri().path() {
        "/data/v1/auth" => token("access"),
        _ => ScriptedAnswer::empty(401),
    });
    let (client, _clock) = client(&transport);
    let error = client.consents().get(&consent_id()).await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(error.endpoint().unwrap().to_string(), "GET /data/v1/consents/{consentId}");
    assert_eq!(
        transport.calls(),
        [
            "POST /data/v1/auth",
            "GET /data/v1/consents/consent-1",
            "POST /data/v1/auth",
            "GET /data/v1/consents/consent-1",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_first_calls_make_one_login() {
    let transport = ScriptedTransport::answering(|request| match request.uri().path() {
        "/data/v1/auth" => token("access").after_yields(2000),
        _ => ScriptedAnswer::json(200, "{}"),
    });
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport.clone())
        .build()
        .unwrap();
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.consents().get(&consent_id()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let calls = transport.calls();
    let logins = calls.iter().filter(|call| call.as_str() == "POST /data/v1/auth").count();
    assert_eq!((calls.len(), logins), (1001, 1));
}

/// Holds the answers to the old token back until everybody has been sent off with it.
#[derive(Debug)]
struct Revoked {
    server: ScriptedTransport,
    all_sent: Barrier,
}

impl Transport for Revoked {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        let old = request.headers().get("authorization").is_some_and(|value| value == "Bearer access-1");
        let answer = self.server.send(request);
        Box::pin(async move {
            if old {
                self.all_sent.wait().await;
            }
            answer.await
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_with_a_revoked_token_make_one_new_login() {
    let server = ScriptedTransport::answering(|request| match request.headers().get("authorization") {
        None => token("access-2").after_yields(100),
        Some(value) if value == "Bearer access-1" => ScriptedAnswer::empty(401),
        Some(_) => ScriptedAnswer::json(200, "{}"),
    })
    .then(token("access-1"));
    let transport = Revoked { server: server.clone(), all_sent: Barrier::new(1000) };
    let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(transport)
        .build()
        .unwrap();
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.consents().get(&consent_id()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let calls = calls_with_tokens(&server);
    let count = |call: &str| calls.iter().filter(|other| *other == call).count();
    assert_eq!(count("GET /data/v1/consents/consent-1 Bearer access-1"), 1000);
    assert_eq!(count("GET /data/v1/consents/consent-1 Bearer access-2"), 1000);
    assert_eq!(count("POST /data/v1/auth no token"), 2);
    assert_eq!(calls.len(), 2002);
}

#[tokio::test]
async fn a_token_is_exchanged_before_it_ends() {
    let transport = logged_in()
        .then(ScriptedAnswer::json(200, "{}"))
        .then(token("access-2"))
        .then(ScriptedAnswer::json(200, "{}"));
    let (client, clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    clock.advance(Duration::from_secs(1750));
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(
        calls_with_tokens(&transport)[2..],
        ["GET /data/v1/refresh Bearer access-1", "GET /data/v1/consents/consent-1 Bearer access-2"]
    );
}

#[tokio::test]
async fn a_token_that_cannot_be_exchanged_is_replaced_by_a_login() {
    for failure in [
        ScriptedAnswer::empty(401),
        ScriptedAnswer::empty(500),
        ScriptedAnswer::json(200, "{}"),
        ScriptedAnswer::hang(),
    ] {
        let transport = logged_in()
            .then(ScriptedAnswer::json(200, "{}"))
            .then(failure)
            .then(token("access-2"))
            .then(ScriptedAnswer::json(200, "{}"));
        // A hanging exchange takes time; the call that waits for it has more.
        let clock = provider_call::ManualClock::new();
        let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
            .transport(transport.clone())
            .clock(clock.clone())
            .attempt_timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        client.consents().get(&consent_id()).await.unwrap();
        clock.advance(Duration::from_secs(1750));
        client.consents().get(&consent_id()).await.unwrap();
        assert_eq!(
            calls_with_tokens(&transport)[2..],
            [
                "GET /data/v1/refresh Bearer access-1",
                "POST /data/v1/auth no token",
                "GET /data/v1/consents/consent-1 Bearer access-2",
            ]
        );
    }
}

#[tokio::test]
async fn a_token_can_be_renewed_by_a_login_and_be_exchanged_where_that_fails() {
    for (login, last) in [
        (token("access-2"), "POST /data/v1/auth no token"),
        (ScriptedAnswer::empty(401), "GET /data/v1/refresh Bearer access-1"),
        (ScriptedAnswer::json(200, "{}"), "GET /data/v1/refresh Bearer access-1"),
    ] {
        let transport = ScriptedTransport::answering(|request| match request.uri().path() {
            "/data/v1/refresh" => token("access-2"),
            _ => ScriptedAnswer::json(200, "{}"),
        });
        let transport = transport.then(token("access-1")).then(ScriptedAnswer::json(200, "{}")).then(login);
        let clock = provider_call::ManualClock::new();
        let client = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
            .transport(transport.clone())
            .clock(clock.clone())
            .token_renewal(TokenRenewal::Login)
            .build()
            .unwrap();
        client.consents().get(&consent_id()).await.unwrap();
        clock.advance(Duration::from_secs(1750));
        client.consents().get(&consent_id()).await.unwrap();
        let calls = calls_with_tokens(&transport);
        assert_eq!(calls[2], "POST /data/v1/auth no token");
        assert_eq!(calls[calls.len() - 2], last);
        assert_eq!(calls[calls.len() - 1], "GET /data/v1/consents/consent-1 Bearer access-2");
    }
}

#[tokio::test]
async fn an_exchange_that_hangs_leaves_time_for_the_login() {
    let transport = logged_in()
        .then(ScriptedAnswer::json(200, "{}"))
        .then(ScriptedAnswer::hang())
        .then(token("access-2"))
        .then(ScriptedAnswer::json(200, "{}"));
    let (client, clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    clock.advance(Duration::from_secs(1750));
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(calls_with_tokens(&transport)[4], "GET /data/v1/consents/consent-1 Bearer access-2");
}

#[tokio::test]
async fn the_time_of_day_does_not_end_a_token() {
    for jump in ["1970-01-01T00:00:00Z", "9999-12-30T00:00:00Z"] {
        let transport =
            logged_in().then(ScriptedAnswer::json(200, "{}")).then(ScriptedAnswer::json(200, "{}"));
        let (client, clock) = client(&transport);
        client.consents().get(&consent_id()).await.unwrap();
        clock.set_wall(jump.parse().unwrap());
        client.consents().get(&consent_id()).await.unwrap();
        assert_eq!(transport.requests().len(), 3, "{jump}");
    }
}

#[tokio::test]
async fn after_a_machine_was_asleep_there_is_a_login() {
    // Its clock went on: the token is known to have ended. Its clock stood still: the server says so.
    for (slept, answers) in [
        (Duration::from_secs(86_400), vec![]),
        (Duration::ZERO, vec![ScriptedAnswer::empty(401)]),
        (Duration::MAX / 2, vec![]),
    ] {
        let transport = logged_in().then(ScriptedAnswer::json(200, "{}"));
        let transport = answers.into_iter().fold(transport, ScriptedTransport::then);
        let transport = transport.then(token("access-2")).then(ScriptedAnswer::json(200, "{}"));
        let (client, clock) = client(&transport);
        client.consents().get(&consent_id()).await.unwrap();
        clock.advance(slept);
        client.consents().get(&consent_id()).await.unwrap();
        assert_eq!(
            calls_with_tokens(&transport).last().unwrap(),
            "GET /data/v1/consents/consent-1 Bearer access-2"
        );
    }
}

#[tokio::test]
async fn a_token_that_has_ended_is_not_exchanged() {
    let transport = logged_in()
        .then(ScriptedAnswer::json(200, "{}"))
        .then(token("access-2"))
        .then(ScriptedAnswer::json(200, "{}"));
    let (client, clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    clock.advance(Duration::from_secs(1800));
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(transport.calls()[2], "POST /data/v1/auth");
}

#[tokio::test]
async fn the_life_of_a_token_is_read_from_text_too() {
    for (expire_in, renewed) in [
        (r#","expireIn":"600""#, true),
        (r#","expireIn":600"#, true),
        (r#","expireIn":"1800""#, false),
        // Without a time of its own a token lives as long as those of the documentation.
        ("", false),
        (r#","expireIn":null"#, false),
        (r#","expireIn":0"#, false),
        (r#","expireIn":-5"#, false),
        (r#","expireIn":"soon""#, false),
        (r#","expireIn":9223372036854775807"#, false),
    ] {
        let answer = format!(r#"{{"accessToken":"a"{expire_in}}}"#);
        let transport = ScriptedTransport::new()
            .then(ScriptedAnswer::json(200, answer))
            .then(ScriptedAnswer::json(200, "{}"))
            .then(token("b"))
            .then(ScriptedAnswer::json(200, "{}"));
        let (client, clock) = client(&transport);
        client.consents().get(&consent_id()).await.unwrap();
        clock.advance(Duration::from_secs(600));
        client.consents().get(&consent_id()).await.unwrap();
        assert_eq!(transport.calls()[2] == "POST /data/v1/auth", renewed, "{expire_in}");
    }
}

#[tokio::test]
async fn a_login_is_repeated_while_it_may_be() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(503))
        .then(token("a"))
        .then(ScriptedAnswer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    client.consents().get(&consent_id()).await.unwrap();
    assert_eq!(transport.unused(), 0);
}

#[tokio::test]
async fn an_answer_without_a_token_names_what_is_missing() {
    for (body, cause) in [
        (r#"{"expireIn":1800}"#, "the member is missing"),
        (r#"{"accessToken":7}"#, "found a number, expected text"),
        (r#"{"accessToken":"a b"}"#, "the token is empty or has characters that a header cannot carry"),
    ] {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body));
        let (client, _clock) = client(&transport);
        let error = client.consents().get(&consent_id()).await.unwrap_err();
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("accessToken")), "{body}");
        assert_eq!(error.status(), Some(StatusCode::OK));
        assert!(error.to_string().ends_with(&format!("`accessToken`: {cause}")), "{error}");
    }
}
