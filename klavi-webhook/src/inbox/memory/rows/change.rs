//! Replays, erases, prunes, assigns and closes what a filter selects, and forgets what was pruned.

use jiff::Timestamp;

use super::{Delivery, Row, Rows};
use crate::inbox::filter::CLOSED;
use crate::inbox::{Change, EntryId, EntryKind, EntryState, Filter, Page, Summary, Target};

impl Rows {
    pub(in crate::inbox::memory) fn change(&mut self, filter: &Filter, change: &Change, now: i64) -> u64 {
        let selected = self.list(filter, &Page::first(usize::MAX));
        let mut changed = 0;
        match change {
            Change::Replay => {
                for summary in selected {
                    if matches!(summary.state, EntryState::Leased | EntryState::Outstanding) {
                        continue;
                    }
                    let Some(place) = self.place(summary.id, &summary.target) else { continue };
                    self.update(summary.id, place, |delivery| {
                        (delivery.state, delivery.attempts) = (EntryState::Pending, 0);
                        (delivery.due, delivery.held) = (now, false);
                    });
                    changed += 1;
                }
            }
            Change::Erase | Change::Prune => {
                for id in each_once(&selected) {
                    changed += u64::from(self.remove(id, filter, change, now));
                }
            }
            Change::Assign(target) => {
                for id in each_once(&selected) {
                    changed += u64::from(self.assign(id, target, now));
                }
            }
            Change::Close => {
                for summary in selected {
                    changed += u64::from(self.close(summary.id, &summary.target, now));
                }
            }
        }
        changed
    }

    fn assign(&mut self, id: EntryId, target: &Target, now: i64) -> bool {
        let Some(row) = self.rows.get_mut(&id) else { return false };
        let is_for_it = row.deliveries.iter().any(|delivery| delivery.target == *target);
        let is_kept_back = row.deliveries.iter().any(|delivery| delivery.state == EntryState::Quarantined);
        if is_for_it || is_kept_back || row.envelope.kind == EntryKind::Expectation {
            return false;
        }
        let place = row.deliveries.partition_point(|delivery| delivery.target < *target);
        let delivery = Delivery {
            target: target.clone(),
            state: EntryState::Pending,
            due: now,
            attempts: 0,
            leases: 0,
            alone: false,
            held: false,
            link: row.deliveries.iter().find_map(|delivery| delivery.link),
            first: false,
            last_error: None,
            history: Vec::new(),
        };
        row.deliveries.insert(place, delivery);
        self.index(id, place, true);
        true
    }

    fn close(&mut self, id: EntryId, target: &Target, now: i64) -> bool {
        let Some(place) = self.place(id, target) else { return false };
        let delivery = &self.rows[&id].deliveries[place];
        if !matches!(delivery.state, EntryState::Pending | EntryState::Outstanding) {
            return false;
        }
        let link = delivery.link;
        self.update(id, place, |delivery| {
            (delivery.state, delivery.held) = (EntryState::Dead, false);
            delivery.last_error = Some(CLOSED.to_owned());
        });
        if let Some(link) = link {
            self.free_next(target, link, now);
        }
        true
    }

    fn remove(&mut self, id: EntryId, filter: &Filter, change: &Change, now: i64) -> bool {
        let Some(row) = self.rows.get(&id) else { return false };
        let stays = |delivery: &Delivery| match change {
            Change::Prune => {
                matches!(delivery.state, EntryState::Leased | EntryState::Outstanding)
                    || !filter.selects(&row.summary(id, delivery))
            }
            _ => delivery.state == EntryState::Leased,
        };
        if row.deliveries.iter().any(stays) || *change == Change::Prune && self.is_awaited(row) {
            return false;
        }
        for place in 0..row.deliveries.len() {
            self.index(id, place, false);
        }
        let Some(row) = self.rows.remove(&id) else { return false };
        let received = (row.envelope.received_at, id);
        self.received.remove(&received);
        if *change == Change::Erase {
            self.keys.remove(&row.dedup_key);
        } else {
            self.pruned.insert(received, row.dedup_key.clone());
        }
        if let Some(request) = &row.envelope.request_id
            && let Some(entries) = self.by_request.get_mut(request)
        {
            entries.retain(|entry| *entry != id);
            if entries.is_empty() {
                self.by_request.remove(request);
            }
        }
        for delivery in &row.deliveries {
            delivery.link.into_iter().for_each(|link| {
                self.free_next(&delivery.target, link, now);
            });
        }
        true
    }

    pub(in crate::inbox::memory) fn forget(&mut self, before: Timestamp) -> u64 {
        let kept = self.pruned.split_off(&(before, EntryId::from(0)));
        let forgotten = std::mem::replace(&mut self.pruned, kept);
        for key in forgotten.values() {
            self.keys.remove(key);
        }
        forgotten.len() as u64
    }

    /// Whether an open expectation waits for it.
    fn is_awaited(&self, row: &Row) -> bool {
        let of_request = row.envelope.request_id.as_ref().and_then(|request| self.by_request.get(request));
        let mut rows = of_request.into_iter().flatten().filter_map(|id| self.rows.get(id));
        rows.any(|row| {
            row.envelope.kind == EntryKind::Expectation
                && row.deliveries.iter().any(|delivery| delivery.state.is_open())
        })
    }
}

/// The numbers of these, each once.
fn each_once(selected: &[Summary]) -> Vec<EntryId> {
    let mut ids: Vec<_> = selected.iter().map(|summary| summary.id).collect();
    ids.dedup();
    ids
}
