//! `klavi schema`: the shapes of what Klavi pushes, for types in any language.

use anyhow::anyhow;
use klavi_types::events::events_schema;
use klavi_types::legacy::{LegacyReportType, legacy_report_schema};
use klavi_types::reports::report_schema;
use klavi_types::{Product, ProductName};
use serde_json::Value;

use crate::exit::{Failure, print};

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Args {
    /// Reports of a product, named as in `productName`: `pf_balance`
    #[arg(long, value_name = "P")]
    product: Option<String>,
    /// Bodies of events
    #[arg(long)]
    events: bool,
    /// Reports of the first generation, named as in `report_type`: `balance`
    #[arg(long, value_name = "TYPE")]
    legacy: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let schema = match args {
        Args { product: Some(word), .. } => of_product(word)?,
        Args { legacy: Some(word), .. } => of_legacy(word)?,
        _ => events_schema(),
    };
    let json = serde_json::to_string_pretty(&schema).map_err(Failure::failed)?;
    print(&format!("{json}\n"))
}

fn of_product(word: &str) -> Result<Value, Failure> {
    let known = ProductName::ALL.iter().map(|name| name.as_str());
    let name =
        Product::from(word).name().ok_or_else(|| unknown("product", word, "pf_ or pj_ before ", known))?;
    Ok(report_schema(name))
}

fn of_legacy(word: &str) -> Result<Value, Failure> {
    let known = LegacyReportType::ALL.iter().map(LegacyReportType::as_str);
    let report_type = LegacyReportType::from(word);
    if report_type.is_known() {
        Ok(legacy_report_schema(&report_type))
    } else {
        Err(unknown("report type", word, "", known))
    }
}

fn unknown<'a>(what: &str, word: &str, before: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known = known.collect::<Vec<_>>().join(", ");
    Failure::unreadable(anyhow!("no {what} {word:?} is known, only {before}{known}"))
}
