//! Power cuts under SQLite.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;

use super::image::Names;
use super::log::Log;
use super::model::Disk;
use super::recording::{Recording, Settings, in_memory};
use super::workload::{Plan, Said, open};
use super::{child, image, setting};

const FILE: &str = "inbox.db";

const IMAGES: u64 = 200;
/// As many images are made of one run of the workload.
const IMAGES_OF_A_RUN: u64 = 500;

/// Runs the workload on a file in a recorded process.
pub(crate) fn record(recording: &Recording, plan: Plan, settings: &Settings) {
    child::record(recording, recording.folder().join(FILE).as_os_str(), plan, settings);
}

/// Opens the inbox in that folder and holds it to what was said.
pub(crate) fn check(folder: &Path, said: &Said) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let file = folder.join(FILE);
    runtime.block_on(async {
        let inbox = open(file.to_str().unwrap()).await.map_err(|error| format!("{error:?}"))?;
        said.check(&*inbox).await
    })?;
    let connection = rusqlite::Connection::open(&file).unwrap();
    let is_whole = connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    match is_whole {
        Ok(verdict) if verdict == "ok" => Ok(()),
        other => Err(format!("integrity_check: {other:?}")),
    }
}

/// Checks one image for each seed; returns what is wrong, with the seed and the cut.
pub(crate) fn failures(log: &Log, seeds: std::ops::Range<u64>) -> Vec<(u64, usize, String)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut cuts: Vec<(usize, u64)> =
        seeds.map(|seed| (Rng::with_seed(!seed).usize(..=log.len()), seed)).collect();
    cuts.sort_unstable();
    let next = AtomicUsize::new(0);
    let check_some = || {
        let (mut disk, mut taken, mut failed) = (Disk::default(), 0, Vec::new());
        while let Some((cut, seed)) = cuts.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
            for record in &log.records[taken..cut] {
                disk.take(log, record);
            }
            taken = cut;
            let folder = in_memory();
            image::build(&disk, log, seed, Names::Either, folder.path());
            if let Err(error) = check(folder.path(), &Said::of(log.said(cut))) {
                failed.push((seed, cut, error));
            }
        }
        failed
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(check_some)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Keeps the log of a run that failed, to build the image again.
pub(crate) fn keep(recording: &Recording, failed: &[(u64, usize, String)]) -> String {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("crash-{:08x}.log", fastrand::u32(..)));
    std::fs::copy(recording.log_file(), &kept).unwrap();
    let (seed, cut, error) = &failed[0];
    format!(
        "{} images are wrong; that of seed {seed}, cut at record {cut}: {error}\n\
         again: KLAVI_TEST_CRASH_LOG={} KLAVI_TEST_CRASH_FOLDER={} KLAVI_TEST_CRASH_SEED={seed} \
         KLAVI_TEST_CRASH_IMAGES=1",
        failed.len(),
        kept.display(),
        recording.folder().display()
    )
}

#[test]
fn what_was_acknowledged_outlives_a_power_cut() {
    let first = setting("KLAVI_TEST_CRASH_SEED").unwrap_or(1);
    let images = setting("KLAVI_TEST_CRASH_IMAGES").unwrap_or(IMAGES);
    if let (Ok(log), Ok(folder)) =
        (std::env::var("KLAVI_TEST_CRASH_LOG"), std::env::var("KLAVI_TEST_CRASH_FOLDER"))
    {
        let log = Log::read(Path::new(&log), Path::new(&folder));
        assert_eq!(failures(&log, first..first + images), []);
        return;
    }
    let mut seed = first;
    while seed < first + images {
        let until = (seed + IMAGES_OF_A_RUN).min(first + images);
        let recording = Recording::new();
        record(&recording, Plan { rounds: 3, stores: 8, large: true }, &Settings::default());
        let log = recording.log();
        let said = Said::of(log.said(log.len()));
        assert!(said.ended && said.failures.is_empty() && said.stored.len() > 200, "{said:?}");
        let failed = failures(&log, seed..until);
        assert!(failed.is_empty(), "{}", keep(&recording, &failed));
        seed = until;
    }
    crate::tell("images-sqlite", images, first);
}

/// The check notices a disk that is not asked to sync, and one that is not asked to sync the write-ahead log.
#[test]
fn without_syncs_a_power_cut_takes_what_was_acknowledged() {
    for nosync in ["/", "-wal"] {
        let recording = Recording::new();
        let settings = Settings { nosync: Some(nosync), ..Settings::default() };
        record(&recording, Plan { rounds: 3, stores: 8, large: false }, &settings);
        let log = recording.log();
        assert!(Said::of(log.said(log.len())).ended);
        let failed = failures(&log, 0..50);
        let lost = failed.iter().filter(|(_, _, error)| error.ends_with("was acknowledged and is not there"));
        assert!(lost.count() > 0, "{nosync}: {failed:?}");
    }
}
