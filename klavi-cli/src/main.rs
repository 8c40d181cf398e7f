//! The `klavi` command.
//!
//! Results go to stdout, everything else to stderr. Exit 0: done. 1: refused or failed. 2: wrong usage or unreadable
//! input.

mod demo;
mod exit;
mod generate;
mod input;
mod inspect;
mod keys;
mod schema;
mod sign;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

use crate::exit::Failure;

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
    /// Serves a stand-in for Klavi until stopped
    Mock(klavi_mock::cli::Args),
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
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::builder()
                .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
                .from_env_lossy(),
        )
        .with_writer(std::io::stderr)
        .init();
    let done = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Mock(args) => mock(args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Sign(args) => sign::sign(&args),
        Command::Verify(args) => sign::verify(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn mock(args: klavi_mock::cli::Args) -> Result<(), Failure> {
    exit::runtime()?.block_on(klavi_mock::cli::run(args)).map_err(Failure::failed)
}
