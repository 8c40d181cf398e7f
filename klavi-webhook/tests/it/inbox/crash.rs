//! kill -9 at any moment: what was acknowledged is there, once and whole.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use klavi_webhook::{Clock, EntryId, EntryState, Filter, Inbox};

use super::{Place, open};
use crate::{lease, list, split, start};

/// Where the child keeps its entries; without it there is nothing to do.
const ADDRESS: &str = "KLAVI_TEST_CRASH_INBOX";
/// What the keys of this child begin with.
const ROUND: &str = "KLAVI_TEST_CRASH_ROUND";

const KILLS: u64 = 30;
const STORING: u64 = 8;

/// The body that goes with a key: small or large enough to be packed.
fn body(key: &str) -> String {
    let size = key.bytes().map(usize::from).sum::<usize>() % 7 * 1_500;
    format!(r#"{{"eventId":"{key}","eventName":"link_created","note":"{}"}}"#, "x".repeat(size))
}

/// Not a test of its own: the process that is killed. It stores and handles entries until then.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn child() {
    let (Ok(address), Ok(round)) = (std::env::var(ADDRESS), std::env::var(ROUND)) else { return };
    let inbox = open(&address, &Clock::manual(start())).await;
    tokio::spawn(handle(inbox.clone()));
    let next = Arc::new(AtomicU64::new(0));
    let storing = (0..STORING).map(|_| tokio::spawn(store(inbox.clone(), round.clone(), next.clone())));
    futures_util::future::join_all(storing).await;
}

async fn store(inbox: Arc<dyn Inbox>, round: String, next: Arc<AtomicU64>) {
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        // One entry, or three that belong together.
        let keys: Vec<_> = (0..1 + n % 2 * 2).map(|part| format!("{round}.{n}.{part}")).collect();
        let bodies: Vec<_> = keys.iter().map(|key| body(key)).collect();
        inbox.store(split(&format!("[{}]", bodies.join(",")))).await.unwrap();
        let line = format!("\nstored {}\n", keys.join(" "));
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    }
}

async fn handle(inbox: Arc<dyn Inbox>) {
    loop {
        let leased = lease(&*inbox, 4).await;
        inbox.settle(leased.into_iter().map(|leased| leased.ticket.done()).collect()).await.unwrap();
    }
}

pub(crate) async fn what_was_acknowledged_outlives_kill_9(place: &Place) {
    let mut chance = fastrand::Rng::with_seed(20);
    let mut acknowledged = HashSet::new();
    let mut checked = None;
    for round in 0..KILLS {
        // Some die while they open the inbox.
        let moment = if round % 10 == 0 { 0 } else { chance.usize(1..60) };
        acknowledged.extend(killed_after(moment, &place.address(), round));
        let inbox = place.open().await;
        checked = check(&*inbox, &acknowledged, checked).await;
    }
    let inbox = place.open().await;
    check(&*inbox, &acknowledged, None).await;
    let done = inbox.counts().await.unwrap().in_state(EntryState::Done);
    assert!(acknowledged.len() > 100 && done > 0, "{} acknowledged, {done} done", acknowledged.len());
}

/// Runs a child until it has acknowledged that many lines, kills it, and returns every key it acknowledged.
fn killed_after(lines: usize, address: &str, round: u64) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "inbox::crash::child", "--nocapture"])
        .env(ADDRESS, address)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (mut keys, mut seen, mut line) = (Vec::new(), 0, String::new());
    loop {
        if seen == lines {
            child.kill().unwrap();
        }
        line.clear();
        // What the pipe still holds counts too; a line without an end was not said.
        if output.read_line(&mut line).unwrap() == 0 {
            break;
        }
        if let Some(said) = line.strip_prefix("stored ").and_then(|said| said.strip_suffix('\n')) {
            keys.extend(said.split(' ').map(str::to_owned));
            seen += 1;
        }
    }
    let status = child.wait().unwrap();
    assert!(status.code().is_none(), "it ended by itself: {status}");
    keys
}

/// Holds the inbox to what was acknowledged; returns how far its bodies are checked.
async fn check(
    inbox: &dyn Inbox,
    acknowledged: &HashSet<String>,
    checked: Option<EntryId>,
) -> Option<EntryId> {
    let entries = list(inbox, &Filter::all()).await;
    let mut counts: HashMap<_, u32> = HashMap::new();
    for entry in &entries {
        *counts.entry(entry.message_id.clone().unwrap()).or_default() += 1;
    }
    for key in acknowledged {
        assert_eq!(counts.get(key), Some(&1), "{key}");
    }
    // What belongs together is there together, acknowledged or not.
    for key in counts.keys().filter(|key| key.ends_with(".1")) {
        let whole = key.strip_suffix('1').unwrap();
        assert!(
            counts.contains_key(&format!("{whole}0")) && counts.contains_key(&format!("{whole}2")),
            "{key}"
        );
    }
    for entry in entries.iter().filter(|entry| checked.is_none_or(|last| entry.id > last)) {
        let found = inbox.get(entry.id).await.unwrap();
        let found = found.unwrap_or_else(|| panic!("{} is {:?} without its bytes", entry.id, entry.state));
        assert_eq!(found.body, body(entry.message_id.as_deref().unwrap()));
    }
    entries.last().map(|entry| entry.id)
}
