//! `klavi receive` beside what others write, in one run on one machine: signed deliveries of which no two are the same,
//! over 32 kept connections, from a sender on the same cores. Prints a table at the end.
//!
//!     cargo bench -p klavi-cli --bench receivers -- [SECONDS]
//!
//! Peers that are not there are left out: `KLAVI_BENCH_NODE_MODULES` names a folder with `express` and
//! `better-sqlite3@12`, `KLAVI_BENCH_QHOOK` the binary of qhook 0.6.1 (`cargo install qhook --version 0.6.1 --locked`),
//! `KLAVI_TEST_POSTGRES` a PostgreSQL database.

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

#[path = "receivers/load.rs"]
mod load;
#[path = "receivers/loops.rs"]
mod loops;
#[path = "receivers/peers.rs"]
mod peers;

use std::time::Duration;

use self::load::Requests;
use self::peers::Peer;

/// As the command `klavi` has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 32;
pub(crate) const KEY: &str = "k";

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [serve, kind, port] = &arguments[..]
        && serve == "serve"
    {
        return peers::serve(kind, port.parse().unwrap());
    }
    let seconds = arguments.first().map_or(4, |seconds| seconds.parse().unwrap());
    let time = Duration::from_secs(seconds);
    let requests = [Requests::events(1_000, 300_000), Requests::reports(16_000, 40_000)];

    let mut table = Vec::new();
    for peer in Peer::all() {
        let rates = requests.each_ref().map(|requests| {
            // Each begins with an empty inbox.
            let running = peer.start();
            running
                .as_ref()
                .map(|running| load::rate(running.address(), peer.path(), requests, CONNECTIONS, time))
        });
        if let [Some(small), Some(large)] = rates {
            println!("{}: {small:.0}/s at 1 KB, {large:.0}/s at 16 KB", peer.name());
            table.push((peer.name(), small, large));
        }
    }
    println!("\n| receiver | 1 KB | to bare axum | 16 KB | to bare axum |\n|---|---:|---:|---:|---:|");
    let (_, bare_small, bare_large) = table[0];
    for (name, small, large) in &table {
        let (of_small, of_large) = (small / bare_small, large / bare_large);
        println!("| {name} | {small:.0}/s | {of_small:.2} | {large:.0}/s | {of_large:.2} |");
    }

    println!("\n| stored without HTTP, {CONNECTIONS} at a time | 1 KB | 16 KB |\n|---|---:|---:|");
    for (name, small, large) in loops::rates(CONNECTIONS) {
        println!("| {name} | {small:.0}/s | {large:.0}/s |");
    }

    println!();
    for at_once in [8, 64] {
        let drained = peers::drain(&requests[0], CONNECTIONS, 40_000, at_once);
        println!(
            "A backlog of 40,000 entries of 1 KB through `--forward`, {at_once} at once: {drained:.0} entries/s."
        );
    }
}
