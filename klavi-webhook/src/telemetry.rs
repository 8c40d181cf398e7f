//! The metrics of this crate. They go nowhere unless the application installs a recorder of the facade `metrics`.

use std::fmt;
use std::sync::OnceLock;

use metrics::{Counter, Histogram, counter, histogram};
use tokio::time::Instant;

use crate::{Answer, EntryKind, FindingKind, Target};

const DELIVERIES: &str = "webhook_deliveries_total";
const BYTES: &str = "webhook_delivery_bytes";
const SECONDS: &str = "webhook_delivery_seconds";
const HANDLED: &str = "webhook_entries_handled_total";
const OVERDUE: &str = "webhook_expectations_overdue_total";
const SET_ASIDE: &str = "webhook_leaves_set_aside_total";
const FINDINGS: &str = "webhook_findings_total";
const EXCESS: &str = "webhook_retention_excess_bytes";
const INSPECTED: &str = "webhook_entries_inspected_total";

/// The metrics of one provider's deliveries. Each handle is looked up once, when it is first used, and kept: a look-up by
/// name takes longer than counting.
pub(crate) struct DeliveryMetrics {
    provider: &'static str,
    answers: [OnceLock<Counter>; ANSWERS],
    bytes: OnceLock<Histogram>,
    seconds: OnceLock<Histogram>,
}

/// How many answers there are.
const ANSWERS: usize = Answer::Unavailable as usize + 1;

impl DeliveryMetrics {
    pub(crate) fn new(provider: &'static str) -> Self {
        Self {
            provider,
            answers: [const { OnceLock::new() }; ANSWERS],
            bytes: OnceLock::new(),
            seconds: OnceLock::new(),
        }
    }

    /// A delivery was answered.
    pub(crate) fn answered(&self, answer: Answer, bytes: usize) {
        let provider = self.provider;
        let look_up = || counter!(DELIVERIES, "provider" => provider, "answer" => answer.as_str());
        self.answers[answer as usize].get_or_init(look_up).increment(1);
        let sizes = self.bytes.get_or_init(|| histogram!(BYTES, "provider" => provider));
        // A float for want of another type; bodies are far from where it gets coarse.
        #[expect(clippy::cast_precision_loss, reason = "up to 2^52 bytes nothing is lost")]
        sizes.record(bytes as f64);
    }

    /// A request was answered, whose head arrived at that instant.
    pub(crate) fn took(&self, since: Instant) {
        let provider = self.provider;
        self.seconds.get_or_init(|| histogram!(SECONDS, "provider" => provider)).record(since.elapsed());
    }
}

impl fmt::Debug for DeliveryMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryMetrics").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// An attempt at an entry ended: `done`, `retry` or `dead`; `spared`, where the target was down; or `arrived`, where what it
/// expects was there.
pub(crate) fn handled(target: &Target, result: &'static str) {
    counter!(HANDLED, "target" => target.to_string(), "result" => result).increment(1);
}

/// An expectation turned out to be overdue.
pub(crate) fn overdue() {
    counter!(OVERDUE).increment(1);
}

/// Leaves of an entry could not be read.
pub(crate) fn set_aside(kind: &'static str, leaves: usize) {
    counter!(SET_ASIDE, "kind" => kind).increment(leaves as u64);
}

/// An inspected entry has unmapped members, unknown words or malformed fields. `name` is a documented one, or `other`.
pub(crate) fn found(kind: EntryKind, name: String, finding: FindingKind, count: u64) {
    counter!(FINDINGS, "kind" => kind.as_str(), "name" => name, "finding" => finding.as_str())
        .increment(count);
}

/// Entries were inspected (`done`) or not: `left_out` where too much was waiting, `failed`.
pub(crate) fn inspected(result: &'static str, entries: usize) {
    counter!(INSPECTED, "result" => result).increment(entries as u64);
}

/// So many bytes are kept beyond what the retention policy allows, because they may not be deleted yet.
pub(crate) fn retention_excess(bytes: u64) {
    #[expect(clippy::cast_precision_loss, reason = "up to 2^52 bytes nothing is lost")]
    metrics::gauge!(EXCESS).set(bytes as f64);
}
