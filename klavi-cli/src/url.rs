//! `klavi url`: addresses of Klavi's pages, put together without a call.

mod basic_link;
mod legacy_link;

use clap::Subcommand;
use serde::Serialize;

use crate::api::flags_named;
use crate::exit::{Failure, print, print_aside};
use crate::qr::Qr;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    page: Page,
}

#[derive(Debug, Subcommand)]
enum Page {
    /// The Basic WhiteLabel page: the same address for every user, or one with the user's data filled in
    BasicLink(Box<basic_link::Args>),
    /// The Link page of the first generation, where the user logs in to the bank
    LegacyLink(Box<legacy_link::Args>),
}

/// How a URL is shown.
#[derive(Debug, clap::Args)]
struct Output {
    /// One JSON document instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    qr: Qr,
}

/// Named as in Klavi's answer to `POST /links`.
#[derive(Serialize)]
struct Link<'a> {
    #[serde(rename = "linkURL")]
    link_url: &'a str,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.page {
        Page::BasicLink(args) => args.output.show(args.url().map_err(flags_named)?.expose()),
        Page::LegacyLink(args) => args.output.show(args.url().map_err(flags_named)?.expose()),
    }
}

impl Output {
    fn show(&self, url: &str) -> Result<(), Failure> {
        let drawing = self.qr.draw(url)?;
        if self.json {
            let json = serde_json::to_string_pretty(&Link { link_url: url }).map_err(Failure::failed)?;
            print(&format!("{json}\n"))?;
        } else {
            print(&format!("{url}\n"))?;
        }
        print_aside(&drawing);
        Ok(())
    }
}

/// Reads `NAME=VALUE`; the value may hold further equals signs.
fn parameter(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("there is no equals sign in it")?;
    Ok((name.to_owned(), value.to_owned()))
}
