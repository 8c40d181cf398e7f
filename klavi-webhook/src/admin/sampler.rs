//! Gauges of the inbox, sampled in the background so that no request for metrics waits for a database.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use metrics::{describe_gauge, gauge};
use tokio::time::{Instant, interval, sleep};

use crate::{Counts, EntryState, Inbox, InboxError, Interruption, Receiver, Target, TargetStatus};

const ENTRIES: &str = "webhook_inbox_entries";
const BYTES: &str = "webhook_inbox_bytes";
const OLDEST_PENDING: &str = "webhook_inbox_oldest_pending_seconds";
const OLDEST_BODY: &str = "webhook_inbox_oldest_body_seconds";
const INTERRUPTED: &str = "webhook_target_interrupted_seconds";
const SAMPLE_AGE: &str = "webhook_inbox_sample_age_seconds";
const MEMORY: &str = "webhook_memory_bytes";

/// How often the inbox is asked.
const EVERY: Duration = Duration::from_secs(15);

/// Sampling takes at most one part in so many of the inbox's time.
const SHARE: u32 = 20;

/// How often the gauges are brought up to date that need no inbox.
const REFRESH: Duration = Duration::from_secs(5);

/// Samples what an inbox holds and sets it as gauges of the facade [`metrics`]. Cheap to clone.
///
/// | gauge | labels | says |
/// |---|---|---|
/// | `webhook_inbox_entries` | `target`, `state` | entries |
/// | `webhook_inbox_bytes` | `state` | stored bytes of their bodies |
/// | `webhook_inbox_oldest_pending_seconds` | | how long ago the entry was due that has been due longest |
/// | `webhook_inbox_oldest_body_seconds` | | how long ago the oldest entry was received whose body is kept |
/// | `webhook_target_interrupted_seconds` | `target`, `by`, `reason` | since when nothing is delivered to the target: `by` a `person` who paused it, or the `breaker`, since it is down; 0 once it is over |
/// | `webhook_inbox_sample_age_seconds` | | how old all of these are: it grows while the inbox does not answer |
/// | `webhook_memory_bytes` | | memory that deliveries take now, where the [receiver](Self::receiver) is known |
///
/// ```
/// use std::sync::Arc;
/// use klavi_webhook::{InboxSampler, MemoryInbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let inbox = Arc::new(MemoryInbox::new());
/// tokio::spawn(InboxSampler::new(inbox).run(std::future::pending()));
/// # }
/// ```
#[derive(Clone)]
pub struct InboxSampler {
    inbox: Arc<dyn Inbox>,
    receiver: Option<Receiver>,
    state: Arc<Mutex<State>>,
}

struct State {
    /// When the last sample was taken; before the first one, when the sampler was made.
    sampled: Instant,
    /// Whose entries were ever counted: a gauge that is not set again would keep its last value.
    targets: BTreeSet<Target>,
    /// What is known of targets as a whole.
    statuses: Vec<TargetStatus>,
    /// The labels of interruptions that were ever told.
    interruptions: BTreeSet<[String; 3]>,
}

impl InboxSampler {
    /// Samples this inbox. Made after the recorder is installed, the gauges have their descriptions.
    pub fn new(inbox: Arc<dyn Inbox>) -> Self {
        describe_gauge!(ENTRIES, "Entries in the inbox by target and state.");
        describe_gauge!(BYTES, "Stored bytes of the bodies in the inbox by state.");
        describe_gauge!(OLDEST_PENDING, "How long ago the entry was due that has been due longest.");
        describe_gauge!(OLDEST_BODY, "How long ago the oldest entry was received whose body is kept.");
        describe_gauge!(INTERRUPTED, "How long nothing has been delivered to a target, and why.");
        describe_gauge!(SAMPLE_AGE, "How long ago the inbox was sampled.");
        describe_gauge!(MEMORY, "Memory that bodies under way take.");
        let state = State {
            sampled: Instant::now(),
            targets: BTreeSet::new(),
            statuses: Vec::new(),
            interruptions: BTreeSet::new(),
        };
        Self { inbox, receiver: None, state: Arc::new(Mutex::new(state)) }
    }

    /// Also tells how much memory the deliveries of this receiver take.
    #[must_use]
    pub fn receiver(mut self, receiver: Receiver) -> Self {
        self.receiver = Some(receiver);
        self
    }

