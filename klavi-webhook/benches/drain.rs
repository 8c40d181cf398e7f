//! How fast a backlog drains through one HTTP target, beside a bare sender with the same number in flight and no inbox,
//! and what the parts of it cost alone. Prints a table at the end.
//!
//!     cargo bench -p klavi-webhook --features forward --bench drain
//!
//! The endpoint is a bare axum handler in a process of its own. Rounds of all rows take turns; the table has the medians.

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use klavi_webhook::{
    BoxFuture, Dispatcher, Entry, EntryKind, EntryState, Envelope, Forward, ForwardKey, Inbox, LeaseRequest,
    MemoryInbox, NewEntry, Sink, SinkError, SqliteInbox, Store,
};
use provider_call::{ReqwestTransport, TransportOptions};
use tokio::sync::Notify;

/// As the command `klavi` has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: usize = 1_000;
const BATCH: usize = 500;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let [serve, port] = &arguments[..]
        && serve == "serve"
    {
        return runtime.block_on(serve_bare(port.parse().unwrap()));
    }
    let setting = |name: &str, usual: usize| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (entries, rounds) = (setting("KLAVI_BENCH_ENTRIES", 20_000), setting("KLAVI_BENCH_ROUNDS", 5));
    let endpoint = Endpoint::start();
    println!(
        "| {entries} entries of 1 KB | 8 at once | to bare | 64 at once | to bare |\n|---|---:|---:|---:|---:|"
    );
    let mut rates = Row::ALL.map(|row| (row, [Vec::new(), Vec::new()]));
    for _ in 0..rounds {
        for (row, rates) in &mut rates {
            for (at_once, rates) in [8, 64].into_iter().zip(rates) {
                rates.push(runtime.block_on(row.rate(endpoint.address, entries, at_once)));
            }
        }
    }
    let medians = rates.map(|(row, rates)| (row, rates.map(median)));
    let [(_, bare), ..] = medians;
    for (row, rates) in medians {
        let [few, many] =
            [0, 1].map(|place| format!("{:.0}/s | {:.2}", rates[place], rates[place] / bare[place]));
        println!("| {} | {few} | {many} |", row.name());
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

#[derive(Clone, Copy)]
enum Row {
    Bare,
    Sink,
    Inbox,
    Drain,
    Memory,
}

impl Row {
    const ALL: [Self; 5] = [Self::Bare, Self::Sink, Self::Inbox, Self::Drain, Self::Memory];

    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare sender: `reqwest`, no inbox",
            Self::Sink => "`Forward` alone, no inbox",
            Self::Inbox => "`SqliteInbox` and `Dispatcher`, to a sink that does nothing",
            Self::Drain => "drain: `SqliteInbox`, `Dispatcher` and `Forward`",
            Self::Memory => "`MemoryInbox`, `Dispatcher` and `Forward`",
        }
    }

    /// Entries in a second.
    async fn rate(self, endpoint: SocketAddr, entries: usize, at_once: usize) -> f64 {
        let url = format!("http://{endpoint}/");
        let folder = tempfile::tempdir().unwrap();
        match self {
            Self::Bare => {
                let client = reqwest::Client::builder().no_proxy().build().unwrap();
                let bodies: Vec<_> = (0..entries).map(body).collect();
                let begin = Instant::now();
                let sending = bodies.into_iter().map(|body| {
                    let post = client.post(&url).body(body).send();
                    tokio::spawn(async move { assert!(post.await.unwrap().status().is_success()) })
                });
                stream::iter(sending).buffer_unordered(at_once).for_each(async |sent| sent.unwrap()).await;
                entries as f64 / begin.elapsed().as_secs_f64()
            }
            Self::Sink => {
                let inbox = MemoryInbox::new();
                fill(&inbox, entries).await;
                let leased = inbox.lease(LeaseRequest::new(entries)).await.unwrap().entries;
                let forward = forward(&url);
                let begin = Instant::now();
                let sending = leased.into_iter().map(|leased| tokio::spawn(forward.deliver(leased.entry)));
                stream::iter(sending)
                    .buffer_unordered(at_once)
                    .for_each(async |sent| sent.unwrap().unwrap())
                    .await;
                entries as f64 / begin.elapsed().as_secs_f64()
            }
            Self::Inbox => drain(sqlite(&folder, entries).await, Nothing, entries, at_once).await,
            Self::Drain => drain(sqlite(&folder, entries).await, forward(&url), entries, at_once).await,
            Self::Memory => {
                let inbox = MemoryInbox::new();
                fill(&inbox, entries).await;
                drain(Arc::new(inbox), forward(&url), entries, at_once).await
            }
        }
    }
}

