use belvo_mock::cli;

use crate::exit::{self, Failure};

pub(super) fn run(args: cli::Args) -> Result<(), Failure> {
    let builder = cli::builder(args).map_err(Failure::Unreadable)?;
    exit::runtime()?.block_on(cli::run(builder)).map_err(Failure::failed)
}
