//! A call that is dropped half-way, as by `select!` or a client that hangs up, leaves the client as it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::poll;
use klavi_sdk::{Client, Credentials, Environment, Transport, TransportFuture};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{calls_with_tokens, consent_id, token};

/// Polled so often, then dropped: in the login, in an attempt, in the wait for room, in the pause before a repeat.
async fn drop_after(polls: u32) -> bool {
    let transport = ScriptedTransport::new()
        .then(token("access-1").after_yields(3))
        .then(ScriptedAnswer::empty(401).after_yields(3))
        .then(token("access-2").after_yields(3))
        .then(ScriptedAnswer::empty(503).after_yields(3))
        .then(ScriptedAnswer::json(200, "{}").after_yields(3));
    let all = ScriptedTransport::answering(move |request| match request.uri().path() {
        "/data/v1/auth" => token("later"),
        _ => ScriptedAnswer::json(200, "{}"),
    });
    let both = Switch { first: transport, then: all.clone(), switched: Arc::default() };
    // The clock of the machine, whose time this test turns.
    let builder = Client::builder(Credentials::new("a", "s"), Environment::Sandbox)
        .transport(both.clone())
        .timeout(Duration::from_secs(300));
    #[cfg(feature = "rate-limit")]
    let builder = builder.rate_limit(klavi_sdk::RateLimit::per_second(std::num::NonZeroU32::MIN));
    let client = builder.build().expect("the settings are good");

    let id = consent_id();
    let mut call = Box::pin({
        let client = client.clone();
        async move { client.consents().get(&id).await }
    });
    for _ in 0..polls {
        if poll!(&mut call).is_ready() {
            return false;
        }
        tokio::time::advance(Duration::from_millis(300)).await;
    }
    drop(call);
    both.switched.store(true, Ordering::Relaxed);

    // Nobody waits for the one who is gone, nothing is held by it.
    client.consents().get(&consent_id()).await.expect("the server answers");
    let calls = calls_with_tokens(&all);
    let calls: Vec<_> = calls
        .iter()
        .map(|call| {
            ["later", "access-1", "access-2"]
                .iter()
                .fold(call.clone(), |call, token| call.replace(token, "TOKEN"))
        })
        .collect();
    assert!(calls.len() <= 2, "{polls}: {calls:?}");
    assert!(
        calls.ends_with(&["GET /data/v1/consents/consent-1 Bearer TOKEN".to_owned()]),
        "{polls}: {calls:?}"
    );
    true
}

/// A server that behaves otherwise from some moment on.
#[derive(Clone, Debug)]
struct Switch {
    first: ScriptedTransport,
    then: ScriptedTransport,
    switched: Arc<AtomicBool>,
}

impl Transport for Switch {
    fn send(&self, request: http::Request<bytes::Bytes>) -> TransportFuture<'_> {
        let switched = self.switched.load(Ordering::Relaxed);
        if switched { self.then.send(request) } else { self.first.send(request) }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_may_be_dropped_anywhere() {
    let mut polls = 0;
    while drop_after(polls).await {
        polls += 1;
    }
    assert!(polls > 10, "only {polls} places to drop it");
}
