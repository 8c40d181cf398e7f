//! What single calls do otherwise than the rest.

use super::*;

#[tokio::test]
async fn options_hold_for_that_call_alone() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
    let (caller, _clock) = caller(&transport);
    let once = caller.with_options(CallOptions::new().retry_policy(RetryPolicy::none()));
    assert_eq!(get(&once).await.unwrap_err().attempts(), 1);
    assert_eq!(get(&caller).await.unwrap_err().attempts(), 4);
}

#[tokio::test]
async fn an_attempt_gets_its_own_time() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let (caller, clock) = caller(&transport);
    let policy = RetryPolicy::none();
    let patient = CallOptions::new()
        .attempt_timeout(Duration::from_secs(90))
        .retry_policy(policy)
        .timeout(Duration::from_secs(120));
    let error = get(&caller.with_options(patient)).await.unwrap_err();
    assert_eq!(clock.sleeps(), [Duration::from_secs(90)]);
    assert!(error.is_timeout() && error.to_string().contains("no answer within 90s"), "{error}");
}

#[tokio::test]
async fn a_timeout_bounds_attempts_and_pauses() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503).header("retry-after", "4"));
    let (caller, clock) = caller(&transport);
    let hasty = caller.with_options(CallOptions::new().timeout(Duration::from_secs(10)));
    let error = get(&hasty).await.unwrap_err();
    assert_eq!(clock.sleeps(), [4, 4].map(Duration::from_secs));
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn headers_go_with_each_attempt_and_leave_the_credential_alone() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(401))
        .then(ScriptedAnswer::empty(503))
        .then(ScriptedAnswer::empty(200));
    let (caller, _clock) = caller(&transport);
    let options = CallOptions::new().header("x-tenant", "one").unwrap().header("x-tenant", "two").unwrap();
    let caller = caller.with_options(options);
    caller.call(&GET).credential(&Numbered::new()).send().await.unwrap();
    assert_eq!(authorizations(&transport), ["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
    for request in transport.requests() {
        let values: Vec<_> = request.headers().get_all("x-tenant").iter().collect();
        assert_eq!(values, ["two"]);
        assert!(values[0].is_sensitive());
    }
}

#[tokio::test]
async fn options_add_up() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
    let (caller, _clock) = caller(&transport);
    let first =
        CallOptions::new().retry_policy(RetryPolicy::default().max_attempts(2)).header("x-a", "1").unwrap();
    let caller = caller.with_options(first).with_options(CallOptions::new().header("x-b", "2").unwrap());
    assert_eq!(get(&caller).await.unwrap_err().attempts(), 2);
    let request = transport.requests().remove(0);
    assert!(request.headers().contains_key("x-a") && request.headers().contains_key("x-b"));
}

#[tokio::test]
async fn a_request_id_of_ones_own_goes_with_each_attempt() {
    let transport =
        ScriptedTransport::new().then(ScriptedAnswer::empty(503)).then(ScriptedAnswer::empty(200));
    let (caller, _clock) = caller(&transport);
    let caller = caller.with_options(CallOptions::new().request_id("order-4711").unwrap());
    assert_eq!(get(&caller).await.unwrap().request_id(), "order-4711");
    assert!(transport.requests().iter().all(|request| request.headers()[REQUEST_ID_HEADER] == "order-4711"));
}

#[tokio::test]
async fn slow_calls_have_timeouts_of_their_own() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let (settings, clock) = settings(&transport);
    let settings = settings.attempt_timeout(Duration::from_secs(5)).retry_policy(RetryPolicy::none());
    let caller = build(settings.slow_attempt_timeout(Duration::from_secs(90)));
    get(&caller).await.unwrap_err();
    caller.call(&GET).slow().send().await.unwrap_err();
    assert_eq!(clock.sleeps(), [5, 90].map(Duration::from_secs));
}
