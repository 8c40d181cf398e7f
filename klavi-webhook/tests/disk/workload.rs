//! What is done to the inbox while it is recorded, and what has to be found afterwards. All that these tests use of
//! the inbox stands here.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use klavi_webhook::klavi::{Klavi, SigningKey};
use klavi_webhook::{
    Change, Delivery, EntryState, Filter, Inbox, InboxError, LeaseRequest, NewEntry, Page, PostgresInbox,
    Provider, Split, SqliteInbox,
};

const KEY: &str = "A1B2C3D4-0000-4000-8000-MOCKMOCKMOCK";
const STORING: u64 = 6;

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// How often the inbox is opened and closed.
    pub(crate) rounds: u64,
    /// How often each of the tasks stores in a round.
    pub(crate) stores: u64,
    /// Whether some bodies are larger than what one write takes.
    pub(crate) large: bool,
}

/// Opens the inbox: the URL of a server, or a file.
pub(crate) async fn open(address: &str) -> Result<Arc<dyn Inbox>, InboxError> {
    if address.starts_with("postgres:") {
        Ok(Arc::new(PostgresInbox::connect(address).await?))
    } else {
        Ok(Arc::new(SqliteInbox::open(address).await?))
    }
}

/// The bytes that go with a key: short, long and easy to pack, or long and noise.
fn body(key: &str) -> Arc<str> {
    static BODIES: Mutex<BTreeMap<String, Arc<str>>> = Mutex::new(BTreeMap::new());
    // Thousands of images have the same.
    BODIES.lock().unwrap().entry(key.to_owned()).or_insert_with(|| make_body(key).into()).clone()
}

fn make_body(key: &str) -> String {
    let mut chance =
        Rng::with_seed(key.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31) + u64::from(byte)));
    let note = match chance.u8(..10) {
        _ if key.starts_with("large") => noise(&mut chance, 1_500_000),
        0..6 => noise(&mut chance, 20),
        6..8 => "text ".repeat(2_000),
        _ => noise(&mut chance, 9_000),
    };
    format!(r#"{{"eventId":"{key}","eventName":"link_created","note":"{note}"}}"#)
}

fn noise(chance: &mut Rng, length: usize) -> String {
    std::iter::repeat_with(|| chance.alphanumeric()).take(length).collect()
}

fn entries(keys: &[String]) -> Vec<NewEntry> {
    let bodies: Vec<_> = keys.iter().map(|key| body(key)).collect();
    let delivery = format!("[{}]", bodies.join(","));
    let signature = SigningKey::from(KEY).sign(delivery.as_bytes()).to_string();
    let mut headers = HeaderMap::new();
    headers.insert("x-klavi-signature", HeaderValue::from_str(&signature).unwrap());
    let klavi = Klavi::new(KEY);
    let delivery = Delivery::new(Bytes::from(delivery), headers).verify(&klavi, start()).unwrap();
    match klavi.split(&delivery) {
        Split::Entries(entries) => entries,
        Split::Ping => Vec::new(),
    }
}

fn start() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// Says what has returned, each line in one write, so that it has its place in the log.
#[derive(Clone)]
struct Acks(Arc<File>);

