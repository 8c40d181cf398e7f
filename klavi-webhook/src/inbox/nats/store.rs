//! Entries on their way in.

use std::collections::HashSet;

use super::NatsInbox;
use super::record::{Draft, Packed};
use crate::inbox::cause::Cause;
use crate::{NewEntry, Stored};

/// What is ready to be published, and for which of the entries.
struct Ready {
    places: Vec<usize>,
    draft: Draft,
}

impl NatsInbox {
    pub(super) async fn store_all(&self, entries: Vec<NewEntry>) -> Result<Vec<Stored>, Cause> {
        let entries = Packed::of(entries).await?;
        let mut ready: Option<Ready> = None;
        let mut held = HashSet::new();
        loop {
            let turn = self.storing.lock().await;
            let keys = entries.iter().map(|entry| (&entry.meta.dedup_key[..], &entry.meta.message_key[..]));
            let plan = self.server.replica().plan(keys);
            let unsure: Vec<_> = plan.known.difference(&held).copied().collect();
            if !unsure.is_empty() {
                drop(turn);
                held.extend(self.confirm(&unsure).await?);
                continue;
            }
            if plan.new.is_empty() {
                drop(turn);
                self.give_up(ready).await;
                return Ok(plan.stored);
            }
            let Some(Ready { draft, .. }) = ready.as_ref().filter(|ready| ready.places == plan.new) else {
                drop(turn);
                self.give_up(ready.take()).await;
                ready = Some(self.prepare(&entries, plan.new).await?);
                continue;
            };
            let new = plan.new.iter().map(|place| &entries[*place].meta.dedup_key[..]);
            match self.server.publish(draft, plan.first, plan.after, new).await? {
                Some(sequence) => {
                    self.server.entry_read(sequence).await;
                    return Ok(plan.stored);
                }
                // Another one was first: what it stored may be the same.
                None => self.server.catch_up().await?,
            }
        }
    }

    /// Those of these deliveries that the server still holds; entries of the others are not known any more.
    async fn confirm(&self, records: &[u64]) -> Result<Vec<u64>, Cause> {
        self.server.catch_up().await?;
        let mut held = Vec::new();
        for record in records {
            if self.server.holds(*record).await? {
                held.push(*record);
            } else {
                self.server.replica().forget(*record);
            }
        }
        Ok(held)
    }

    async fn prepare(&self, entries: &[Packed], places: Vec<usize>) -> Result<Ready, Cause> {
        let max_payload = self.server.max_payload();
        let mut draft = Draft::new(places.iter().map(|place| &entries[*place]), max_payload)?;
        if draft.exceeds(max_payload) {
            draft.object = Some(self.server.put_object(&draft.payload).await?);
        }
        Ok(Ready { places, draft })
    }

    /// Somebody else has stored it. What is not removed here is abandoned, and removed when the inbox is pruned.
    async fn give_up(&self, ready: Option<Ready>) {
        let Some(object) = ready.and_then(|ready| ready.draft.object) else { return };
        // Where the connection broke, it may have been this very delivery that was stored, without word of it.
        if self.server.replica().names(&object) {
            return;
        }
        if let Err(cause) = self.server.remove_object(&object).await {
            tracing::debug!(%cause, "an object is left until the inbox is pruned");
        }
    }
}
