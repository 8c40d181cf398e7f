//! The `klavi` command.
//!
//! Results go to stdout, everything else to stderr. Exit 0: done. 1: refused or failed. 2: wrong usage or unreadable
//! input.

mod api;
mod belvo;
mod completions;
mod consents;
mod demo;
mod exit;
mod generate;
mod inbox;
mod inbox_url;
mod input;
mod inspect;
mod institutions;
mod keys;
mod link;
mod progress;
mod provider_name;
mod qr;
mod receive;
mod report;
mod schema;
mod sign;
mod trigger;
mod url;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use mimalloc::MiMalloc;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::exit::Failure;
use crate::receive::LogForm;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Tools for partners of Klavi.
#[derive(Debug, Parser)]
#[command(name = "klavi", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Connects a synthetic customer's bank end to end on this machine: no network, no credentials
    Demo(demo::Args),
    /// Takes Klavi's deliveries into an inbox: verified, deduplicated, durable; forwards them if asked to
    Receive(Box<receive::Args>),
    /// Looks at an inbox, plays entries again, tidies up
    Inbox(inbox::Args),
    /// Serves a stand-in for Klavi until stopped
    Mock(klavi_mock::cli::Args),
    /// Sends an event or a report as Klavi would: signed, repeated until it is taken
    Trigger(trigger::Args),
    /// Tells what a delivery body holds and what of it is not understood
    Inspect(inspect::Args),
    /// Prints a synthetic report of any product and size
    Generate(generate::Args),
    /// Prints the JSON Schema of what Klavi pushes, to generate types from
    Schema(schema::Args),
    /// Prints the signature that Klavi would send with a body
    Sign(sign::SignArgs),
    /// Checks a signature: exit 0 where it fits, 1 where it does not
    Verify(sign::VerifyArgs),
    /// Makes links
    Link(link::Args),
    /// Lists the banks that the user of a link can connect
    Institutions(institutions::Args),
    /// Lists, shows, revokes and makes consents
    Consents(consents::Args),
    /// Asks for reports
    Report(report::Args),
    /// Does for Belvo, the second provider, what the commands above do for Klavi
    Belvo(belvo::Args),
    /// Puts together the address of a page of Klavi, without a call
    Url(url::Args),
    /// Prints what a shell needs to complete this command
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    log(&command);
    let done = match command {
        Command::Demo(args) => demo::run(&args),
        Command::Receive(args) => receive::run(&args),
        Command::Inbox(args) => inbox::run(&args),
        Command::Mock(args) => mock(args),
        Command::Trigger(args) => trigger::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Sign(args) => sign::sign(&args),
        Command::Verify(args) => sign::verify(&args),
        Command::Link(args) => link::run(&args),
        Command::Institutions(args) => institutions::run(&args),
        Command::Consents(args) => consents::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Belvo(args) => belvo::run(args),
        Command::Url(args) => url::run(&args),
        Command::Completions(args) => completions::run(&args, Cli::command()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn mock(args: klavi_mock::cli::Args) -> Result<(), Failure> {
    exit::runtime()?.block_on(klavi_mock::cli::run(args)).map_err(Failure::failed)
}

/// Logs to stderr what `RUST_LOG` asks for; else warnings, and of a receiver what it does.
fn log(command: &Command) {
    let (level, form) = match command {
        Command::Receive(args) => (LevelFilter::INFO, args.log),
        _ => (LevelFilter::WARN, LogForm::Pretty),
    };
    let filter = EnvFilter::builder().with_default_directive(level.into()).from_env_lossy();
    // A log that cannot be written is no reason to panic.
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    let registry = tracing_subscriber::registry().with(filter);
    match form {
        LogForm::Pretty => {
            registry.with(lines.with_ansi(std::io::stderr().is_terminal())).init();
        }
        LogForm::Json => registry.with(lines.json()).init(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_contradict_each_other_nowhere() {
        Cli::command().debug_assert();
    }
}
