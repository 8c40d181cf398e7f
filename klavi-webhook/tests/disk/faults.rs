//! I/O errors and a full disk under SQLite, at one call after the other.

use super::log::{Log, Op};
use super::recording::{Recording, Settings};
use super::sqlite::{check, failures, keep, record};
use super::workload::{Plan, Said};

const EIO: i32 = 5;
const ENOSPC: i32 = 28;

const PLAN: Plan = Plan { rounds: 2, stores: 2, large: false };
/// As many calls are failed in each way, unless all are asked for.
const CALLS: u64 = 12;
/// Power cuts after a failure.
const CUTS: u64 = 6;

/// A call that is made to fail.
#[derive(Clone, Copy)]
enum Call {
    Write,
    Sync,
    Folder,
}

impl Call {
    fn name(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Sync => "sync",
            Self::Folder => "folder",
        }
    }

    /// How often the workload makes it, about: commits that come together share some.
    fn count(self, log: &Log) -> u64 {
        let op = match self {
            Self::Write => Op::Write,
            Self::Sync => Op::Sync,
            Self::Folder => Op::SyncFolder,
        };
        log.records.iter().filter(|record| record.op == op).count() as u64
    }
}

/// Fails calls in that way, and holds the inbox to what it acknowledged all the same.
fn fail(call: Call, error: i32, fits: impl Fn(&str) -> bool) {
    let healthy = Recording::new();
    record(&healthy, PLAN, &Settings::default());
    let count = call.count(&healthy.log());
    let all = std::env::var("KLAVI_TEST_FAULTS").is_ok_and(|faults| faults == "all");
    let step = if all { 1 } else { (count / CALLS).max(1) };
    // There are few of these.
    let cuts = if matches!(call, Call::Folder) { 4 * CUTS } else { CUTS };
    let mut noticed = 0;
    for at in (1..=count).step_by(usize::try_from(step).unwrap()) {
        for how in ["once", "always"] {
            let fault = format!("{}:{at}:{error}:{how}", call.name());
            let recording = Recording::new();
            record(&recording, PLAN, &Settings { fault: Some(fault.clone()), ..Settings::default() });
            let log = recording.log();
            let said = Said::of(log.said(log.len()));
            assert!(said.ended, "{fault}: it did not come to its end");
            noticed += said.failures.len();
            for (kind, error) in &said.failures {
                assert!(fits(kind), "{fault}: {kind}: {error}");
            }
            if how == "once" {
                assert!(said.well > 0, "{fault}: it never works again: {:?}", said.failures);
            }
            if let Err(error) = check(&recording.folder(), &said) {
                panic!("{fault}: {error}");
            }
            let failed = failures(&log, 0..cuts);
            assert!(failed.is_empty(), "{fault}: {}", keep(&recording, &failed));
        }
    }
    assert!(noticed > 0, "nothing failed");
}

#[test]
fn a_write_that_fails_costs_nothing_that_was_acknowledged() {
    fail(Call::Write, EIO, |kind| kind == "other");
}

#[test]
fn a_write_to_a_full_disk_costs_nothing_that_was_acknowledged_and_is_told_as_that() {
    fail(Call::Write, ENOSPC, |kind| kind == "full");
}

#[test]
fn a_sync_that_fails_costs_nothing_that_was_acknowledged() {
    fail(Call::Sync, EIO, |kind| kind == "other");
}

#[test]
fn a_sync_of_a_full_disk_costs_nothing_that_was_acknowledged() {
    fail(Call::Sync, ENOSPC, |kind| ["full", "other"].contains(&kind));
}

#[test]
fn a_sync_of_the_folder_that_fails_costs_nothing_that_was_acknowledged() {
    fail(Call::Folder, EIO, |kind| kind == "other");
}