fn forward(url: &str) -> Forward {
    let transport = ReqwestTransport::new(&TransportOptions::new().no_proxy()).unwrap();
    let key: ForwardKey = KEY.parse().unwrap();
    Forward::new(url.parse().unwrap(), key, Arc::new(transport)).unwrap()
}

async fn sqlite(folder: &tempfile::TempDir, entries: usize) -> Arc<dyn Inbox> {
    let inbox = SqliteInbox::open(folder.path().join("in.db")).await.unwrap();
    fill(&inbox, entries).await;
    Arc::new(inbox)
}

async fn fill(inbox: &dyn Store, entries: usize) {
    for first in (0..entries).step_by(BATCH) {
        let batch = (first..entries.min(first + BATCH)).map(|number| {
            let mut envelope = Envelope::new(EntryKind::Event, Timestamp::UNIX_EPOCH);
            envelope.name = Some("link_created".to_owned());
            envelope.message_id = Some(format!("e-{number}-{:032x}", fastrand::u128(..)));
            envelope.link_id = Some(format!("l-{}", number % 1_000));
            NewEntry::new(envelope, body(number))
        });
        inbox.store(batch.collect()).await.unwrap();
    }
}

/// No two are alike.
fn body(number: usize) -> Bytes {
    let mut body = format!(r#"{{"eventId":"e-{number}-{:08x}","note":""#, fastrand::u32(..));
    body.extend(std::iter::repeat_n('x', BODY.saturating_sub(body.len() + 2)));
    body.push_str("\"}");
    body.into()
}

/// Entries in a second, until all of them are settled.
async fn drain(inbox: Arc<dyn Inbox>, sink: impl Sink, entries: usize, at_once: usize) -> f64 {
    let (left, all) = (Arc::new(AtomicUsize::new(entries)), Arc::new(Notify::new()));
    let counted = Counted { sink, left, all: all.clone() };
    let begin = Instant::now();
    Dispatcher::new(inbox.clone(), counted)
        .concurrency(at_once)
        .run(async move { all.notified().await })
        .await;
    let rate = entries as f64 / begin.elapsed().as_secs_f64();
    let counts = inbox.counts().await.unwrap();
    assert_eq!(counts.in_state(EntryState::Done), entries as u64);
    rate
}

/// Tells when all entries are delivered.
struct Counted<S> {
    sink: S,
    left: Arc<AtomicUsize>,
    all: Arc<Notify>,
}

impl<S: Sink> Sink for Counted<S> {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        let (delivering, left, all) = (self.sink.deliver(entry), self.left.clone(), self.all.clone());
        Box::pin(async move {
            delivering.await?;
            if left.fetch_sub(1, Ordering::SeqCst) == 1 {
                all.notify_one();
            }
            Ok(())
        })
    }
}

struct Nothing;

impl Sink for Nothing {
    fn deliver(&self, _: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A handler that answers at once, in a process of its own, until it is dropped.
struct Endpoint {
    address: SocketAddr,
    child: Child,
}

impl Endpoint {
    fn start() -> Self {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        let child = command.args(["serve", &address.port().to_string()]).spawn().unwrap();
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begin.elapsed() < Duration::from_secs(30), "nothing listens on {address}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { address, child }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn serve_bare(port: u16) {
    let handler = axum::routing::post(async |body: Bytes| std::hint::black_box(body.len()).to_string());
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    axum::serve(listener, axum::Router::new().route("/", handler)).await.unwrap();
}
