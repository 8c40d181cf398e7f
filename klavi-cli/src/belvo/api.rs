//! What the commands that call Belvo share.

use std::time::Duration;

use belvo_sdk::{Client, Credentials, Environment, RetryPolicy};
use clap::ValueEnum;
use serde::Serialize;

use crate::api;
use crate::exit::Failure;

/// Which Belvo is called. The keys come from `BELVO_SECRET_ID` and `BELVO_SECRET_PASSWORD`: arguments can be seen by
/// others.
#[derive(Debug, clap::Args)]
#[command(
    next_help_heading = "Which Belvo is called, with the keys in BELVO_SECRET_ID and BELVO_SECRET_PASSWORD"
)]
pub(super) struct Api {
    /// Belvo's environment
    #[arg(long, env = "BELVO_ENVIRONMENT", required_unless_present = "base_url", ignore_case = true)]
    environment: Option<Environment_>,
    /// Base URL in place of an environment, such as that of `klavi belvo mock`: https, or http to this machine
    #[arg(long, env = "BELVO_BASE_URL", value_name = "URL")]
    base_url: Option<String>,
    /// Allow plain http to any host, as between containers: whoever can read the network reads keys and personal data
    #[arg(long, env = "BELVO_ALLOW_PLAIN_HTTP")]
    allow_plain_http: bool,
    /// One JSON document in Belvo's own field names instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Environment_ {
    /// sandbox.belvo.com
    Sandbox,
    /// api.belvo.com
    Production,
}

impl Api {
    pub(super) fn client(&self) -> Result<Client, Failure> {
        let environment = match (&self.base_url, self.environment) {
            (Some(base_url), _) => Environment::Custom(base_url.clone()),
            (None, Some(Environment_::Production)) => Environment::Production,
            (None, Some(Environment_::Sandbox) | None) => Environment::Sandbox,
        };
        let credentials = Credentials::from_env().map_err(Failure::unreadable)?;
        // A person waits: a backoff of a minute and more, as Belvo recommends it, is for programs.
        let client = Client::builder(credentials, environment)
            .retry_policy(RetryPolicy::default())
            .timeout(Duration::from_secs(30))
            .allow_plain_http(self.allow_plain_http);
        client.app_name(concat!("klavi-cli/", env!("CARGO_PKG_VERSION"))).build().map_err(Failure::unreadable)
    }

    /// What Belvo answered: as JSON, or as text.
    pub(super) fn show<T: Serialize>(
        &self,
        answer: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        api::show(self.json, answer, text)
    }
}