impl Acks {
    fn say(&self, line: &str) {
        (&*self.0).write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Says why it failed, if it did.
    fn ok<T>(&self, result: Result<T, InboxError>) -> Option<T> {
        result.map_err(|error| self.say(&format!("failed {} {error:?}", error.kind().as_str()))).ok()
    }
}

/// Stores, leases, settles and prunes, and says what was acknowledged, until the plan is done.
pub(crate) async fn run(address: &str, acks: &Path, plan: Plan) {
    let acks = Acks(Arc::new(File::options().create(true).append(true).open(acks).unwrap()));
    for round in 0..plan.rounds {
        let Some(inbox) = acks.ok(open(address).await) else { continue };
        let storing =
            (0..STORING).map(|task| tokio::spawn(store(inbox.clone(), acks.clone(), plan, round, task)));
        let settling = tokio::spawn(settle(inbox.clone(), acks.clone(), plan.stores));
        for task in storing.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        settling.await.unwrap();
        if round % 2 == 1 {
            acks.say("pruning");
            let done = Filter::all().in_state(EntryState::Done);
            acks.ok(inbox.change(&done, Change::Prune).await);
        }
        // Whatever failed before, it works again by now, if anything does.
        if store_keys(&*inbox, &acks, &[format!("last.{round}.0of1")]).await {
            acks.say("well");
        }
    }
    acks.say("ended");
}

async fn store(inbox: Arc<dyn Inbox>, acks: Acks, plan: Plan, round: u64, task: u64) {
    for n in 0..plan.stores {
        // One entry, or three that belong together.
        let parts = 1 + n % 2 * 2;
        let kind = if plan.large && round < 2 && task == 0 && n == 0 { "large" } else { "small" };
        let keys: Vec<_> =
            (0..parts).map(|part| format!("{kind}.{round}.{task}.{n}.{part}of{parts}")).collect();
        store_keys(&*inbox, &acks, &keys).await;
    }
}

async fn store_keys(inbox: &dyn Inbox, acks: &Acks, keys: &[String]) -> bool {
    let stored = acks.ok(inbox.store(entries(keys)).await);
    if stored.is_some() {
        acks.say(&format!("stored {}", keys.join(" ")));
    }
    stored.is_some()
}

async fn settle(inbox: Arc<dyn Inbox>, acks: Acks, times: u64) {
    for _ in 0..times {
        let leased = acks.ok(inbox.lease(LeaseRequest::new(4)).await);
        for leased in leased.unwrap_or_default().entries {
            let key = leased.entry.message_id.clone().unwrap();
            acks.say(&format!("settling {key}"));
            if acks.ok(inbox.settle(vec![leased.ticket.done()]).await) == Some(vec![true]) {
                acks.say(&format!("settled {key}"));
            }
        }
        tokio::task::yield_now().await;
    }
}

/// What was said before the cut.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) stored: HashSet<String>,
    settled: HashSet<String>,
    /// Those that are settled, or perhaps, when something is pruned: they need not be there.
    prunable: HashSet<String>,
    settling: HashSet<String>,
    /// The kind of each failure, and all of it.
    pub(crate) failures: Vec<(String, String)>,
    /// How often storing worked at the end of a round.
    pub(crate) well: u64,
    pub(crate) ended: bool,
}

impl Said {
    pub(crate) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut said = Self::default();
        for line in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "stored" => said.stored.extend(rest.split(' ').map(str::to_owned)),
                "settling" => drop(said.settling.insert(rest.to_owned())),
                "settled" => drop(said.settled.insert(rest.to_owned())),
                "pruning" => said.prunable.extend(said.settling.iter().cloned()),
                "failed" => {
                    let (kind, error) = rest.split_once(' ').unwrap();
                    said.failures.push((kind.to_owned(), error.to_owned()));
                }
                "well" => said.well += 1,
                "ended" => said.ended = true,
                _ => panic!("unknown line: {line}"),
            }
        }
        said
    }

    /// Holds the inbox to what was said.
    pub(crate) async fn check(&self, inbox: &dyn Inbox) -> Result<(), String> {
        let failed = |error: InboxError| format!("{error:?}");
        let mut found = HashMap::new();
        for entry in inbox.list(&Filter::all(), Page::first(usize::MAX)).await.map_err(failed)? {
            let key = entry.message_id.clone().unwrap();
            if found.insert(key.clone(), entry).is_some() {
                return Err(format!("{key} is there twice"));
            }
        }
        for key in &self.stored {
            let is_done = match found.get(key) {
                Some(entry) => entry.state == EntryState::Done,
                None if self.prunable.contains(key) => true,
                None => return Err(format!("{key} was acknowledged and is not there")),
            };
            if self.settled.contains(key) && !is_done {
                return Err(format!("{key} was settled and is open again"));
            }
        }
        for (key, entry) in &found {
            let whole = inbox.get(entry.id).await.map_err(failed)?;
            let whole = whole.ok_or_else(|| format!("{key} is there without its bytes"))?;
            if whole.body != body(key).as_bytes() {
                return Err(format!("{key} has other bytes than it came with"));
            }
            // What belongs together is there together, acknowledged or not.
            if let Some(one) = key.strip_suffix("of3") {
                let others = (0..3).map(|part| format!("{}{part}of3", &one[..one.len() - 1]));
                for other in others.filter(|other| !found.contains_key(other)) {
                    if !self.settling.contains(&other) {
                        return Err(format!("{key} is there without {other}"));
                    }
                }
            }
        }
        Ok(())
    }
}
