//! `klavi man`: manual pages of the command and all its subcommands.

use std::path::PathBuf;

use anyhow::Context;

use crate::exit::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to write the pages to: klavi.1, klavi-mock.1 … `man -M` needs it to be named man1
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args, command: clap::Command) -> Result<(), Failure> {
    let folder = &args.folder;
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.with_context(|| format!("{} cannot be written to", folder.display())).map_err(Failure::Failed)
}
