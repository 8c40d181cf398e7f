//! A NATS server of a test's own, in a folder of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::{self, Context, stream};
use klavi_webhook::{NatsOptions, Publish};
use tempfile::TempDir;

/// A server with JetStream that syncs always.
pub(crate) struct NatsServer {
    folder: TempDir,
    port: u16,
    process: Child,
}

impl NatsServer {
    pub(crate) fn start() -> Self {
        Self::with("")
    }

    /// A server with more in its configuration.
    pub(crate) fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { process: Command::new("true").spawn().unwrap(), folder, port };
        server.configure(more);
        server.started()
    }

    fn configure(&self, more: &str) {
        let store = self.folder.path().join("js");
        let configuration = format!(
            "listen: 127.0.0.1:{}\njetstream {{ store_dir: {store:?}, sync_interval: always }}\n{more}\n",
            self.port
        );
        std::fs::write(self.folder.path().join("server.conf"), configuration).unwrap();
    }

    fn started(mut self) -> Self {
        self.restart();
        self
    }

    /// Starts it again, after it was killed.
    pub(crate) fn restart(&mut self) {
        self.process.wait().unwrap();
        let program = std::env::var("KLAVI_TEST_NATS_SERVER").unwrap_or_else(|_| "nats-server".to_owned());
        let configuration = self.folder.path().join("server.conf");
        let mut server = Command::new(program);
        let server = server.arg("-c").arg(configuration).stdout(Stdio::null()).stderr(Stdio::piped());
        self.process = server.spawn().expect("KLAVI_TEST_NATS_SERVER names a nats-server 2.11 or later");
        let mut log = BufReader::new(self.process.stderr.take().unwrap()).lines();
        let mut said = String::new();
        loop {
            let line = log.next().unwrap_or_else(|| panic!("nats-server ended: {said}")).unwrap();
            if line.contains("Server is ready") {
                break;
            }
            said.push_str(&line);
            said.push('\n');
        }
        // It must not stop at a full pipe.
        std::thread::spawn(move || log.for_each(drop));
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Reads another configuration while it runs.
    pub(crate) fn reload(&self, more: &str) {
        self.configure(more);
        let signal = Command::new("kill").args(["-HUP", &self.process.id().to_string()]).status().unwrap();
        assert!(signal.success());
    }

    pub(crate) fn address(&self) -> String {
        format!("nats://127.0.0.1:{}/WEBHOOKS?sync=always", self.port)
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A client of the test's own.
    pub(crate) async fn client(&self) -> Context {
        jetstream::new(async_nats::connect(self.host()).await.unwrap())
    }

    /// Makes the stream that messages go to.
    pub(crate) async fn stream(&self) -> Context {
        let client = self.client().await;
        client.create_stream(suitable()).await.unwrap();
        client
    }

    /// A publisher to the stream.
    pub(crate) async fn publisher(&self) -> Arc<dyn Publish> {
        Arc::new(NatsOptions::new(&self.address()).unwrap().connect().await.unwrap())
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A stream that keeps what it is given.
pub(crate) fn suitable() -> stream::Config {
    stream::Config {
        name: "WEBHOOKS".to_owned(),
        subjects: vec!["webhooks.>".to_owned()],
        discard: stream::DiscardPolicy::New,
        num_replicas: 1,
        ..stream::Config::default()
    }
}

/// What an independent client finds in the stream: how often each id is there.
pub(crate) async fn ids(client: &Context) -> BTreeMap<String, u32> {
    let mut ids = BTreeMap::new();
    for message in messages(client).await {
        *ids.entry(message.headers.get("Nats-Msg-Id").unwrap().to_string()).or_default() += 1;
    }
    ids
}

/// Every message of the stream, in order.
pub(crate) async fn messages(client: &Context) -> Vec<StreamMessage> {
    let mut stream = client.get_stream("WEBHOOKS").await.unwrap();
    let state = stream.info().await.unwrap().state.clone();
    let mut messages = Vec::new();
    for sequence in state.first_sequence..=state.last_sequence {
        // A message that a limit refused leaves a gap.
        if let Ok(message) = stream.get_raw_message(sequence).await {
            messages.push(message);
        }
    }
    messages
}
