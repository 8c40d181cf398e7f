//! `klavi trigger`: an event or a report, sent to a receiver as Klavi would.

use std::time::Duration;

use anyhow::anyhow;
use klavi_mock::trigger::Trigger;
use klavi_mock::{Attempt, Delivery, DeliveryState};
use serde_json::json;
use synthetic_data::{Recipe, Version};

use crate::exit::{Failure, print, runtime};
use crate::keys::Keys;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["product", "event"]))]
pub(crate) struct Args {
    #[command(flatten)]
    to: Target,
    #[arg(long, value_name = "P", help = "Report to send, such as pf_categorized_checking_l3")]
    product: Option<String>,
    #[arg(long, value_name = "E", help = "Event to send, such as consent_authorised")]
    event: Option<String>,
    /// How many entries, movements or payments the report has [default: what three months bring]
    #[arg(long, value_name = "N", conflicts_with = "event")]
    transactions: Option<u64>,
    /// Which synthetic customer it is about
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Version of the report: V1, or V1.1 without the tax ids of counterparties
    #[arg(long, value_name = "V1|V1.1", default_value_t, conflicts_with = "event")]
    version: Version,
    /// Encrypt the CPF of the report with the secret key, as the mock does; makes it V1.1
    #[arg(long, conflicts_with = "event")]
    encoded_cpf: bool,
    #[command(flatten)]
    keys: Keys,
    /// Send without a signature
    #[arg(long)]
    unsigned: bool,
    /// How many to send, one after the other
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
    /// Send the same one each time, under the same id, as if it were delivered again
    #[arg(long)]
    same_id: bool,
    /// Pause before the first retry; it doubles with each further one
    #[arg(long, value_name = "MS", default_value_t = 250)]
    retry_base_ms: u64,
    /// Print one JSON document in the end, with every attempt
    #[arg(long)]
    json: bool,
}

/// Closed to `Debug`: the address may carry a token.
#[derive(clap::Args)]
struct Target {
    /// Where the receiver is
    #[arg(long = "to", value_name = "URL")]
    url: String,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

/// Sends all of it; exit 1 unless every delivery was taken.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let trigger = trigger(args)?;
    // The key also encrypts.
    let needs_key = !args.unsigned || args.encoded_cpf;
    let secret_key = if needs_key { args.keys.first()? } else { String::new() };
    let mut told = Ok(());
    let tell = |delivery: &Delivery| {
        if !args.json && told.is_ok() {
            told = print(&line(delivery));
        }
    };
    let sent = runtime()?.block_on(trigger.send(&secret_key, tell)).map_err(Failure::failed)?;
    told?;
    if args.json {
        print(&format!("{}\n", json!({"deliveries": sent})))?;
    }
    let refused = sent.iter().filter(|delivery| delivery.state != DeliveryState::Delivered).count();
    if refused == 0 {
        return Ok(());
    }
    Err(Failure::failed(anyhow!(
        "{refused} of {} {} not taken",
        sent.len(),
        if refused == 1 { "was" } else { "were" }
    )))
}

fn trigger(args: &Args) -> Result<Trigger, Failure> {
    let trigger = match (&args.product, &args.event) {
        (Some(product), _) => {
            let recipe = Recipe::new(product).map_err(Failure::unreadable)?;
            let recipe = recipe.version(args.version).seed(args.seed);
            let recipe = args.transactions.map_or(Ok(recipe.clone()), |count| recipe.transactions(count));
            Trigger::report(recipe.map_err(Failure::unreadable)?)
        }
        (None, event) => {
            let name = event.as_deref().unwrap_or_default();
            Trigger::event(name, args.seed).map_err(Failure::unreadable)?
        }
    };
    Ok(trigger
        .to(&args.to.url)
        .map_err(Failure::unreadable)?
        .encoded_cpf(args.encoded_cpf)
        .unsigned(args.unsigned)
        .times(args.times)
        .same_id(args.same_id)
        .retry_base(Duration::from_millis(args.retry_base_ms)))
}

/// One line of the attempt that is just over.
fn line(delivery: &Delivery) -> String {
    let Some(attempt) = delivery.attempts.last() else { return String::new() };
    format!(
        "{at:.3}  {id} {name} {key}, {bytes} bytes, attempt {number}: {outcome}, {millis} ms\n",
        at = attempt.at,
        id = delivery.id,
        name = delivery.name,
        key = delivery.key,
        bytes = delivery.bytes,
        number = delivery.attempts.len(),
        outcome = outcome(attempt),
        millis = attempt.duration.as_millis(),
    )
}

fn outcome(attempt: &Attempt) -> String {
    attempt.status.map_or_else(|| attempt.outcome(), |status| format!("HTTP {status}"))
}
