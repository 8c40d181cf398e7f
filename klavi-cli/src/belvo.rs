//! `klavi belvo`: the second provider.

mod api;
mod links;
mod mock;

use clap::{Args as ClapArgs, Subcommand};

use crate::exit::Failure;

#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves a stand-in for Belvo until stopped: links, second factors, widget, webhooks
    Mock(klavi_mock::belvo::cli::Args),
    /// Lists, shows and deletes links
    Links(links::Args),
}

pub(crate) fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Mock(args) => mock::run(args),
        Command::Links(args) => links::run(&args),
    }
}
