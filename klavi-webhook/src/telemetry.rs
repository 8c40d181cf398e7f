//! What is counted. The facade `metrics` takes it nowhere unless the application installs a recorder.

use metrics::{counter, histogram};
use tokio::time::Instant;

use crate::{Answer, EntryKind, FindingKind};

const DELIVERIES: &str = "webhook_deliveries_total";
const BYTES: &str = "webhook_delivery_bytes";
const SECONDS: &str = "webhook_delivery_seconds";
const HANDLED: &str = "webhook_entries_handled_total";
const OVERDUE: &str = "webhook_expectations_overdue_total";
const SET_ASIDE: &str = "webhook_leaves_set_aside_total";
const FINDINGS: &str = "webhook_findings_total";
const INSPECTED: &str = "webhook_entries_inspected_total";

/// A delivery was answered.
pub(crate) fn answered(provider: &'static str, answer: Answer, bytes: usize) {
    counter!(DELIVERIES, "provider" => provider, "answer" => answer.as_str()).increment(1);
    // A float for want of another type; bodies are far from where it gets coarse.
    #[expect(clippy::cast_precision_loss, reason = "up to 2^52 bytes nothing is lost")]
    histogram!(BYTES, "provider" => provider).record(bytes as f64);
}

/// A request was taken in, from its head to the answer.
pub(crate) fn took(provider: &'static str, since: Instant) {
    histogram!(SECONDS, "provider" => provider).record(since.elapsed());
}

/// An attempt at an entry ended: `done`, `retry` or `dead`; or `arrived`, where what it expects was there.
pub(crate) fn handled(result: &'static str) {
    counter!(HANDLED, "result" => result).increment(1);
}

/// An expectation turned out to be overdue.
pub(crate) fn overdue() {
    counter!(OVERDUE).increment(1);
}

/// Leaves of an entry could not be read.
pub(crate) fn set_aside(kind: &'static str, leaves: usize) {
    counter!(SET_ASIDE, "kind" => kind).increment(leaves as u64);
}

/// An entry holds something that this version does not know. `name` is a documented one, or `other`.
pub(crate) fn found(kind: EntryKind, name: String, finding: FindingKind, count: u64) {
    counter!(FINDINGS, "kind" => kind.as_str(), "name" => name, "finding" => finding.as_str())
        .increment(count);
}

/// Entries were inspected, `done`, or why they were not: `left_out` where there was too much to do, `failed`.
pub(crate) fn inspected(result: &'static str, entries: usize) {
    counter!(INSPECTED, "result" => result).increment(entries as u64);
}
