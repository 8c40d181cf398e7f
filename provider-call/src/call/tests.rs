mod findings;
#[cfg(feature = "metrics")]
mod metrics;
mod options;
mod together;

use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};

use super::*;
use crate::clock::ManualClock;
use crate::credential::{Credential, CredentialLookup, Renewal, bearer};
use crate::error::ErrorKind;
use crate::retry::{RetryAdvice, RetryBudget, RetryPolicy};
use crate::scripted::{ScriptedAnswer, ScriptedTransport};
use crate::settings::{ClientSettings, Provider};
use crate::transport::TransportErrorKind;

const HOST: &str = "https://api.example.com";
const PROVIDER: Provider = Provider::new("bank", "test-sdk", "1");
const GET: Endpoint = Endpoint::get("/things");
const POST: Endpoint = Endpoint::post("/things");

/// Settings for a transport, and the clock that they go by.
fn settings(transport: &ScriptedTransport) -> (ClientSettings, ManualClock) {
    let clock = ManualClock::new();
    (ClientSettings::new().transport(transport.clone()).clock(clock.clone()), clock)
}

fn build(settings: ClientSettings) -> Caller {
    settings.caller(&PROVIDER, HOST).unwrap()
}

fn caller(transport: &ScriptedTransport) -> (Caller, ManualClock) {
    let (settings, clock) = settings(transport);
    (build(settings), clock)
}

/// Repeats without a pause.
fn at_once() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO)
}

async fn get(caller: &Caller) -> Result<Answer, CallError> {
    caller.call(&GET).send().await
}

async fn post(caller: &Caller) -> Result<Answer, CallError> {
    caller.call(&POST).json(&[1]).send().await
}

/// Gives `token-1`, `token-2`, …: the next one after each refusal.
#[derive(Debug)]
struct Numbered {
    current: Mutex<u64>,
}

impl Numbered {
    fn new() -> Self {
        Self { current: Mutex::new(1) }
    }
}

impl CredentialSource for Numbered {
    fn credential(&self, _: Duration, _: Option<&Credential>) -> CredentialLookup<'_> {
        let current = *self.current.lock().unwrap();
        let value = bearer(&format!("token-{current}")).unwrap();
        CredentialLookup::ready(Credential::of_generation(value, current))
    }

    fn refused(&self, refused: &Credential) -> Renewal {
        let mut current = self.current.lock().unwrap();
        if *current == refused.generation {
            *current += 1;
        }
        Renewal::Possible
    }
}

fn authorizations(transport: &ScriptedTransport) -> Vec<String> {
    let text = |request: &Request<Bytes>| request.headers()[AUTHORIZATION].to_str().unwrap().to_owned();
    transport.requests().iter().map(text).collect()
}

#[tokio::test]
async fn an_answer_is_asked_what_it_says_about_a_repeat() {
    fn advice(response: &Response<Bytes>) -> RetryAdvice {
        match response.body().as_ref() {
            b"busy" => RetryAdvice::NotActed,
            b"broken" => RetryAdvice::Never,
            _ => RetryAdvice::AsStatus,
        }
    }

    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::text(400, "text/plain", "busy"))
        .then(ScriptedAnswer::empty(200))
        .then(ScriptedAnswer::text(503, "text/plain", "broken"));
    let provider = Provider::new("bank", "test-sdk", "1").retry_advice(advice);
    let caller = settings(&transport).0.caller(&provider, HOST).unwrap();
    assert_eq!(post(&caller).await.unwrap().attempts(), 2);
    assert_eq!(get(&caller).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn attempts_of_a_call_share_an_id_and_are_numbered() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(503))
        .then(ScriptedAnswer::fail(TransportErrorKind::Other))
        .then(ScriptedAnswer::json(200, "[1]"));
    let caller = build(settings(&transport).0.app_name("shop/1"));
    let reply = get(&caller).await.unwrap();
    assert_eq!((reply.attempts(), &reply.body()[..]), (3, &b"[1]"[..]));
    let requests = transport.requests();
    for (request, attempt) in requests.iter().zip(["1", "2", "3"]) {
        assert_eq!(request.headers()[REQUEST_ID_HEADER], reply.request_id());
        assert_eq!(request.headers()[ATTEMPT_HEADER], attempt);
        let user_agent = request.headers()["user-agent"].to_str().unwrap();
        assert!(user_agent.starts_with("test-sdk/1 (") && user_agent.ends_with(" shop/1"), "{user_agent}");
        assert_eq!(request.headers()["accept"], "application/json");
        assert!(!request.headers().contains_key("content-type"), "there is no content");
        assert!(!request.headers().contains_key(AUTHORIZATION));
        assert_eq!(request.uri(), "https://api.example.com/things");
    }
    let other = transport.clone().then(ScriptedAnswer::empty(204));
    let second = get(&caller).await.unwrap();
    assert_ne!(second.request_id, reply.request_id());
    assert_eq!(other.unused(), 0);
}

