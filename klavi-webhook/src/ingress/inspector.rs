//! Inspection of entries after the answer, for what this version does not know.
//!
//! Must not delay a delivery, and must not log a value.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::ingress::memory::{Memory, MemoryPermit};
use crate::{EntryKind, FindingKind, Findings, NewEntry, Provider, Stored, telemetry};

/// Memory that bodies may take which wait to be inspected or are.
const MEMORY: usize = 64 * 1024 * 1024;

/// How many times its size a body takes while it is inspected: the body, its typed value, the value serialised again,
/// and the findings. Five times where every member of a report holds something unknown.
const WEIGHT: usize = 6;

/// How many deliveries may wait, however small.
const WAITING: usize = 1_000;

/// How many places are remembered, so that each is logged once.
const PLACES: usize = 1_000;

/// Which deliveries a receiver [inspects](crate::Receiver::inspect).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InspectionRate {
    /// None.
    #[default]
    Off,
    /// The first one, and then one in so many.
    OneIn(NonZero<u32>),
    /// All.
    All,
}

impl InspectionRate {
    /// One delivery in so many; none for 0.
    pub const fn one_in(deliveries: u32) -> Self {
        match NonZero::new(deliveries) {
            None => Self::Off,
            Some(deliveries) => Self::OneIn(deliveries),
        }
    }

    /// One in how many, if any.
    const fn interval(self) -> Option<NonZero<u32>> {
        match self {
            Self::Off => None,
            Self::OneIn(interval) => Some(interval),
            Self::All => Some(NonZero::<u32>::MIN),
        }
    }
}

/// Inspects one delivery after the other, next to the receiver's work. What is too much is left out and counted: it
/// never makes a delivery wait.
#[derive(Clone)]
pub(crate) struct Inspector {
    inner: Arc<Inner>,
}

struct Inner {
    provider: Arc<dyn Provider>,
    /// One delivery in so many is inspected.
    interval: NonZero<u32>,
    /// How many deliveries there were, as far as it matters for the interval.
    deliveries: AtomicU32,
    memory: Memory,
    queue: Mutex<Queue>,
    logged: Mutex<HashSet<Place>>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    working: bool,
}

/// The new entries of a delivery.
struct Job {
    entries: Vec<Subject>,
    _permit: MemoryPermit,
}

/// The part of an entry that is inspected.
pub(crate) struct Subject {
    kind: EntryKind,
    name: Option<String>,
    body: Bytes,
}

#[derive(PartialEq, Eq, Hash)]
struct Place {
    kind: EntryKind,
    name: String,
    finding: FindingKind,
    path: String,
}

impl From<&NewEntry> for Subject {
    fn from(entry: &NewEntry) -> Self {
        Self { kind: entry.kind, name: entry.name.clone(), body: entry.body().clone() }
    }
}

impl Inspector {
    /// An inspector of deliveries at that rate, if any are inspected.
    pub(crate) fn new(provider: Arc<dyn Provider>, rate: InspectionRate) -> Option<Self> {
        let inner = Inner {
            provider,
            interval: rate.interval()?,
            deliveries: AtomicU32::new(0),
            memory: Memory::new(MEMORY),
            queue: Mutex::default(),
            logged: Mutex::default(),
        };
        Some(Self { inner: Arc::new(inner) })
    }

    /// Whether the next delivery is inspected.
    pub(crate) fn takes_next(&self) -> bool {
        let interval = self.inner.interval.get();
        let next = |count: u32| Some(if count + 1 >= interval { 0 } else { count + 1 });
        self.inner.deliveries.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) == Ok(0)
    }

    /// Takes the entries of a delivery that were stored and are no duplicates.
    pub(crate) fn take_in(&self, subjects: Vec<Subject>, stored: &[Stored]) {
        let new =
            subjects.into_iter().zip(stored).filter(|(_, stored)| !matches!(stored, Stored::Duplicate(_)));
        let entries: Vec<_> = new.map(|(subject, _)| subject).collect();
        if entries.is_empty() {
            return;
        }
        let count = entries.len();
        let bytes = entries.iter().map(|entry| entry.body.len()).sum::<usize>();
        let mut permit = self.inner.memory.permit(None);
        if permit.grow_to(bytes.saturating_mul(WEIGHT)).is_err()
            || !self.inner.wait(Job { entries, _permit: permit })
        {
            telemetry::inspected("left_out", count);
            return;
        }
        let inner = self.inner.clone();
        if let Some(work) = inner.begin() {
            tokio::spawn(work.run());
        }
    }
}

