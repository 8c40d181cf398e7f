//! `klavi belvo mock`: the options, what is announced, and the mock that they ask for.
//!
//! Knows nothing of how the mock answers.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use belvo_mock::{MockBelvo, MockBelvoBuilder};
use clap::Args as ClapArgs;
use klavi_mock::Error;
use serde::Serialize;

use super::wrong_option;
use crate::exit::{Failure, print};
use crate::stop::stop_signal;

/// Flags of the command.
#[derive(ClapArgs, Clone)]
pub(crate) struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4020")]
    listen: SocketAddr,
    /// Seed of keys and data: the same seed gives the same ones [default: that of the state file, or 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The secretId to take [default: made from the seed]
    #[arg(long, value_name = "S")]
    secret_id: Option<String>,
    /// The secretPassword to take [default: made from the seed]
    #[arg(long, value_name = "P")]
    secret_password: Option<String>,
    /// Where webhooks go
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// File whose first line is the value of the webhooks' Authorization: `Bearer …` or `Basic …`
    #[arg(long, value_name = "FILE")]
    webhook_authorization_file: Option<PathBuf>,
    /// Calls of one address to take in 30 seconds, 0 for any number; above it there is a 403 with HTML
    #[arg(long, value_name = "N", default_value_t = 80)]
    calls_in_30_seconds: u32,
    /// Refuse a second link of the same user at the same institution
    #[arg(long)]
    prevent_duplicates: bool,
    /// URL at which clients and browsers reach the mock: http or https, a host, perhaps a port, no path. Without it, links in
    /// answers have the host of the call, if it is an address or a name that cannot be registered: localhost, a service name
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Take webhook addresses with plain http on other machines, as in a network of containers
    #[arg(long)]
    allow_http_webhooks: bool,
    /// Send webhooks to this machine only; those to anywhere else fail without being sent
    #[arg(long)]
    loopback_only: bool,
    /// File in which links, consents, sessions, deliveries and settings outlive the process
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Announce the mock in one line of JSON on standard output, with URLs and keys
    #[arg(long)]
    json: bool,
}

impl fmt::Debug for Args {
    /// Without keys and address of the webhook, which may be real ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").field("listen", &self.listen).field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// Starts the mock, announces it, and serves until SIGTERM or Ctrl-C.
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let json = args.json;
    let mock = builder(args)?.start().await.map_err(failure)?;
    let stopped = stop_signal().map_err(Failure::failed)?;
    let announcement = Announcement::of(&mock);
    if json {
        announcement.print_json()?;
    } else {
        announcement.print_text()?;
    }
    stopped.await;
    let saved = mock.save_state().await;
    mock.shutdown().await;
    saved.map_err(Failure::failed)
}

/// What a client is set up with. Its JSON is a contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Announcement {
    base_url: String,
    listen: SocketAddr,
    secret_id: String,
    secret_password: String,
    widget_url: String,
    console_url: String,
    state_url: String,
    health_url: String,
}

impl Announcement {
    fn of(mock: &MockBelvo) -> Self {
        let control = |path: &str| format!("{}/_mock/{path}", mock.control_url());
        Self {
            base_url: mock.base_url().to_owned(),
            listen: mock.listen_address(),
            secret_id: mock.secret_id().to_owned(),
            secret_password: mock.secret_password().to_owned(),
            widget_url: mock.widget_url(),
            console_url: mock.console_url(),
            state_url: control("state"),
            health_url: control("health"),
        }
    }

    fn print_json(&self) -> Result<(), Failure> {
        print(&format!("{}\n", serde_json::to_string(self).map_err(Failure::failed)?))
    }

    fn print_text(&self) -> Result<(), Failure> {
        print(&format!(
            "Belvo mock is running, with synthetic data and keys of its own.\n\
             \n  base URL         {base_url}\
             \n  secret id        {secret_id}\
             \n  secret password  {secret_password}\
             \n  widget           {widget_url}?access_token=…\
             \n  console          {console_url}\
             \n  state            {state_url}\n\
             \nStop it with Ctrl-C.\n",
            base_url = self.base_url,
            secret_id = self.secret_id,
            secret_password = self.secret_password,
            widget_url = self.widget_url,
            console_url = self.console_url,
            state_url = self.state_url,
        ))
    }
}

fn failure(error: Error) -> Failure {
    wrong_option(&error, "--webhook-url").unwrap_or_else(|| Failure::failed(error))
}

/// The mock that the options ask for.
fn builder(args: Args) -> Result<MockBelvoBuilder, Failure> {
    let calls = Some(args.calls_in_30_seconds).filter(|calls| *calls > 0);
    let prevent_duplicates = args.prevent_duplicates;
    let mut builder = MockBelvo::builder().listen(args.listen).behaviour(move |behaviour| {
        behaviour.calls_in_30_seconds = calls;
        behaviour.prevent_duplicates = prevent_duplicates;
    });
    match (args.seed, &args.state) {
        (Some(seed), _) => builder = builder.seed(seed),
        // The same keys at every start.
        (None, Some(path)) if path.exists() => {}
        (None, _) => builder = builder.seed(1),
    }
    if let Some(path) = args.state {
        builder = builder.state_file(path);
    }
    if let Some(url) = args.public_url {
        builder = builder.public_url(url);
    }
    if args.allow_http_webhooks {
        builder = builder.allow_http_webhooks(true);
    }
    if args.loopback_only {
        builder = builder.loopback_only(true);
    }
    if let Some(secret_id) = args.secret_id {
        builder = builder.secret_id(secret_id);
    }
    if let Some(secret_password) = args.secret_password {
        builder = builder.secret_password(secret_password);
    }
    if let Some(url) = args.webhook_url {
        builder = builder.webhook_url(url);
    }
    if let Some(file) = args.webhook_authorization_file {
        let text = std::fs::read_to_string(&file);
        let text = text.with_context(|| format!("{} cannot be read", file.display()));
        let text = text.map_err(Failure::Unreadable)?;
        builder = builder.webhook_authorization(text.lines().next().unwrap_or_default().trim());
    }
    Ok(builder)
}