#[tokio::test]
async fn a_body_is_declared_as_json() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(201));
    let (caller, _clock) = caller(&transport);
    post(&caller).await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[0].headers()["content-type"], "application/json");
    assert_eq!(requests[0].body(), "[1]");
}

#[tokio::test]
async fn a_hanging_server_ends_the_attempt_and_an_idempotent_call_goes_on() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::hang()).then(ScriptedAnswer::empty(200));
    let (settings, clock) = settings(&transport);
    let caller = build(settings.attempt_timeout(Duration::from_secs(5)));
    let reply = get(&caller).await.unwrap();
    assert_eq!(reply.attempts(), 2);
    assert_eq!(clock.sleeps()[0], Duration::from_secs(5));
}

#[tokio::test]
async fn other_calls_are_not_repeated_when_the_outcome_is_unknown() {
    for answer in [
        ScriptedAnswer::hang(),
        ScriptedAnswer::fail(TransportErrorKind::Timeout),
        ScriptedAnswer::fail(TransportErrorKind::Other),
        ScriptedAnswer::empty(500),
        ScriptedAnswer::empty(503),
        // That of a proxy, for all the client knows.
        ScriptedAnswer::empty(503).header("retry-after", "1"),
    ] {
        let transport = ScriptedTransport::new().then(answer).then(ScriptedAnswer::empty(200));
        let (caller, _clock) = caller(&transport);
        let error = post(&caller).await.unwrap_err();
        assert_eq!((error.attempts(), transport.unused()), (1, 1), "{error}");
    }
}

#[tokio::test]
async fn other_calls_are_repeated_when_the_server_did_not_act() {
    for answer in [
        ScriptedAnswer::fail(TransportErrorKind::Connect),
        ScriptedAnswer::empty(429).header("retry-after", "1"),
    ] {
        let transport = ScriptedTransport::new().then(answer).then(ScriptedAnswer::empty(200));
        let (caller, _clock) = caller(&transport);
        assert_eq!(post(&caller).await.unwrap().attempts(), 2);
    }
}

#[tokio::test]
async fn the_server_says_how_long_to_wait() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(429).header("retry-after", "7"))
        .then(ScriptedAnswer::empty(200));
    let (caller, clock) = caller(&transport);
    get(&caller).await.unwrap();
    assert_eq!(clock.sleeps(), [Duration::from_secs(7)]);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(503).header("retry-after", "31"));
    let (caller, clock) = caller(&transport);
    let error = get(&caller).await.unwrap_err();
    assert!(clock.sleeps().is_empty());
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(31)));
}

#[tokio::test]
async fn attempts_are_counted_and_the_last_failure_is_told() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(502));
    let (caller, clock) = caller(&transport);
    let error = get(&caller).await.unwrap_err();
    assert_eq!((error.attempts(), transport.requests().len()), (4, 4));
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    let ceilings = [250, 500, 1000].map(Duration::from_millis);
    let sleeps = clock.sleeps();
    assert_eq!(sleeps.len(), 3);
    assert!(sleeps.iter().zip(ceilings).all(|(sleep, ceiling)| *sleep <= ceiling), "{sleeps:?}");
}

