//! What all calls of a client may do together.

use super::*;
use crate::retry::RetryBudget;

#[tokio::test]
async fn a_storm_of_failures_does_not_multiply_the_load() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(503));
    let clock = ManualClock::new();
    let caller = Caller::new(HOST.parse().unwrap(), Arc::new(transport.clone()), Arc::new(clock.clone()))
        // No pauses: the clock stands still, and the reserve does not come back.
        .retry_policy(RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO));
    for _ in 0..1_000 {
        caller.run(&get(), &NoCredential).await.unwrap_err();
    }
    // Without a budget it would be 4,000. 1,000 calls, a reserve of 100, and what the calls after it have earned.
    let sent = transport.requests().len();
    assert!((1_200..=1_300).contains(&sent), "{sent}");
}

#[tokio::test]
async fn clones_and_options_share_one_budget() {
    let transport = ScriptedTransport::answering(|_| Answer::empty(503));
    let (caller, _clock) = caller(&transport);
    let policy = RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO);
    let caller = caller.retry_policy(policy).retry_budget(RetryBudget::default().reserve(4).share(0.0));
    assert_eq!(caller.clone().run(&get(), &NoCredential).await.unwrap_err().attempts(), 4);
    let insistent = caller.with(CallOptions::new().retry_policy(policy.attempts(9)));
    assert_eq!(insistent.run(&get(), &NoCredential).await.unwrap_err().attempts(), 2);
    let error = caller.run(&get(), &NoCredential).await.unwrap_err();
    assert_eq!((error.attempts(), error.failure().status()), (1, Some(StatusCode::SERVICE_UNAVAILABLE)));
}

#[tokio::test]
async fn a_new_credential_costs_no_budget() {
    let transport = ScriptedTransport::new().then(Answer::empty(401)).then(Answer::empty(200));
    let (caller, _clock) = caller(&transport);
    let caller = caller.retry_budget(RetryBudget::default().reserve(0).share(0.0));
    assert_eq!(caller.run(&get(), &Numbered::new()).await.unwrap().attempts, 2);
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
            .then(Answer::empty(200))
            .then(Answer::empty(503))
            .then(Answer::empty(200));
        let (caller, clock) = caller(&transport);
        let policy = RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO);
        let caller = caller.retry_policy(policy).rate_limit(one_a_second());
        caller.run(&get(), &NoCredential).await.unwrap();
        let reply = caller.clone().with(CallOptions::new()).run(&get(), &NoCredential).await.unwrap();
        assert_eq!((reply.attempts, reply.elapsed), (2, Duration::from_secs(2)));
        let waits: Vec<_> = clock.sleeps().into_iter().filter(|sleep| !sleep.is_zero()).collect();
        assert_eq!(waits, [1, 1].map(Duration::from_secs));
    }

    #[tokio::test]
    async fn a_wait_that_outlasts_the_call_is_not_begun() {
        let transport = ScriptedTransport::new().then(Answer::empty(200));
        let (caller, clock) = caller(&transport);
        let limit = RateLimit::per_minute(NonZeroU32::MIN);
        let caller = caller.rate_limit(limit);
        caller.run(&get(), &NoCredential).await.unwrap();
        let error = caller.run(&get(), &NoCredential).await.unwrap_err();
        assert!(matches!(error.failure(), Failure::Deadline));
        assert_eq!((error.attempts(), error.elapsed()), (0, Duration::ZERO));
        assert!(clock.sleeps().is_empty());
    }
}
