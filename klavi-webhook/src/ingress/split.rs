//! How many entries a delivery may have, and what they take of the memory for all.

use crate::Receiver;
use crate::ingress::memory::Full;
use crate::{Delivery, EntryKind, NewEntry, Split, Verified};

/// What an entry takes beside its bytes until it is stored: what is known of it, the headers kept, its keys.
const ENTRY: usize = 2048;

/// Why a delivery is kept as one.
const TOO_MANY: &str = "more entries than a delivery may have";

impl Receiver {
    /// Takes a delivery apart. One of more entries than it may have is kept as one, for people to look at.
    pub(super) fn split(&self, delivery: &Delivery<Verified>) -> Result<Split, Full> {
        let provider = &self.inner.provider;
        let entries = match provider.split(delivery) {
            Split::Ping => return Ok(Split::Ping),
            Split::Entries(entries) if entries.len() <= Split::MOST_ENTRIES => entries,
            Split::Entries(_) => {
                let (kept, body) = (provider.kept_headers(), delivery.body().clone());
                vec![NewEntry::new(EntryKind::Unknown, delivery, kept, body).quarantined(TOO_MANY)]
            }
        };
        // The first one is counted with the body.
        let others = entries.len().saturating_sub(1);
        delivery.share().map_or(Ok(()), |share| share.add(others * ENTRY))?;
        Ok(Split::Entries(entries))
    }
}
