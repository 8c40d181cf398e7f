//! What is counted, as an application's recorder sees it.

use ::metrics::with_local_recorder;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use super::*;
use crate::metric;
use crate::token::{Fresh, TokenCache};

/// What is recorded while that runs: `name label=value …`, and the count or the seconds.
fn recorded(work: impl Future<Output = ()>) -> Vec<(String, f64)> {
    recorded_values(work).into_iter().map(|(name, values)| (name, values.into_iter().sum())).collect()
}

/// The same with each value of a histogram.
fn recorded_values(work: impl Future<Output = ()>) -> Vec<(String, Vec<f64>)> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    with_local_recorder(&recorder, || runtime.block_on(work));
    let mut recorded: Vec<_> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| {
            let labels = key.key().labels().map(|label| format!(" {}={}", label.key(), label.value()));
            let amount = match value {
                DebugValue::Counter(count) => vec![f64::from(u32::try_from(count).unwrap())],
                DebugValue::Histogram(values) => values.into_iter().map(f64::from).collect(),
                DebugValue::Gauge(value) => vec![f64::from(value)],
            };
            (format!("{}{}", key.key().name(), labels.collect::<String>()), amount)
        })
        .collect();
    recorded.sort_by(|a, b| a.0.cmp(&b.0));
    recorded
}

#[test]
fn calls_attempts_and_repeats_are_counted_by_how_they_ended() {
    let recorded = recorded(async {
        let transport = ScriptedTransport::new()
            .then(ScriptedAnswer::empty(503).header("retry-after", "2"))
            .then(ScriptedAnswer::fail(TransportErrorKind::Other))
            .then(ScriptedAnswer::empty(200))
            .then(ScriptedAnswer::empty(500));
        let budget = RetryBudget::default().reserve(2).share(0.0);
        let caller = build(settings(&transport).0.retry_policy(at_once()).retry_budget(budget));
        let endpoint = Endpoint::get("/things/{id}");
        let call = || caller.call(&endpoint).path_value("id", "12345678909").send();
        call().await.unwrap();
        call().await.unwrap_err();
    });
    let of = "provider=bank method=GET endpoint=/things/{id}";
    let sent = "http.request.method=GET url.template=/things/{id} server.address=api.example.com";
    let expected = [
        (format!("{} {of} result=200", metric::CALL_SECONDS), 2.0),
        (format!("{} {of} result=500", metric::CALL_SECONDS), 0.0),
        (format!("{} {of} result=503", metric::RETRIES), 1.0),
        (format!("{} {of} result=transport", metric::RETRIES), 1.0),
        (format!("{} {of} result=500", metric::RETRIES_WITHHELD), 1.0),
        (format!("{} {sent} error.type=transport", metric::REQUEST_SECONDS), 0.0),
        (format!("{} {sent} http.response.status_code=200", metric::REQUEST_SECONDS), 0.0),
        (format!("{} {sent} http.response.status_code=500", metric::REQUEST_SECONDS), 0.0),
        (format!("{} {sent} http.response.status_code=503", metric::REQUEST_SECONDS), 0.0),
    ];
    assert_eq!(recorded, expected);
}

#[test]
fn each_request_is_one_of_the_histogram() {
    let recorded = recorded_values(async {
        let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
        get(&build(settings(&transport).0.retry_policy(at_once()))).await.unwrap_err();
    });
    let of_requests = recorded.iter().filter(|(name, _)| name.starts_with(metric::REQUEST_SECONDS));
    assert_eq!(of_requests.map(|(_, values)| values.len()).collect::<Vec<_>>(), [4]);
}

#[test]
fn logins_are_counted() {
    let recorded = recorded(async {
        let cache = TokenCache::new(Arc::new(ManualClock::new()), "bank");
        let patience = Duration::from_secs(30);
        cache
            .get(patience, None, |_| async { Err(CallError::request(&POST, "down")) })
            .wait()
            .await
            .unwrap_err();
        for _ in 0..2 {
            let lifetime = Duration::from_secs(1800);
            let fresh = Fresh { authorization: bearer("token").unwrap(), lifetime };
            cache.get(patience, None, |_| async { Ok(fresh) }).wait().await.unwrap();
        }
    });
    let expected =
        ["failed", "ok"].map(|result| (format!("{} provider=bank result={result}", metric::LOGINS), 1.0));
    assert_eq!(recorded, expected);
}

#[cfg(feature = "rate-limit")]
#[test]
fn waits_for_room_are_measured() {
    let recorded = recorded(async {
        let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(200));
        let limit = crate::RateLimit::per_second(std::num::NonZeroU32::MIN);
        let caller = build(settings(&transport).0.rate_limit(limit));
        for _ in 0..3 {
            get(&caller).await.unwrap();
        }
    });
    let waited = recorded.into_iter().find(|(name, _)| name.starts_with(metric::RATE_LIMIT_WAIT_SECONDS));
    assert_eq!(waited, Some((format!("{} provider=bank", metric::RATE_LIMIT_WAIT_SECONDS), 2.0)));
}
