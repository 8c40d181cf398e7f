//! Looks into entries after they were answered, for what this version does not know.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::ingress::memory::{Memory, Share};
use crate::{EntryKind, FindingKind, Findings, NewEntry, Provider, Stored, telemetry};

/// Memory that bodies may take which wait to be inspected or are.
const MEMORY: usize = 64 * 1024 * 1024;

/// How often a body is counted while it is inspected, each of them three sizes: the body, its typed value, that written
/// again, and what was found. Five sizes where every member of a report holds something unknown.
const WEIGHT: usize = 2;

/// How many deliveries may wait, however small.
const WAITING: usize = 1_000;

/// How many places are remembered, so that each is told of once.
const PLACES: usize = 1_000;

/// Inspects one delivery after the other, next to the receiver's work. What is too much is left out and counted: it
/// never makes a delivery wait.
#[derive(Clone)]
pub(crate) struct Inspector {
    inner: Arc<Inner>,
}

struct Inner {
    provider: Arc<dyn Provider>,
    memory: Memory,
    queue: Mutex<Queue>,
    told: Mutex<HashSet<Place>>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    working: bool,
}

/// The new entries of a delivery.
struct Job {
    entries: Vec<Subject>,
    _share: Share,
}

/// What is looked at of an entry.
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
        Self { kind: entry.kind, name: entry.name.clone(), body: entry.body.clone() }
    }
}

impl Inspector {
    pub(crate) fn new(provider: Arc<dyn Provider>) -> Self {
        let (queue, told) = (Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { provider, memory: Memory::new(MEMORY), queue, told }) }
    }

    /// Takes in the entries of a delivery that were stored and not known before.
    pub(crate) fn take_in(&self, subjects: Vec<Subject>, stored: &[Stored]) {
        let new =
            subjects.into_iter().zip(stored).filter(|(_, stored)| !matches!(stored, Stored::Duplicate(_)));
        let entries: Vec<_> = new.map(|(subject, _)| subject).collect();
        if entries.is_empty() {
            return;
        }
        let count = entries.len();
        let bytes = entries.iter().map(|entry| entry.body.len()).sum::<usize>();
        let mut share = self.inner.memory.share();
        if share.grow_to(bytes.saturating_mul(WEIGHT)).is_err()
            || !self.inner.wait(Job { entries, _share: share })
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
        // A queue stays a queue, whatever panicked.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, job: Job) -> bool {
        let mut queue = self.queue();
        let room = queue.waiting.len() < WAITING;
        if room {
            queue.waiting.push_back(job);
        }
        room
    }

    /// The work, unless somebody is at it.
    fn begin(self: Arc<Self>) -> Option<Work> {
        let mut queue = self.queue();
        let begins = !std::mem::replace(&mut queue.working, true);
        drop(queue);
        begins.then(|| Work { inner: self, ended: false })
    }

    fn tell(&self, subject: &Subject, findings: &Findings) {
        let name = subject.name.as_deref().and_then(|name| self.provider.documented_name(subject.kind, name));
        let name = name.unwrap_or_else(|| "other".to_owned());
        for (finding, path, count) in findings.iter() {
            telemetry::found(subject.kind, name.clone(), finding, count);
            let place = Place { kind: subject.kind, name: name.clone(), finding, path: shown(path) };
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.len() == PLACES || told.contains(&place) {
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
            told.insert(place);
            if told.len() == PLACES {
                tracing::warn!(
                    places = PLACES,
                    "no further place is told of that this version does not know"
                );
            }
        }
    }
}

/// Whoever holds it works on the queue.
struct Work {
    inner: Arc<Inner>,
    ended: bool,
}

impl Work {
    async fn run(mut self) {
        while let Some(job) = self.next() {
            let provider = self.inner.provider.clone();
            let inspected = tokio::task::spawn_blocking(move || {
                let findings: Vec<_> =
                    job.entries.iter().map(|entry| provider.inspect(entry.kind, &entry.body)).collect();
                (job, findings)
            });
            let Ok((job, findings)) = inspected.await else {
                telemetry::inspected("failed", 1);
                continue;
            };
            for (entry, findings) in job.entries.iter().zip(&findings) {
                findings.iter().for_each(|findings| self.inner.tell(entry, findings));
            }
            telemetry::inspected("done", job.entries.len());
        }
    }

    fn next(&mut self) -> Option<Job> {
        let mut queue = self.inner.queue();
        let job = queue.waiting.pop_front();
        self.ended = job.is_none();
        queue.working = !self.ended;
        job
    }
}

impl Drop for Work {
    /// Where its runtime ends in the middle, another may begin.
    fn drop(&mut self) {
        if !self.ended {
            self.inner.queue().working = false;
        }
    }
}

/// A path as it may be logged: nothing in it that is not like the name of a member, since whoever makes one up may
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
