//! `klavi completions`: what a shell needs to complete the command.

use clap_complete::Shell;

use crate::exit::{Failure, print};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell. For bash, put `source <(klavi completions bash)` into ~/.bashrc
    shell: Shell,
}

pub(crate) fn run(args: &Args, mut command: clap::Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "klavi", &mut script);
    print(&String::from_utf8(script).map_err(Failure::failed)?)
}
