//! `klavi belvo`: the second provider.

mod api;
mod links;

use clap::{Args as ClapArgs, Subcommand};

use crate::config_file::WithConfig;
use crate::environment::of_belvo_mock;
use crate::exit::{self, Failure};
use crate::{listen, mock};

#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves a mock of Belvo until it is stopped: links, MFA, widget, webhooks
    #[command(mut_arg("listen", |flag| flag.value_parser(listen::address)), mut_args(of_belvo_mock))]
    Mock(WithConfig<mock::belvo::Args>),
    /// Lists, shows and deletes links
    Links(links::Args),
}

impl Args {
    /// Whether it serves until it is stopped.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self.command, Command::Mock(_))
    }
}

pub(crate) fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Mock(args) => exit::runtime()?.block_on(mock::belvo::run(args.args)),
        Command::Links(args) => links::run(&args),
    }
}
