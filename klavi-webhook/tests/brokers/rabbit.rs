//! RabbitMQ: the server that runs already, and nodes of a test's own, in a folder of their own.

use std::io::Read;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use klavi_webhook::{AmqpOptions, Publish};
use tempfile::TempDir;

/// The server that the tests share. Each has a queue of its own.
pub(crate) fn shared() -> String {
    let given = std::env::var("KLAVI_TEST_AMQP").ok();
    given.unwrap_or_else(|| "amqp://guest:guest@127.0.0.1:5672".to_owned())
}

/// A name for a queue and its exchange.
pub(crate) fn name() -> String {
    format!("webhooks-test-{:016x}", fastrand::u64(..))
}

pub(crate) async fn publisher(address: &str) -> Arc<dyn Publish> {
    Arc::new(AmqpOptions::new(address).unwrap().connect().await.unwrap())
}

/// A node that a test kills, or changes the users of.
pub(crate) struct Rabbit {
    folder: TempDir,
    name: String,
    port: u16,
    distribution: u16,
    process: Option<Child>,
}

impl Rabbit {
    pub(crate) fn start() -> Self {
        Self::with("")
    }

    /// A node with more in its configuration.
    pub(crate) fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (port, distribution) = (port(), port());
        let configuration = format!("listeners.tcp.local = 127.0.0.1:{port}\n{more}\n");
        std::fs::write(folder.path().join("rabbitmq.conf"), configuration).unwrap();
        std::fs::write(folder.path().join("plugins"), "[].\n").unwrap();
        let name = format!("test{:016x}@localhost", fastrand::u64(..));
        let mut node = Self { folder, name, port, distribution, process: None };
        node.restart();
        node
    }

    /// Starts it again, after it was killed.
    pub(crate) fn restart(&mut self) {
        let mut server = self.command("rabbitmq-server");
        let server = server.process_group(0).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process =
            server.spawn().expect("KLAVI_TEST_RABBITMQ_BIN names the folder of rabbitmq-server");
        let mut output = process.stdout.take().unwrap();
        let (mut said, mut byte) = (String::new(), [0]);
        while !said.contains("completed with") {
            assert_eq!(output.read(&mut byte).unwrap(), 1, "rabbitmq-server ended: {said}");
            said.push(char::from(byte[0]));
        }
        // It must not stop at a full pipe.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        self.process = Some(process);
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // The server is a child of the script that starts it.
            let group = format!("-{}", process.id());
            Command::new("kill").args(["-9", "--", &group]).status().unwrap();
            process.wait().unwrap();
        }
    }

    pub(crate) fn control(&self, arguments: &[&str]) {
        let output = self.command("rabbitmqctl").args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Declares a queue and restarts the node in an orderly way. RabbitMQ 3 syncs its list of quorum queues once in three
    /// minutes: one that was declared since is empty after kill -9.
    pub(crate) async fn declared(&self, address: &str) {
        publisher(address).await;
        self.control(&["stop_app"]);
        self.control(&["start_app"]);
    }

    pub(crate) fn address(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}", self.port)
    }

    fn command(&self, program: &str) -> Command {
        let bin =
            std::env::var("KLAVI_TEST_RABBITMQ_BIN").unwrap_or_else(|_| "/usr/lib/rabbitmq/bin".to_owned());
        let mut command = Command::new(Path::new(&bin).join(program));
        let folder = self.folder.path();
        command
            .env("HOME", folder)
            .env("RABBITMQ_NODENAME", &self.name)
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
            .env("RABBITMQ_MNESIA_BASE", folder.join("db"))
            .env("RABBITMQ_LOG_BASE", folder.join("log"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("plugins"))
            .env("RABBITMQ_DIST_PORT", self.distribution.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_CRASH_DUMP_SECONDS", "0")
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Rabbit {
    fn drop(&mut self) {
        self.kill();
    }
}
