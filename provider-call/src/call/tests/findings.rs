//! Faults that were found in use, each with what it takes to see it again. Their numbers are those of the review.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use futures_util::poll;

use super::*;
use crate::clock::SystemClock;
use crate::token::{Fresh, TokenCache};

const LOGIN: Endpoint = Endpoint::post("/login").idempotent("it only makes a token");
const LIFE: Duration = Duration::from_secs(1800);
const SECOND: Duration = Duration::from_secs(1);

/// A credential that is had from a login through the same caller.
#[derive(Debug)]
struct Keys {
    cache: TokenCache,
    caller: Caller,
}

impl Keys {
    fn new(caller: &Caller) -> Self {
        Self { cache: TokenCache::new(Arc::clone(caller.clock()), "bank"), caller: caller.clone() }
    }

    async fn log_in(caller: Caller) -> Result<Fresh, CallError> {
        let token: String = caller.call(&LOGIN).send().await?.json()?;
        Ok(Fresh { authorization: bearer(&token).unwrap(), lifetime: LIFE })
    }
}

impl CredentialSource for Keys {
    fn credential(&self, patience: Duration, refused: Option<&Credential>) -> CredentialLookup<'_> {
        let caller = self.caller.clone();
        self.cache.get(patience, refused, |_| Self::log_in(caller))
    }

    fn refused(&self, refused: &Credential) -> Renewal {
        self.cache.refused(refused)
    }
}

/// Answers logins with what `login` makes of their number, `/refused` with 401 and the rest with 200.
fn bank(login: impl Fn(u32) -> ScriptedAnswer + Send + Sync + 'static) -> ScriptedTransport {
    let logins = AtomicU32::new(0);
    ScriptedTransport::answering(move |request| match request.uri().path() {
        "/login" => login(logins.fetch_add(1, Ordering::Relaxed) + 1),
        "/refused" => ScriptedAnswer::empty(401),
        _ => ScriptedAnswer::empty(200),
    })
}

fn token(number: u32) -> ScriptedAnswer {
    ScriptedAnswer::json(200, format!("\"token-{number}\""))
}

fn count(transport: &ScriptedTransport, call: &str) -> usize {
    transport.calls().iter().filter(|made| *made == call).count()
}

fn on(transport: &ScriptedTransport, clock: impl Clock + 'static) -> Caller {
    build(ClientSettings::new().transport(transport.clone()).clock(clock))
}

fn first_login_only(number: u32) -> ScriptedAnswer {
    if number == 1 { token(1) } else { ScriptedAnswer::hang() }
}

async fn all_succeed(caller: &Caller, keys: &Keys, calls: usize) {
    let calls = (0..calls).map(|_| caller.call(&POST).credential(keys).send());
    join_all(calls).await.into_iter().for_each(|result| assert_eq!(result.unwrap().attempts(), 1));
}

// 2: a renewal that hangs cost each call through the whole margin.

#[tokio::test]
async fn a_renewal_that_hangs_costs_no_call_that_has_a_token() {
    let transport = bank(first_login_only);
    let clock = ManualClock::held();
    let caller = on(&transport, clock.clone());
    let keys = Keys::new(&caller);
    all_succeed(&caller, &keys, 1).await;
    clock.advance(LIFE - 50 * SECOND);

    let mut calls = Box::pin(all_succeed(&caller, &keys, 1_000));
    assert!(poll!(&mut calls).is_pending(), "one call waits for the renewal, for a moment");
    assert_eq!(count(&transport, "POST /things"), 1_000, "all others are sent at once");
    clock.advance(2 * SECOND);
    assert!(poll!(&mut calls).is_ready());
    assert_eq!(count(&transport, "POST /login"), 2);

    // It is driven on by each call, without waiting, until its own time is over. Then there is another.
    clock.advance(25 * SECOND);
    assert!(poll!(Box::pin(all_succeed(&caller, &keys, 100))).is_ready());
    assert_eq!(count(&transport, "POST /login"), 2);
    clock.advance(3 * SECOND);
    let mut calls = Box::pin(all_succeed(&caller, &keys, 100));
    assert!(poll!(&mut calls).is_pending());
    assert_eq!(count(&transport, "POST /login"), 3);
}

