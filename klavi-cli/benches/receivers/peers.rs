//! Who receives: handlers of a few lines, others' programs, and `klavi receive` with each inbox.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

use crate::KEY;
use crate::load::{self, Requests};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Peer {
    Bare,
    Value,
    Express,
    Qhook,
    Memory,
    Uninspected,
    Sqlite,
    Postgres,
}

/// A receiver that runs until it is dropped.
pub(crate) struct Running {
    address: SocketAddr,
    child: Child,
    schema: Option<(String, String)>,
    _folder: TempDir,
}

impl Running {
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some((server, schema)) = &self.schema {
            execute(server, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

impl Peer {
    pub(crate) const fn all() -> [Self; 8] {
        [
            Self::Bare,
            Self::Value,
            Self::Express,
            Self::Qhook,
            Self::Memory,
            Self::Uninspected,
            Self::Sqlite,
            Self::Postgres,
        ]
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare axum handler",
            Self::Value => "axum + HMAC + `serde_json::Value`, stores nothing",
            Self::Express => "Express + better-sqlite3, full sync",
            Self::Qhook => "qhook 0.6.1, SQLite",
            Self::Memory => "`klavi receive`, memory",
            Self::Uninspected => "`klavi receive --inspect none`, memory",
            Self::Sqlite => "`klavi receive`, SQLite",
            Self::Postgres => "`klavi receive`, PostgreSQL",
        }
    }

    pub(crate) const fn path(self) -> &'static str {
        if matches!(self, Self::Qhook) { "/webhooks/klavi" } else { "/" }
    }

    /// Starts it; `None` where it is not there.
    pub(crate) fn start(self) -> Option<Running> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let address = free_address();
        let mut schema = None;
        let mut command = match self {
            Self::Bare | Self::Value => {
                let mut command = Command::new(std::env::current_exe().unwrap());
                let kind = if self == Self::Bare { "bare" } else { "value" };
                command.args(["serve", kind, &address.port().to_string()]);
                command
            }
            Self::Express => {
                std::env::var("KLAVI_BENCH_NODE_MODULES").ok()?;
                let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/receivers/express-durable.mjs");
                let mut command = Command::new("node");
                command.args([script, &address.port().to_string()]).arg(folder.path().join("in.db"));
                command
            }
            Self::Qhook => {
                let binary = std::env::var("KLAVI_BENCH_QHOOK").ok()?;
                let config = format!(
                    "database: {{driver: sqlite, url: \"sqlite://{}/q.db?mode=rwc\"}}\nserver: {{port: {}}}\n\
                     sources: {{klavi: {{type: webhook, verify: hmac, secret: {KEY}}}}}\nqueues: {{q1: {{source: klavi}}}}\n",
                    folder.path().display(),
                    address.port()
                );
                std::fs::write(folder.path().join("qhook.yaml"), config).unwrap();
                let mut command = Command::new(binary);
                command.args(["start", "--config"]).arg(folder.path().join("qhook.yaml"));
                command
            }
            Self::Memory => receive(address, "memory:"),
            Self::Uninspected => {
                let mut command = receive(address, "memory:");
                command.args(["--inspect", "none"]);
                command
            }
            Self::Sqlite => receive(address, &format!("sqlite:{}", folder.path().join("in.db").display())),
            Self::Postgres => {
                let server = std::env::var("KLAVI_TEST_POSTGRES").ok()?;
                let name = format!("klavi_bench_{:016x}", fastrand::u64(..));
                execute(&server, &format!("CREATE SCHEMA {name}"));
                let command = receive(address, &format!("{server}?options[search_path]={name}"));
                schema = Some((server, name));
                command
            }
        };
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let running = Running { address, child, schema, _folder: folder };
        wait_for(address);
        Some(running)
    }
}

fn receive(address: SocketAddr, inbox: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_klavi"));
    command.args(["receive", "--no-allow-list", "--listen", &address.to_string(), "--inbox", inbox]);
    command.env("KLAVI_SECRET_KEY", KEY).env("RUST_LOG", "error");
    command
}

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

fn wait_for(address: SocketAddr) {
    let begin = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begin.elapsed() < Duration::from_secs(30), "nothing listens on {address}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn execute(server: &str, statement: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(server).await.unwrap();
        connection.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
    });
}

/// Serves a handler of a few lines in this process, which the bench has started for it.
pub(crate) fn serve(kind: &str, port: u16) {
    async fn bare(body: Bytes) -> StatusCode {
        std::hint::black_box(body.len());
        StatusCode::OK
    }
    async fn value(headers: HeaderMap, body: Bytes) -> StatusCode {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
        mac.update(&body);
        let given = headers.get("x-klavi-signature").and_then(|given| hex::decode(given).ok());
        if mac.verify_slice(&given.unwrap_or_default()).is_err() {
            return StatusCode::UNAUTHORIZED;
        }
        std::hint::black_box(serde_json::from_slice::<serde_json::Value>(&body).unwrap());
        StatusCode::OK
    }
    let route = if kind == "bare" { post(bare) } else { post(value) };
    let app = Router::new().route("/", route).layer(DefaultBodyLimit::max(64 << 20));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        axum::serve(listener, app).await.unwrap();
    });
}

/// How many entries a second a backlog drains at, through one HTTP endpoint that answers at once.
pub(crate) fn drain(requests: &Requests, connections: usize, backlog: usize, at_once: usize) -> f64 {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let inbox = folder.path().join("in.db");
    let url = format!("sqlite:{}", inbox.display());
    let done = || -> f64 {
        let database = rusqlite::Connection::open(&inbox).unwrap();
        let count = "SELECT coalesce(sum(entries), 0) FROM inbox_counts WHERE state = 'done'";
        database.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap() as f64
    };
    let address = free_address();
    let mut filling = receive(address, &url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for(address);
    let some = requests.first(backlog);
    load::rate(address, "/", &some, connections, Duration::from_secs(120));
    filling.kill().unwrap();
    filling.wait().unwrap();

    let endpoint = Peer::Bare.start().unwrap();
    let mut command = receive(free_address(), &url);
    command.args(["--forward", &format!("http://{}/", endpoint.address())]);
    command.args(["--forward-concurrency", &at_once.to_string()]);
    command.env("KLAVI_FORWARD_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let mut forwarding = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // From the first entry on, so that the start does not count.
    while done() == 0.0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let (begin, first) = (Instant::now(), done());
    while done() < backlog as f64 * 0.9 && begin.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let rate = (done() - first) / begin.elapsed().as_secs_f64();
    forwarding.kill().unwrap();
    forwarding.wait().unwrap();
    rate
}
