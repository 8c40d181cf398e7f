use std::time::Duration;

use belvo_sdk::{CallOptions, RetryPolicy};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{client, link_id, registration};

#[tokio::test]
async fn single_calls_have_times_and_headers_of_their_own() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let (client, clock) = client(&transport);
    let options = CallOptions::new()
        .attempt_timeout(Duration::from_secs(2))
        .retry_policy(RetryPolicy::none())
        .header("x-tenant", "7")
        .unwrap();
    let hasty = client.with_options(options);
    hasty.links().get(&link_id()).await.unwrap_err();
    hasty.links().register(&registration()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [2, 2].map(Duration::from_secs));
    client.links().register(&registration()).await.unwrap_err();
    let tenants: Vec<_> =
        transport.requests().iter().map(|request| request.headers().contains_key("x-tenant")).collect();
    assert_eq!(tenants, [true, true, false]);
    assert_eq!(clock.sleeps().last(), Some(&Duration::from_secs(330)));
}

/// A policy says how often, never for how long.
#[tokio::test]
async fn a_retry_policy_of_a_call_shortens_no_login() {
    for policy in [RetryPolicy::none(), RetryPolicy::default(), RetryPolicy::default().max_attempts(9)] {
        let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
        let (client, clock) = client(&transport);
        let client = client.with_options(CallOptions::new().retry_policy(policy));
        let error = client.links().register(&registration()).await.unwrap_err();
        assert_eq!(error.to_string(), "POST /api/links/ failed: no answer within 330s");
        assert_eq!((clock.sleeps(), error.attempts()), (vec![Duration::from_secs(330)], 1), "{policy:?}");
        client.links().get(&link_id()).await.unwrap_err();
        assert_eq!(clock.sleeps()[1], Duration::from_secs(30), "{policy:?}");
    }
}

#[tokio::test]
async fn the_timeout_of_a_call_holds_for_a_login_as_well() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::hang());
    let (client, clock) = client(&transport);
    let hasty = client.with_options(CallOptions::new().timeout(Duration::from_secs(5)));
    hasty.links().register(&registration()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [Duration::from_secs(5)]);
}

/// Belvo's limit: more than 80 requests within 30 seconds from one address.
#[cfg(feature = "rate-limit")]
#[tokio::test]
async fn the_documented_rate_stays_below_the_limit_of_the_edge() {
    use std::num::NonZeroU32;

    use belvo_sdk::{Client, Credentials, Environment, RateLimit};
    use provider_call::{Clock as _, ManualClock};

    let number = |number| NonZeroU32::new(number).expect("not zero");
    let clock = ManualClock::new();
    let client = Client::builder(Credentials::new("i", "p"), Environment::Sandbox)
        .transport(ScriptedTransport::answering(|_| ScriptedAnswer::json(200, "{}")))
        .clock(clock.clone())
        .rate_limit(RateLimit::per_second(number(2)).burst(number(20)))
        .build()
        .unwrap();
    let mut sent = Vec::new();
    for _ in 0..300 {
        client.links().get(&link_id()).await.unwrap();
        sent.push(clock.monotonic());
        // So many calls without a pause use up what tokio lets a task do at a stretch.
        tokio::task::yield_now().await;
    }
    for window in sent.windows(81) {
        let within = window[80].saturating_sub(window[0]);
        assert!(within >= Duration::from_secs(30), "81 within {within:?}");
    }
    assert_eq!(sent[19], Duration::ZERO, "the burst does not wait");
}
