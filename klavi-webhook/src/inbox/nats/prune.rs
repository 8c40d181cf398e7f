//! Entries on their way out: forgotten one by one, deleted when all of their delivery are.

use futures_util::future::join_all;
use jiff::Timestamp;

use super::record::Draft;
use super::state::State;
use super::{AT_ONCE, NatsInbox};
use crate::inbox::cause::Cause;
use crate::{EntryId, EntryState, Prune};

impl NatsInbox {
    pub(super) async fn prune_old(&self, before: Timestamp, which: Prune) -> Result<u64, Cause> {
        self.server.catch_up().await?;
        self.delete_strays().await?;
        let mut pruned = 0;
        let old = self.server.replica().old(before, which);
        for some in old.chunks(AT_ONCE) {
            let forgotten = some.iter().map(|row| async {
                let id = row.summary.id.get();
                let written = self.server.set_state(id, &State::pruned(), row.revision).await?;
                if row.summary.state == EntryState::Dead && written.is_some() {
                    self.forget_death(id).await;
                }
                Ok::<_, Cause>(written)
            });
            for written in join_all(forgotten).await {
                // What somebody else changed meanwhile stays.
                if let Some(sequence) = written? {
                    pruned += 1;
                    self.server.state_read(sequence).await;
                }
            }
        }
        self.delete_finished().await?;
        self.server.remove_abandoned_objects().await?;
        Ok(pruned)
    }

    pub(super) async fn erase_free(&self, id: EntryId) -> Result<bool, Cause> {
        let erased =
            self.change(id, |row| (row.summary.state != EntryState::Leased).then(State::pruned)).await?;
        if erased {
            self.forget_death(id.get()).await;
            self.delete_finished().await?;
        }
        Ok(erased)
    }

    /// Deletes states whose entries are gone. Not at once with the entries, so that whoever reads just now learns that
    /// they are gone.
    async fn delete_strays(&self) -> Result<(), Cause> {
        let strays = self.server.replica().strays();
        if strays.is_empty() {
            return Ok(());
        }
        // The end of a stream is what others read up to, so it must not be deleted.
        self.server.tell(format!("{}.mark", self.server.name), bytes::Bytes::new()).await?;
        for some in strays.chunks(AT_ONCE) {
            let deleted = some.iter().map(|(id, revision)| async {
                self.server.delete(&self.server.states, *revision).await?;
                self.server.replica().forget_stray(*id);
                Ok::<_, Cause>(())
            });
            join_all(deleted).await.into_iter().collect::<Result<(), _>>()?;
        }
        Ok(())
    }

    /// Deletes deliveries without entries.
    async fn delete_finished(&self) -> Result<(), Cause> {
        let finished = self.server.replica().finished();
        for (record, object) in finished {
            if !self.followed_by_another(record).await? {
                continue;
            }
            self.server.delete(&self.server.entries, record).await?;
            if let Some(object) = object {
                self.server.remove_object(&object).await?;
            }
            self.server.replica().forget(record);
        }
        Ok(())
    }

    /// The last delivery says which numbers are given out, so it is deleted behind an empty one only. Whether there is
    /// one by now.
    async fn followed_by_another(&self, record: u64) -> Result<bool, Cause> {
        let plan = self.server.replica().plan(std::iter::empty());
        if plan.after != record {
            return Ok(true);
        }
        let empty = Draft::new(std::iter::empty(), self.server.max_payload())?;
        match self.server.publish(&empty, plan.first, plan.after, std::iter::empty()).await? {
            Some(sequence) => self.server.entry_read(sequence).await,
            None => self.server.catch_up().await?,
        }
        Ok(self.server.replica().plan(std::iter::empty()).after != record)
    }
}
