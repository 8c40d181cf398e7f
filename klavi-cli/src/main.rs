//! The `klavi` command.
//!
//! Results go to stdout, everything else to stderr. Exit 0: done. 1: refused or failed. 2: wrong usage or unreadable
//! input. Knows of each command only its name and its arguments.

mod api;
mod belvo;
mod check_receiver;
mod completions;
mod config_file;
mod consents;
mod demo;
mod duration;
mod entries;
mod environment;
mod exit;
mod generate;
mod health;
mod inbox;
mod inbox_url;
mod input;
mod inspect;
mod institutions;
mod keys;
mod link;
mod listen;
mod log;
mod man;
mod mock;
mod progress;
mod provider_name;
mod qr;
mod receive;
mod report;
mod schema;
mod scrub;
mod secret;
mod sign;
mod stop;
mod trigger;
mod url;

use std::process::ExitCode;

use anyhow::anyhow;
use clap::{CommandFactory, Parser, Subcommand};
use mimalloc::MiMalloc;
use tracing_subscriber::filter::LevelFilter;

use crate::config_file::{ConfigFile, WithConfig};
use crate::exit::Failure;
use crate::log::Log;
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
    /// Receives deliveries: verifies, deduplicates and stores them before it answers, and forwards them on request
    Receive(Box<receive::Args>),
    /// Lists, shows, replays, exports, copies and prunes the entries of an inbox
    Inbox(inbox::Args),
    /// Serves a mock of Klavi until it is stopped
    #[command(mut_arg("listen", |flag| flag.value_parser(listen::address)), mut_args(environment::of_mock))]
    Mock(WithConfig<mock::klavi::Args>),
    /// Sends an event or a report as Klavi would: signed, and retried until it is accepted
    Trigger(trigger::Args),
    /// Plays Klavi against your receiver, and says for each case what to change
    #[command(mut_args(environment::of_check_receiver))]
    CheckReceiver(check_receiver::Args),
    /// Shows what a delivery body contains and which parts of it this version does not understand
    Inspect(inspect::Args),
    /// Prints a body with every value replaced that is no documented word, to attach to a bug report
    Scrub(scrub::Args),
    /// Prints the entries of reports as JSON lines or CSV, or what came in and went out each month
    Entries(entries::Args),
    /// Prints a synthetic report of any product and size
    Generate(generate::Args),
    /// Prints the JSON Schema of what Klavi pushes, to generate types from
    Schema(schema::Args),
    /// Prints the signature that Klavi would send with a body
    Sign(sign::SignArgs),
    /// Checks a signature: exit 0 if it is valid, 1 if it is not
    Verify(sign::VerifyArgs),
    /// Creates links
    Link(link::Args),
    /// Lists the banks that the user of a link can connect
    Institutions(institutions::Args),
    /// Lists, shows, revokes and creates consents
    Consents(consents::Args),
    /// Requests reports
    Report(report::Args),
    /// Belvo, the second provider: serves a mock of it, and lists, shows and deletes links
    Belvo(belvo::Args),
    /// Builds the URL of a page of Klavi, without a call
    Url(url::Args),
    /// Asks a mock or a receiver whether it is ready: exit 0 if it is, 1 if it is not
    Health(health::Args),
    /// Prints the completion script for a shell
    Completions(completions::Args),
    /// Writes the manual pages of all commands
    Man(man::Args),
}

fn main() -> ExitCode {
    let (command, file) = match parse() {
        Ok(parsed) => parsed,
        Err(Refused::Usage(error)) => error.exit(),
        Err(Refused::Settings(failures)) => {
            return failures.into_iter().map(Failure::report).last().unwrap_or(ExitCode::FAILURE);
        }
    };
    let log = log(&command);
    let done = match command {
        Command::Demo(args) => demo::run(&args),
        Command::Receive(args) => {
            receive::run(receive::Command { args: *args, file }, receive_again, log.lost())
        }
        Command::Inbox(args) => inbox::run(&args),
        Command::Mock(args) => {
            exit::runtime().and_then(|runtime| runtime.block_on(mock::klavi::run(args.args)))
        }
        Command::Trigger(args) => trigger::run(&args),
        Command::CheckReceiver(args) => check_receiver::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Scrub(args) => scrub::run(&args),
        Command::Entries(args) => entries::run(&args),
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
        Command::Health(args) => health::run(args),
        Command::Man(args) => man::run(&args, Cli::command()),
        Command::Completions(args) => completions::run(&args, Cli::command()),
    };
    // The sentence about a failure comes after all lines of the log.
    log.end();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Why there is no command to run.
enum Refused {
    /// Wrong usage, or a request for help.
    Usage(clap::Error),
    /// What the configuration file sets cannot be used.
    Settings(Vec<Failure>),
}

/// Reads the command line, with the configuration file where one is given.
fn parse() -> Result<(Command, Option<ConfigFile>), Refused> {
    let root = Cli::command();
    let tables = |command: &str| if command == "receive" { receive::TABLES } else { &[] };
    let merged = config_file::merge(&root, std::env::args_os().collect(), tables);
    let merged = merged.map_err(|failure| Refused::Settings(vec![failure]))?;
    match Cli::try_parse_from(merged.arguments.iter()) {
        Ok(cli) => Ok((cli.command, merged.file)),
        Err(error) => match merged.refusals(&root, &error) {
            refusals if refusals.is_empty() => Err(Refused::Usage(error)),
            refusals => Err(Refused::Settings(refusals)),
        },
    }
}

/// The options of `klavi receive` once more, while it runs.
fn receive_again() -> Result<receive::Command, Failure> {
    match parse() {
        Ok((Command::Receive(args), file)) => Ok(receive::Command { args: *args, file }),
        Ok(_) => Err(Failure::unreadable(anyhow!("the command is another one"))),
        Err(Refused::Usage(error)) => Err(Failure::unreadable(anyhow!("{}", config_file::sentence(&error)))),
        Err(Refused::Settings(failures)) => {
            let all: Vec<_> = failures.into_iter().map(|failure| failure.to_string()).collect();
            Err(Failure::unreadable(anyhow!("{}", all.join("; "))))
        }
    }
}

/// Warnings, and of a server what it does, unless `RUST_LOG` asks for something else.
fn log(command: &Command) -> Log {
    match command {
        Command::Receive(args) => log::init(LevelFilter::INFO, args.log, true),
        Command::Mock(_) => log::init(LevelFilter::INFO, LogForm::Pretty, true),
        Command::Belvo(args) if args.is_server() => log::init(LevelFilter::INFO, LogForm::Pretty, true),
        _ => log::init(LevelFilter::WARN, LogForm::Pretty, false),
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
