//! `klavi generate`: a synthetic report on stdout.

use std::io::{self, BufWriter, Write};

use synthetic_data::{Messy, Recipe, Scenario, Version};

use crate::exit::Failure;

/// How much is collected before it is written: reports may be gigabytes.
const BUFFER: usize = 64 << 10;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", help = "Product, such as pf_categorized_checking_l3 or pj_loans")]
    product: String,
    /// How many entries, movements or payments it has in all [default: what three months bring]
    #[arg(long, value_name = "N")]
    transactions: Option<u64>,
    /// Which synthetic customer: the same seed shows the same one
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Scenario with the customer: a file, or the name of one that comes along
    #[arg(long, value_name = "FILE|NAME")]
    scenario: Option<Scenario>,
    /// Which customer of the scenario, counted from 1: of the persons for pf_, of the companies for pj_
    #[arg(long, value_name = "N", default_value_t = 1, requires = "scenario")]
    person: usize,
    /// With trouble that banks are known for: entries that change or never book, blank and shared ids
    #[arg(long)]
    messy_data: bool,
    /// V1, or V1.1 without the tax ids of counterparties
    #[arg(long, value_name = "V1|V1.1", default_value_t)]
    version: Version,
}

/// Writes the body that Klavi would push, to the byte: no line break after it.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut recipe =
        Recipe::new(&args.product).map_err(Failure::unreadable)?.version(args.version).seed(args.seed);
    if args.messy_data {
        recipe = recipe.messy(Messy::ALL);
    }
    if let Some(scenario) = &args.scenario {
        recipe = recipe.scenario(scenario, args.person).map_err(Failure::unreadable)?;
    }
    if let Some(count) = args.transactions {
        recipe = recipe.transactions(count).map_err(Failure::unreadable)?;
    }
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match recipe.write(&mut out).and_then(|_| out.flush()) {
        // A reader that went away (`klavi generate … | head`) is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::failed(error)),
        _ => Ok(()),
    }
}