    /// Samples at once, then every 15 seconds, until `stop` completes. A sample that takes long is followed by a pause
    /// twenty times as long.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let sampling = async {
            loop {
                let begin = Instant::now();
                if let Err(error) = self.sample().await {
                    tracing::warn!(cause = error.cause(), "no sample for the metrics: {error}");
                }
                sleep(pause(begin.elapsed())).await;
            }
        };
        let refreshing = async {
            let mut every = interval(REFRESH);
            loop {
                every.tick().await;
                self.refresh();
            }
        };
        tokio::select! {
            biased;
            () = stop => {}
            () = sampling => {}
            () = refreshing => {}
        }
    }

    /// Asks the inbox once and sets the gauges.
    ///
    /// # Errors
    /// Where the inbox does not answer. The gauges keep their values, and the age of the sample grows.
    pub async fn sample(&self) -> Result<(), InboxError> {
        let counts = self.inbox.counts().await?;
        let statuses = self.inbox.targets().await?;
        let now = self.inbox.now().await?;
        let mut state = self.state();
        state.targets.extend(counts.by_state.keys().map(|(target, _)| target.clone()));
        if state.targets.is_empty() {
            state.targets.insert(Target::default());
        }
        state.sampled = Instant::now();
        set(&counts, &state.targets, now);
        state.interrupted(statuses, now);
        drop(state);
        self.refresh();
        Ok(())
    }

    /// Sets those gauges that need no inbox: the age of the last sample, and memory. For exporters that say when they are
    /// asked; otherwise [`run`](Self::run) does it every few seconds.
    pub fn refresh(&self) {
        gauge!(SAMPLE_AGE).set(self.state().sampled.elapsed());
        if let Some(receiver) = &self.receiver {
            gauge!(MEMORY).set(number(receiver.memory_in_use() as u64));
        }
    }

    /// The targets to which nothing is delivered, as they were when the inbox was last sampled; a sentence for each.
    pub fn interruptions(&self) -> Vec<String> {
        let state = self.state();
        let sentences = state.statuses.iter().flat_map(|status| {
            let target = &status.target;
            let sentence = move |(what, why): (&str, &Interruption)| {
                format!("target {target} {what} since {}: {}", why.since, why.reason)
            };
            let paused = status.paused.iter().map(|why| ("is paused", why));
            paused.chain(status.down.iter().map(|why| ("is down", why))).map(sentence)
        });
        sentences.collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock leaves it half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for InboxSampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxSampler").field("inbox", &self.inbox).finish_non_exhaustive()
    }
}

impl State {
    /// Sets the gauges of targets to which nothing is delivered; what is over is set back.
    fn interrupted(&mut self, statuses: Vec<TargetStatus>, now: Timestamp) {
        let mut seconds: BTreeMap<_, _> =
            self.interruptions.iter().map(|labels| (labels.clone(), 0.0)).collect();
        for status in &statuses {
            for (by, why) in [("person", &status.paused), ("breaker", &status.down)] {
                let Some(Interruption { since, reason, .. }) = why else { continue };
                let labels = [status.target.to_string(), by.to_owned(), reason.clone()];
                seconds.insert(labels, age(Some(since), now));
            }
        }
        for ([target, by, reason], seconds) in &seconds {
            gauge!(INTERRUPTED, "target" => target.clone(), "by" => by.clone(), "reason" => reason.clone())
                .set(*seconds);
        }
        self.interruptions = seconds.into_keys().collect();
        self.statuses = statuses;
    }
}

fn set(counts: &Counts, targets: &BTreeSet<Target>, now: Timestamp) {
    for state in EntryState::ALL {
        for target in targets {
            let count = counts.by_state.get(&(target.clone(), state)).copied().unwrap_or_default();
            gauge!(ENTRIES, "target" => target.to_string(), "state" => state.as_str())
                .set(number(count.entries));
        }
        gauge!(BYTES, "state" => state.as_str()).set(number(counts.bytes_in_state(state)));
    }
    gauge!(OLDEST_PENDING).set(age(counts.oldest_due.values().min(), now));
    gauge!(OLDEST_BODY).set(age(counts.oldest_body.as_ref(), now));
}

/// Seconds since then, none where it is to come or there is no such instant.
fn age(instant: Option<&Timestamp>, now: Timestamp) -> f64 {
    instant.map_or(0.0, |instant| now.duration_since(*instant).as_secs_f64().max(0.0))
}

#[expect(clippy::cast_precision_loss, reason = "up to 2^52 nothing is lost")]
fn number(number: u64) -> f64 {
    number as f64
}