impl Inner {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // The queue stays valid after a panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, job: Job) -> bool {
        let mut queue = self.queue();
        let fits = queue.waiting.len() < WAITING;
        if fits {
            queue.waiting.push_back(job);
        }
        fits
    }

    /// The right to work on the queue, unless another task has it.
    fn begin(self: Arc<Self>) -> Option<Work> {
        let mut queue = self.queue();
        let begins = !std::mem::replace(&mut queue.working, true);
        drop(queue);
        begins.then(|| Work { inner: self, ended: false })
    }

    fn report(&self, subject: &Subject, findings: &Findings) {
        let name = subject.name.as_deref().and_then(|name| self.provider.documented_name(subject.kind, name));
        let name = name.unwrap_or_else(|| "other".to_owned());
        for (finding, path, count) in findings.iter() {
            telemetry::found(subject.kind, name.clone(), finding, count);
            let place = Place { kind: subject.kind, name: name.clone(), finding, path: shown(path) };
            let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
            if logged.len() == PLACES || logged.contains(&place) {
                continue;
            }
            tracing::info!(
                provider = self.provider.name(),
                kind = place.kind.as_str(),
                name = place.name,
                finding = finding.as_str(),
                path = place.path,
                "not known to this version"
            );
            logged.insert(place);
            if logged.len() == PLACES {
                tracing::warn!(
                    places = PLACES,
                    "further places that this version does not know are not logged"
                );
            }
        }
    }
}

/// The right to work on the queue.
struct Work {
    inner: Arc<Inner>,
    ended: bool,
}

impl Work {
    async fn run(mut self) {
        loop {
            let jobs = self.next();
            if jobs.is_empty() {
                return;
            }
            let provider = self.inner.provider.clone();
            let inspect = move |job: Job| {
                let inspect = |entry: &Subject| provider.inspect(entry.kind, &entry.body);
                // A delivery that the provider's code cannot bear costs no other its inspection.
                catch_unwind(AssertUnwindSafe(|| job.entries.iter().map(inspect).collect::<Vec<_>>()))
                    .map(|findings| (job, findings))
            };
            let inspected =
                tokio::task::spawn_blocking(|| jobs.into_iter().map(inspect).collect::<Vec<_>>()).await;
            for inspected in inspected.into_iter().flatten() {
                let Ok((job, findings)) = inspected else {
                    telemetry::inspected("failed", 1);
                    continue;
                };
                for (entry, findings) in job.entries.iter().zip(&findings) {
                    findings.iter().for_each(|findings| self.inner.report(entry, findings));
                }
                telemetry::inspected("done", job.entries.len());
            }
        }
    }

    /// The next jobs, several small ones together: to wake a thread costs more than to inspect one of those.
    fn next(&mut self) -> Vec<Job> {
        const BYTES: usize = 64 * 1024;
        let (mut jobs, mut bytes) = (Vec::new(), 0);
        let mut queue = self.inner.queue();
        while bytes < BYTES
            && let Some(job) = queue.waiting.pop_front()
        {
            bytes += job.entries.iter().map(|entry| entry.body.len()).sum::<usize>();
            jobs.push(job);
        }
        self.ended = jobs.is_empty();
        queue.working = !self.ended;
        jobs
    }
}

impl Drop for Work {
    /// If its runtime ends early, another task may begin.
    fn drop(&mut self) {
        if !self.ended {
            self.inner.queue().working = false;
        }
    }
}

/// A path as it may be logged: only steps that look like names of members, since a sender of made-up names may
/// put a value there.
fn shown(path: &str) -> String {
    const LONGEST: usize = 200;
    let steps: Vec<_> = path.split('.').map(step).collect();
    let mut shown = steps.join(".");
    if shown.len() > LONGEST {
        shown.truncate(LONGEST);
        shown.push('…');
    }
    shown
}

fn step(step: &str) -> String {
    let name = step.trim_end_matches("[]");
    let is_name = name.len() <= 60
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        && name.bytes().filter(u8::is_ascii_digit).count() <= 4;
    if is_name { step.to_owned() } else { format!("*{}", &step[name.len()..]) }
}

impl fmt::Debug for Inspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspector")
            .field("waiting", &self.inner.queue().waiting.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_shows_names_of_members_alone() {
        for (path, seen) in [
            ("links[].consents[].newMember", "links[].consents[].newMember"),
            ("[].payload.x-y_1[][]", "[].payload.x-y_1[][]"),
            ("accounts[].12345678909", "accounts[].*"),
            ("Maria da Silva[].x", "*[].x"),
            ("a.\u{1b}[31m.b", "a.*.b"),
            ("ação", "*"),
        ] {
            assert_eq!(shown(path), seen);
        }
        assert!(shown(&"a".repeat(61)) == "*" && shown(&"a.".repeat(1_000)).len() < 210);
    }
}
