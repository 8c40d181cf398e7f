//! The command `klavi belvo mock`.

use std::fmt;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args as ClapArgs;

use super::{MockBelvo, MockBelvoBuilder};
use crate::cli::stop_signal;

/// Flags of the command.
#[derive(ClapArgs, Clone)]
#[non_exhaustive]
pub struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4020")]
    pub listen: SocketAddr,
    /// Seed of keys and data: the same seed gives the same ones
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// The secretId to take [default: made from the seed]
    #[arg(long, value_name = "S")]
    pub secret_id: Option<String>,
    /// The secretPassword to take [default: made from the seed]
    #[arg(long, value_name = "P")]
    pub secret_password: Option<String>,
    /// Where webhooks go
    #[arg(long, value_name = "URL")]
    pub webhook_url: Option<String>,
    /// File whose first line is the value of the webhooks' Authorization: `Bearer …` or `Basic …`
    #[arg(long, value_name = "FILE")]
    pub webhook_authorization_file: Option<PathBuf>,
    /// Calls of one address to take in 30 seconds, 0 for any number; above it there is a 403 with HTML
    #[arg(long, value_name = "N", default_value_t = 80)]
    pub calls_in_30_seconds: u32,
    /// Refuse a second link of the same user at the same institution
    #[arg(long)]
    pub prevent_duplicates: bool,
    /// Send webhooks to this machine only; those to anywhere else fail without being sent
    #[arg(long)]
    pub loopback_only: bool,
}

impl fmt::Debug for Args {
    /// Without keys and address of the webhook, which may be real ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").field("listen", &self.listen).field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// Starts a mock, prints where it is and what its keys are, and serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// Where it cannot start, or standard output is closed.
pub async fn run(builder: MockBelvoBuilder) -> anyhow::Result<()> {
    let mock = builder.start().await?;
    let stopped = stop_signal()?;
    writeln!(
        std::io::stdout(),
        "Belvo mock is running, with synthetic data and keys of its own.\n\
         \n  base URL         {base_url}\
         \n  secret id        {secret_id}\
         \n  secret password  {secret_password}\
         \n  widget           {widget}?access_token=…\
         \n  state            {base_url}/_mock/state\n\
         \nStop it with Ctrl-C.",
        base_url = mock.base_url(),
        secret_id = mock.secret_id(),
        secret_password = mock.secret_password(),
        widget = mock.widget_url(),
    )?;
    stopped.await;
    mock.shutdown().await;
    Ok(())
}

/// The mock that the flags ask for.
///
/// # Errors
/// Where the file with the value for `Authorization` cannot be read.
pub fn builder(args: Args) -> anyhow::Result<MockBelvoBuilder> {
    let calls = Some(args.calls_in_30_seconds).filter(|calls| *calls > 0);
    let prevent_duplicates = args.prevent_duplicates;
    let mut builder = MockBelvo::builder().listen(args.listen).seed(args.seed).behaviour(move |behaviour| {
        behaviour.calls_in_30_seconds = calls;
        behaviour.prevent_duplicates = prevent_duplicates;
    });
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
        let text = text.with_context(|| format!("{} cannot be read", file.display()))?;
        builder = builder.webhook_authorization(text.lines().next().unwrap_or_default().trim());
    }
    Ok(builder)
}
