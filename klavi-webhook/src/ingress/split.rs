//! The split of a delivery into entries: how many there may be, and what they take of the memory budget.

use crate::Receiver;
use crate::ingress::memory::OutOfMemory;
use crate::{Delivery, EntryKind, NewEntry, Split, Verified};

/// What an entry takes beside its bytes until it is stored: its metadata, the headers kept, its keys.
const ENTRY: usize = 2048;

/// Why a delivery is kept as one.
const TOO_MANY: &str = "more entries than a delivery may have";

impl Receiver {
    /// Splits a delivery into its entries, with their digests. One with more entries than allowed is kept as one entry,
    /// quarantined.
    pub(super) fn split(&self, delivery: &Delivery<Verified>) -> Result<Split, OutOfMemory> {
        let provider = &self.inner.provider;
        let mut entries = match provider.split(delivery) {
            Split::Ping => return Ok(Split::Ping),
            Split::Entries(entries) if entries.len() <= Split::MOST_ENTRIES => entries,
            Split::Entries(_) => {
                let whole = NewEntry::whole(EntryKind::Unknown, delivery, provider.kept_headers());
                vec![whole.quarantined(TOO_MANY)]
            }
        };
        for entry in &mut entries {
            entry.envelope.provider.get_or_insert_with(|| provider.name().to_owned());
        }
        // The first one is counted with the body.
        let others = entries.len().saturating_sub(1);
        delivery.permit().map_or(Ok(()), |permit| permit.add(others * ENTRY))?;
        entries.iter_mut().for_each(NewEntry::hash_body);
        Ok(Split::Entries(entries))
    }
}
