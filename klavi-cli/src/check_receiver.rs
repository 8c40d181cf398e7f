//! `klavi check-receiver`: plays Klavi against any receiver, and says for each case what to change.
//!
//! Knows the order of the cases, the options and the output. Must not know what a case sends.

mod address;
mod bodies;
mod cases;
mod exchange;
mod provider;
mod request;
mod result;
mod scenes;
mod verdict;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::anyhow;
use clap::builder::PossibleValuesParser;

use self::address::Address;
use self::cases::{CASES, Case, FIRST};
use self::exchange::Exchange;
use self::provider::Provider;
use self::result::{CaseResult, Results};
use self::scenes::Stage;
use self::verdict::{Judged, Verdict};
use crate::duration::read_some;
use crate::exit::{Failure, print, runtime};
use crate::keys::Keys;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    to: To,
    #[command(flatten)]
    keys: Keys,
    /// Play this case alone; give it again for more
    #[arg(long, value_name = "CASE", value_parser = PossibleValuesParser::new(cases::names()), hide_possible_values = true)]
    only: Vec<String>,
    /// Print the cases, with what each one sends and expects, and play none
    #[arg(long)]
    list: bool,
    /// How long to wait for an answer. Klavi waits 10 seconds
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = read_some)]
    timeout: Duration,
    /// PEM file with further root certificates to trust
    #[arg(long, value_name = "FILE")]
    tls_ca: Vec<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Closed to `Debug`: the address may carry a token.
#[derive(clap::Args)]
struct To {
    /// Address of the receiver
    #[arg(long = "to", value_name = "URL", required_unless_present = "list")]
    url: Option<String>,
}

impl std::fmt::Debug for To {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

/// Plays the cases; exit 1 if one fails.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.list {
        return print(&result::list(args.json));
    }
    let address = Address::read(args.to.url.as_deref().unwrap_or_default(), &args.tls_ca)?;
    let stage = Stage {
        provider: Provider::new(args.keys.first()?).map_err(Failure::failed)?,
        exchange: Exchange { address, timeout: args.timeout },
        success: 200,
    };
    let mut told = Ok(());
    let tell = |result: &CaseResult| {
        if !args.json && told.is_ok() {
            told = print(&result.line());
        }
    };
    let results = runtime()?.block_on(play(stage, &args.only, tell));
    told?;
    print(&if args.json { results.json() } else { results.summary() })?;
    match results.count(Verdict::Fail) {
        0 => Ok(()),
        failed => Err(Failure::failed(anyhow!(
            "{failed} of {} {} failed",
            results.cases.len(),
            if results.cases.len() == 1 { "case" } else { "cases" }
        ))),
    }
}

/// Plays the chosen cases in their order. The first case is always played: others say nothing if it fails.
async fn play(mut stage: Stage, only: &[String], mut tell: impl FnMut(&CaseResult)) -> Results {
    let mut results = Results::new(stage.provider.run());
    let first = stage.play(FIRST).await;
    let (accepted, reached) = (first.success.is_some(), first.reached);
    stage.success = first.success.unwrap_or(stage.success);
    let mut first = Some(first.result);
    for case in &CASES {
        let is_first = case.name == FIRST.name;
        let failed = is_first && first.as_ref().is_some_and(|first| first.judged.verdict == Verdict::Fail);
        if !only.is_empty() && !only.iter().any(|name| name == case.name) && !failed {
            continue;
        }
        let result = match first.take_if(|_| is_first) {
            Some(result) => result,
            None => match skipped(case, accepted, reached) {
                Some(reason) => CaseResult::of(case, Judged::skipped(reason), None),
                None => stage.play(case).await.result,
            },
        };
        tell(&result);
        results.cases.push(result);
    }
    results
}

/// Why the case would say nothing.
fn skipped(case: &Case, accepted: bool, reached: bool) -> Option<&'static str> {
    if !reached {
        return Some("the receiver could not be reached");
    }
    (case.wants_refusal() && !accepted)
        .then_some("a refusal says nothing as long as the case `report` is refused as well")
}