#[tokio::test]
async fn an_attempt_gets_no_more_than_the_time_that_is_left() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let (settings, clock) = settings(&transport);
    let caller = build(settings.attempt_timeout(Duration::from_secs(20)).retry_policy(at_once()));
    let error = get(&caller).await.unwrap_err();
    let attempts: Vec<_> = clock.sleeps().into_iter().filter(|sleep| !sleep.is_zero()).collect();
    assert_eq!(attempts, [20, 10].map(Duration::from_secs));
    assert_eq!(error.elapsed(), Duration::from_secs(30));
    assert_eq!((error.kind(), error.transport_kind()), (ErrorKind::Timeout, None));
    assert!(error.to_string().contains("no answer within 10s"), "{error}");
}

#[tokio::test]
async fn a_401_is_met_with_one_new_credential() {
    for endpoint in [GET, POST] {
        let transport =
            ScriptedTransport::new().then(ScriptedAnswer::empty(401)).then(ScriptedAnswer::empty(200));
        let (caller, clock) = caller(&transport);
        let reply = caller.call(&endpoint).credential(&Numbered::new()).send().await.unwrap();
        assert_eq!(reply.attempts(), 2);
        assert_eq!(authorizations(&transport), ["Bearer token-1", "Bearer token-2"]);
        assert!(clock.sleeps().is_empty(), "a new credential needs no pause");
    }
}

#[tokio::test]
async fn a_second_401_is_final_and_drops_its_credential_too() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(401));
    let (caller, _clock) = caller(&transport);
    let source = Numbered::new();
    let error = caller.call(&GET).credential(&source).send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(authorizations(&transport), ["Bearer token-1", "Bearer token-2"]);
    assert_eq!(*source.current.lock().unwrap(), 3);
}

#[tokio::test]
async fn the_try_after_a_401_does_not_count_as_a_retry() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(503))
        .then(ScriptedAnswer::empty(401))
        .then(ScriptedAnswer::empty(200));
    let caller = build(settings(&transport).0.retry_policy(RetryPolicy::default().max_attempts(2)));
    assert_eq!(caller.call(&GET).credential(&Numbered::new()).send().await.unwrap().attempts(), 3);
}

#[tokio::test]
async fn a_401_to_a_credential_without_successor_is_final() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(401));
    let (caller, _clock) = caller(&transport);
    let source = Credential::new(bearer("only").unwrap());
    assert_eq!(caller.call(&GET).credential(&source).send().await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_credential_never_goes_to_another_host() {
    let transport = ScriptedTransport::new();
    let (caller, _clock) = caller(&transport);
    let endpoint = Endpoint::get("@evil.example/");
    let error = caller.call(&endpoint).credential(&Numbered::new()).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("another host"), "{error}");
    assert_eq!((error.attempts(), transport.requests().len()), (0, 0));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let answer = ScriptedAnswer::empty(302).header("location", "https://evil.example/");
    let transport = ScriptedTransport::new().then(answer);
    let (caller, _clock) = caller(&transport);
    let error = caller.call(&GET).credential(&Numbered::new()).send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::FOUND));
    assert_eq!(transport.requests().len(), 1);
}

#[derive(Debug)]
struct Silent;

impl CredentialSource for Silent {
    fn credential(&self, _: Duration, _: Option<&Credential>) -> CredentialLookup<'_> {
        CredentialLookup::Pending(Box::pin(pending()))
    }
}

#[tokio::test]
async fn waiting_for_a_credential_is_part_of_the_total_time() {
    let transport = ScriptedTransport::new();
    let (caller, _clock) = caller(&transport);
    let error = caller.call(&GET).credential(&Silent).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!((error.attempts(), error.elapsed()), (0, Duration::from_secs(30)));
}

#[tokio::test]
async fn the_total_time_holds_for_the_pauses_too() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503).header("retry-after", "14"));
    let (caller, clock) = caller(&transport);
    let error = get(&caller).await.unwrap_err();
    assert_eq!(clock.sleeps(), [14, 14].map(Duration::from_secs));
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn a_body_that_cannot_be_written_is_not_sent() {
    let transport = ScriptedTransport::new();
    let (caller, _clock) = caller(&transport);
    let unwritable = std::collections::HashMap::from([(vec![1], 1)]);
    let error = caller.call(&POST).json(&unwritable).send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), transport.requests().len()), (ErrorKind::Request, 0, 0));
}