/// How long to wait after a sample that took so long.
fn pause(took: Duration) -> Duration {
    took.saturating_mul(SHARE).max(EVERY)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

    use super::*;
    use crate::{Clock, EntryKind, Envelope, LeaseRequest, MemoryInbox, NewEntry, Store, TargetChange};

    /// The gauges by name and labels.
    fn gauges(snapshotter: &Snapshotter) -> BTreeMap<String, String> {
        let metrics = snapshotter.snapshot().into_vec().into_iter();
        metrics
            .filter_map(|(key, _, _, value)| {
                let labels: Vec<_> = key.key().labels().map(|label| label.value().to_owned()).collect();
                let DebugValue::Gauge(value) = value else { return None };
                Some((format!("{} {}", key.key().name(), labels.join(" ")), value.to_string()))
            })
            .collect()
    }

    #[test]
    fn gauges_tell_what_the_inbox_holds_and_fall_back_to_zero() {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let clock = Clock::manual("2026-01-02T03:04:05Z".parse().unwrap());
        let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
        metrics::with_local_recorder(&recorder, || {
            let sampler = InboxSampler::new(inbox.clone());
            runtime.block_on(async {
                let entry = |kind, body: &'static str| {
                    let mut entry = NewEntry::new(Envelope::new(kind, clock.now()), Bytes::from(body));
                    entry.targets = vec![Target::new("crm")];
                    entry
                };
                let entries = vec![entry(EntryKind::Report, "{}"), entry(EntryKind::Event, "[1]")];
                inbox.store(entries).await.unwrap();
                clock.advance(Duration::from_secs(90));
                sampler.sample().await.unwrap();
            });
            let seen = gauges(&snapshotter);
            assert_eq!(seen["webhook_inbox_entries crm pending"], "2");
            assert_eq!(seen["webhook_inbox_entries crm dead"], "0");
            assert_eq!(seen["webhook_inbox_bytes pending"], "5");
            assert_eq!(seen["webhook_inbox_oldest_pending_seconds "], "90");
            assert_eq!(seen["webhook_inbox_oldest_body_seconds "], "90");

            runtime.block_on(async {
                let lease = inbox.lease(LeaseRequest::new(9).target(Target::new("crm"))).await.unwrap();
                let done = lease.entries.into_iter().map(|leased| leased.ticket.done());
                inbox.settle(done.collect()).await.unwrap();
                sampler.sample().await.unwrap();
            });
            let seen = gauges(&snapshotter);
            assert_eq!(seen["webhook_inbox_entries crm pending"], "0");
            assert_eq!(seen["webhook_inbox_entries crm done"], "2");
            assert_eq!(seen["webhook_inbox_oldest_pending_seconds "], "0");
        });
    }

    #[test]
    fn a_target_to_which_nothing_is_delivered_is_told_with_the_reason_until_it_is_over() {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let clock = Clock::manual("2026-01-02T03:04:05Z".parse().unwrap());
        let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
        let crm = Target::new("crm");
        metrics::with_local_recorder(&recorder, || {
            let sampler = InboxSampler::new(inbox.clone());
            let after = |change: TargetChange| {
                runtime.block_on(async {
                    assert!(inbox.change_target(&crm, change).await.unwrap());
                    clock.advance(Duration::from_secs(60));
                    sampler.sample().await.unwrap();
                });
                sampler.interruptions()
            };
            let told = after(TargetChange::Pause { reason: "moving house".to_owned() });
            assert_eq!(told, ["target crm is paused since 2026-01-02T03:04:05Z: moving house"]);
            let told = after(TargetChange::Down { reason: "the endpoint answered 503".to_owned() });
            assert_eq!(told.len(), 2);
            let seen = gauges(&snapshotter);
            assert_eq!(seen["webhook_target_interrupted_seconds crm person moving house"], "120");
            assert_eq!(
                seen["webhook_target_interrupted_seconds crm breaker the endpoint answered 503"],
                "60"
            );
            assert_eq!(after(TargetChange::Resume).len(), 1);
            assert!(after(TargetChange::Up).is_empty());
            let seen = gauges(&snapshotter);
            assert_eq!(seen["webhook_target_interrupted_seconds crm person moving house"], "0");
        });
    }

    #[test]
    fn an_empty_inbox_has_gauges_as_well() {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            let sampler = InboxSampler::new(Arc::new(MemoryInbox::new()));
            runtime.block_on(sampler.sample()).unwrap();
        });
        assert_eq!(gauges(&snapshotter)["webhook_inbox_entries default dead"], "0");
    }

    #[test]
    fn a_sample_that_takes_long_is_taken_less_often() {
        assert_eq!(pause(Duration::ZERO), EVERY);
        assert_eq!(pause(Duration::from_secs(3)), Duration::from_secs(60));
        assert_eq!(pause(Duration::MAX), Duration::MAX);
    }
}
