//! What single calls do otherwise than the rest.

use super::*;

#[tokio::test]
async fn options_hold_for_that_call_alone() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(503));
    let (caller, _clock) = caller(&transport);
    let once = caller.with(CallOptions::new().retry_policy(RetryPolicy::never()));
    assert_eq!(once.run(&get(), &NoCredential).await.unwrap_err().attempts(), 1);
    assert_eq!(caller.run(&get(), &NoCredential).await.unwrap_err().attempts(), 4);
}

#[tokio::test]
async fn an_attempt_gets_its_own_time() {
    let transport = ScriptedTransport::answering(|_| Answer::hang());
    let (caller, clock) = caller(&transport);
    let policy = RetryPolicy::never();
    let patient = CallOptions::new()
        .attempt_timeout(Duration::from_secs(90))
        .retry_policy(policy)
        .total(Duration::from_secs(120));
    let error = caller.with(patient).run(&get(), &NoCredential).await.unwrap_err();
    assert_eq!(clock.sleeps(), [Duration::from_secs(90)]);
    assert!(matches!(error.failure(), Failure::Timeout { after } if after.as_secs() == 90));
}

#[tokio::test]
async fn a_total_time_bounds_attempts_and_pauses() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(503).header("retry-after", "4"));
    let (caller, clock) = caller(&transport);
    let hasty = caller.with(CallOptions::new().total(Duration::from_secs(10)));
    let error = hasty.run(&get(), &NoCredential).await.unwrap_err();
    assert_eq!(clock.sleeps(), [4, 4].map(Duration::from_secs));
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn headers_go_with_each_attempt_and_leave_the_credential_alone() {
    let transport =
        ScriptedTransport::new().then(Answer::empty(401)).then(Answer::empty(503)).then(Answer::empty(200));
    let (caller, _clock) = caller(&transport);
    let options = CallOptions::new().header("x-tenant", "one").unwrap().header("x-tenant", "two").unwrap();
    caller.with(options).run(&get(), &Numbered::new()).await.unwrap();
    assert_eq!(authorizations(&transport), ["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
    for request in transport.requests() {
        let values: Vec<_> = request.headers().get_all("x-tenant").iter().collect();
        assert_eq!(values, ["two"]);
        assert!(values[0].is_sensitive());
    }
}

#[tokio::test]
async fn options_add_up() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(503));
    let (caller, _clock) = caller(&transport);
    let first =
        CallOptions::new().retry_policy(RetryPolicy::default().attempts(2)).header("x-a", "1").unwrap();
    let caller = caller.with(first).with(CallOptions::new().header("x-b", "2").unwrap());
    assert_eq!(caller.run(&get(), &NoCredential).await.unwrap_err().attempts(), 2);
    let request = transport.requests().remove(0);
    assert!(request.headers().contains_key("x-a") && request.headers().contains_key("x-b"));
}
