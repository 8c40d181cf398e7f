//! Shows entries: as lines, as JSON, or with their bodies.

use std::io::Write;

use anyhow::anyhow;
use clap::Args as ClapArgs;
use jiff::Timestamp;
use klavi_webhook::{EntryId, EntryState, Inbox, Summary};

use super::filter::FilterArgs;
use super::record::{ExportedEntry, ListedEntry};
use super::{each, shown};
use crate::exit::{Failure, print};

#[derive(Debug, ClapArgs)]
pub(super) struct List {
    #[command(flatten)]
    filter: FilterArgs,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Show {
    /// Number of the entry
    id: EntryId,
    /// Print the bytes as they were received, and nothing else
    #[arg(long)]
    raw: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Export {
    #[command(flatten)]
    filter: FilterArgs,
}

/// Goes through the entries that the filter of a command selects.
async fn each_selected(
    inbox: &dyn Inbox,
    filter: &FilterArgs,
    mut take: impl AsyncFnMut(Summary) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for filter in filter.resolve(inbox).await? {
        each(inbox, &filter, &mut take).await?;
    }
    Ok(())
}

pub(super) async fn list(inbox: &dyn Inbox, args: &List) -> Result<(), Failure> {
    if args.json {
        // Written as it is read: an inbox may hold more than fits in memory.
        let mut separator = "{\"entries\":[";
        each_selected(inbox, &args.filter, async |entry| {
            let listed = serde_json::to_string(&ListedEntry::from(&entry)).map_err(Failure::failed)?;
            print(&format!("{separator}{listed}"))?;
            separator = ",";
            Ok(())
        })
        .await?;
        return print(if separator == "," { "]}\n" } else { "{\"entries\":[]}\n" });
    }
    let now = inbox.now().await.map_err(Failure::failed)?;
    each_selected(inbox, &args.filter, async |entry| print(&line(&entry, now))).await
}

fn line(entry: &Summary, now: Timestamp) -> String {
    let until = if entry.state == EntryState::Leased { "leased until" } else { "due" };
    // What is due already goes without saying.
    let due = entry.due.filter(|due| *due > now || entry.state != EntryState::Pending);
    format!(
        "{:>8}  {:.0}  {:<11}  {:>2}×  {:>9} B  {:<13}  {}{}{}\n",
        entry.id.get(),
        entry.received_at,
        entry.state.as_str(),
        entry.attempts,
        entry.bytes,
        entry.kind.as_str(),
        shown(entry.name.as_deref().unwrap_or("-")),
        due.map(|due| format!("  {until} {due:.0}")).unwrap_or_default(),
        entry.last_error.as_deref().map(|error| format!("  ({})", shown(error))).unwrap_or_default(),
    )
}

pub(super) async fn show(inbox: &dyn Inbox, args: &Show) -> Result<(), Failure> {
    let entry = inbox.get(args.id).await.map_err(Failure::failed)?;
    let entry = entry.ok_or_else(|| Failure::failed(anyhow!("there is no entry {}", args.id)))?;
    if args.raw {
        return std::io::stdout().write_all(&entry.body).map_err(Failure::failed);
    }
    let shown = serde_json::to_string_pretty(&ExportedEntry::from(&entry)).map_err(Failure::failed)?;
    print(&format!("{shown}\n"))
}

pub(super) async fn export(inbox: &dyn Inbox, args: &Export) -> Result<(), Failure> {
    each_selected(inbox, &args.filter, async |summary| {
        // It may have been pruned in the meantime.
        let Some(entry) = inbox.get(summary.id).await.map_err(Failure::failed)? else { return Ok(()) };
        let line = serde_json::to_string(&ExportedEntry::from(&entry)).map_err(Failure::failed)?;
        print(&format!("{line}\n"))
    })
    .await
}
