//! A PostgreSQL server of the test's own, to be stopped and started, and to be reached over TLS.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
use klavi_webhook::{Answer, Dispatcher, EntryState, Inbox, InboxErrorKind, PostgresInbox, Receiver, Store};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::certificates::Certificates;
use crate::{EVENTS, KEY, REPORT, entries, signed, split};

struct Server {
    folder: TempDir,
    port: u16,
}

impl Server {
    fn start(settings: &str, certificates: Option<&Certificates>) -> Self {
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, port };
        for name in certificates.iter().flat_map(|_| ["server.pem", "server.key", "root.pem"]) {
            std::fs::copy(certificates.unwrap().file(name), server.path().join(name)).unwrap();
        }
        server.give_away();
        server.run("initdb", &["-D", "data", "-A", "trust", "-U", "postgres"]);
        let data = server.path().join("data");
        append(&data.join("postgresql.conf"), settings);
        if certificates.is_some() {
            server.run_shell("chmod 600 server.key");
            append(
                &data.join("postgresql.conf"),
                &format!(
                    "\nssl = on\nssl_cert_file = '{0}/server.pem'\nssl_key_file = '{0}/server.key'\nssl_ca_file = '{0}/root.pem'\n",
                    server.path().display()
                ),
            );
            // Nobody gets in without TLS.
            std::fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n").unwrap();
        }
        server.up();
        server
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The server does not run as the superuser.
    fn give_away(&self) {
        if is_superuser() {
            let given = Command::new("chown").args(["-R", "postgres"]).arg(self.path()).status();
            assert!(given.unwrap().success());
        }
    }

    fn run(&self, tool: &str, arguments: &[&str]) {
        self.run_as_server(programs().join(tool).as_os_str(), arguments);
    }

    fn run_shell(&self, script: &str) {
        self.run_as_server("sh".as_ref(), &["-c", script]);
    }

    fn run_as_server(&self, program: &std::ffi::OsStr, arguments: &[&str]) {
        let mut command = if is_superuser() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let output = command.args(arguments).current_dir(self.path()).stdout(std::process::Stdio::null());
        let status = output.status().unwrap();
        assert!(status.success(), "{}", program.display());
    }

    fn up(&self) {
        let options = format!("-h 127.0.0.1 -p {} -k {}", self.port, self.path().display());
        self.run("pg_ctl", &["-D", "data", "-l", "log", "-w", "-o", &options, "start"]);
    }

    /// Without a checkpoint, as if the machine had gone.
    fn down(&self) {
        self.run("pg_ctl", &["-D", "data", "-m", "immediate", "-w", "stop"]);
    }

    fn url(&self, query: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres{query}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.path().join("data/postmaster.pid").exists() {
            self.down();
        }
    }
}

fn append(file: &Path, text: &str) {
    let whole = std::fs::read_to_string(file).unwrap() + text;
    std::fs::write(file, whole).unwrap();
}

fn is_superuser() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// Debian keeps the programs of each version apart.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let programs = versions.map(|version| version.path().join("bin"));
    programs.filter(|programs| programs.join("initdb").exists()).max().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn a_server_that_is_stopped_and_started_again_loses_nothing_that_was_acknowledged() {
    let server = Server::start("", None);
    let inbox = Arc::new(PostgresInbox::connect(&server.url("")).await.unwrap());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let handlers = Handlers::new(async |_: Received<Item>| Ok(())).build().unwrap();
    let dispatcher = Dispatcher::new(inbox.clone(), handlers);
    let dispatching = tokio::spawn(dispatcher.run(async { stopped.await.unwrap_or_default() }));
    let post = async |body: String| receiver.handle(signed(&body), None, body.into()).await;

    let mut acknowledged = 0;
    for round in 0..3 {
        for n in 0..20 {
            assert_eq!(post(REPORT.replace("rp-1", &format!("rp-{round}-{n}"))).await, Answer::Accepted);
            acknowledged += 1;
        }
        server.down();
        assert_eq!(post(EVENTS.to_owned()).await, Answer::Unavailable);
        let error = inbox.store(split(EVENTS)).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}");
        server.up();
        // The sender tries again, as it is told.
        let again = REPORT.replace("rp-1", &format!("after-{round}"));
        while !matches!(post(again.clone()).await, Answer::Accepted | Answer::Duplicate) {}
        acknowledged += 1;
    }
    // What was being handled when the server went comes again when its lease runs out, a minute later.
    let done = async || {
        let counts = inbox.counts().await.unwrap();
        let (done, leased) = (counts.in_state(EntryState::Done), counts.in_state(EntryState::Leased));
        (counts.in_state(EntryState::Pending), done + leased)
    };
    while done().await != (0, acknowledged) {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    dispatching.await.unwrap();
    assert_eq!(entries(&*inbox, None).await.len() as u64, acknowledged);
    assert!(entries(&*inbox, Some(EntryState::Dead)).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and openssl"]
async fn entries_go_over_tls_and_to_the_right_server_alone() {
    let (certificates, other) = (Certificates::new(), Certificates::new());
    let server = Server::start("", Some(&certificates));
    let verified = |roots: &Certificates| {
        server.url(&format!("?sslmode=verify-full&sslrootcert={}", roots.name("root.pem")))
    };
    let inbox = PostgresInbox::connect(&verified(&certificates)).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    assert_eq!(entries(&inbox, None).await.len(), 1);

    for url in [verified(&other), server.url("?sslmode=verify-full")] {
        let error = PostgresInbox::connect(&url).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}");
        assert!(format!("{error:?}").contains("invalid peer certificate"), "{error:?}");
    }
    // It is the server that wants TLS here.
    PostgresInbox::connect(&server.url("?sslmode=disable")).await.unwrap_err();
}
