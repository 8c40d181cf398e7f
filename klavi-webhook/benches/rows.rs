//! What the inbox's work takes with ten thousand entries and with many more, in one run.
//!
//! `cargo bench -p klavi-webhook --bench rows -- [ROWS] [FOLDER]` fills a SQLite database below `FOLDER` with so many
//! entries (a million unless said otherwise) and one with 10,000, and prints the median of each piece of work in both and
//! their ratio. With `KLAVI_TEST_POSTGRES` set it does that in two schemas of that PostgreSQL database instead. Entries have
//! bodies of 300 bytes; 86 % are done, 10 % pending and due, 2 % wait for an attempt, 1.5 % are dead, 0.5 % quarantined.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench ends by panicking and prints what it measured"
)]

#[path = "rows/fill.rs"]
mod fill;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use klavi_webhook::{
    Change, EntryKind, EntryState, Envelope, Filter, Inbox, LeaseRequest, NewEntry, Page, SqliteInbox,
};

const FEW: u64 = 10_000;

/// How often each piece of work is done.
const TIMES: usize = 101;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let rows = arguments.first().map_or(1_000_000, |rows| rows.parse().unwrap());
    let folder = arguments.get(1).map_or_else(|| env!("CARGO_TARGET_TMPDIR").to_owned(), Clone::clone);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        match std::env::var("KLAVI_TEST_POSTGRES") {
            Err(_) => sqlite(rows, &folder).await,
            Ok(server) => postgres(rows, &server).await,
        }
    });
}

async fn sqlite(rows: u64, folder: &str) {
    let mut tables = Vec::new();
    for rows in [FEW, rows] {
        let folder = tempfile::tempdir_in(folder).unwrap();
        let path = folder.path().join("inbox.db");
        drop(SqliteInbox::open(&path).await.unwrap());
        let begin = Instant::now();
        fill::sqlite(&path, rows);
        println!("SQLite: {rows} entries filled in {:.0?}", begin.elapsed());
        let begin = Instant::now();
        let inbox = Arc::new(SqliteInbox::open(&path).await.unwrap());
        tables.push(measure(inbox, begin).await);
    }
    print("SQLite", rows, &tables);
}

async fn postgres(rows: u64, server: &str) {
    let mut tables = Vec::new();
    for rows in [FEW, rows] {
        let place = fill::Schema::new(server).await;
        let begin = Instant::now();
        place.fill(rows).await;
        println!("PostgreSQL: {rows} entries filled in {:.0?}", begin.elapsed());
        let begin = Instant::now();
        tables.push(measure(place.open().await, begin).await);
        place.remove().await;
    }
    print("PostgreSQL", rows, &tables);
}

/// Prints the table, and for `.ci/soak` the ratio of the piece of work that fares worst.
fn print(name: &str, rows: u64, tables: &[Vec<(&'static str, Duration)>]) {
    println!("\n| {name} | {FEW} entries | {rows} entries | ratio |\n|---|---:|---:|---:|");
    for ((work, few), (_, many)) in tables[0].iter().zip(&tables[1]) {
        println!("| {work} | {few:.1?} | {many:.1?} | {:.2} |", many.as_secs_f64() / few.as_secs_f64());
    }
    let ratios = tables[0]
        .iter()
        .zip(&tables[1])
        .map(|((work, few), (_, many))| (work, many.as_secs_f64() / few.as_secs_f64()));
    if let Some((work, ratio)) = ratios.max_by(|one, other| one.1.total_cmp(&other.1)) {
        println!("soak: rows {rows} 0 {name}: at most {ratio:.2} times as long as with {FEW} ({work})");
    }
}

fn entry(number: usize, link: &str) -> NewEntry {
    let now = klavi_webhook::Clock::system().now();
    let mut envelope = Envelope::new(EntryKind::Report, now);
    envelope.name = Some("pf_balance".to_owned());
    envelope.message_id = Some(format!("new-{number}-{:016x}", fastrand::u64(..)));
    envelope.link_id = Some(link.to_owned());
    envelope.request_id = Some(format!("request-{number}"));
    NewEntry::new(envelope, Bytes::from(format!("{{\"note\":\"{:0>290}\"}}", fastrand::u64(..))))
}

async fn median(mut work: impl AsyncFnMut(usize)) -> Duration {
    let mut times = Vec::with_capacity(TIMES);
    for turn in 0..TIMES {
        let begin = Instant::now();
        work(turn).await;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    times[TIMES / 2]
}

/// What was measured, told at once: one piece of work may take long.
struct Table(Vec<(&'static str, Duration)>);

impl Table {
    fn push(&mut self, row: (&'static str, Duration)) {
        println!("{}: {:.1?}", row.0, row.1);
        self.0.push(row);
    }
}

async fn measure(inbox: Arc<dyn Inbox>, opening: Instant) -> Vec<(&'static str, Duration)> {
    let mut table = Table(Vec::new());
    table.push(("open", opening.elapsed()));
    let inbox = &*inbox;
    let store = median(async |turn| drop(inbox.store(vec![entry(turn, "link-7")]).await.unwrap())).await;
    table.push(("store one", store));
    let mut leased = Vec::new();
    let lease = median(async |_| {
        let lease = inbox.lease(LeaseRequest::new(8)).await.unwrap();
        assert_eq!(lease.entries.len(), 8);
        leased.push(lease.entries);
    });
    table.push(("lease 8", lease.await));
    let settle = median(async |turn| {
        let settlements = leased[turn].iter().map(|leased| leased.ticket.clone().done()).collect();
        assert!(inbox.settle(settlements).await.unwrap().iter().all(|settled| *settled));
    });
    table.push(("settle 8", settle.await));
    table.push(("probe (check)", median(async |_| inbox.check().await.unwrap()).await));
    table.push(("counts", median(async |_| drop(inbox.counts().await.unwrap())).await));
    let of_link = Filter::all().of_link("link-7");
    let list = median(async |_| drop(inbox.list(&of_link, Page::first(50)).await.unwrap()));
    table.push(("list 50 of a link", list.await));
    let dead = Filter::all().in_state(EntryState::Dead);
    let list = median(async |_| drop(inbox.list(&dead, Page::first(50)).await.unwrap()));
    table.push(("list 50 dead letters", list.await));
    // Entries were received a second apart, from the epoch on.
    let nothing = Filter::all().in_state(EntryState::Done).until(Timestamp::UNIX_EPOCH);
    let none = median(async |_| assert_eq!(inbox.change(&nothing, Change::Prune).await.unwrap(), 0));
    table.push(("prune nothing", none.await));
    let twenty = |turn: usize| Timestamp::from_second(i64::try_from(turn + 1).unwrap() * 20).unwrap();
    let some = median(async |turn| {
        let old = Filter::all().in_state(EntryState::Done).until(twenty(turn));
        assert!(inbox.change(&old, Change::Prune).await.unwrap() > 0);
    });
    table.push(("prune 20 of many", some.await));
    let none = median(async |_| assert_eq!(inbox.forget(Timestamp::UNIX_EPOCH).await.unwrap(), 0));
    table.push(("forget nothing", none.await));
    let some = median(async |turn| assert!(inbox.forget(twenty(turn)).await.unwrap() > 0));
    table.push(("forget 20 of many", some.await));
    table.0
}
