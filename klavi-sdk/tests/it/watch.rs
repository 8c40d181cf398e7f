//! Waiting for a consent, by a clock that only sleeps move on.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use klavi_sdk::klavi_types::api::{Consent, ConsentStatus};
use klavi_sdk::{Client, ErrorKind, Watch};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport, TransportErrorKind};

use crate::support::{client, consent_id, logged_in, token};

fn consent(status: &str) -> ScriptedAnswer {
    ScriptedAnswer::json(200, format!(r#"{{"consentId":"consent-1","status":"{status}"}}"#))
}

fn script(answers: impl IntoIterator<Item = ScriptedAnswer>) -> ScriptedTransport {
    answers.into_iter().fold(logged_in(), ScriptedTransport::then)
}

fn watch(transport: &ScriptedTransport) -> (Watch<Consent>, Client, ManualClock) {
    let (client, clock) = client(transport);
    (client.consents().watch(&consent_id()), client, clock)
}

fn status(consent: Consent) -> String {
    consent.status.map(|status| status.as_str().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn each_change_comes_once_and_the_last_one_is_settled() {
    let transport = script(
        [
            "STARTED",
            "started",
            "AWAITING_AUTHORIZATION",
            "AWAITING_AUTHORISATION",
            "NEW_WORD",
            "AWAITING_LGPD_AUTHORISATION",
            "authorized",
            "REVOKED",
        ]
        .map(consent),
    );
    let (watch, _client, _clock) = watch(&transport);
    let changes: Vec<_> = watch.map_ok(status).try_collect().await.unwrap();
    assert_eq!(
        changes,
        ["STARTED", "AWAITING_AUTHORISATION", "NEW_WORD", "AWAITING_LGPD_AUTHORISATION", "AUTHORISED"]
    );
    assert_eq!(transport.unused(), 1, "nothing is asked once it is settled");
}

#[tokio::test]
async fn every_end_is_an_end() {
    for word in ["AUTHORISED", "ERROR", "REJECTED", "EXPIRED", "REVOKED", "DELETED_BY_USER"] {
        let transport = script([consent("STARTED"), consent(word)]);
        let (mut watch, _client, _clock) = watch(&transport);
        assert_eq!(status(watch.next().await.unwrap().unwrap()), "STARTED");
        let last = watch.next().await.unwrap().unwrap();
        assert_eq!(last.status, Some(ConsentStatus::from(word)));
        assert!(watch.next().await.is_none() && watch.next().await.is_none());
        assert_eq!(watch.settled().await.unwrap().status, last.status);
    }
}

#[tokio::test]
async fn pauses_grow_and_a_change_makes_them_short_again() {
    let words = ["STARTED"; 8].into_iter().chain(["AWAITING_AUTHORISATION"; 2]).chain(["REJECTED"]);
    let transport = script(words.map(consent));
    let (watch, _client, clock) = watch(&transport);
    watch.backoff(Duration::from_secs(4), Duration::from_secs(20)).settled().await.unwrap();
    let millis: Vec<_> = clock.sleeps().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [4000, 6000, 9000, 13_500, 20_000, 20_000, 20_000, 20_000, 4000, 6000]);
}

#[tokio::test]
async fn an_id_that_is_not_known_yet_is_waited_for() {
    let transport = script([ScriptedAnswer::empty(404), ScriptedAnswer::empty(404), consent("AUTHORISED")]);
    let (watch, _client, _clock) = watch(&transport);
    assert!(watch.settled().await.unwrap().is_authorised());

    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(404)).then(token("access-1"));
    let (mut watch, _client, clock) = self::watch(&transport);
    assert!(watch.next().await.unwrap().unwrap_err().is_not_found());
    assert!(watch.next().await.is_none());
    let waited: Duration = clock.sleeps().iter().sum();
    assert!(waited >= Duration::from_secs(30) && waited < Duration::from_secs(60), "{waited:?}");

    // Once it was there, a 404 is news.
    let transport = script([consent("STARTED"), ScriptedAnswer::empty(404), consent("AUTHORISED")]);
    let (watch, _client, _clock) = self::watch(&transport);
    assert!(watch.settled().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn passing_failures_are_sat_out() {
    // Four attempts to a call: two calls fail as a whole.
    let outage = (0..8).map(|_| ScriptedAnswer::fail(TransportErrorKind::Other));
    let transport = script(std::iter::once(consent("STARTED")).chain(outage).chain([consent("AUTHORISED")]));
    let (watch, _client, _clock) = watch(&transport);
    let changes: Vec<_> = watch.map_ok(status).try_collect().await.unwrap();
    assert_eq!(changes, ["STARTED", "AUTHORISED"]);
    assert_eq!(transport.requests().len(), 11);
}

#[tokio::test]
async fn a_retry_after_that_is_longer_than_the_pause_is_kept_to() {
    let busy = || ScriptedAnswer::empty(429).header("retry-after", "50");
    let transport = script([busy(), consent("AUTHORISED")]);
    let (watch, _client, clock) = watch(&transport);
    watch.settled().await.unwrap();
    assert_eq!(clock.sleeps(), [Duration::from_secs(50)]);
}

#[tokio::test]
async fn a_failure_that_stays_ends_it() {
    let transport = script([consent("STARTED"), ScriptedAnswer::empty(403), consent("AUTHORISED")]);
    let (mut watch, _client, _clock) = watch(&transport);
    assert!(watch.next().await.unwrap().is_ok());
    assert!(watch.next().await.unwrap().unwrap_err().is_permission_denied());
    assert!(watch.next().await.is_none());
    assert!(watch.settled().await.is_err(), "what was seen was not settled");
}

#[tokio::test]
async fn the_time_ends_it() {
    let answers = ScriptedTransport::answering(|_| consent("STARTED")).then(token("access-1"));
    let (watch, _client, clock) = watch(&answers);
    let error = watch.timeout(Duration::from_secs(60)).settled().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown());
    assert_eq!(error.to_string(), "GET /data/v1/consents/{consentId} failed: not settled after 60 s");
    assert_eq!(clock.sleeps().iter().sum::<Duration>(), Duration::from_secs(60));

    // The last failure says more than the time.
    let answers = ScriptedTransport::answering(|_| ScriptedAnswer::fail(TransportErrorKind::Connect))
        .then(token("access-1"))
        .then(consent("STARTED"));
    let (watch, _client, _clock) = self::watch(&answers);
    let error = watch.timeout(Duration::from_secs(60)).settled().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn without_time_it_asks_once() {
    let transport = script([consent("STARTED"), consent("AUTHORISED")]);
    let (watch, _client, clock) = watch(&transport);
    let changes: Vec<_> = watch.timeout(Duration::ZERO).collect().await;
    assert_eq!(changes.len(), 2);
    assert!(changes[0].is_ok() && changes[1].as_ref().unwrap_err().is_timeout());
    assert!(clock.sleeps().is_empty());
}

#[test]
fn it_can_be_spawned() {
    fn spawnable(_: impl Send + 'static) {}
    let transport = ScriptedTransport::new();
    let (watch, _client, _clock) = watch(&transport);
    spawnable(watch.settled());
}
