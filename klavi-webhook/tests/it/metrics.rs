//! What is counted, as an application's recorder sees it.

use std::sync::Arc;
use std::time::Duration;

use ::metrics::with_local_recorder;
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{
    Clock, Dispatcher, Expectation, Inbox, MemoryInbox, Receiver, RetrySchedule, SinkError, Store,
    klavi::Handlers,
};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use crate::{KEY, REPORT, signed, split, start};

/// What is counted while that runs, by name and labels.
fn counted(work: impl Future<Output = ()>) -> Vec<(String, u64)> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    with_local_recorder(&recorder, || runtime.block_on(work));
    let mut counted: Vec<_> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .filter_map(|(key, _, _, value)| match value {
            DebugValue::Counter(count) => {
                let labels: Vec<_> = key.key().labels().map(|label| label.value().to_owned()).collect();
                Some((format!("{} {}", key.key().name(), labels.join(" ")), count))
            }
            _ => None,
        })
        .collect();
    counted.sort();
    counted
}

#[test]
fn deliveries_and_handling_are_counted_by_what_became_of_them() {
    let counted = counted(async {
        let inbox = Arc::new(MemoryInbox::new());
        let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
        for body in [REPORT, REPORT] {
            receiver.handle(signed(body), None, body.to_owned().into()).await;
        }
        receiver.handle(http::HeaderMap::new(), None, REPORT.into()).await;
        let handlers = Handlers::new(async |_| Err(SinkError::permanent("no"))).build().unwrap();
        Dispatcher::new(inbox, handlers).run_due().await.unwrap();
    });
    let counted: Vec<_> = counted.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert!(
        counted.starts_with(&[
            ("webhook_deliveries_total klavi accepted", 1),
            ("webhook_deliveries_total klavi duplicate", 1),
            ("webhook_deliveries_total klavi unauthorised", 1),
            ("webhook_entries_handled_total default dead", 1),
        ]),
        "{counted:?}"
    );
}

#[test]
fn an_overdue_expectation_is_counted_once_and_one_that_has_come_as_arrived() {
    let counted = counted(async {
        let clock = Clock::manual(start());
        let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
        inbox.store(split(REPORT)).await.unwrap();
        for request in ["rq-1", "rq-2"] {
            inbox.expect(Expectation::new(request, ["pf_balance"], start())).await.unwrap();
        }
        let handlers = Handlers::new(async |_| Err(SinkError::retry("no"))).build().unwrap();
        let schedule = RetrySchedule::new(2, Duration::from_secs(1), Duration::from_secs(1));
        let dispatcher = Dispatcher::new(inbox, handlers).schedule(schedule);
        for _ in 0..3 {
            dispatcher.run_due().await.unwrap();
            clock.advance(Duration::from_secs(60));
        }
    });
    let counted: Vec<_> = counted.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    // Two attempts each at the report and at what is overdue.
    assert_eq!(
        counted[..4],
        [
            ("webhook_entries_handled_total default arrived", 1),
            ("webhook_entries_handled_total default dead", 2),
            ("webhook_entries_handled_total default retry", 2),
            ("webhook_expectations_overdue_total ", 1),
        ],
        "{counted:?}"
    );
}
