//! Entries on their way through.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use async_nats::jetstream::stream::LastRawMessageErrorKind;
use futures_util::future::join_all;
use jiff::Timestamp;

use super::replica::Row;
use super::state::State;
use super::{AT_ONCE, NatsInbox, in_time};
use crate::clock::later;
use crate::inbox::cause::{Cause, DAMAGED, Unreadable};
use crate::inbox::wait::{WAIT, within};
use crate::{EntryId, EntryState, Inbox, Leased, Order, Ticket};

impl NatsInbox {
    pub(super) async fn lease_due(
        &self,
        now: i64,
        until: i64,
        most: usize,
        order: Order,
    ) -> Result<Vec<(Row, State)>, Cause> {
        // One at a time in this process, so that they do not all ask for the same entries.
        let _turn = self.leasing.lock().await;
        loop {
            self.server.catch_up().await?;
            let due = self.server.replica().due(now, most.min(AT_ONCE), order);
            if due.is_empty() {
                return Ok(Vec::new());
            }
            let leased = self.lease_these(due, until).await?;
            if !leased.is_empty() {
                return Ok(leased);
            }
        }
    }

    /// Those that nobody else was faster with.
    async fn lease_these(&self, due: Vec<Row>, until: i64) -> Result<Vec<(Row, State)>, Cause> {
        let asked = due.into_iter().map(|row| async {
            let mut state = row.state.to(EntryState::Leased);
            state.due = until;
            state.attempts = state.attempts.saturating_add(1);
            state.leases = self.server.replica().last_lease(row.summary.id, &state) + 1;
            let answer = self.server.set_state(row.summary.id.get(), &state, row.revision).await;
            (row, state, answer)
        });
        let (mut leased, mut trouble, mut last) = (Vec::new(), None, 0);
        for (row, state, answer) in join_all(asked).await {
            match answer {
                Ok(Some(sequence)) => {
                    last = last.max(sequence);
                    leased.push((row, state));
                }
                Ok(None) => trouble = self.doubt(&row).await.err().or(trouble),
                Err(cause) => trouble = Some(cause),
            }
        }
        self.server.state_read(last).await;
        match trouble {
            // What is leased by now is due again when the lease runs out.
            Some(cause) if leased.is_empty() => Err(cause),
            _ => Ok(leased),
        }
    }

    /// Reads what was leased. What cannot be read keeps nothing else from being handled: where it never will be, it is
    /// a dead letter, and else given back, as if it had not been handed out.
    pub(super) async fn open_leased(
        &self,
        leased: Vec<(Row, State)>,
        now: Timestamp,
        lease: Duration,
    ) -> Vec<Leased> {
        let records: HashSet<_> = leased.iter().map(|(row, _)| row.record).collect();
        // Half of the lease is left for those that are there by then.
        let opened = records
            .into_iter()
            .map(|record| async move { (record, within(lease / 2, self.server.open(record)).await) });
        let opened: HashMap<_, _> = join_all(opened).await.into_iter().collect();
        let mut entries = Vec::with_capacity(leased.len());
        for (Row { summary, record, .. }, state) in leased {
            let ticket = Ticket { id: summary.id, lease: state.leases };
            let entry = match &opened[&record] {
                Ok(Some(delivery)) => match delivery.entry(summary.id.get(), &state).await {
                    Ok(Some(entry)) => Ok(entry),
                    Ok(None) => Err(true),
                    Err(cause) => Err(cause.is::<Unreadable>()),
                },
                // Pruned while this process could not read.
                Ok(None) => {
                    self.server.replica().forget(record);
                    continue;
                }
                Err(cause) => Err(cause.is::<Unreadable>()),
            };
            let settled = match entry {
                Ok(entry) => {
                    entries.push(Leased { entry, ticket });
                    continue;
                }
                Err(true) => self.bury(ticket, DAMAGED).await,
                Err(false) => Box::pin(in_time("give an entry back", self.give_back(ticket, now))).await,
            };
            let settled = settled.is_ok();
            tracing::warn!(entry = %ticket.id, settled, "the bytes of an entry could not be read");
        }
        entries
    }

    async fn give_back(&self, ticket: Ticket, now: Timestamp) -> Result<bool, Cause> {
        let due = later(now, WAIT).as_microsecond();
        self.settle(ticket, |state| {
            let mut pending = state.to(EntryState::Pending);
            (pending.due, pending.attempts) = (due, state.attempts.saturating_sub(1));
            pending
        })
        .await
    }

