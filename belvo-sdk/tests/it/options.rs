use std::time::Duration;

use belvo_sdk::{CallOptions, RetryPolicy};
use provider_call::{Answer, ScriptedTransport};

use crate::support::{client, link_id, registration};

#[tokio::test]
async fn single_calls_have_times_and_headers_of_their_own() {
    let transport = ScriptedTransport::answering(|_| Answer::hang());
    let (client, clock) = client(&transport);
    let options = CallOptions::new()
        .attempt_timeout(Duration::from_secs(2))
        .retry_policy(RetryPolicy::never())
        .header("x-tenant", "7")
        .unwrap();
    let hasty = client.with(options);
    hasty.links().get(&link_id()).await.unwrap_err();
    hasty.links().register(&registration()).await.unwrap_err();
    assert_eq!(clock.sleeps(), [2, 2].map(Duration::from_secs));
    client.links().register(&registration()).await.unwrap_err();
    let tenants: Vec<_> =
        transport.requests().iter().map(|request| request.headers().contains_key("x-tenant")).collect();
    assert_eq!(tenants, [true, true, false]);
    assert_eq!(clock.sleeps().last(), Some(&Duration::from_secs(330)));
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
        .transport(ScriptedTransport::answering(|_| Answer::json(200, "{}")))
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
