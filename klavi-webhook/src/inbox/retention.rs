//! How long entries are kept, and the task that sees to it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Change, EntryState, Filter, Inbox, InboxError, Page};
use crate::telemetry;

/// `bytes` never deletes what is younger.
const YOUNGEST: SignedDuration = SignedDuration::from_hours(24);

/// How often the policy is applied.
const EVERY: Duration = Duration::from_secs(60);

/// How many entries are looked at to find out how far back to go for bytes.
const STEP: usize = 500;

/// How long entries are kept: `done=30d,dead=90d,bytes=20GiB,keys=400d`.
///
/// `done` and `dead` are ages since receipt; `dead` holds for dead letters and quarantined entries. `bytes` bounds the
/// stored bodies of handled entries: the oldest go first, never one younger than 24 hours. Entries that are open stay, and
/// so do those that an open expectation waits for.
///
/// Keys outlive their bodies, so that a message that comes again is known: for ever, or up to the age since receipt that
/// `keys` says. A message that comes again after that is a new entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionPolicy {
    /// How long handled entries are kept.
    pub done: Option<Duration>,
    /// How long dead letters and quarantined entries are kept.
    pub dead: Option<Duration>,
    /// How many bytes the bodies of handled entries may take.
    pub bytes: Option<u64>,
    /// How long the keys of pruned entries are kept; for ever where it is not given.
    pub keys: Option<Duration>,
}

/// The text is no retention policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is no part of a retention policy such as done=30d,dead=90d,bytes=20GiB,keys=400d")]
pub struct InvalidRetention {
    part: String,
}

impl FromStr for RetentionPolicy {
    type Err = InvalidRetention;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut policy = Self::default();
        for part in text.split(',').map(str::trim) {
            let invalid = || InvalidRetention { part: part.to_owned() };
            let (name, value) = part.split_once('=').ok_or_else(invalid)?;
            let known = match name.trim() {
                "done" => policy.done.replace(age(value.trim()).ok_or_else(invalid)?).is_none(),
                "dead" => policy.dead.replace(age(value.trim()).ok_or_else(invalid)?).is_none(),
                "bytes" => policy.bytes.replace(bytes(value.trim()).ok_or_else(invalid)?).is_none(),
                "keys" => policy.keys.replace(age(value.trim()).ok_or_else(invalid)?).is_none(),
                _ => false,
            };
            if !known {
                return Err(invalid());
            }
        }
        Ok(policy)
    }
}

impl fmt::Display for RetentionPolicy {
    /// As it is read, in the largest units that fit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const AGES: [(u64, &str); 4] = [(24 * 60 * 60, "d"), (60 * 60, "h"), (60, "m"), (1, "s")];
        const SIZES: [(u64, &str); 5] =
            [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B")];
        fn part(name: &str, number: u64, units: &[(u64, &str)]) -> String {
            // Nothing is as much in any unit.
            let fits = |size: u64| number.is_multiple_of(size) && (number > 0 || size == 1);
            let (size, unit) = units.iter().copied().find(|(size, _)| fits(*size)).unwrap_or((1, ""));
            format!("{name}={}{unit}", number / size)
        }
        let parts = [
            self.done.map(|age| part("done", age.as_secs(), &AGES)),
            self.dead.map(|age| part("dead", age.as_secs(), &AGES)),
            self.bytes.map(|bytes| part("bytes", bytes, &SIZES)),
            self.keys.map(|age| part("keys", age.as_secs(), &AGES)),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(","))
    }
}

fn split(text: &str) -> Option<(u64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..digits].parse().ok()?, text[digits..].trim()))
}

fn age(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(seconds)?))
}

fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    let size = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1_u64 << 40,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        _ => return None,
    };
    number.checked_mul(size)
}

/// The instant that long before now; the earliest of all where the time goes further back.
fn before(now: Timestamp, age: Duration) -> Timestamp {
    SignedDuration::try_from(age).ok().and_then(|age| now.checked_sub(age).ok()).unwrap_or(Timestamp::MIN)
}

/// How much a policy deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pruned {
    /// Entries whose bodies and metadata were deleted.
    pub entries: u64,
    /// Keys of entries that were pruned now or earlier.
    pub keys: u64,
}

/// Applies a policy to an inbox.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use klavi_webhook::{Retention, SqliteInbox};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = Arc::new(SqliteInbox::open("inbox.db").await?);
/// let retention = Retention::new(inbox, "done=30d,dead=90d,bytes=20GiB".parse()?);
/// tokio::spawn(retention.run(std::future::pending()));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Retention {
    inbox: Arc<dyn Inbox>,
    policy: RetentionPolicy,
}

