//! What an inbox has promised, taken from its own answers: the invariants hold whatever the model says.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use klavi_webhook::{Change, EntryId, EntryState, NewEntry, Outcome, Settlement, Stored, Target};

use crate::seen::{Answer, Seen, SeenLease};
use crate::world::Call;

#[derive(Default)]
pub(crate) struct Ledger {
    /// What was acknowledged and is neither erased nor pruned.
    kept: BTreeMap<EntryId, Kept>,
    /// Numbers and keys of all that was ever acknowledged.
    acknowledged: BTreeMap<EntryId, String>,
    /// Targets that entries were assigned to later.
    assigned: BTreeSet<Target>,
}

struct Kept {
    body: Bytes,
    targets: BTreeMap<Target, Fate>,
    quarantined: bool,
    damaged: bool,
}

/// What happened to an entry with a target.
#[derive(Default)]
struct Fate {
    /// The lease that was given out last, and whether it still holds as far as anyone was told.
    lease: u64,
    leased: bool,
    done: bool,
    dead: bool,
}

impl Ledger {
    /// Takes note of a call and its answer.
    pub(crate) fn note(&mut self, call: &Call, answer: &Answer) -> Result<(), String> {
        match (call, answer) {
            (Call::Store(entries) | Call::StoreUnknown(entries, _), Answer::Stored(stored)) => {
                entries.iter().zip(stored).try_for_each(|(entry, stored)| self.stored(entry, *stored))
            }
            (Call::Expect(expectation), Answer::Stored(stored)) => {
                let entry = expectation.clone().into_entry(crate::plan::START);
                stored.iter().try_for_each(|stored| self.stored(&entry, *stored))
            }
            (Call::Lease(_), Answer::Leased(lease)) => self.leased(lease),
            (Call::Change(_, Change::Assign(target)), Answer::Changed(_)) => {
                self.assigned.insert(target.clone());
                Ok(())
            }
            (Call::Settle(settlements), Answer::Settled(settled)) => {
                settlements.iter().zip(settled).try_for_each(|(one, settled)| self.settled(one, *settled))
            }
            _ => Ok(()),
        }
    }

    fn stored(&mut self, entry: &NewEntry, stored: Stored) -> Result<(), String> {
        let (id, key) = (stored.id(), entry.dedup_key());
        if matches!(stored, Stored::Duplicate(_)) {
            return match self.acknowledged.get(&id) {
                Some(known) if *known == key => Ok(()),
                _ => Err(format!("entry {id} is said to be known and was never stored")),
            };
        }
        if self.acknowledged.insert(id, key).is_some() {
            return Err(format!("the number {id} was given twice"));
        }
        let targets = entry.targets.iter().map(|target| (target.clone(), Fate::default()));
        let (body, quarantined) = (entry.body().clone(), entry.quarantine.is_some());
        self.kept.insert(id, Kept { body, targets: targets.collect(), quarantined, damaged: false });
        Ok(())
    }

    fn leased(&mut self, lease: &SeenLease) -> Result<(), String> {
        for (entry, ticket) in &lease.entries {
            let id = ticket.id;
            let kept =
                self.kept.get_mut(&id).ok_or_else(|| format!("entry {id} is leased and not stored"))?;
            if kept.body != entry.body {
                return Err(format!("entry {id} is leased with other bytes than were stored"));
            }
            if self.assigned.contains(&ticket.target) {
                kept.targets.entry(ticket.target.clone()).or_default();
            }
            let fate = kept.targets.get_mut(&ticket.target);
            let fate = fate.ok_or_else(|| format!("entry {id} is leased for a target that it is not for"))?;
            if ticket.lease <= fate.lease {
                return Err(format!("entry {id} is leased twice by the same number"));
            }
            (fate.lease, fate.leased) = (ticket.lease, true);
        }
        if lease.alone && lease.entries.len() > 1 {
            return Err("a suspect comes with others".to_owned());
        }
        Ok(())
    }

    fn settled(&mut self, settlement: &Settlement, settled: bool) -> Result<(), String> {
        let Settlement { ticket, outcome } = settlement;
        let id = ticket.id;
        let Some(kept) = self.kept.get_mut(&id) else {
            return if settled { Err(format!("entry {id} is settled and not there")) } else { Ok(()) };
        };
        let damaged = kept.damaged;
        let Some(fate) = kept.targets.get_mut(&ticket.target) else { return Ok(()) };
        let holds = fate.leased && fate.lease == ticket.lease;
        if settled && !holds {
            return Err(format!("entry {id} is settled by a ticket that is worth nothing"));
        }
        // The lease of an entry that cannot be read any more may have been taken away in silence.
        if !settled && holds && !damaged {
            return Err(format!("entry {id} is not settled by its only holder"));
        }
        fate.leased &= !settled;
        fate.done |= settled && *outcome == Outcome::Done;
        fate.dead |= settled && matches!(outcome, Outcome::Dead { .. });
        Ok(())
    }

    pub(crate) fn damaged(&mut self, id: EntryId) {
        if let Some(kept) = self.kept.get_mut(&id) {
            kept.damaged = true;
        }
    }

    /// Compares with all that is listed. Only what was erased or pruned just now may have gone, and that many entries.
    pub(crate) fn listed(&mut self, listed: &[Seen], gone: u64) -> Result<(), String> {
        let there: BTreeSet<_> = listed.iter().map(|one| (one.id, one.target.clone())).collect();
        let left = |(id, kept): (&EntryId, &Kept)| {
            let missing =
                kept.targets.keys().filter(|target| !there.contains(&(*id, (*target).clone()))).count();
            (missing > 0).then_some((*id, missing == kept.targets.len()))
        };
        let left: Vec<_> = self.kept.iter().filter_map(left).collect();
        if let Some((id, _)) = left.iter().find(|(_, wholly)| !wholly) {
            return Err(format!("entry {id} is gone for some of its targets"));
        }
        if left.len() as u64 != gone {
            let ids: Vec<_> = left.iter().map(|(id, _)| id.get()).collect();
            return Err(format!("entries {ids:?} are gone, and that should be {gone}"));
        }
        for (id, _) in left {
            self.kept.remove(&id);
        }
        match listed.iter().find(|one| !self.kept.contains_key(&one.id)) {
            Some(one) => Err(format!("entry {} is listed and was never stored, or is gone", one.id)),
            None => Ok(()),
        }
    }

    /// Compares with all that is listed once nothing is left to do: every entry was handled, became a dead letter in the
    /// hands of a holder or because it cannot be read, or is quarantined.
    pub(crate) fn drained(&self, listed: &[Seen]) -> Result<(), String> {
        for one in listed {
            let kept = &self.kept[&one.id];
            let fate = kept.targets.get(&one.target);
            let seen_through = match one.state {
                EntryState::Done => fate.is_some_and(|fate| fate.done),
                EntryState::Dead => {
                    let is_closed = one.last_error.as_deref() == Some(crate::query::CLOSED);
                    is_closed || kept.damaged || fate.is_some_and(|fate| fate.dead)
                }
                EntryState::Quarantined => kept.quarantined,
                _ => false,
            };
            if !seen_through {
                return Err(format!(
                    "entry {} is {} for {:?} and was not seen through",
                    one.id,
                    one.state.as_str(),
                    one.target.as_str()
                ));
            }
        }
        Ok(())
    }
}
