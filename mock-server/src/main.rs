//! `klavi-mock`: Klavi for local work.

use clap::Parser;
use klavi_mock::cli;
use tracing_subscriber::EnvFilter;

/// Klavi on this machine: API, pages and signed webhooks with synthetic data.
#[derive(Parser)]
#[command(name = "klavi-mock", version)]
struct Command {
    #[command(flatten)]
    args: cli::Args,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let command = Command::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("klavi_mock=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    cli::run(command.args).await
}
