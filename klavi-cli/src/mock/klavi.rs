//! `klavi mock`: the options, what is announced, and the mock that they ask for.
//!
//! Knows nothing of how the mock answers.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use klavi_mock::{Error, MockKlavi, MockKlaviBuilder, NumberForm, Scenario};
use serde::Serialize;

use super::wrong_option;
use crate::exit::{Failure, print};
use crate::stop::stop_signal;

/// Flags of the command.
#[derive(ClapArgs, Clone)]
pub(crate) struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// Seed of keys and data: the same seed gives the same ones [default: that of the state file, or 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Access key to take [default: made from the seed]
    #[arg(long, value_name = "K")]
    access_key: Option<String>,
    /// Secret key to take and to sign with [default: made from the seed]
    #[arg(long, value_name = "S")]
    secret_key: Option<String>,
    /// Where events and reports go unless a request or a link says otherwise
    #[arg(long, value_name = "URL")]
    console_webhook: Option<String>,
    /// Send webhooks without a signature
    #[arg(long)]
    unsigned: bool,
    /// Send reports in version V1.1, their CPF encrypted with the secret key
    #[arg(long)]
    encoded_cpf: bool,
    /// Send `link_action_status` in place of the consent events, as to regulated institutions
    #[arg(long)]
    fi_events: bool,
    /// Send all reports as soon as the user has authorised, without a request
    #[arg(long)]
    automatic: bool,
    /// Calls to take in a second; one more is refused with 429 [default: any number]
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
    /// Consents of one person at one bank that may be open; one more is refused with 4003 [default: 10]
    #[arg(long, value_name = "N")]
    consent_limit: Option<usize>,
    /// Write names and forms as production was seen to: consentRedirectUrl, eventID, expireIn as text
    #[arg(long)]
    observed_spellings: bool,
    /// Write the numbers of answers and deliveries as text, or amounts and rates as numbers [default: as documented]
    #[arg(long, value_name = "FORM")]
    numbers: Option<Numbers>,
    /// URL at which clients and browsers reach the mock: http or https, a host, perhaps a port, no path. Without it, links in
    /// answers have the host of the call, if it is an address or a name that cannot be registered: localhost, a service name
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Take webhook addresses with plain http on other machines, as in a network of containers
    #[arg(long)]
    allow_http_webhooks: bool,
    /// Scenario whose customers, events and failures the mock has: a file, or the name of one that comes along
    #[arg(long, value_name = "FILE|NAME")]
    scenario: Option<Scenario>,
    /// Put trouble that banks are known for into reports: entries that change or never book, blank and shared ids
    #[arg(long)]
    messy_data: bool,
    /// Send webhooks to this machine only; those to anywhere else fail without being sent
    #[arg(long)]
    loopback_only: bool,
    /// File in which links, consents, tokens, deliveries and settings outlive the process
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Announce the mock in one line of JSON on standard output, with URLs and keys
    #[arg(long)]
    json: bool,
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Numbers {
    Documented,
    Text,
    Number,
}

impl From<Numbers> for NumberForm {
    fn from(numbers: Numbers) -> Self {
        match numbers {
            Numbers::Documented => Self::Documented,
            Numbers::Text => Self::Text,
            Numbers::Number => Self::Number,
        }
    }
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
            .field("messy_data", &self.messy_data)
            .field("observed_spellings", &self.observed_spellings)
            .field("numbers", &self.numbers)
            .field("loopback_only", &self.loopback_only)
            .field("allow_http_webhooks", &self.allow_http_webhooks)
            .field("state", &self.state)
            .field("json", &self.json)
            .finish_non_exhaustive()
    }
}

/// Starts the mock, announces it, and serves until SIGTERM or Ctrl-C.
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let json = args.json;
    let mock = builder(args).start().await.map_err(failure)?;
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
    access_key: String,
    secret_key: String,
    partner_code: String,
    partner_token: String,
    basic_link_url: String,
    console_url: String,
    state_url: String,
    health_url: String,
}

impl Announcement {
    fn of(mock: &MockKlavi) -> Self {
        let control = |path: &str| format!("{}/_mock/{path}", mock.control_url());
        Self {
            base_url: mock.base_url().to_owned(),
            listen: mock.listen_address(),
            access_key: mock.access_key().to_owned(),
            secret_key: mock.secret_key().to_owned(),
            partner_code: mock.partner_code().to_owned(),
            partner_token: mock.partner_token().to_owned(),
            basic_link_url: mock.basic_link_url(),
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
            "Klavi mock is running, with synthetic data and keys of its own.\n\
             \n  base URL     {base_url}\
             \n  access key   {access_key}\
             \n  secret key   {secret_key}\
             \n  partner      {partner_code} with token {partner_token}, for KaaS and the first generation\
             \n  basic link   {basic_link_url}\
             \n  console      {console_url}\
             \n  state        {state_url}\n\
             \nStop it with Ctrl-C.\n",
            base_url = self.base_url,
            access_key = self.access_key,
            secret_key = self.secret_key,
            partner_code = self.partner_code,
            partner_token = self.partner_token,
            basic_link_url = self.basic_link_url,
            console_url = self.console_url,
            state_url = self.state_url,
        ))
    }
}

fn failure(error: Error) -> Failure {
    wrong_option(&error, "--console-webhook").unwrap_or_else(|| Failure::failed(error))
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
    if args.observed_spellings {
        builder = builder.observed_spellings(true);
    }
    if let Some(numbers) = args.numbers {
        builder = builder.numbers(numbers.into());
    }
    if let Some(url) = args.public_url {
        builder = builder.public_url(url);
    }
    if args.allow_http_webhooks {
        builder = builder.allow_http_webhooks(true);
    }
    if let Some(scenario) = args.scenario {
        builder = builder.scenario(scenario);
    }
    if args.messy_data {
        builder = builder.messy_data(true);
    }
    if args.loopback_only {
        builder = builder.loopback_only(true);
    }
    if let Some(path) = args.state {
        builder = builder.state_file(path);
    }
    builder
}
