//! Power cuts under PostgreSQL: a server of the test's own whose processes are all recorded.
//!
//! The files that `initdb` made are taken as synced; the log begins with the server's first start. PostgreSQL syncs the
//! files of its tables but, up to version 15 at least, not the folders they are made in: it relies on file systems where
//! the sync of a file covers its name, so its images are those of such file systems alone.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fastrand::Rng;

use super::image::Names;
use super::log::{Log, Op};
use super::model::Disk;
use super::recording::{Recording, Settings, in_memory};
use super::workload::{Plan, Said, open};
use super::{child, image, setting};

const DATA: &str = "data";

/// Small, so that segments of the log are used again and checkpoints fall into the workload.
const SMALL: &str = "shared_buffers = 8MB\nmax_wal_size = 4MB\nmin_wal_size = 2MB\nmax_connections = 20\n\
    autovacuum_naptime = 1s\n";

/// A running server.
struct Server {
    /// Has the folder with its data, and what it says.
    place: PathBuf,
    data: PathBuf,
    port: u16,
}

impl Server {
    fn start(place: &Path, data: &Path, environment: &[(&str, OsString)]) -> Result<Self, String> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { place: place.to_owned(), data: data.to_owned(), port };
        let options = format!("-h 127.0.0.1 -p {port} -k {}", place.display());
        let mut command = as_server(place);
        command.arg("env");
        for (name, value) in environment {
            let mut set = OsString::from(format!("{name}="));
            set.push(value);
            command.arg(set);
        }
        command.arg(programs().join("pg_ctl")).arg("-D").arg(data);
        let started =
            command.args(["-l", "said", "-w", "-t", "120", "-o", &options, "start"]).status().unwrap();
        if started.success() {
            return Ok(server);
        }
        let said = std::fs::read_to_string(place.join("said")).unwrap_or_default();
        Err(format!("the server does not start: {said}"))
    }

    fn url(&self) -> OsString {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port).into()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.data.join("postmaster.pid").exists() {
            let mut command = as_server(&self.place);
            command.arg(programs().join("pg_ctl")).arg("-D").arg(&self.data);
            // That a test panics already is worth more than how the server ends.
            let _ = command.args(["-m", "immediate", "-w", "stop"]).status();
        }
    }
}

/// A command of the user whose server it is, which is not the superuser.
fn as_server(place: &Path) -> Command {
    let mut command;
    if is_superuser() {
        command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]);
    } else {
        command = Command::new("env");
    }
    command.current_dir(place).stdout(Stdio::null());
    command
}

fn is_superuser() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

fn give_away(place: &Path) {
    if is_superuser() {
        assert!(Command::new("chown").args(["-R", "postgres"]).arg(place).status().unwrap().success());
    }
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from.join(DATA)).arg(to).status().unwrap().success());
}

/// Debian keeps the programs of each version apart.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let programs = versions.map(|version| version.path().join("bin"));
    programs.filter(|programs| programs.join("initdb").exists()).max().unwrap_or_default()
}

/// Runs the workload on a server with these settings under the recorder; the files from before are in `before`.
fn record(settings: &str) -> (Recording, Log) {
    let recording = Recording::new();
    let data = recording.folder().join(DATA);
    give_away(recording.place());
    let mut command = as_server(recording.place());
    command.arg(programs().join("initdb")).arg("-D").arg(&data);
    command.args(["-A", "trust", "-U", "postgres", "--no-sync", "--data-checksums", "--wal-segsize=1"]);
    assert!(command.status().unwrap().success());
    let file = data.join("postgresql.conf");
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + SMALL + settings).unwrap();
    std::fs::create_dir(before(&recording)).unwrap();
    copy(&recording.folder(), &before(&recording));

    let environment = recording.environment(&Settings::default());
    let server = Server::start(recording.place(), &data, &environment).unwrap();
    let plan = Plan { rounds: 3, stores: 8, large: true };
    child::record(&recording, &server.url(), plan, &Settings::default());
    let log = recording.log();
    drop(server);
    let said = Said::of(log.said(log.len()));
    assert!(said.ended && said.failures.is_empty() && said.stored.len() > 200, "{said:?}");
    (recording, log)
}

fn before(recording: &Recording) -> PathBuf {
    recording.place().join("before")
}

/// Starts a server from one image for each seed, lets it recover, and returns what is wrong.
fn failures(recording: &Recording, log: &Log, seeds: std::ops::Range<u64>) -> Vec<(u64, usize, String)> {
    // Before the first acknowledgement there is nothing to lose.
    let first = log.records.iter().position(|record| record.op == Op::Ack).unwrap();
    let cut = |seed: u64| Rng::with_seed(!seed).usize(first..=log.len());
    let mut cuts: Vec<(usize, u64)> = seeds.map(|seed| (cut(seed), seed)).collect();
    cuts.sort_unstable();
    let (mut disk, mut taken, mut failed) = (Disk::starting_from(&before(recording)), 0, Vec::new());
    for (cut, seed) in cuts {
        for record in &log.records[taken..cut] {
            disk.take(log, record);
        }
        taken = cut;
        let place = in_memory();
        copy(&before(recording), place.path());
        image::build(&disk, log, seed, Names::ByFileToo, place.path());
        let data = place.path().join(DATA);
        // The machine was started again: nobody has that number now.
        let _ = std::fs::remove_file(data.join("postmaster.pid"));
        give_away(place.path());
        if let Err(error) = check(place.path(), &data, &Said::of(log.said(cut))) {
            failed.push((seed, cut, error));
        }
    }
    failed
}

fn check(place: &Path, data: &Path, said: &Said) -> Result<(), String> {
    let server = Server::start(place, data, &[])?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let inbox = open(server.url().to_str().unwrap()).await.map_err(|error| format!("{error:?}"))?;
        said.check(&*inbox).await
    })
}

fn seeds() -> std::ops::Range<u64> {
    let first = setting("KLAVI_TEST_CRASH_SEED").unwrap_or(1);
    first..first + setting("KLAVI_TEST_POSTGRES_IMAGES").unwrap_or(3)
}

#[test]
#[ignore = "needs PostgreSQL"]
fn what_postgres_acknowledged_outlives_a_power_cut_even_where_commits_are_not_to_wait() {
    let (recording, log) = record("synchronous_commit = off\n");
    let failed = failures(&recording, &log, seeds());
    assert!(failed.is_empty(), "{failed:?}");
    crate::tell("images-postgres", seeds().count() as u64, seeds().start);
}

/// The check notices a server that does not sync.
#[test]
#[ignore = "needs PostgreSQL"]
fn a_server_that_does_not_sync_loses_what_it_acknowledged() {
    let (recording, log) = record("fsync = off\n");
    assert!(!failures(&recording, &log, 0..8).is_empty());
}
