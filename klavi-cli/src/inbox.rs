//! `klavi inbox`: list, search, replay, export, prune and erase entries while `klavi receive` runs.
//!
//! Knows the inbox through its trait. It must not know how entries are stored, or reach past the inbox into its tables.

mod change;
mod copy;
mod customer;
mod expected;
mod filter;
mod list;
mod prune;
mod record;
mod targets;

use anyhow::{Context, anyhow};
use clap::{Args as ClapArgs, Subcommand};
use jiff::{SignedDuration, Span, SpanRelativeTo};
use klavi_webhook::{Filter, Inbox, Page, Summary};

use self::change::{Erase, Replay};
use self::copy::Copy;
use self::expected::{Expect, ListExpected, Unexpect};
use self::list::{Export, List, Show};
use self::prune::Prune;
use self::targets::Targets;
use crate::exit::{Failure, runtime};
use crate::inbox_url::InboxUrl;

/// How many entries are listed at a time.
const PAGE: usize = 500;

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Which inbox: `sqlite:PATH` or `postgres://USER@HOST/DATABASE`
    #[arg(long, value_name = "URL")]
    inbox: InboxUrl,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists entries in the order of their arrival, without their bodies
    List(Box<List>),
    /// Shows one entry with its body and its failed attempts
    Show(Show),
    /// Makes entries due at once, with their attempts at zero
    Replay(Box<Replay>),
    /// Prints entries with their bodies, one JSON object in each line
    Export(Box<Export>),
    /// Deletes the bodies of old entries; their keys stay, so that a repeated message is known
    Prune(Box<Prune>),
    /// Deletes entries, whatever their state, with all that is known of them
    Erase(Box<Erase>),
    /// Copies entries into another inbox, with their states and attempts; what is there already stays
    Copy(Copy),
    /// Lists the targets and what keeps entries from them; pauses and resumes one, and closes what a removed one left open
    Targets(Targets),
    /// Registers reports that were asked for and should come
    Expect(Expect),
    /// Expects a report request no longer
    Unexpect(Unexpect),
    /// Lists what should come, with what has become of it: outstanding, arrived or overdue
    Expected(ListExpected),
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let inbox = match &args.command {
            Command::List(_)
            | Command::Show(_)
            | Command::Export(_)
            | Command::Expected(_)
            | Command::Copy(_) => args.inbox.open_to_read().await?,
            Command::Targets(targets) if targets.only_reads() => args.inbox.open_to_read().await?,
            _ => args.inbox.open_existing().await?,
        };
        match &args.command {
            Command::List(list) => list::list(&*inbox, list).await,
            Command::Show(show) => list::show(&*inbox, show).await,
            Command::Replay(replay) => change::replay(&*inbox, replay).await,
            Command::Export(export) => list::export(&*inbox, export).await,
            Command::Prune(prune) => prune::prune(inbox, prune).await,
            Command::Erase(erase) => change::erase(&*inbox, erase).await,
            Command::Copy(copy) => copy::copy(&*inbox, &args.inbox, copy).await,
            Command::Targets(targets) => targets::run(&*inbox, targets).await,
            Command::Unexpect(unexpect) => expected::unexpect(&*inbox, unexpect).await,
            Command::Expect(expect) => expected::expect(&*inbox, expect).await,
            Command::Expected(list) => expected::list(&*inbox, list).await,
        }
    })
}

/// Goes through all entries that the filter selects, a page at a time.
async fn each(
    inbox: &dyn Inbox,
    filter: &Filter,
    mut take: impl AsyncFnMut(Summary) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut page = Page::first(PAGE);
    loop {
        let entries = inbox.list(filter, page.clone()).await.map_err(Failure::failed)?;
        let Some(last) = entries.last() else { return Ok(()) };
        page = page.after(last);
        for entry in entries {
            take(entry).await?;
        }
    }
}

/// What a sender named, without the control characters that a terminal would obey.
fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A span of time that does not depend on the calendar.
fn duration(option: &str, span: Span) -> Result<SignedDuration, Failure> {
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .with_context(|| format!("{option}: give days, hours, minutes or seconds"))
        .map_err(Failure::Unreadable)?;
    if duration.is_negative() {
        return Err(Failure::unreadable(anyhow!("{option}: it is negative")));
    }
    Ok(duration)
}
