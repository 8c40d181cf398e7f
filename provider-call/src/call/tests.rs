mod metrics;
mod options;
mod together;

use std::sync::Mutex;

use http::Method;
use http::header::AUTHORIZATION;

use super::*;
use crate::clock::ManualClock;
use crate::credential::{FixedCredential, NoCredential, bearer};
use crate::retry::Idempotency::{Idempotent, NotIdempotent};
use crate::scripted::{Answer, ScriptedTransport};
use crate::transport::TransportErrorKind;

const HOST: &str = "https://api.example.com";

fn caller(transport: &ScriptedTransport) -> (Caller, ManualClock) {
    let clock = ManualClock::new();
    let caller = Caller::new(HOST.parse().unwrap(), Arc::new(transport.clone()), Arc::new(clock.clone()));
    (caller, clock)
}

fn get() -> Call<'static> {
    Call::new(Method::GET, "/things", Idempotent)
}

fn post() -> Call<'static> {
    Call::new(Method::POST, "/things", NotIdempotent).json("{}")
}

/// Hands out `token-1`, `token-2`, …: the next one after each refusal.
struct Numbered {
    current: Mutex<u32>,
}

impl Numbered {
    fn new() -> Self {
        Self { current: Mutex::new(1) }
    }
}

impl CredentialSource for Numbered {
    type Credential = u32;
    type Error = &'static str;

    async fn credential(&self) -> Result<u32, &'static str> {
        Ok(*self.current.lock().unwrap())
    }

    fn authorization(&self, credential: &u32) -> Option<HeaderValue> {
        Some(bearer(&format!("token-{credential}")).unwrap())
    }

    fn invalidate(&self, refused: &u32) -> Renewal {
        let mut current = self.current.lock().unwrap();
        if *current == *refused {
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
        .then(Answer::text(400, "text/plain", "busy"))
        .then(Answer::empty(200))
        .then(Answer::text(503, "text/plain", "broken"));
    let caller = caller(&transport).0.retry_advice(advice);
    assert_eq!(caller.run(&post(), &NoCredential).await.unwrap().attempts, 2);
    assert_eq!(caller.run(&get(), &NoCredential).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn attempts_of_a_call_share_an_id_and_are_numbered() {
    let transport = ScriptedTransport::new()
        .then(Answer::empty(503))
        .then(Answer::fail(TransportErrorKind::Other))
        .then(Answer::json(200, "[1]"));
    let (caller, _clock) = caller(&transport);
    let caller = caller.user_agent(HeaderValue::from_static("test/1"));
    let reply = caller.run(&get(), &NoCredential).await.unwrap();
    assert_eq!((reply.attempts, &reply.response.body()[..]), (3, &b"[1]"[..]));
    let requests = transport.requests();
    for (request, attempt) in requests.iter().zip(["1", "2", "3"]) {
        assert_eq!(request.headers()[REQUEST_ID_HEADER], reply.request_id);
        assert_eq!(request.headers()[ATTEMPT_HEADER], attempt);
        assert_eq!(request.headers()["user-agent"], "test/1");
        assert_eq!(request.headers()["accept"], "application/json");
        assert!(!request.headers().contains_key("content-type"), "there is no content");
        assert!(!request.headers().contains_key(AUTHORIZATION));
        assert_eq!(request.uri(), "https://api.example.com/things");
    }
    let other = transport.clone().then(Answer::empty(204));
    let second = caller.run(&get(), &NoCredential).await.unwrap();
    assert_ne!(second.request_id, reply.request_id);
    assert_eq!(other.unused(), 0);
}

#[tokio::test]
async fn a_body_is_declared_as_json() {
    let transport = ScriptedTransport::new().then(Answer::empty(201));
    let (caller, _clock) = caller(&transport);
    caller.run(&post(), &NoCredential).await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[0].headers()["content-type"], "application/json");
    assert_eq!(requests[0].body(), "{}");
}

#[tokio::test]
async fn a_hanging_server_ends_the_attempt_and_an_idempotent_call_goes_on() {
    let transport = ScriptedTransport::new().then(Answer::hang()).then(Answer::empty(200));
    let (caller, clock) = caller(&transport);
    let caller = caller.attempt_timeout(Duration::from_secs(5));
    let reply = caller.run(&get(), &NoCredential).await.unwrap();
    assert_eq!(reply.attempts, 2);
    assert_eq!(clock.sleeps()[0], Duration::from_secs(5));
}

#[tokio::test]
async fn other_calls_are_not_repeated_when_the_outcome_is_unknown() {
    for answer in [
        Answer::hang(),
        Answer::fail(TransportErrorKind::Timeout),
        Answer::fail(TransportErrorKind::Other),
        Answer::empty(500),
        Answer::empty(503),
    ] {
        let transport = ScriptedTransport::new().then(answer).then(Answer::empty(200));
        let (caller, _clock) = caller(&transport);
        let error = caller.run(&post(), &NoCredential).await.unwrap_err();
        assert_eq!((error.attempts(), transport.unused()), (1, 1), "{error}");
    }
}

#[tokio::test]
async fn other_calls_are_repeated_when_the_server_did_not_act() {
    for answer in [Answer::fail(TransportErrorKind::Connect), Answer::empty(429).header("retry-after", "1")] {
        let transport = ScriptedTransport::new().then(answer).then(Answer::empty(200));
        let (caller, _clock) = caller(&transport);
        assert_eq!(caller.run(&post(), &NoCredential).await.unwrap().attempts, 2);
    }
}

#[tokio::test]
async fn the_server_says_how_long_to_wait() {
    let transport =
        ScriptedTransport::new().then(Answer::empty(429).header("retry-after", "7")).then(Answer::empty(200));
    let (caller, clock) = caller(&transport);
    caller.run(&get(), &NoCredential).await.unwrap();
    assert_eq!(clock.sleeps(), [Duration::from_secs(7)]);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let transport = ScriptedTransport::new().then(Answer::empty(503).header("retry-after", "31"));
    let (caller, clock) = caller(&transport);
    let error = caller.run(&get(), &NoCredential).await.unwrap_err();
    assert!(clock.sleeps().is_empty());
    assert_eq!(error.failure().status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(31)));
}

#[tokio::test]
async fn attempts_are_counted_and_the_last_failure_is_told() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(502));
    let (caller, clock) = caller(&transport);
    let error = caller.run(&get(), &NoCredential).await.unwrap_err();
    assert_eq!((error.attempts(), transport.requests().len()), (4, 4));
    assert_eq!(error.failure().status(), Some(StatusCode::BAD_GATEWAY));
    let ceilings = [250, 500, 1000].map(Duration::from_millis);
    let sleeps = clock.sleeps();
    assert_eq!(sleeps.len(), 3);
    assert!(sleeps.iter().zip(ceilings).all(|(sleep, ceiling)| *sleep <= ceiling), "{sleeps:?}");
}

