//! What is counted, as an application's recorder sees it.

use std::sync::Arc;

use ::metrics::with_local_recorder;
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Dispatcher, HandlerError, MemoryInbox, Receiver, klavi::Handlers};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use crate::{KEY, REPORT, signed};

#[test]
fn deliveries_and_handling_are_counted_by_what_became_of_them() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let inbox = Arc::new(MemoryInbox::new());
            let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
            for body in [REPORT, REPORT] {
                receiver.handle(signed(body), None, body.to_owned().into()).await;
            }
            receiver.handle(http::HeaderMap::new(), None, REPORT.into()).await;
            let handlers = Handlers::new(async |_| Err(HandlerError::permanent("no"))).build().unwrap();
            Dispatcher::new(inbox, handlers).run_due().await.unwrap();
        });
    });
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
    let counted: Vec<_> = counted.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert!(
        counted.starts_with(&[
            ("webhook_deliveries_total klavi accepted", 1),
            ("webhook_deliveries_total klavi duplicate", 1),
            ("webhook_deliveries_total klavi unauthorised", 1),
            ("webhook_entries_handled_total dead", 1),
        ]),
        "{counted:?}"
    );
}
