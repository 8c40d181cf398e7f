//! The command `klavi-mock`, also that of `klavi mock`.

use std::fmt;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::{MockKlavi, MockKlaviBuilder};

/// Flags of the command.
#[derive(ClapArgs, Clone)]
#[non_exhaustive]
pub struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010")]
    pub listen: SocketAddr,
    /// Seed of keys and data: the same seed gives the same ones [default: that of the state file, or 1]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
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
    /// Send reports in version V1.1, their CPF encrypted with the secret key
    #[arg(long)]
    pub encoded_cpf: bool,
    /// Send `link_action_status` in place of the consent events, as to regulated institutions
    #[arg(long)]
    pub fi_events: bool,
    /// Send all reports as soon as the user has authorised, without a request
    #[arg(long)]
    pub automatic: bool,
    /// Calls to take in a second; one more is refused with 429 [default: any number]
    #[arg(long, value_name = "N")]
    pub rate_limit: Option<u32>,
    /// Consents of one person at one bank that may be open; one more is refused with 4003 [default: 10]
    #[arg(long, value_name = "N")]
    pub consent_limit: Option<usize>,
    /// Send webhooks to this machine only; those to anywhere else fail without being sent
    #[arg(long)]
    pub loopback_only: bool,
    /// File in which links, consents, tokens, deliveries and settings outlive the process
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
}

impl fmt::Debug for Args {
    /// Without keys and address of the webhook, which may be real ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args")
            .field("listen", &self.listen)
            .field("seed", &self.seed)
            .field("unsigned", &self.unsigned)
            .field("encoded_cpf", &self.encoded_cpf)
            .field("fi_events", &self.fi_events)
            .field("automatic", &self.automatic)
            .field("rate_limit", &self.rate_limit)
            .field("consent_limit", &self.consent_limit)
            .field("loopback_only", &self.loopback_only)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Starts the mock, prints where it is and what its keys are, and serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// Where it cannot start, standard output is closed, or the state file cannot be written in the end.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let mock = builder(args).start().await?;
    let stopped = stop_signal()?;
    writeln!(
        std::io::stdout(),
        "Klavi mock is running, with synthetic data and keys of its own.\n\
         \n  base URL     {base_url}\
         \n  access key   {access_key}\
         \n  secret key   {secret_key}\
         \n  partner      {partner_code} with token {partner_token}, for KaaS and the first generation\
         \n  basic link   {basic_link}\
         \n  console      {console}\
         \n  state        {base_url}/_mock/state\n\
         \nStop it with Ctrl-C.",
        base_url = mock.base_url(),
        access_key = mock.access_key(),
        secret_key = mock.secret_key(),
        partner_code = mock.partner_code(),
        partner_token = mock.partner_token(),
        basic_link = mock.basic_link_url(),
        console = mock.console_url(),
    )?;
    stopped.await;
    let saved = mock.save_state().await;
    mock.shutdown().await;
    Ok(saved?)
}

/// A flag that is not there leaves to the state file what it says.
fn builder(args: Args) -> MockKlaviBuilder {
    let mut builder = MockKlavi::builder().listen(args.listen);
    match (args.seed, &args.state) {
        (Some(seed), _) => builder = builder.seed(seed),
        // The same keys at every start.
        (None, Some(path)) if path.exists() => {}
        (None, _) => builder = builder.seed(1),
    }
    if let Some(access_key) = args.access_key {
        builder = builder.access_key(access_key);
    }
    if let Some(secret_key) = args.secret_key {
        builder = builder.secret_key(secret_key);
    }
    if let Some(url) = args.console_webhook {
        builder = builder.console_webhook(url);
    }
    if args.unsigned {
        builder = builder.unsigned(true);
    }
    if args.encoded_cpf {
        builder = builder.encoded_cpf(true);
    }
    if args.fi_events {
        builder = builder.fi_events(true);
    }
    if args.automatic {
        builder = builder.automatic(true);
    }
    if let Some(calls_per_second) = args.rate_limit {
        builder = builder.rate_limit(calls_per_second);
    }
    if let Some(consents) = args.consent_limit {
        builder = builder.consent_limit(consents);
    }
    if args.loopback_only {
        builder = builder.loopback_only(true);
    }
    if let Some(path) = args.state {
        builder = builder.state_file(path);
    }
    builder
}

/// Listens for SIGTERM and Ctrl-C from now on, and ends with the first: whoever reads what a server prints once it is
/// ready may send one at once.
///
/// # Errors
/// Where the system does not let the process listen for signals.
#[cfg(unix)]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
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

/// Listens for Ctrl-C from now on, and ends with the first.
///
/// # Errors
/// Where the system does not let the process listen for it.
#[cfg(not(unix))]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without the signal there is nothing to wait for but the end of the process.
            std::future::pending::<()>().await;
        }
    })
}