#[tokio::test]
async fn an_attempt_gets_no_more_than_the_time_that_is_left() {
    let transport = ScriptedTransport::answering(|_| Answer::hang());
    let (caller, clock) = caller(&transport);
    let policy = RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO);
    let caller = caller.attempt_timeout(Duration::from_secs(20)).retry_policy(policy);
    let error = caller.run(&get(), &NoCredential).await.unwrap_err();
    let attempts: Vec<_> = clock.sleeps().into_iter().filter(|sleep| !sleep.is_zero()).collect();
    assert_eq!(attempts, [20, 10].map(Duration::from_secs));
    assert_eq!(error.elapsed(), Duration::from_secs(30));
    assert!(matches!(error.failure(), Failure::Timeout { .. }));
}

#[tokio::test]
async fn a_401_is_met_with_one_new_credential() {
    for call in [get(), post()] {
        let transport = ScriptedTransport::new().then(Answer::empty(401)).then(Answer::empty(200));
        let (caller, clock) = caller(&transport);
        let reply = caller.run(&call, &Numbered::new()).await.unwrap();
        assert_eq!(reply.attempts, 2);
        assert_eq!(authorizations(&transport), ["Bearer token-1", "Bearer token-2"]);
        assert!(clock.sleeps().is_empty(), "a new credential needs no pause");
    }
}

#[tokio::test]
async fn a_second_401_is_final_and_drops_its_credential_too() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(401));
    let (caller, _clock) = caller(&transport);
    let source = Numbered::new();
    let error = caller.run(&get(), &source).await.unwrap_err();
    assert_eq!(error.failure().status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(authorizations(&transport), ["Bearer token-1", "Bearer token-2"]);
    assert_eq!(source.credential().await, Ok(3));
}

#[tokio::test]
async fn the_try_after_a_401_does_not_count_as_a_retry() {
    let transport =
        ScriptedTransport::new().then(Answer::empty(503)).then(Answer::empty(401)).then(Answer::empty(200));
    let (caller, _clock) = caller(&transport);
    let caller = caller.retry_policy(RetryPolicy::default().attempts(2));
    assert_eq!(caller.run(&get(), &Numbered::new()).await.unwrap().attempts, 3);
}

#[tokio::test]
async fn a_401_to_a_credential_without_successor_is_final() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(401));
    let (caller, _clock) = caller(&transport);
    let source = FixedCredential::new(bearer("only").unwrap());
    assert_eq!(caller.run(&get(), &source).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_credential_never_goes_to_another_host() {
    let transport = ScriptedTransport::new();
    let (caller, _clock) = caller(&transport);
    let call = Call::new(Method::GET, "@evil.example/", Idempotent);
    let error = caller.run(&call, &Numbered::new()).await.unwrap_err();
    assert!(matches!(error.failure(), Failure::Refused(Refusal::ForeignHost)));
    assert_eq!((error.attempts(), transport.requests().len()), (0, 0));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let answer = Answer::empty(302).header("location", "https://evil.example/");
    let transport = ScriptedTransport::new().then(answer);
    let (caller, _clock) = caller(&transport);
    let error = caller.run(&get(), &Numbered::new()).await.unwrap_err();
    assert_eq!(error.failure().status(), Some(StatusCode::FOUND));
    assert_eq!(transport.requests().len(), 1);
}

struct Silent;

impl CredentialSource for Silent {
    type Credential = ();
    type Error = &'static str;

    async fn credential(&self) -> Result<(), &'static str> {
        std::future::pending().await
    }

    fn authorization(&self, (): &()) -> Option<HeaderValue> {
        None
    }

    fn invalidate(&self, (): &()) -> Renewal {
        Renewal::Impossible
    }
}

#[tokio::test]
async fn waiting_for_a_credential_is_part_of_the_total_time() {
    let transport = ScriptedTransport::new();
    let (caller, _clock) = caller(&transport);
    let error = caller.run(&get(), &Silent).await.unwrap_err();
    assert!(matches!(error.failure(), Failure::Deadline));
    assert_eq!((error.attempts(), error.elapsed()), (0, Duration::from_secs(30)));
}

#[tokio::test]
async fn the_total_time_holds_for_the_pauses_too() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(503).header("retry-after", "14"));
    let (caller, clock) = caller(&transport);
    let error = caller.run(&get(), &NoCredential).await.unwrap_err();
    assert_eq!(clock.sleeps(), [14, 14].map(Duration::from_secs));
    assert_eq!(error.attempts(), 3);
}
