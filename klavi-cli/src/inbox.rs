//! `klavi inbox`: look at what came, play it again, tidy up. Works while `klavi receive` runs.

mod copy;
mod expected;
mod record;

use std::io::Write;

use anyhow::{Context, anyhow};
use clap::{ArgGroup, Args as ClapArgs, Subcommand};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use klavi_webhook::{Clock, EntryId, EntryState, Inbox, Page, Prune, Summary};

use self::copy::Copy;
use self::expected::{Expect, ListExpected, Unexpect};
use self::record::{ExportedEntry, ListedEntry};
use crate::exit::{Failure, print, runtime};
use crate::inbox_url::InboxUrl;

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
    List(List),
    /// Shows one entry
    Show(Show),
    /// Makes entries due at once, with their attempts at zero
    Replay(Replay),
    /// Prints entries with their bodies, one JSON object in each line
    Export(Export),
    /// Deletes entries that are done
    Prune(PruneArgs),
    /// Deletes single entries, whatever their state, with all that is known of them
    Erase(Erase),
    /// Copies entries into another inbox, with their states and attempts; what is there already stays
    Copy(Copy),
    /// Registers reports that were asked for and should come
    Expect(Expect),
    /// Expects a report request no longer
    Unexpect(Unexpect),
    /// Lists what should come, with what has become of it: outstanding, arrived or overdue
    Expected(ListExpected),
}

#[derive(Debug, ClapArgs)]
struct List {
    /// Only those that are pending, leased, done, dead, quarantined or outstanding
    #[arg(long, value_name = "S")]
    state: Option<EntryState>,
    /// Only those of this link
    #[arg(long, value_name = "L")]
    link: Option<String>,
    /// Only those of this report request
    #[arg(long, value_name = "R")]
    request: Option<String>,
    /// Only what came then or later: 2026-11-22T10:00:00Z
    #[arg(long, value_name = "T")]
    since: Option<Timestamp>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
struct Show {
    /// Number of the entry
    id: EntryId,
    /// Print the bytes as they came, and nothing else
    #[arg(long)]
    raw: bool,
}

#[derive(Debug, ClapArgs)]
#[command(group = ArgGroup::new("which").required(true))]
struct Replay {
    /// Number of the entry
    #[arg(group = "which")]
    id: Option<EntryId>,
    /// All dead letters
    #[arg(long, group = "which")]
    dead: bool,
    /// All that wait for their next attempt
    #[arg(long, group = "which")]
    pending: bool,
}

#[derive(Debug, ClapArgs)]
struct Export {
    /// Only what came then or later: 2026-11-22T10:00:00Z
    #[arg(long, value_name = "T")]
    since: Option<Timestamp>,
}

#[derive(Debug, ClapArgs)]
struct PruneArgs {
    /// How long ago they came: 30d, 12h
    #[arg(long, value_name = "D")]
    older_than: Span,
    /// Also dead letters and what was not understood
    #[arg(long)]
    settled: bool,
    /// Also what waits to be handled, where nobody hands entries out
    #[arg(long)]
    pending: bool,
}

#[derive(Debug, ClapArgs)]
struct Erase {
    /// Numbers of the entries
    #[arg(required = true)]
    id: Vec<EntryId>,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let inbox = match &args.command {
            Command::List(_)
            | Command::Show(_)
            | Command::Export(_)
            | Command::Expected(_)
            | Command::Copy(_) => args.inbox.open_to_read().await?,
            _ => args.inbox.open_existing().await?,
        };
        match &args.command {
            Command::List(list) => self::list(&*inbox, list).await,
            Command::Show(show) => self::show(&*inbox, show).await,
            Command::Replay(replay) => self::replay(&*inbox, replay).await,
            Command::Export(export) => self::export(&*inbox, export).await,
            Command::Prune(prune) => self::prune(&*inbox, prune).await,
            Command::Erase(erase) => self::erase(&*inbox, erase).await,
            Command::Copy(copy) => copy::copy(&*inbox, &args.inbox, copy).await,
            Command::Unexpect(unexpect) => expected::unexpect(&*inbox, unexpect).await,
            Command::Expect(expect) => expected::expect(&*inbox, expect).await,
            Command::Expected(list) => expected::list(&*inbox, list).await,
        }
    })
}

/// Goes through all entries, some at a time.
async fn each(
    inbox: &dyn Inbox,
    state: Option<EntryState>,
    mut take: impl AsyncFnMut(Summary) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut page = Page { state, ..Page::first(500) };
    loop {
        let entries = inbox.list(page).await.map_err(Failure::failed)?;
        let Some(last) = entries.last() else { return Ok(()) };
        page = page.after(last.id);
        for entry in entries {
            take(entry).await?;
        }
    }
}

