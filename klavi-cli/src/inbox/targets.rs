//! The targets of an inbox: what keeps them from being delivered to, and commands of a person.
//!
//! Knows targets by their names. It must not know where they are.

use std::collections::BTreeMap;

use anyhow::anyhow;
use clap::{Args as ClapArgs, Subcommand};
use jiff::Timestamp;
use klavi_webhook::{
    Change, Counts, EntryState, Filter, Inbox, Interruption, Target, TargetChange, TargetStatus,
};
use serde::Serialize;

use super::shown;
use crate::exit::{Failure, print};

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Targets {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Delivers nothing to a target until it is resumed; what is being delivered ends
    Pause {
        /// Name of the target
        name: String,
        /// Why; shown to others, so without personal data
        #[arg(long, value_name = "R")]
        reason: String,
    },
    /// Delivers to a paused target again
    Resume {
        /// Name of the target
        name: String,
    },
    /// Gives up the open deliveries of a target that is gone: they become dead letters
    Close {
        /// Name of the target
        name: String,
    },
}

impl Targets {
    /// Whether it changes nothing.
    pub(super) fn only_reads(&self) -> bool {
        self.command.is_none()
    }
}

pub(super) async fn run(inbox: &dyn Inbox, args: &Targets) -> Result<(), Failure> {
    let targets = read(inbox).await?;
    match &args.command {
        None if args.json => {
            let listed: Vec<_> = targets.values().map(ListedTarget::from).collect();
            let document = serde_json::json!({ "targets": listed });
            print(&format!("{document}\n"))
        }
        None => targets.values().try_for_each(|target| print(&line(target))),
        Some(Command::Pause { name, reason }) => {
            let target = known(&targets, name)?;
            let change = TargetChange::Pause { reason: reason.clone() };
            let changed = inbox.change_target(&target, change).await.map_err(Failure::failed)?;
            print(&format!("target {name} is {}\n", if changed { "paused" } else { "paused already" }))
        }
        Some(Command::Resume { name }) => {
            let target = known(&targets, name)?;
            let changed =
                inbox.change_target(&target, TargetChange::Resume).await.map_err(Failure::failed)?;
            print(&format!("target {name} {}\n", if changed { "is resumed" } else { "is not paused" }))
        }
        Some(Command::Close { name }) => {
            let target = known(&targets, name)?;
            let open = Filter::all().for_target(target);
            let closed = inbox.change(&open, Change::Close).await.map_err(Failure::failed)?;
            let deliveries = if closed == 1 { "delivery is" } else { "deliveries are" };
            print(&format!("{closed} open {deliveries} closed\n"))
        }
    }
}

/// A target with the numbers of its entries.
struct Known {
    status: Option<TargetStatus>,
    target: Target,
    entries: BTreeMap<EntryState, u64>,
    oldest_due: Option<Timestamp>,
}

/// Those that were ever changed, and those that have entries.
async fn read(inbox: &dyn Inbox) -> Result<BTreeMap<Target, Known>, Failure> {
    let Counts { by_state, oldest_due, .. } = inbox.counts().await.map_err(Failure::failed)?;
    let mut targets = BTreeMap::new();
    let empty = |target: &Target| Known {
        status: None,
        target: target.clone(),
        entries: BTreeMap::new(),
        oldest_due: oldest_due.get(target).copied(),
    };
    for status in inbox.targets().await.map_err(Failure::failed)? {
        let target = status.target.clone();
        targets.entry(target.clone()).or_insert_with(|| empty(&target)).status = Some(status);
    }
    for ((target, state), count) in by_state.iter().filter(|(_, count)| count.entries > 0) {
        let known = targets.entry(target.clone()).or_insert_with(|| empty(target));
        known.entries.insert(*state, count.entries);
    }
    Ok(targets)
}

/// A slip of the pen must not pause a target that is not there.
fn known(targets: &BTreeMap<Target, Known>, name: &str) -> Result<Target, Failure> {
    let target = Target::new(name);
    if targets.contains_key(&target) {
        return Ok(target);
    }
    let all: Vec<_> = targets.keys().map(Target::as_str).collect();
    let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
    Err(Failure::failed(anyhow!("there is no target {}: the inbox has {all}", shown(name))))
}

impl Known {
    fn of(&self, state: EntryState) -> u64 {
        self.entries.get(&state).copied().unwrap_or_default()
    }

    fn interruption(&self, which: impl Fn(&TargetStatus) -> &Option<Interruption>) -> Option<&Interruption> {
        self.status.as_ref().and_then(|status| which(status).as_ref())
    }
}

fn line(target: &Known) -> String {
    let open = target.of(EntryState::Pending) + target.of(EntryState::Outstanding);
    let why = [
        ("paused", target.interruption(|status| &status.paused)),
        ("down", target.interruption(|status| &status.down)),
    ];
    let why: String = why
        .into_iter()
        .filter_map(|(word, why)| {
            why.map(|why| format!("  {word} since {:.0} ({})", why.since, shown(&why.reason)))
        })
        .collect();
    format!(
        "{:<24}  {open:>8} open  {:>6} leased  {:>8} done  {:>6} dead{why}\n",
        shown(target.target.as_str()),
        target.of(EntryState::Leased),
        target.of(EntryState::Done),
        target.of(EntryState::Dead),
    )
}

/// A target in the list, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedTarget<'a> {
    name: &'a str,
    introduced_at: Option<String>,
    paused: Option<ListedInterruption<'a>>,
    down: Option<ListedInterruption<'a>>,
    entries: BTreeMap<&'static str, u64>,
    oldest_due_at: Option<String>,
}

#[derive(Serialize)]
struct ListedInterruption<'a> {
    since: String,
    reason: &'a str,
}

impl<'a> From<&'a Known> for ListedTarget<'a> {
    fn from(target: &'a Known) -> Self {
        let listed = |why: Option<&'a Interruption>| {
            why.map(|why| ListedInterruption { since: why.since.to_string(), reason: &why.reason })
        };
        let introduced = target.status.as_ref().and_then(|status| status.introduced_at);
        Self {
            name: target.target.as_str(),
            introduced_at: introduced.map(|at| at.to_string()),
            paused: listed(target.interruption(|status| &status.paused)),
            down: listed(target.interruption(|status| &status.down)),
            entries: EntryState::ALL.into_iter().map(|state| (state.as_str(), target.of(state))).collect(),
            oldest_due_at: target.oldest_due.map(|due| due.to_string()),
        }
    }
}
