//! From one inbox to another.

use anyhow::anyhow;
use clap::Args as ClapArgs;
use klavi_webhook::{Filter, Inbox, InboxErrorKind, NewEntry, Stored};

use super::each;
use crate::exit::{Failure, print};
use crate::inbox_url::InboxUrl;

/// How many entries are stored at a time, unless they are large.
const ENTRIES: usize = 100;

/// How many bytes of them.
const BYTES: usize = 8 << 20;

#[derive(Debug, ClapArgs)]
pub(super) struct Copy {
    /// Which inbox to copy into; it is made where it is not there
    #[arg(long, value_name = "URL")]
    to: InboxUrl,
    /// Only entries that are done, dead or quarantined
    #[arg(long)]
    settled: bool,
}

/// Entries on their way.
#[derive(Default)]
struct Batch {
    entries: Vec<NewEntry>,
    bytes: usize,
    copied: u64,
    known: u64,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.entries.len() >= ENTRIES || self.bytes >= BYTES
    }

    async fn store(&mut self, to: &dyn Inbox) -> Result<(), Failure> {
        self.bytes = 0;
        let stored = to.store(std::mem::take(&mut self.entries)).await.map_err(Failure::failed)?;
        let known = stored.iter().filter(|stored| matches!(stored, Stored::Duplicate(_))).count();
        self.known += known as u64;
        self.copied += (stored.len() - known) as u64;
        Ok(())
    }
}

pub(super) async fn copy(from: &dyn Inbox, url: &InboxUrl, args: &Copy) -> Result<(), Failure> {
    if args.to == *url || args.to == InboxUrl::Memory {
        return Err(Failure::unreadable(anyhow!("--to: name another inbox, one that lasts")));
    }
    let to = args.to.open().await?;
    let (mut batch, mut unreadable, mut latest) = (Batch::default(), 0_u64, None);
    each(from, &Filter::all(), async |summary| {
        // An entry with several targets is listed once for each.
        if latest.replace(summary.id) == Some(summary.id) {
            return Ok(());
        }
        if args.settled && summary.state.is_open() {
            return Ok(());
        }
        match from.get(summary.id).await {
            Ok(Some(entry)) => {
                batch.bytes += entry.body.len();
                batch.entries.push(NewEntry::copy_of(entry));
            }
            // Pruned in the meantime.
            Ok(None) => {}
            Err(error) if error.kind() == InboxErrorKind::Unreadable => {
                unreadable += 1;
                tracing::warn!(entry = %summary.id, "it cannot be read and is left out");
            }
            Err(error) => return Err(Failure::failed(error)),
        }
        if batch.is_full() { batch.store(&*to).await } else { Ok(()) }
    })
    .await?;
    batch.store(&*to).await?;
    let Batch { copied, known, .. } = batch;
    print(&format!("{copied} copied, {known} there already\n"))?;
    match unreadable {
        0 => Ok(()),
        _ => Err(Failure::failed(anyhow!("{unreadable} cannot be read and were left out"))),
    }
}