#[tokio::test]
async fn a_renewal_that_takes_long_is_finished_by_the_calls_after_it() {
    let answered = Arc::new(tokio::sync::Semaphore::new(1));
    let transport = Gated { server: bank(token), logins: Arc::clone(&answered) };
    let clock = ManualClock::held();
    let caller = build(ClientSettings::new().transport(transport.clone()).clock(clock.clone()));
    let keys = Keys::new(&caller);
    all_succeed(&caller, &keys, 1).await;
    clock.advance(LIFE - 50 * SECOND);

    // The call that begins it waits for two seconds, and leaves.
    let mut first = Box::pin(all_succeed(&caller, &keys, 1));
    assert!(poll!(&mut first).is_pending());
    clock.advance(2 * SECOND);
    assert!(poll!(&mut first).is_ready());
    // Nobody waits for it while it is answered, far beyond the time after which another was begun.
    clock.advance(10 * SECOND);
    assert!(poll!(Box::pin(all_succeed(&caller, &keys, 10))).is_ready());
    answered.add_permits(1);
    assert!(poll!(Box::pin(all_succeed(&caller, &keys, 10))).is_ready());
    // The old token has ended: there is no call but with the new one.
    clock.advance(40 * SECOND);
    assert!(poll!(Box::pin(all_succeed(&caller, &keys, 10))).is_ready());
    assert_eq!(count(&transport.server, "POST /login"), 2);
    let requests = transport.server.requests();
    assert_eq!(requests[requests.len() - 1].headers()["authorization"], "Bearer token-2");
}

/// Answers a login once there is a permit.
#[derive(Clone, Debug)]
struct Gated {
    server: ScriptedTransport,
    logins: Arc<tokio::sync::Semaphore>,
}

