//! A PgBouncer that gives each transaction another connection.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use klavi_webhook::{EntryState, Inbox, LeaseRequest, PostgresInbox, Store, Stored};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::{Schema, report};

struct Pooler {
    process: Child,
    _folder: TempDir,
    port: u16,
}

impl Pooler {
    async fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pool").tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(
            &file,
            format!(
                "[databases]\ntest = host=127.0.0.1 port=5432 dbname=test user=postgres\n[pgbouncer]\n\
                 listen_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\npool_mode = transaction\n\
                 default_pool_size = 5\nmax_client_conn = 100\nunix_socket_dir =\n"
            ),
        )
        .unwrap();
        let process = pooler(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Self { process, _folder: folder, port };
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::task::yield_now().await;
        }
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// PgBouncer does not run as the superuser.
fn pooler(file: &Path) -> Command {
    let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].map(PathBuf::from);
    let program = program.into_iter().find(|program| program.exists()).unwrap();
    let is_superuser = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = Command::new(if is_superuser { "setpriv".into() } else { program.clone() });
    if is_superuser {
        let folder = file.parent().unwrap();
        assert!(Command::new("chmod").args(["-R", "a+rX"]).arg(folder).status().unwrap().success());
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
    }
    command.arg("-q").arg(file);
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL and PgBouncer"]
async fn behind_a_pooler_of_transactions_nothing_is_lost_or_refused() {
    const DELIVERIES: usize = 4_000;
    Schema::with(async |schema| {
        let pooler = Pooler::start().await;
        let url = format!(
            "postgres://postgres@127.0.0.1:{}/test?{}",
            pooler.port,
            schema.url().split_once('?').unwrap().1
        );
        let inboxes = [&url, &url].map(|url| PostgresInbox::connect(url));
        let [first, second] = inboxes;
        let inboxes = [Arc::new(first.await.unwrap()), Arc::new(second.await.unwrap())];
        let handled = Arc::new(AtomicUsize::new(0));
        let mut dispatchers = JoinSet::new();
        for inbox in inboxes.clone() {
            let handled = handled.clone();
            dispatchers.spawn(async move {
                while handled.load(Ordering::Relaxed) < DELIVERIES {
                    let leased = inbox.lease(LeaseRequest::new(64).idle(false)).await.unwrap().entries;
                    let settled: Vec<_> = leased.into_iter().map(|leased| leased.ticket.done()).collect();
                    let settled = inbox.settle(settled).await.unwrap();
                    assert!(settled.iter().all(|settled| *settled));
                    handled.fetch_add(settled.len(), Ordering::Relaxed);
                }
            });
        }
        let next = Arc::new(AtomicUsize::new(0));
        let stores: JoinSet<_> = (0..32)
            .map(|n| {
                let (inbox, next) = (inboxes[n % 2].clone(), next.clone());
                async move {
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= DELIVERIES {
                            return;
                        }
                        let entry = report(&format!("m-{n}"), &format!("l-{}", n % 50), "{}");
                        let stored = inbox.store(vec![entry]).await.unwrap();
                        assert!(matches!(stored[..], [Stored::New(_)]));
                        inbox.check().await.unwrap();
                    }
                }
            })
            .collect();
        stores.join_all().await;
        dispatchers.join_all().await;
        let counts = inboxes[0].counts().await.unwrap();
        assert_eq!(counts.in_state(EntryState::Done), DELIVERIES as u64);
        assert_eq!(counts.by_state.len(), 1);
    })
    .await;
}
