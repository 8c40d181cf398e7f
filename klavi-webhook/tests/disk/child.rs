//! The process that is recorded: this test binary once more, running the workload and nothing else.

use std::ffi::OsStr;
use std::path::Path;

use super::recording::{Recording, Settings};
use super::workload::{Plan, run};

/// The address of its inbox; without it there is nothing to do.
const INBOX: &str = "KLAVI_TEST_DISK_INBOX";
/// Where it says what was acknowledged.
const ACKS: &str = "KLAVI_TEST_DISK_ACKS";
/// The rounds, stores and size of its plan.
const PLAN: &str = "KLAVI_TEST_DISK_PLAN";

/// Not a test of its own: the recorded process.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn child() {
    let setting = |name| std::env::var(name).ok();
    let (Some(inbox), Some(acks), Some(plan)) = (setting(INBOX), setting(ACKS), setting(PLAN)) else {
        return;
    };
    let numbers: Vec<u64> = plan.split(' ').map(|number| number.parse().unwrap()).collect();
    let plan = Plan { rounds: numbers[0], stores: numbers[1], large: numbers[2] == 1 };
    run(&inbox, Path::new(&acks), plan).await;
}

/// Runs the workload in a recorded process, to its end.
pub(crate) fn record(recording: &Recording, inbox: &OsStr, plan: Plan, settings: &Settings) {
    let acks = recording.folder().join("inbox.acks");
    let plan = format!("{} {} {}", plan.rounds, plan.stores, u8::from(plan.large));
    let arguments = [(INBOX, inbox), (ACKS, acks.as_os_str()), (PLAN, OsStr::new(&plan))];
    recording.run("child::child", settings, &arguments);
}