impl crate::Transport for Gated {
    fn send(&self, request: Request<Bytes>) -> crate::TransportFuture<'_> {
        let is_login = request.uri().path() == "/login";
        let answer = self.server.send(request);
        Box::pin(async move {
            if is_login {
                self.logins.acquire().await.unwrap().forget();
            }
            answer.await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_costs_no_call_on_the_clock_of_the_machine() {
    let transport = bank(first_login_only);
    let caller = on(&transport, SystemClock::new());
    let keys = Keys::new(&caller);
    all_succeed(&caller, &keys, 1).await;
    tokio::time::advance(LIFE - 50 * SECOND).await;
    for _ in 0..8 {
        all_succeed(&caller, &keys, 1_000).await;
        tokio::time::advance(SECOND).await;
    }
}

#[tokio::test]
async fn a_renewal_that_hangs_leaves_a_short_call_half_its_time() {
    let transport = bank(first_login_only);
    let clock = ManualClock::held();
    let caller = on(&transport, clock.clone());
    let keys = Keys::new(&caller);
    all_succeed(&caller, &keys, 1).await;
    clock.advance(LIFE - 30 * SECOND);
    let hasty = caller.with_options(CallOptions::new().timeout(Duration::from_millis(100)));
    let mut call = Box::pin(all_succeed(&hasty, &keys, 1));
    assert!(poll!(&mut call).is_pending());
    clock.advance(Duration::from_millis(50));
    assert!(poll!(&mut call).is_ready());
}

// 5: a 401 that persists cost two logins a call, and everybody the token.

#[tokio::test]
async fn a_401_that_persists_costs_a_login_a_second_and_no_other_call() {
    const REFUSED: Endpoint = Endpoint::get("/refused");
    let transport = bank(token);
    let clock = ManualClock::held();
    let caller = on(&transport, clock.clone());
    let keys = Keys::new(&caller);
    for tenths in 1..=50 {
        let refused = join_all((0..10).map(|_| caller.call(&REFUSED).credential(&keys).send()));
        let good = all_succeed(&caller, &keys, 100);
        let (refused, ()) = futures_util::future::join(refused, good).await;
        for error in refused.into_iter().map(Result::unwrap_err) {
            assert_eq!((error.status(), error.endpoint()), (Some(StatusCode::UNAUTHORIZED), Some(&REFUSED)));
        }
        let logins = count(&transport, "POST /login");
        // The first one, and then one a second.
        assert!(logins <= 2 + tenths / 10, "{logins} logins in {tenths} tenths of a second");
        clock.advance(SECOND / 10);
    }
}

#[tokio::test]
async fn a_401_that_persists_keeps_no_other_call_waiting_for_a_login() {
    const REFUSED: Endpoint = Endpoint::get("/refused");
    for login in [ScriptedAnswer::hang as fn() -> _, || ScriptedAnswer::empty(503)] {
        let transport = bank(move |number| if number == 1 { token(1) } else { login() });
        let caller = on(&transport, ManualClock::held());
        let keys = Keys::new(&caller);
        all_succeed(&caller, &keys, 1).await;
        let mut refused = Box::pin(caller.call(&REFUSED).credential(&keys).send());
        assert!(poll!(&mut refused).is_pending(), "it waits for another token");
        assert!(poll!(Box::pin(all_succeed(&caller, &keys, 100))).is_ready(), "the others do not");
        assert_eq!(count(&transport, "POST /login"), 2);
    }
}

#[tokio::test]
async fn keys_that_are_refused_are_tried_once_a_second() {
    let transport = bank(|_| ScriptedAnswer::empty(401));
    let clock = ManualClock::held();
    let caller = on(&transport, clock.clone());
    let keys = Keys::new(&caller);
    for tenths in 0..50 {
        let calls = (0..20).map(|_| caller.call(&POST).credential(&keys).send());
        for error in join_all(calls).await.into_iter().map(Result::unwrap_err) {
            assert_eq!((error.status(), error.endpoint()), (Some(StatusCode::UNAUTHORIZED), Some(&LOGIN)));
        }
        assert_eq!(count(&transport, "POST /login"), 1 + tenths / 10);
        clock.advance(SECOND / 10);
    }
    assert_eq!(count(&transport, "POST /things"), 0);
}

// 8: huge pauses panicked.

#[tokio::test]
async fn the_longest_times_there_are_do_not_panic() {
    let clock = ManualClock::new();
    for jitter in [0, 100] {
        let transport = ScriptedTransport::new()
            .then(ScriptedAnswer::empty(503).header("retry-after", "99999999999999999999999"))
            .then(ScriptedAnswer::empty(503).header("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"))
            .then(ScriptedAnswer::empty(200));
        let settings = ClientSettings::new()
            .transport(transport)
            .clock(clock.clone())
            .timeout(Duration::MAX)
            .attempt_timeout(Duration::MAX)
            .slow_attempt_timeout(Duration::MAX)
            .retry_policy(RetryPolicy::default().backoff(Duration::MAX, Duration::MAX).jitter(jitter));
        #[cfg(feature = "rate-limit")]
        let settings = settings.rate_limit(crate::RateLimit::per_minute(std::num::NonZeroU32::MIN));
        let caller = build(settings);
        get(&caller).await.ok();
        caller.call(&GET).slow().send().await.ok();
    }
    assert!(clock.sleeps().contains(&Duration::from_secs(u64::MAX)), "{:?}", clock.sleeps());
    clock.advance(Duration::MAX);

    let cache = TokenCache::new(Arc::new(clock), "bank");
    for _ in 0..2 {
        let fresh = Fresh { authorization: bearer("token").unwrap(), lifetime: Duration::MAX };
        cache.get(Duration::MAX, None, |_| async { Ok(fresh) }).wait().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_longest_times_there_are_do_not_panic_on_the_clock_of_the_machine() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let settings = ClientSettings::new().transport(transport).timeout(Duration::MAX);
    let caller = build(settings.attempt_timeout(Duration::MAX));
    assert!(poll!(Box::pin(get(&caller))).is_pending());
}

// 9: with no time left a request was sent, and its outcome unknown.

#[tokio::test]
async fn without_time_nothing_is_sent_and_the_outcome_is_known() {
    let transport = bank(token);
    let (caller, clock) = caller(&transport);
    let keys = Keys::new(&caller);
    let none = caller.with_options(CallOptions::new().timeout(Duration::ZERO));
    let error = none.call(&POST).credential(&keys).send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    assert!(error.is_passing() && !error.is_outcome_unknown(), "{error}");
    assert!(transport.calls().is_empty(), "not even a login");
    assert!(clock.sleeps().is_empty());
}

#[tokio::test]
async fn a_login_that_takes_all_the_time_leaves_the_outcome_known() {
    let clock = ManualClock::new();
    let passing = clock.clone();
    let transport = bank(move |number| {
        passing.advance(30 * SECOND);
        token(number)
    });
    let caller = on(&transport, clock);
    let error = caller.call(&POST).credential(&Keys::new(&caller)).send().await.unwrap_err();
    assert_eq!((error.endpoint(), error.kind(), error.attempts()), (Some(&POST), ErrorKind::Timeout, 0));
    assert!(!error.is_outcome_unknown());
    assert_eq!(transport.calls(), ["POST /login"]);
}

// 13: errors carried the provider's message, names of persons included.

/// The error and its causes, as a log would print them.
fn full_text(error: &CallError) -> String {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| error.source())
        .map(|error| format!("{error} {error:?}\n"))
        .collect()
}

#[tokio::test]
async fn errors_show_nothing_of_the_answer() {
    type Nested = HashMap<String, HashMap<String, u32>>;

    #[track_caller]
    fn shows_nothing(error: &CallError) {
        let text = full_text(error);
        for secret in ["Maria", "Silva", "12345678909"] {
            assert!(!text.contains(secret), "{text}");
            assert!(!error.json_path().unwrap_or_default().contains(secret), "{text}");
        }
    }

    const PERSON: &str = r#"{"message":"Maria Silva, CPF 12345678909"}"#;
    let (person, html) = (ScriptedAnswer::json, "text/html; charset=utf-8; of=Maria-Silva");
    let transport = ScriptedTransport::new().then(person(422, PERSON));
    shows_nothing(&post(&caller(&transport).0).await.unwrap_err());

    for answer in [
        person(200, PERSON),
        person(200, "\u{feff}{\"Maria Silva\":{\"12345678909\":\"Maria\"}}"),
        person(200, "\"Maria Silva\""),
        person(200, r#"["Maria Silva"#),
        ScriptedAnswer::text(200, "text/plain; of=Maria-Silva", "<p>Maria Silva"),
        ScriptedAnswer::text(200, html, "<html>Maria Silva"),
    ] {
        let transport = ScriptedTransport::new().then(answer);
        let error = get(&caller(&transport).0).await.unwrap().json::<Nested>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        shows_nothing(&error);
        let excerpt = error.body_excerpt().unwrap_or_default();
        assert!(!excerpt.contains("Maria") || excerpt.starts_with('<'), "{excerpt}");
    }
}

#[tokio::test]
async fn the_path_of_what_cannot_be_read_holds_no_value() {
    type Rows = HashMap<String, Vec<HashMap<String, u32>>>;

    for (body, path) in [
        (r#"{"results":[{"id":1},{"id":"Maria"}]}"#, Some("results[1].id")),
        (r#"{"results":{"id":"Maria"}}"#, Some("results")),
        (r#"{"12345678909":[{"id":"x"}]}"#, Some("***[0].id")),
        (r#"{"Maria Silva":[{"maria@example.com":"x"}]}"#, Some("***[0].***")),
        (r#"{"a.b":[{"0325412e-e566-4f4e-ac5b-2f4471586b88":"x"}]}"#, Some("***[0].***")),
        ("[7]", None),
    ] {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body));
        let error = get(&caller(&transport).0).await.unwrap().json::<Rows>().unwrap_err();
        assert_eq!(error.json_path(), path, "{body}");
    }
}

// 14: a creation was repeated after any 503 with Retry-After, also that of a proxy.

#[tokio::test]
async fn a_503_repeats_a_creation_only_where_the_provider_itself_says_so() {
    fn advice(response: &Response<Bytes>) -> RetryAdvice {
        if response.body() == "not acted" { RetryAdvice::NotActed } else { RetryAdvice::AsStatus }
    }

    let provider = Provider::new("bank", "test-sdk", "1").retry_advice(advice);
    for (body, attempts) in [("<html>upstream is busy", 1), ("not acted", 2)] {
        let busy = ScriptedAnswer::text(503, "text/plain", body).header("retry-after", "1");
        let transport = ScriptedTransport::new().then(busy).then(ScriptedAnswer::empty(200));
        let caller = settings(&transport).0.caller(&provider, HOST).unwrap();
        let result = post(&caller).await;
        assert_eq!(transport.requests().len(), attempts, "{body}");
        assert_eq!(result.is_err_and(|error| error.is_outcome_unknown()), attempts == 1, "{body}");
    }
}

// 15: a call that waits at the rate limit and is not polled held up all others.

#[cfg(feature = "rate-limit")]
#[tokio::test]
async fn a_call_that_is_not_polled_holds_up_no_other_at_the_rate_limit() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(200));
    let clock = ManualClock::held();
    let settings = ClientSettings::new().transport(transport.clone()).clock(clock.clone());
    let caller = build(settings.rate_limit(crate::RateLimit::per_second(std::num::NonZeroU32::MIN)));
    get(&caller).await.unwrap();
    let mut stalled: Vec<_> = (0..5).map(|_| Box::pin(get(&caller))).collect();
    for call in &mut stalled {
        assert!(poll!(call).is_pending());
    }
    clock.advance(6 * SECOND);
    for _ in 0..5 {
        assert!(poll!(Box::pin(get(&caller))).is_ready());
        clock.advance(SECOND);
    }
    assert_eq!(transport.requests().len(), 6);
}
