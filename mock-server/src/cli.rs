//! The command `klavi-mock`, also that of `klavi mock`.

use std::fmt;
use std::io::Write as _;
use std::net::SocketAddr;

use clap::Args as ClapArgs;

use crate::MockKlavi;

/// Flags of the command.
#[derive(ClapArgs, Clone)]
#[non_exhaustive]
pub struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010")]
    pub listen: SocketAddr,
    /// Seed of keys and data: the same seed gives the same ones
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Access key to take [default: made from the seed]
    #[arg(long, value_name = "K")]
    pub access_key: Option<String>,
    /// Secret key to take and to sign with [default: made from the seed]
    #[arg(long, value_name = "S")]
    pub secret_key: Option<String>,
    /// Where events and reports go unless a request or a link says otherwise
    #[arg(long, value_name = "URL")]
    pub console_webhook: Option<String>,
    /// Send webhooks without a signature
    #[arg(long)]
    pub unsigned: bool,
}

impl fmt::Debug for Args {
    /// Without keys and address of the webhook, which may be real ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args")
            .field("listen", &self.listen)
            .field("seed", &self.seed)
            .field("unsigned", &self.unsigned)
            .finish_non_exhaustive()
    }
}

/// Starts the mock, prints where it is and what its keys are, and serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// Where it cannot start, or standard output is closed.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let mut builder = MockKlavi::builder().listen(args.listen).seed(args.seed).unsigned(args.unsigned);
    if let Some(access_key) = args.access_key {
        builder = builder.access_key(access_key);
    }
    if let Some(secret_key) = args.secret_key {
        builder = builder.secret_key(secret_key);
    }
    if let Some(url) = args.console_webhook {
        builder = builder.console_webhook(url);
    }
    let mock = builder.start().await?;
    let stopped = stopped()?;
    writeln!(
        std::io::stdout(),
        "Klavi mock is running, with synthetic data and keys of its own.\n\
         \n  base URL     {base_url}\
         \n  access key   {access_key}\
         \n  secret key   {secret_key}\
         \n  partner      {partner_code} with token {partner_token}, for KaaS and the first generation\
         \n  state        {base_url}/_mock/state\n\
         \nStop it with Ctrl-C.",
        base_url = mock.base_url(),
        access_key = mock.access_key(),
        secret_key = mock.secret_key(),
        partner_code = mock.partner_code(),
        partner_token = mock.partner_token(),
    )?;
    stopped.await;
    mock.shutdown().await;
    Ok(())
}

/// Listens for the signals from now on, and ends with the first: whoever reads the printed block may send one at once.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without the signal there is nothing to wait for but the end of the process.
            std::future::pending::<()>().await;
        }
    })
}
