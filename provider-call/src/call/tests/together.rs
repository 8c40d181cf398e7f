//! What all calls of a client may do together.

use super::*;

#[tokio::test]
async fn a_storm_of_failures_does_not_multiply_the_load() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
    // No pauses: the clock stands still, and the reserve does not come back.
    let caller = build(settings(&transport).0.retry_policy(at_once()));
    for _ in 0..1_000 {
        get(&caller).await.unwrap_err();
    }
    // Without a budget it would be 4,000. 1,000 calls, a reserve of 100, and what the calls after it have earned.
    let sent = transport.requests().len();
    assert!((1_200..=1_300).contains(&sent), "{sent}");
}

#[tokio::test]
async fn clones_and_options_share_one_budget() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
    let budget = RetryBudget::default().reserve(4).share(0.0);
    let caller = build(settings(&transport).0.retry_policy(at_once()).retry_budget(budget));
    assert_eq!(get(&caller.clone()).await.unwrap_err().attempts(), 4);
    let insistent = caller.with_options(CallOptions::new().retry_policy(at_once().max_attempts(9)));
    assert_eq!(get(&insistent).await.unwrap_err().attempts(), 2);
    let error = get(&caller).await.unwrap_err();
    assert_eq!((error.attempts(), error.status()), (1, Some(StatusCode::SERVICE_UNAVAILABLE)));
}

#[tokio::test]
async fn a_new_credential_costs_no_budget() {
    let transport =
        ScriptedTransport::new().then(ScriptedAnswer::empty(401)).then(ScriptedAnswer::empty(200));
    let caller = build(settings(&transport).0.retry_budget(RetryBudget::default().reserve(0).share(0.0)));
    let answer = caller.call(&GET).credential(&Numbered::new()).send().await.unwrap();
    assert_eq!(answer.attempts(), 2);
}

#[cfg(feature = "rate-limit")]
mod rate {
    use std::num::NonZeroU32;

    use super::*;
    use crate::rate_limit::RateLimit;

    fn one_a_second() -> RateLimit {
        RateLimit::per_second(NonZeroU32::MIN)
    }

    #[tokio::test]
    async fn each_attempt_waits_for_room() {
        let transport = ScriptedTransport::new()
            .then(ScriptedAnswer::empty(200))
            .then(ScriptedAnswer::empty(503))
            .then(ScriptedAnswer::empty(200));
        let (settings, clock) = settings(&transport);
        let caller = build(settings.retry_policy(at_once()).rate_limit(one_a_second()));
        get(&caller).await.unwrap();
        let reply = get(&caller.clone().with_options(CallOptions::new())).await.unwrap();
        assert_eq!((reply.attempts(), reply.elapsed()), (2, Duration::from_secs(2)));
        let waits: Vec<_> = clock.sleeps().into_iter().filter(|sleep| !sleep.is_zero()).collect();
        assert_eq!(waits, [1, 1].map(Duration::from_secs));
    }

    #[tokio::test]
    async fn a_wait_that_outlasts_the_call_is_not_begun() {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(200));
        let (settings, clock) = settings(&transport);
        let caller = build(settings.rate_limit(RateLimit::per_minute(NonZeroU32::MIN)));
        get(&caller).await.unwrap();
        let error = get(&caller).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!((error.attempts(), error.elapsed()), (0, Duration::ZERO));
        assert!(clock.sleeps().is_empty());
    }
}
