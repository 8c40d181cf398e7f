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
