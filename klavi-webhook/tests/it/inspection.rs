//! What this version does not know is counted, and told of once.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::metrics::with_local_recorder;
use http::HeaderMap;
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{InspectionRate, MemoryInbox, Provider, Receiver};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde_json::Value;
use tracing::Level;

use crate::log::Log;
use crate::{EVENTS, KEY, REPORT, signed};

/// Counters by name and labels.
pub(crate) type Counters = BTreeMap<String, BTreeMap<String, u64>>;

/// Adds what was counted since the last call.
fn count(counters: &mut Counters, snapshotter: &Snapshotter) {
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        if let DebugValue::Counter(count) = value {
            let labels: Vec<_> = key.key().labels().map(|label| label.value().to_owned()).collect();
            let of_name = counters.entry(key.key().name().to_owned()).or_default();
            *of_name.entry(labels.join(" ")).or_default() += count;
        }
    }
}

/// Those of that name, once so many entries were looked at or left out.
pub(crate) fn of<'a>(counters: &'a Counters, name: &str) -> Vec<(&'a str, u64)> {
    let of_name = counters.get(name).into_iter().flatten();
    of_name.map(|(labels, count)| (labels.as_str(), *count)).collect()
}

pub(crate) const FINDINGS: &str = "webhook_findings_total";
const INSPECTED: &str = "webhook_entries_inspected_total";

/// Receives these bodies and what is counted and told of them, once each entry was looked at or left out.
fn inspected(bodies: &[String], entries: u64) -> (Counters, Vec<Value>) {
    inspected_of(Klavi::new(KEY), signed, InspectionRate::All, bodies, entries)
}

/// The same of any provider, with the headers that it sends.
pub(crate) fn inspected_of(
    provider: impl Provider,
    headers: impl Fn(&str) -> HeaderMap,
    rate: InspectionRate,
    bodies: &[String],
    entries: u64,
) -> (Counters, Vec<Value>) {
    let (log, _guard) = Log::take_in(Level::INFO);
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut counters = Counters::new();
    with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let receiver = Receiver::new(provider, Arc::new(MemoryInbox::new())).inspect(rate);
            for body in bodies {
                let answer = receiver.handle(headers(body), None, body.clone().into()).await;
                assert!(answer.is_settled(), "{answer:?}");
            }
            while of(&counters, INSPECTED).iter().map(|(_, count)| count).sum::<u64>() < entries {
                tokio::task::yield_now().await;
                count(&mut counters, &snapshotter);
            }
        });
    });
    count(&mut counters, &snapshotter);
    (counters, log.lines())
}

#[test]
fn one_delivery_in_so_many_is_inspected_or_none() {
    let bodies: Vec<_> = (0..7).map(|number| REPORT.replace("rp-1", &format!("rp-{number}"))).collect();
    for (rate, inspected) in [
        (InspectionRate::All, 7),
        (InspectionRate::one_in(1), 7),
        (InspectionRate::one_in(3), 3),
        (InspectionRate::one_in(100), 1),
        (InspectionRate::one_in(0), 0),
    ] {
        let (counters, _) = inspected_of(Klavi::new(KEY), signed, rate, &bodies, inspected);
        let done = of(&counters, INSPECTED).iter().map(|(_, count)| count).sum::<u64>();
        assert_eq!(done, inspected, "{rate:?}");
    }
}

#[test]
fn new_members_words_and_unreadable_leaves_are_counted_by_product_and_told_of_once() {
    let changed = REPORT
        .replace("\"1000.0400\"", "\"1.000,04\"")
        .replace("\"number\"", "\"colour\":\"blue\",\"type\":\"CONTA_NOVA\",\"number\"");
    let again = changed.replace("rp-1", "rp-2");
    let (counters, lines) = inspected(&[changed, again], 2);
    assert_eq!(
        of(&counters, FINDINGS),
        [
            ("report pf_balance malformed", 2),
            ("report pf_balance unknown_value", 2),
            ("report pf_balance unmapped", 2),
        ]
    );
    assert_eq!(of(&counters, INSPECTED), [("done", 2)]);
    let told = lines.iter().filter(|line| line["fields"]["message"] == "not known to this version");
    let mut places: Vec<_> = told
        .map(|line| {
            let text = |name: &str| line["fields"][name].as_str().unwrap();
            format!("{} {} {}", text("name"), text("finding"), text("path"))
        })
        .collect();
    places.sort();
    assert_eq!(
        places,
        [
            "pf_balance malformed accounts[].balances.availableAmount.amount",
            "pf_balance unknown_value accounts[].type",
            "pf_balance unmapped accounts[].colour",
        ]
    );
    let all = lines.iter().map(Value::to_string).collect::<String>();
    assert!(!all.contains("blue") && !all.contains("1.000,04") && !all.contains("CONTA_NOVA"), "{all}");
}

#[test]
fn names_from_the_wire_make_no_labels_and_paths_show_no_values() {
    let mut bodies: Vec<_> = (0..50)
        .map(|n| {
            format!(r#"{{"code":200,"productName":"pf_{n}","productReportId":"n-{n}","12345678909":{n}}}"#)
        })
        .collect();
    let events =
        r#"[{"eventId":"1","eventName":"something_new"},{"eventId":"2","eventName":"link_created","x":1}]"#;
    bodies.push(events.to_owned());
    let (counters, lines) = inspected(&bodies, 52);
    assert_eq!(
        of(&counters, FINDINGS),
        [
            ("event link_created unmapped", 1),
            ("event other unknown_value", 1),
            ("report other unknown_value", 50),
            ("report other unmapped", 50),
        ]
    );
    let all = lines.iter().map(Value::to_string).collect::<String>();
    assert!(!all.contains("12345678909") && !all.contains("something_new"), "{all}");
}

#[test]
fn what_is_too_large_is_left_out_and_counted() {
    let large = REPORT.replace("94088392", &"9".repeat(12 << 20));
    let (counters, _) = inspected(&[large, REPORT.replace("rp-1", "rp-2")], 2);
    assert_eq!(of(&counters, INSPECTED), [("done", 1), ("left_out", 1)]);
}

#[test]
fn what_comes_faster_than_it_is_looked_at_is_left_out_and_counted() {
    let bodies: Vec<_> = (0..100)
        .map(|n| REPORT.replace("rp-1", &format!("rp-{n}")).replace("94088392", &"9".repeat(1 << 20)))
        .collect();
    let (counters, _) = inspected(&bodies, 100);
    let inspected = of(&counters, INSPECTED);
    assert_eq!(inspected.iter().map(|(_, count)| count).sum::<u64>(), 100, "{inspected:?}");
    assert!(inspected[0].0 == "done" && inspected[0].1 > 0, "{inspected:?}");
}

#[test]
fn what_was_known_before_is_not_inspected_again() {
    let bodies = [REPORT, REPORT, EVENTS, EVENTS, &REPORT.replace("rp-1", "rp-2")].map(str::to_owned);
    let (counters, _) = inspected(&bodies, 4);
    assert_eq!(of(&counters, INSPECTED), [("done", 4)]);
}