    pub(super) async fn settle(
        &self,
        ticket: Ticket,
        settled: impl Fn(&State) -> State,
    ) -> Result<bool, Cause> {
        self.change(ticket.id, |row| {
            let leased = row.summary.state == EntryState::Leased && row.state.leases == ticket.lease;
            // What the server has forgotten may have been another entry of that number.
            let leased = leased && !self.server.replica().is_void(ticket);
            leased.then(|| settled(&row.state))
        })
        .await
    }

    /// Ends leases that go beyond `limit` at `end`, and pauses now.
    pub(super) async fn end(&self, now: i64, limit: i64, end: i64) -> Result<u64, Cause> {
        self.server.catch_up().await?;
        let late = self.server.replica().due_after(limit);
        let (mut ended, mut last) = (0, 0);
        for some in late.chunks(AT_ONCE) {
            let asked = some.iter().map(|row| async {
                let mut state = row.state.clone();
                state.due = if row.summary.state == EntryState::Leased { end } else { now };
                self.server.set_state(row.summary.id.get(), &state, row.revision).await
            });
            for written in join_all(asked).await {
                // What somebody else changed meanwhile is looked at again the next time.
                if let Some(sequence) = written? {
                    ended += 1;
                    last = last.max(sequence);
                }
            }
        }
        self.server.state_read(last).await;
        Ok(ended)
    }

    pub(super) async fn replay_settled(&self, id: EntryId, now: i64) -> Result<bool, Cause> {
        let replayed = self
            .change(id, |row| {
                let mut pending = row.state.to(EntryState::Pending);
                (pending.due, pending.attempts) = (now, 0);
                let waits = row.summary.state == EntryState::Pending;
                (waits || !row.summary.state.is_open()).then_some(pending)
            })
            .await?;
        if replayed {
            self.forget_death(id.get()).await;
        }
        Ok(replayed)
    }

    /// Changes an entry where it is what the change is for.
    pub(super) async fn change(
        &self,
        id: EntryId,
        change: impl Fn(&Row) -> Option<State>,
    ) -> Result<bool, Cause> {
        let mut read = false;
        loop {
            let row = self.server.replica().row(id).cloned();
            let changed = row.and_then(|row| change(&row).map(|state| (row, state)));
            if let Some((row, state)) = changed {
                if let Some(sequence) = self.server.set_state(id.get(), &state, row.revision).await? {
                    self.server.state_read(sequence).await;
                    return Ok(true);
                }
                self.doubt(&row).await?;
            } else if read {
                return Ok(false);
            } else {
                self.server.catch_up().await?;
            }
            read = true;
        }
    }

    /// The server has another state of an entry. Either that can be read, or the entry was pruned and its states with it.
    pub(super) async fn doubt(&self, row: &Row) -> Result<(), Cause> {
        self.server.catch_up().await?;
        let same = self.server.replica().row(row.summary.id).is_some_and(|now| now.revision == row.revision);
        if !same {
            return Ok(());
        }
        if self.server.holds(row.record).await? {
            return Err(Unreadable("the state of an entry is gone").into());
        }
        self.server.replica().forget(row.record);
        Ok(())
    }

    pub(super) async fn tell_of_death(&self, id: EntryId) {
        let Some(row) = self.server.replica().row(id).cloned() else { return };
        let letter = serde_json::json!({
            "id": id.get(),
            "kind": row.summary.kind.as_str(),
            "name": row.summary.name,
            "dedupKey": row.summary.dedup_key,
            "attempts": row.summary.attempts,
            "receivedAt": row.summary.received_at.to_string(),
        });
        let told = self.server.tell(self.death(id.get()), letter.to_string().into()).await;
        if let Err(cause) = told {
            tracing::debug!(%cause, "a dead letter is in the list alone");
        }
    }

    /// Not by purging its subject: the server then lets readers miss what is written to the stream meanwhile. It never is
    /// the end of the stream, which must not be deleted: the state that makes it none comes after it.
    pub(super) async fn forget_death(&self, id: u64) {
        let forgotten = async {
            match self.server.states.get_last_raw_message_by_subject(&self.death(id)).await {
                Ok(letter) => self.server.delete(&self.server.states, letter.sequence).await,
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(()),
                Err(error) => Err(error.into()),
            }
        };
        if let Err(cause) = forgotten.await {
            tracing::debug!(%cause, "a dead letter stays that is none any more");
        }
    }

    fn death(&self, id: u64) -> String {
        format!("{}.dead.{id}", self.server.name)
    }
}
