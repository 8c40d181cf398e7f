//! kill -9 of the whole program under load, at any moment: what it answered with 200 is in the inbox, once and whole,
//! and was handed on; nothing else is there.

mod endpoint;
mod ledger;
mod sender;

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use klavi_webhook::{Entry, EntryState, Filter, Inbox, Page};
use serde_json::Value;
use tokio::sync::{Mutex, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, interval};

use self::ledger::{Ledger, Sums};
use self::sender::{Life, Sender};
use crate::place::Place;
use crate::receive::{FORWARD_KEY, Receive, receive};
use crate::{klavi, say, stderr, stdout};

/// Under load, unless `KLAVI_TEST_KILLS` says how many: `.ci/soak` runs 1,000, so that these only show that nothing broke.
/// After every fifth of them it is killed once more while it starts.
const KILLS: u32 = 12;
const SENDERS: u64 = 32;

/// At most so many answers before it is killed, or so many entries that are handed on.
const ANSWERS: u64 = 400;
const FORWARDED: u64 = 100;

/// What the load has to reach, in deliveries that are answered in a second.
const RATE: f64 = 200.0;

/// For how long the backlog may stay as large as it is.
const SETTLED: Duration = Duration::from_secs(60);

/// One of them at a time, so that each has the machine for itself.
static TURN: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_answered_is_kept_in_sqlite_and_handed_on() {
    Place::sqlite().holds(nothing_is_lost_or_made_up).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn what_was_answered_is_kept_in_postgres_and_handed_on() {
    Place::postgres().await.holds(nothing_is_lost_or_made_up).await;
}

async fn nothing_is_lost_or_made_up(place: &Place) {
    let _turn = TURN.lock().await;
    let given = std::env::var("KLAVI_TEST_SEED").ok();
    let seed = given.map_or_else(|| fastrand::u64(..), |seed| seed.parse().unwrap());
    say(&format!("kill -9, {}: KLAVI_TEST_SEED={seed}", place.name()));
    let mut chance = Rng::with_seed(seed);
    let wanted = std::env::var("KLAVI_TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());

    let ledger = Arc::new(Ledger::new());
    let program = Program { inbox: place.url(), forward: endpoint::serve(ledger.clone()).await };
    let life = watch::Sender::new(Life::default());
    let sender = Sender::new(ledger.clone(), life.subscribe(), &mut chance);
    let sending: JoinSet<_> = (0..SENDERS).map(|_| sender.clone().send(chance.fork())).collect();

    let (mut kills, mut up) = (0, Duration::ZERO);
    for round in 1..=wanted {
        up += killed_under_load(&program, &life, &ledger, &mut chance).await;
        kills += 1;
        if round % 5 == 0 {
            program.killed_while_it_starts(&mut chance);
            kills += 1;
        }
    }
    let answered = *ledger.answered.borrow();

    // The last one lives: what is under way is answered, what was taken in is handed on.
    let process = program.start().await;
    life.send_modify(|life| {
        *life = Life { number: life.number + 1, address: Some(process.address.clone()), is_last: true };
    });
    sending.join_all().await;
    let inbox = place.open().await;
    settled(&*inbox).await;
    assert_eq!(spawn_blocking(|| process.stop()).await.unwrap(), Some(0));

    let entries = entries(&*inbox).await;
    let sums = ledger.check(&entries);
    if let Some(difference) = program.exports_otherwise(&entries) {
        ledger.is_wrong(difference);
    }
    report(place, kills, answered, up, &sums);
    ledger.assert_right(seed);
    // Otherwise it was no load, or nobody was killed in the middle of anything.
    let lives = usize::try_from(wanted).unwrap();
    assert!(sums.acknowledged > 15 * lives && sums.unanswered > 0 && sums.handled_again > 0, "{sums:?}");
    let what = place.name().to_lowercase();
    say(&format!("soak: kills-{what} {kills} {seed} {} acknowledged, none lost", sums.acknowledged));
}

/// How a process is started, again and again.
struct Program {
    inbox: String,
    forward: String,
}

impl Program {
    fn arguments(&self) -> [&str; 7] {
        // A short lease, so that what a killed process held comes again soon.
        ["--inbox", &self.inbox, "--no-allow-list", "--forward", &self.forward, "--lease", "2"]
    }

    async fn start(&self) -> Receive {
        let arguments = self.arguments().map(str::to_owned);
        let start = move || {
            let arguments = arguments.each_ref().map(String::as_str);
            Receive::start(&arguments, &[("KLAVI_FORWARD_SECRET", FORWARD_KEY)])
        };
        spawn_blocking(start).await.unwrap()
    }

    fn killed_while_it_starts(&self, chance: &mut Rng) {
        let mut process = receive(&self.arguments(), &[("KLAVI_FORWARD_SECRET", FORWARD_KEY)]);
        let mut process = process.stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..chance.u32(..100_000) {
            std::thread::yield_now();
        }
        process.kill().unwrap();
        let status = process.wait().unwrap();
        assert!(status.code().is_none(), "it ended by itself: {status}");
    }

    /// What the command says in another way than the library.
    fn exports_otherwise(&self, entries: &[Entry]) -> Option<String> {
        let output = klavi(&["inbox", "--inbox", &self.inbox, "export"], b"");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let exported: Vec<Value> =
            stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let same = |(line, entry): (&Value, &Entry)| {
            line["id"] == entry.id.get()
                && line["state"] == entry.state.as_str()
                && line["dedupKey"] == entry.dedup_key
                && line["body"].as_str().map(str::as_bytes) == Some(&entry.body[..])
        };
        let all = exported.len() == entries.len() && exported.iter().zip(entries).all(same);
        (!all).then(|| format!("{} entries are exported otherwise than they are", exported.len()))
    }
}

/// One life under load; how long it took deliveries.
async fn killed_under_load(
    program: &Program,
    life: &watch::Sender<Life>,
    ledger: &Ledger,
    chance: &mut Rng,
) -> Duration {
    // In the middle of handing on, unless so many are answered before.
    let (answers, forwarded) = (chance.u64(1..=ANSWERS), chance.u64(1..=FORWARDED));
    let process = program.start().await;
    let begin = Instant::now();
    let (mut answered, mut handed_on) = (ledger.answered.subscribe(), ledger.forwarded.subscribe());
    let (answers, forwarded) = (*answered.borrow() + answers, *handed_on.borrow() + forwarded);
    life.send_modify(|life| {
        *life = Life { number: life.number + 1, address: Some(process.address.clone()), is_last: false };
    });
    tokio::select! {
        seen = answered.wait_for(|seen| *seen >= answers) => seen.map(|_| ()),
        seen = handed_on.wait_for(|seen| *seen >= forwarded) => seen.map(|_| ()),
    }
    .unwrap();
    // Not always right behind an answer.
    for _ in 0..chance.u32(..2_000) {
        tokio::task::yield_now().await;
    }
    let up = begin.elapsed();
    process.kill();
    life.send_modify(|life| life.address = None);
    up
}

/// Waits until nothing is left to hand on, as long as it becomes less.
async fn settled(inbox: &dyn Inbox) {
    let mut look = interval(Duration::from_millis(50));
    let (mut least, mut since) = (u64::MAX, Instant::now());
    loop {
        look.tick().await;
        let counts = inbox.counts().await.unwrap();
        let left = counts.in_state(EntryState::Pending) + counts.in_state(EntryState::Leased);
        if left == 0 {
            return;
        }
        if left < least {
            (least, since) = (left, Instant::now());
        }
        assert!(since.elapsed() < SETTLED, "{counts:?}");
    }
}

async fn entries(inbox: &dyn Inbox) -> Vec<Entry> {
    let mut entries = Vec::new();
    for summary in inbox.list(&Filter::all(), Page::first(usize::MAX)).await.unwrap() {
        let entry = inbox.get(summary.id).await.unwrap();
        entries
            .push(entry.unwrap_or_else(|| panic!("{} is {:?} without its bytes", summary.id, summary.state)));
    }
    entries
}

#[expect(clippy::cast_precision_loss, reason = "far from where it counts")]
fn report(place: &Place, kills: u32, answered: u64, up: Duration, sums: &Sums) {
    let rate = answered as f64 / up.as_secs_f64();
    let reached = if rate >= RATE { "reached" } else { "NOT REACHED" };
    say(&format!(
        "| inbox | kills | deliveries answered | not answered | of these kept | entries | forwarded | handled twice | answers/s while up |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n\
         | {} | {kills} | {} | {} | {} | {} | {} | {} | {rate:.0} |\n\
         {RATE:.0} deliveries/s: {reached}",
        place.name(),
        sums.acknowledged,
        sums.unanswered,
        sums.kept_unanswered,
        sums.entries,
        sums.forwarded,
        sums.handled_again,
    ));
}
