//! Tokens of client credentials: what is asked of the token endpoint, and which answers are taken.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_TYPE;

use super::*;
use crate::clock::ManualClock;
use crate::scripted::{ScriptedAnswer, ScriptedTransport};
use crate::transport::TransportErrorKind;

const URL: &str = "https://login.example/oauth2/token?tenant=1";
const PATIENCE: Duration = Duration::from_secs(30);

fn credentials(transport: &ScriptedTransport, clock: &ManualClock, grant: ClientGrant) -> ClientCredentials {
    let settings = ClientSettings::new().transport(transport.clone()).clock(clock.clone());
    ClientCredentials::new(settings, URL, grant).unwrap()
}

fn grant() -> ClientGrant {
    ClientGrant::new("client 1", "s3cret:ü")
}

fn token(number: usize) -> ScriptedAnswer {
    let body = format!(r#"{{"access_token":"t{number}","token_type":"Bearer","expires_in":3600}}"#);
    ScriptedAnswer::json(200, body)
}

async fn ask(credentials: &ClientCredentials) -> String {
    let credential = credentials.credential(PATIENCE, None).wait().await.unwrap().unwrap();
    credential.authorization().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_its_end() {
    let transport = ScriptedTransport::new().then(token(1)).then(token(2));
    let clock = ManualClock::new();
    let credentials = credentials(&transport, &clock, grant().scope("a b"));
    assert_eq!(ask(&credentials).await, "Bearer t1");
    clock.advance(Duration::from_secs(3_500));
    assert_eq!(ask(&credentials).await, "Bearer t1");
    clock.advance(Duration::from_secs(60));
    assert_eq!(ask(&credentials).await, "Bearer t2");

    let request = transport.requests().remove(0);
    assert_eq!((request.method(), request.uri()), (&Method::POST, &URL.parse::<Uri>().unwrap()));
    assert_eq!(request.headers()[CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert_eq!(request.body(), "grant_type=client_credentials&scope=a+b");
    let basic = format!("Basic {}", STANDARD.encode("client+1:s3cret%3A%C3%BC"));
    assert_eq!(request.headers()[AUTHORIZATION], *basic);
}

#[tokio::test]
async fn a_refused_token_brings_another_one() {
    let transport = ScriptedTransport::new().then(token(1)).then(token(2));
    let clock = ManualClock::new();
    let credentials = credentials(&transport, &clock, grant());
    let first = credentials.credential(PATIENCE, None).wait().await.unwrap().unwrap();
    assert_eq!(credentials.refused(&first), Renewal::Possible);
    let second = credentials.credential(PATIENCE, Some(&first)).wait().await.unwrap().unwrap();
    assert_eq!(second.authorization(), "Bearer t2");
    assert_eq!(credentials.refused(&second), Renewal::Impossible, "so soon, it is not refused for its age");
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_login() {
    let transport = ScriptedTransport::new().then(token(1));
    let credentials = credentials(&transport, &ManualClock::new(), grant());
    let (first, second) = futures_util::future::join(ask(&credentials), ask(&credentials)).await;
    assert_eq!((first.as_str(), second.as_str()), ("Bearer t1", "Bearer t1"));
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn id_and_secret_go_into_the_body_where_asked_for() {
    let transport = ScriptedTransport::new().then(token(1));
    let grant = grant().audience("orders").in_body();
    ask(&credentials(&transport, &ManualClock::new(), grant)).await;
    let request = transport.requests().remove(0);
    let body =
        "grant_type=client_credentials&audience=orders&client_id=client+1&client_secret=s3cret%3A%C3%BC";
    assert_eq!(request.body(), body);
    assert!(!request.headers().contains_key(AUTHORIZATION));
}

#[tokio::test]
async fn a_login_that_fails_is_not_repeated_and_shows_no_secret() {
    for answer in [
        ScriptedAnswer::json(401, r#"{"error":"invalid_client","hint":"s3cret"}"#),
        ScriptedAnswer::json(200, r#"{"token_type":"Bearer"}"#),
        ScriptedAnswer::json(200, r#"{"access_token":"t","token_type":"DPoP"}"#),
        ScriptedAnswer::fail(TransportErrorKind::Connect),
    ] {
        let transport = ScriptedTransport::new().then(answer);
        let credentials = credentials(&transport, &ManualClock::new(), grant());
        let error = credentials.credential(PATIENCE, None).wait().await.unwrap_err();
        assert!(!format!("{error} {credentials:?}").contains("s3cret"), "{error}");
        assert_eq!(transport.requests().len(), 1);
    }
}

#[test]
fn what_cannot_be_used_is_told() {
    let new = |url: &str, grant| {
        ClientCredentials::new(ClientSettings::new().transport(ScriptedTransport::new()), url, grant)
    };
    for url in
        ["", "login", "/token", "ftp://x/", "http://login.example/", "https://user:pass@login.example/"]
    {
        let error = new(url, grant()).unwrap_err();
        assert!(matches!(error, InvalidClientGrant::TokenUrl(_)), "{url}: {error}");
    }
    for (id, secret) in [("", "s"), ("i", ""), ("i", "s\r\n")] {
        let error = new(URL, ClientGrant::new(id, secret)).unwrap_err();
        assert!(matches!(error, InvalidClientGrant::Client(_)), "{error}");
    }
}