/// Goes through the entries that the filters let through.
async fn each_listed(
    inbox: &dyn Inbox,
    args: &List,
    mut take: impl AsyncFnMut(Summary) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let is_wanted = |entry: &Summary| {
        args.state.is_none_or(|state| entry.state == state)
            && args.since.is_none_or(|since| entry.received_at >= since)
            && args.link.as_ref().is_none_or(|link| entry.link_id.as_ref() == Some(link))
    };
    if let Some(request) = &args.request {
        for entry in inbox.of_request(request).await.map_err(Failure::failed)?.into_iter().filter(is_wanted) {
            take(entry).await?;
        }
        return Ok(());
    }
    each(inbox, args.state, async |entry| if is_wanted(&entry) { take(entry).await } else { Ok(()) }).await
}

/// What a sender named, without what a terminal would obey.
fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

async fn list(inbox: &dyn Inbox, args: &List) -> Result<(), Failure> {
    if args.json {
        // Written as it is read: an inbox may hold more than fits in memory.
        let mut separator = "{\"entries\":[";
        each_listed(inbox, args, async |entry| {
            let listed = serde_json::to_string(&ListedEntry::from(&entry)).map_err(Failure::failed)?;
            print(&format!("{separator}{listed}"))?;
            separator = ",";
            Ok(())
        })
        .await?;
        return print(if separator == "," { "]}\n" } else { "{\"entries\":[]}\n" });
    }
    each_listed(inbox, args, async |entry| {
        let name = shown(entry.name.as_deref().unwrap_or("-"));
        let until = if entry.state == EntryState::Leased { "leased until" } else { "due" };
        print(&format!(
            "{:>8}  {:.0}  {:<11}  {:>2}×  {:>9} B  {:<13}  {name}{}{}\n",
            entry.id.get(),
            entry.received_at,
            entry.state.as_str(),
            entry.attempts,
            entry.bytes,
            entry.kind.as_str(),
            entry.due.map(|due| format!("  {until} {due:.0}")).unwrap_or_default(),
            entry.last_error.map(|error| format!("  ({})", shown(&error))).unwrap_or_default(),
        ))
    })
    .await
}

async fn show(inbox: &dyn Inbox, args: &Show) -> Result<(), Failure> {
    let entry = inbox.get(args.id).await.map_err(Failure::failed)?;
    let entry = entry.ok_or_else(|| Failure::failed(anyhow!("there is no entry {}", args.id)))?;
    if args.raw {
        return std::io::stdout().write_all(&entry.body).map_err(Failure::failed);
    }
    let shown = serde_json::to_string_pretty(&ExportedEntry::from(&entry)).map_err(Failure::failed)?;
    print(&format!("{shown}\n"))
}

async fn replay(inbox: &dyn Inbox, args: &Replay) -> Result<(), Failure> {
    let now = Clock::system().now();
    if let Some(id) = args.id {
        return match inbox.replay(id, now).await.map_err(Failure::failed)? {
            true => print(&format!("entry {id} is due again\n")),
            false => Err(Failure::failed(anyhow!(
                "entry {id} is not there, is being handled, or is an expectation whose deadline has not come"
            ))),
        };
    }
    let (state, one, several) = match args.pending {
        true => (EntryState::Pending, "pending entry is", "pending entries are"),
        false => (EntryState::Dead, "dead letter is", "dead letters are"),
    };
    let mut replayed = 0_u64;
    each(inbox, Some(state), async |entry| {
        replayed += u64::from(inbox.replay(entry.id, now).await.map_err(Failure::failed)?);
        Ok(())
    })
    .await?;
    print(&format!("{replayed} {} due again\n", if replayed == 1 { one } else { several }))
}

async fn erase(inbox: &dyn Inbox, args: &Erase) -> Result<(), Failure> {
    let mut left = Vec::new();
    for id in &args.id {
        if inbox.erase(*id).await.map_err(Failure::failed)? {
            print(&format!("entry {id} is erased\n"))?;
        } else {
            left.push(id.to_string());
        }
    }
    match left.is_empty() {
        true => Ok(()),
        false => Err(Failure::failed(anyhow!("not there, or being handled: {}", left.join(", ")))),
    }
}

async fn export(inbox: &dyn Inbox, args: &Export) -> Result<(), Failure> {
    each(inbox, None, async |summary| {
        if args.since.is_some_and(|since| summary.received_at < since) {
            return Ok(());
        }
        // It may have been pruned in the meantime.
        let Some(entry) = inbox.get(summary.id).await.map_err(Failure::failed)? else { return Ok(()) };
        let line = serde_json::to_string(&ExportedEntry::from(&entry)).map_err(Failure::failed)?;
        print(&format!("{line}\n"))
    })
    .await
}

async fn prune(inbox: &dyn Inbox, args: &PruneArgs) -> Result<(), Failure> {
    let age = duration("--older-than", args.older_than)?;
    let before = Clock::system().now().saturating_sub(age).map_err(Failure::unreadable)?;
    let which = match (args.pending, args.settled) {
        (true, _) => Prune::Pending,
        (false, true) => Prune::Settled,
        (false, false) => Prune::Done,
    };
    let pruned = inbox.prune(before, which).await.map_err(Failure::failed)?;
    print(&format!("{pruned} {} deleted\n", if pruned == 1 { "entry" } else { "entries" }))
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
