//! Deletes the bodies of old entries, by age or by a retention policy.

use std::sync::Arc;

use anyhow::anyhow;
use clap::{ArgGroup, Args as ClapArgs};
use jiff::Span;
use klavi_webhook::{Change, EntryState, Inbox, Retention, RetentionPolicy};

use super::duration;
use super::filter::FilterArgs;
use crate::exit::{Failure, print};

#[derive(Debug, ClapArgs)]
#[command(group = ArgGroup::new("how").required(true))]
pub(super) struct Prune {
    /// How long ago they were received: 30d, 12h
    #[arg(long, value_name = "D", group = "how")]
    older_than: Option<Span>,
    /// By a policy as of `klavi receive --keep`, once: done=30d,dead=90d,bytes=20GiB,keys=400d
    #[arg(long, value_name = "POLICY", group = "how")]
    keep: Option<RetentionPolicy>,
    /// Also dead letters and quarantined entries
    #[arg(long, conflicts_with = "states")]
    settled: bool,
    /// Also what waits to be handled, for an inbox that nothing is dispatched from
    #[arg(long, conflicts_with = "states")]
    pending: bool,
    #[command(flatten)]
    filter: FilterArgs,
}

pub(super) async fn prune(inbox: Arc<dyn Inbox>, args: &Prune) -> Result<(), Failure> {
    let pruned = match (args.keep, args.older_than) {
        (Some(policy), _) => {
            if args.settled || args.pending || args.filter.is_given() {
                return Err(Failure::unreadable(anyhow!(
                    "--keep holds for the whole inbox: leave the filter, --settled and --pending out"
                )));
            }
            let pruned = Retention::new(inbox, policy).apply().await.map_err(Failure::failed)?;
            if policy.keys.is_some() {
                print(&deleted(pruned.keys, "key", "keys"))?;
            }
            pruned.entries
        }
        (None, Some(age)) => older_than(&*inbox, args, age).await?,
        (None, None) => return Err(Failure::unreadable(anyhow!("prune needs --older-than or --keep"))),
    };
    print(&deleted(pruned, "entry", "entries"))
}

fn deleted(number: u64, one: &str, several: &str) -> String {
    format!("{number} {} deleted\n", if number == 1 { one } else { several })
}

async fn older_than(inbox: &dyn Inbox, args: &Prune, age: Span) -> Result<u64, Failure> {
    let age = duration("--older-than", age)?;
    let now = inbox.now().await.map_err(Failure::failed)?;
    let before = now.saturating_sub(age).map_err(Failure::unreadable)?;
    let mut filter = args.filter.clone();
    if filter.states.is_empty() {
        filter.states.push(EntryState::Done);
        if args.settled || args.pending {
            filter.states.extend([EntryState::Dead, EntryState::Quarantined]);
        }
        filter.states.extend(args.pending.then_some(EntryState::Pending));
    }
    let mut pruned = 0;
    for filter in filter.resolve(inbox).await? {
        let until = filter.until.map_or(before, |until| until.min(before));
        pruned += inbox.change(&filter.until(until), Change::Prune).await.map_err(Failure::failed)?;
    }
    Ok(pruned)
}