impl Retention {
    /// Applies this policy to this inbox.
    pub fn new(inbox: Arc<dyn Inbox>, policy: RetentionPolicy) -> Self {
        Self { inbox, policy }
    }

    /// Applies it once a minute until `stop` completes.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut every = tokio::time::interval(EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let apply = async {
                every.tick().await;
                self.apply().await
            };
            tokio::select! {
                biased;
                () = &mut stop => return,
                applied = apply => match applied {
                    Ok(Pruned { entries: 0, keys: 0 }) => {}
                    Ok(Pruned { entries, keys }) => {
                        tracing::info!(entries, keys, "entries and keys pruned by the retention policy");
                    }
                    Err(error) => tracing::error!(cause = error.cause(), "{error}"),
                }
            }
        }
    }

    /// Applies it once and returns how much was pruned.
    ///
    /// # Errors
    /// Where the inbox could not prune. What was pruned before stays so.
    pub async fn apply(&self) -> Result<Pruned, InboxError> {
        let now = self.inbox.now().await?;
        let mut pruned = Pruned::default();
        let ages = [
            (self.policy.done, &[EntryState::Done][..]),
            (self.policy.dead, &[EntryState::Dead, EntryState::Quarantined]),
        ];
        for (age, states) in ages {
            let Some(age) = age else { continue };
            let old = Filter { states: states.to_vec(), ..Filter::all().until(before(now, age)) };
            pruned.entries += self.inbox.change(&old, Change::Prune).await?;
        }
        if let Some(most) = self.policy.bytes {
            pruned.entries += self.prune_bytes(now, most).await?;
        }
        // Last, so that the keys of what was pruned just now and is old enough go with it.
        if let Some(age) = self.policy.keys {
            pruned.keys = self.inbox.forget(before(now, age)).await?;
        }
        Ok(pruned)
    }

    async fn prune_bytes(&self, now: Timestamp, most: u64) -> Result<u64, InboxError> {
        let before = now.saturating_sub(YOUNGEST).unwrap_or(Timestamp::MIN);
        let (mut pruned, mut page) = (0, Page::first(STEP));
        let old = Filter::all().in_state(EntryState::Done).until(before);
        loop {
            let kept = self.inbox.counts().await?.bytes_in_state(EntryState::Done);
            let Some(excess) = kept.checked_sub(most).filter(|excess| *excess > 0) else {
                telemetry::retention_excess(0);
                return Ok(pruned);
            };
            let oldest = self.inbox.list(&old, page.clone()).await?;
            if oldest.is_empty() {
                tracing::warn!(
                    kept,
                    most,
                    "bodies exceed the retention policy's bytes, and none may be deleted yet"
                );
                telemetry::retention_excess(excess);
                return Ok(pruned);
            }
            // Sizes as they came are an upper bound of what is stored: too few go at a time, and the loop goes on.
            let mut freed = 0;
            let some: Vec<_> = oldest
                .iter()
                .take_while(|entry| {
                    let goes = freed < excess;
                    freed += entry.bytes;
                    goes
                })
                .collect();
            // What stays because it is awaited is not looked at again.
            page = some.last().map_or(page, |last| Page::first(STEP).after(last));
            let some = Filter { ids: some.iter().map(|entry| entry.id).collect(), ..old.clone() };
            pruned += self.inbox.change(&some, Change::Prune).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read_and_what_is_none_is_named() {
        let policy: RetentionPolicy = "done=30d, dead=90d,bytes=20GiB".parse().unwrap();
        assert_eq!(policy.done, Some(Duration::from_secs(30 * 86_400)));
        assert_eq!(policy.dead, Some(Duration::from_secs(90 * 86_400)));
        assert_eq!(policy.bytes, Some(20 << 30));
        assert_eq!(policy.keys, None);
        for text in [
            "done=30d,dead=90d,bytes=20GiB",
            "done=36h",
            "dead=90s,bytes=1500B",
            "done=0s,bytes=0B",
            "done=1h,keys=400d",
        ] {
            assert_eq!(text.parse::<RetentionPolicy>().unwrap().to_string(), text);
        }
        for (text, part) in [
            ("", ""),
            ("done", "done"),
            ("done=30", "done=30"),
            ("done=1d,done=2d", "done=2d"),
            ("keys=1GiB", "keys=1GiB"),
            ("keys=1d,keys=2d", "keys=2d"),
            ("bytes=20Gib", "bytes=20Gib"),
            ("age=3d", "age=3d"),
            ("done=99999999999999999999d", "done=99999999999999999999d"),
        ] {
            let error = text.parse::<RetentionPolicy>().unwrap_err();
            assert_eq!(error, InvalidRetention { part: part.to_owned() }, "{text}");
        }
    }
}
