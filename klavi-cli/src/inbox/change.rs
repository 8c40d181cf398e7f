//! Replays and erases entries.

use anyhow::anyhow;
use clap::Args as ClapArgs;
use klavi_webhook::{Change, EntryId, EntryState, Filter, Inbox, Page};

use super::filter::FilterArgs;
use crate::exit::{Failure, print};

#[derive(Debug, ClapArgs)]
pub(super) struct Replay {
    #[command(flatten)]
    filter: FilterArgs,
    /// All dead letters: short for `--state dead`
    #[arg(long, conflicts_with = "states")]
    dead: bool,
    /// All that wait for their next attempt: short for `--state pending`
    #[arg(long, conflicts_with = "states")]
    pending: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Erase {
    #[command(flatten)]
    filter: FilterArgs,
}

pub(super) async fn replay(inbox: &dyn Inbox, args: &Replay) -> Result<(), Failure> {
    let mut filter = args.filter.clone();
    filter.states.extend(args.dead.then_some(EntryState::Dead));
    filter.states.extend(args.pending.then_some(EntryState::Pending));
    refuse_all(&filter, "replay", "numbers, --dead, --pending")?;
    if let Some(ids) = filter.only_ids() {
        let left = one_by_one(inbox, ids, Change::Replay, "due again").await?;
        return match &left[..] {
            [] => Ok(()),
            [id] if ids.len() == 1 => Err(Failure::failed(anyhow!(
                "entry {id} is not there, is being handled, or is an expectation whose deadline has not come"
            ))),
            left => Err(Failure::failed(anyhow!(
                "not there, being handled, or an expectation whose deadline has not come: {}",
                left.join(", ")
            ))),
        };
    }
    let (one, several) = match &filter.states[..] {
        [EntryState::Pending] => ("pending entry is", "pending entries are"),
        [EntryState::Dead] => ("dead letter is", "dead letters are"),
        _ => ("entry is", "entries are"),
    };
    let replayed = all(inbox, &filter.resolve(inbox).await?, Change::Replay).await?;
    print(&format!("{replayed} {} due again\n", if replayed == 1 { one } else { several }))
}

pub(super) async fn erase(inbox: &dyn Inbox, args: &Erase) -> Result<(), Failure> {
    refuse_all(&args.filter, "erase", "numbers, --link, --customer")?;
    if let Some(ids) = args.filter.only_ids() {
        let left = one_by_one(inbox, ids, Change::Erase, "erased").await?;
        return match left.is_empty() {
            true => Ok(()),
            false => Err(Failure::failed(anyhow!("not there, or being handled: {}", left.join(", ")))),
        };
    }
    let filters = args.filter.resolve(inbox).await?;
    let erased = all(inbox, &filters, Change::Erase).await?;
    print(&format!("{erased} {} erased\n", if erased == 1 { "entry is" } else { "entries are" }))?;
    for filter in &filters {
        // Whoever asks for an erasure has to learn that something stayed.
        if !inbox.list(filter, Page::first(1)).await.map_err(Failure::failed)?.is_empty() {
            return Err(Failure::failed(anyhow!(
                "entries that are being handled stay: erase them again once they are settled"
            )));
        }
    }
    Ok(())
}

/// A slip of the pen must not change every entry.
fn refuse_all(filter: &FilterArgs, command: &str, such_as: &str) -> Result<(), Failure> {
    if filter.is_given() {
        return Ok(());
    }
    Err(Failure::unreadable(anyhow!(
        "{command} needs to know which entries: give {such_as} or another filter"
    )))
}

/// Says of each entry what was done; returns the numbers of those that stayed as they were.
async fn one_by_one(
    inbox: &dyn Inbox,
    ids: &[EntryId],
    change: Change,
    done: &str,
) -> Result<Vec<String>, Failure> {
    let mut left = Vec::new();
    for id in ids {
        match inbox.change(&Filter::of_id(*id), change.clone()).await.map_err(Failure::failed)? {
            0 => left.push(id.to_string()),
            _ => print(&format!("entry {id} is {done}\n"))?,
        }
    }
    Ok(left)
}

async fn all(inbox: &dyn Inbox, filters: &[Filter], change: Change) -> Result<u64, Failure> {
    let mut changed = 0;
    for filter in filters {
        changed += inbox.change(filter, change.clone()).await.map_err(Failure::failed)?;
    }
    Ok(changed)
}
