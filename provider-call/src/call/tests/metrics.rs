//! What is counted, as an application's recorder sees it.

use ::metrics::with_local_recorder;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use super::*;
use crate::metric;
use crate::retry::RetryBudget;
use crate::token::{Fresh, TokenCache};

/// What is recorded while that runs: `name label=value …`, and the count or the seconds.
fn recorded(work: impl Future<Output = ()>) -> Vec<(String, f64)> {
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
                DebugValue::Counter(count) => f64::from(u32::try_from(count).unwrap()),
                DebugValue::Histogram(values) => values.into_iter().map(f64::from).sum(),
                DebugValue::Gauge(value) => f64::from(value),
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
            .then(Answer::empty(503).header("retry-after", "2"))
            .then(Answer::fail(TransportErrorKind::Other))
            .then(Answer::empty(200))
            .then(Answer::empty(500));
        let (caller, _clock) = caller(&transport);
        let policy = RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO);
        let caller = caller.provider("bank").retry_policy(policy);
        let caller = caller.retry_budget(RetryBudget::default().reserve(2).share(0.0));
        let call = Call::new(Method::GET, "/things/{id}", Idempotent).path_value("id", "12345678909");
        caller.run(&call, &NoCredential).await.unwrap();
        caller.run(&call, &NoCredential).await.unwrap_err();
    });
    let of = "provider=bank method=GET endpoint=/things/{id}";
    let expected = [
        (format!("{} {of} result=200", metric::ATTEMPTS), 1.0),
        (format!("{} {of} result=500", metric::ATTEMPTS), 1.0),
        (format!("{} {of} result=503", metric::ATTEMPTS), 1.0),
        (format!("{} {of} result=transport", metric::ATTEMPTS), 1.0),
        (format!("{} {of} result=200", metric::CALL_SECONDS), 2.0),
        (format!("{} {of} result=500", metric::CALL_SECONDS), 0.0),
        (format!("{} {of} result=503", metric::RETRIES), 1.0),
        (format!("{} {of} result=transport", metric::RETRIES), 1.0),
        (format!("{} {of} result=500", metric::RETRIES_WITHHELD), 1.0),
    ];
    assert_eq!(recorded, expected);
}

#[test]
fn logins_are_counted() {
    let recorded = recorded(async {
        let cache = TokenCache::<u32, ()>::new(Arc::new(ManualClock::new())).provider("bank");
        cache.get(|_| async { Err(()) }).await.unwrap_err();
        for _ in 0..2 {
            let fresh = Fresh { value: 1, lifetime: Duration::from_secs(1800) };
            cache.get(|_| async { Ok(fresh) }).await.unwrap();
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
        let transport = ScriptedTransport::answering(|_| Answer::empty(200));
        let (caller, _clock) = caller(&transport);
        let limit = RateLimit::per_second(std::num::NonZeroU32::MIN);
        let caller = caller.provider("bank").rate_limit(limit);
        for _ in 0..3 {
            caller.run(&get(), &NoCredential).await.unwrap();
        }
    });
    let waited = recorded.into_iter().find(|(name, _)| name.starts_with(metric::RATE_LIMIT_WAIT_SECONDS));
    assert_eq!(waited, Some((format!("{} provider=bank", metric::RATE_LIMIT_WAIT_SECONDS), 2.0)));
}
