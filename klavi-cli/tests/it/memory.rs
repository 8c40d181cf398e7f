//! How much memory `klavi receive` takes in all, as the system counts it.

mod sender;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::sender::{Framing, Template};

use crate::place::Place;
use crate::receive::{Receive, listed};
use crate::{klavi, say};

const MB: u64 = 1_000_000;
/// Given to `--memory`.
const BOUND: u64 = 256 << 20;
const REPORTS: usize = 200;
/// How often a sender is let down before the test gives up.
const ATTEMPTS: usize = 10_000;
/// How long a sender that was refused waits for another one to get through before it tries again all the same.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often senders were let down.
#[derive(Debug, Default)]
struct Refusals {
    /// 503.
    full: usize,
    /// 408.
    late: usize,
}

impl Refusals {
    const fn times(&self) -> usize {
        self.full + self.late
    }
}

/// Takes 200 reports of 20 MB in, all sent at once and again until they are taken.
async fn two_hundred_reports(name: &str, url: &str) {
    let bound = BOUND.to_string();
    let receive = Receive::start(
        &["--inbox", url, "--no-allow-list", "--max-body", "33554432", "--memory", &bound],
        &[],
    );
    let baseline = resident(&receive, "VmRSS");
    let template = Arc::new(Template::new(20 * MB));
    let room = Arc::new(Notify::new());
    let mut senders: JoinSet<Refusals> = (0..REPORTS)
        .map(|number| {
            let (template, address, room) = (template.clone(), receive.address.clone(), room.clone());
            async move {
                let body = template.body(number);
                // Announced or not makes a difference to what can be refused unread.
                let framing = if number % 2 == 0 { Framing::Announced } else { Framing::Chunked };
                let mut refused = Refusals::default();
                while refused.times() < ATTEMPTS {
                    match sender::post(&address, &body, framing).await {
                        200 => {
                            room.notify_one();
                            return refused;
                        }
                        503 => {
                            refused.full += 1;
                            _ = timeout(PATIENCE, room.notified()).await;
                        }
                        // On a busy machine.
                        408 => refused.late += 1,
                        other => panic!("{other}"),
                    }
                }
                panic!("{refused:?}");
            }
        })
        .collect();
    let mut refused = Refusals::default();
    while let Some(sender) = senders.join_next().await {
        let sender = sender.unwrap();
        refused.full += sender.full;
        refused.late += sender.late;
    }
    let peak = resident(&receive, "VmHWM");
    say(&format!(
        "{REPORTS} reports of {} MB into {name}: bound {}, before {}, at most {} MB; {refused:?}",
        template.size() / MB,
        BOUND / MB,
        baseline / MB,
        peak / MB,
    ));
    assert!(peak < BOUND, "{peak} bytes are more than {BOUND}");
    assert!(refused.full > 0, "4 GB do not fit at once");

    let entries = listed(url, &[]);
    assert_eq!(entries.len(), REPORTS);
    assert!(entries.iter().all(|entry| entry["bytes"] == template.size() && entry["state"] == "pending"));
    for number in 0..REPORTS {
        let body = template.body(number);
        let of = |entry: &&Value| entry["dedupKey"].as_str().unwrap().contains(body.id());
        let entry = entries.iter().find(of).expect("it was taken");
        if number % 50 < 2 {
            let id = entry["id"].to_string();
            let stored = klavi(&["inbox", "--inbox", url, "show", &id, "--raw"], b"").stdout;
            assert!(body.is(&stored), "the bytes came as they were sent");
        }
    }
    assert_eq!(receive.stop(), Some(0));
    let (what, peak) = (name.to_lowercase(), peak / MB);
    say(&format!("soak: reports-{what} {REPORTS} - at most {peak} MB of memory"));
}

/// Takes one report of 50 MB in, announced or not; what it takes at most beside what the process had before.
async fn one_report(name: &str, url: &str, template: &Template) {
    for (number, framing) in [Framing::Announced, Framing::Chunked].into_iter().enumerate() {
        let receive = Receive::start(&["--inbox", url, "--no-allow-list"], &[]);
        assert_eq!(receive.post("[]").await, 200);
        let baseline = resident(&receive, "VmRSS");
        assert_eq!(sender::post(&receive.address, &template.body(number), framing).await, 200);
        let taken = resident(&receive, "VmHWM") - baseline;
        say(&format!(
            "one report of {} MB, {framing:?}, into {name}: {} MB beside the {} MB before",
            template.size() / MB,
            taken / MB,
            baseline / MB,
        ));
        // Two copies, and what connection, log and database take beside them. A body whose length is not announced comes
        // into a buffer that grows, of which a part stays empty.
        let growing = if framing == Framing::Chunked { template.size() / 4 } else { 0 };
        let most = 2 * template.size() + growing + 24 * MB;
        assert!(taken <= most, "{taken} bytes are more than {most}");
        assert_eq!(receive.stop(), Some(0));
    }
}

/// Bytes of memory that the process takes now (`VmRSS`) or took at most (`VmHWM`).
fn resident(receive: &Receive, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", receive.id())).unwrap();
    let found = status.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(':')).unwrap();
    found.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "soak: 200 reports of 20 MB"]
async fn two_hundred_reports_into_sqlite_stay_under_the_bound() {
    Place::sqlite().holds(async |place| two_hundred_reports(place.name(), &place.url()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "soak: 200 reports of 20 MB, needs PostgreSQL"]
async fn two_hundred_reports_into_postgres_stay_under_the_bound() {
    Place::postgres().await.holds(async |place| two_hundred_reports(place.name(), &place.url()).await).await;
}

#[tokio::test]
async fn a_report_of_50_mb_takes_at_most_two_copies() {
    let template = Template::new(50 * MB);
    one_report("memory", "memory:", &template).await;
    Place::sqlite().holds(async |place| one_report(place.name(), &place.url(), &template).await).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_report_of_50_mb_into_postgres_takes_at_most_two_copies() {
    let template = Template::new(50 * MB);
    let rule = async |place: &Place| one_report(place.name(), &place.url(), &template).await;
    Place::postgres().await.holds(rule).await;
}
