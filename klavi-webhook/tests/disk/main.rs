//! A disk that lies: what an inbox has acknowledged outlives a power cut, a full disk and I/O errors.
//!
//! A workload runs on an inbox in a process of its own, under a recorder (`recorder.c`) that logs every change to the
//! inbox's files in order, with the bytes, and every acknowledgement between them. The log is then cut anywhere, and
//! from what lies before the cut an image of the disk is built as a power cut may have left it. The inbox opens the
//! image and has to have everything that was acknowledged before the cut, once, with exactly its bytes.
//!
//! # What the disk does
//! - A write or change of size that was synced (`fsync`, `fdatasync` of that file, begun after it and returned before
//!   the cut) is there. `sync_file_range` promises nothing.
//! - Of what was not synced, each sector of 512 bytes stands at some moment since the last sync, each at another: so
//!   writes are kept, dropped, torn and reordered. A file may have its new size before its new bytes, with zeros there.
//!   Writes behind a truncation that the disk does not have are not there either.
//! - Names (created, linked, renamed, removed) are kept up to some moment, each folder for itself. Certain are, in half
//!   of the images, those that an `fsync` of the folder covers, as POSIX has it; in the other half also those that a
//!   sync of the file itself covers, as ext4, XFS and Btrfs have it. Those of PostgreSQL are of the second sort alone.
//! - After a sync that failed, what it should have covered is never certain again, whatever later syncs say, as in
//!   Linux.
//!
//! # What is not covered
//! - Sectors that come back with other bytes than were ever written, and sectors next to a write that are damaged.
//! - Syncs that lie: a disk that says it has what it has not. Then nothing helps.
//! - Writes through shared mappings, `O_DIRECT`, `O_SYNC`, `io_uring`, standard I/O of the C library, and
//!   `sync`/`syncfs`. Neither database does that with files it needs for its recovery, as it is set up here. Files that
//!   end in `-shm` are left out: SQLite makes them anew.
//! - Folders that are made: they are taken as certain at once. A rename to another folder is not atomic.
//!
//! # Running more of it
//! `KLAVI_TEST_CRASH_IMAGES` is the number of images of SQLite (200 unless set), `KLAVI_TEST_POSTGRES_IMAGES` that of
//! PostgreSQL (3 unless set), and `KLAVI_TEST_CRASH_SEED` the first seed. `KLAVI_TEST_FAULTS=all` fails every single call. The workload runs on several threads, so a seed repeats an
//! image only with its log: a test that fails keeps the log and says how to build the image again.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod child;
mod faults;
mod image;
mod log;
mod model;
mod postgres;
mod recording;
mod sqlite;
mod workload;

/// A number from the environment.
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// Tells `.ci/soak` how many images were right, where it asked for them.
fn tell(what: &str, images: u64, seed: u64) {
    if setting("KLAVI_TEST_CRASH_SEED").is_some() {
        // Not by a macro whose output tests keep back.
        let line = format!("soak: {what} {images} {seed} everything acknowledged was there\n");
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
    }
}
