//! What the model answers to lists, counts and changes of many entries.

use klavi_webhook::{
    Change, EntryId, EntryKind, EntryState, Expectation, Filter, InboxErrorKind, Page, Target,
};

use crate::model::{Delivery, Model, Row};
use crate::seen::{Answer, Seen, SeenCounts, SeenEntry, SeenExpectation};

/// Smaller bodies are stored as they came.
const NEVER_PACKED: usize = 4096;

pub(crate) const CLOSED: &str = "given up by a person";

impl Model {
    /// Rows that are not pruned, with each of their deliveries, in the order of arrival.
    fn all(&self) -> impl Iterator<Item = (&Row, &Delivery)> {
        let rows = self.rows.iter().filter(|row| !row.pruned);
        rows.flat_map(|row| row.deliveries.iter().map(move |delivery| (row, delivery)))
    }

    pub(crate) fn list(&self, filter: &Filter, page: &Page) -> Vec<Seen> {
        let behind = |row: &Row, delivery: &Delivery| {
            page.after.as_ref().is_none_or(|(id, target)| (row.id, &delivery.target) > (*id, target))
        };
        let all =
            self.all().filter(|(row, delivery)| selects(filter, row, delivery) && behind(row, delivery));
        all.take(page.limit).map(|(row, delivery)| row.seen(delivery)).collect()
    }

    pub(crate) fn get(&self, id: EntryId) -> Answer {
        match self.all().find(|(row, _)| row.id == id) {
            None => Answer::Got(None),
            Some((row, _)) if row.damaged => Answer::Failed(InboxErrorKind::Unreadable),
            Some((row, delivery)) => {
                Answer::Got(Some(SeenEntry { summary: row.seen(delivery), body: row.body.clone() }))
            }
        }
    }

    pub(crate) fn counts(&self) -> SeenCounts {
        let mut counts = SeenCounts::default();
        for (row, delivery) in self.all() {
            let count = counts.by_state.entry((delivery.target.clone(), delivery.state)).or_default();
            count.entries += 1;
            if delivery.first {
                count.bytes += row.body.len() as u64;
                counts.packed |= self.rules.packs && row.body.len() >= NEVER_PACKED;
            }
            if delivery.state.is_open() {
                let oldest = counts.oldest_due.entry(delivery.target.clone()).or_insert(delivery.due);
                *oldest = delivery.due.min(*oldest);
            }
        }
        let kept = self.rows.iter().filter(|row| !row.pruned);
        counts.oldest_body = kept.map(|row| row.envelope.received_at).min();
        counts
    }

    pub(crate) fn expected(&self, client: usize, page: &Page) -> Vec<SeenExpectation> {
        let now = self.clients[client].now;
        let expectations = self.list(&Filter::all().of_kind(EntryKind::Expectation), page);
        let looked_up = expectations.into_iter().map(|entry| {
            let row = self.row(entry.id).unwrap();
            let wanted = Wanted::read(&row.body);
            let answers = self.all().filter(|(row, _)| {
                row.envelope.request_id.as_ref() == Some(&wanted.request_id)
                    && wanted.answered_by.contains(&row.envelope.kind)
            });
            let names: Vec<_> = answers.map(|(row, _)| row.envelope.name.clone()).collect();
            let lacks = |product: &String| !names.iter().any(|name| name.as_ref() == Some(product));
            let missing: Vec<_> = wanted.products.iter().filter(|product| lacks(product)).cloned().collect();
            let arrived = if wanted.products.is_empty() { !names.is_empty() } else { missing.is_empty() };
            let status = match arrived {
                true => "arrived",
                false if now < wanted.deadline => "outstanding",
                false => "overdue",
            };
            SeenExpectation { entry, missing, status }
        });
        looked_up.collect()
    }

    pub(crate) fn change(&mut self, client: usize, filter: &Filter, change: &Change) -> u64 {
        let now = self.look_at_clock(client);
        let selected = self.list(filter, &Page::first(usize::MAX));
        let mut changed = 0;
        let mut seen = Vec::new();
        for Seen { id, target, .. } in selected {
            match change {
                Change::Replay => changed += u64::from(self.replay(client, id, &target)),
                Change::Close => changed += u64::from(self.close(client, id, &target, now)),
                Change::Erase | Change::Prune | Change::Assign(_) if seen.contains(&id) => {}
                Change::Assign(to) => {
                    seen.push(id);
                    changed += u64::from(self.assign(client, id, to, now));
                }
                Change::Erase | Change::Prune => {
                    seen.push(id);
                    let may_go = self.row(id).is_some_and(|row| self.may_go(row, filter, change));
                    if may_go {
                        self.remove(client, id, change, now);
                        changed += 1;
                    }
                }
            }
        }
        changed
    }

    pub(crate) fn forget(&mut self, before: jiff::Timestamp) -> u64 {
        let rows = self.rows.len();
        self.rows.retain(|row| !row.pruned || row.envelope.received_at >= before);
        (rows - self.rows.len()) as u64
    }

    fn replay(&mut self, client: usize, id: EntryId, target: &Target) -> bool {
        let now = self.clients[client].now;
        let Some(delivery) = self.delivery(id, target) else { return false };
        if matches!(delivery.state, EntryState::Leased | EntryState::Outstanding) {
            return false;
        }
        (delivery.state, delivery.due) = (EntryState::Pending, now);
        (delivery.attempts, delivery.held) = (0, false);
        self.clients[client].arrived.insert(target.clone());
        true
    }

    fn assign(&mut self, client: usize, id: EntryId, target: &Target, now: jiff::Timestamp) -> bool {
        let Some(row) = self.rows.iter_mut().find(|row| row.id == id) else { return false };
        let keeps_from = |one: &Delivery| one.target == *target || one.state == EntryState::Quarantined;
        if row.envelope.kind == EntryKind::Expectation || row.deliveries.iter().any(keeps_from) {
            return false;
        }
        row.deliveries.push(Delivery {
            target: target.clone(),
            state: EntryState::Pending,
            due: now,
            attempts: 0,
            leases: 0,
            alone: false,
            held: false,
            link: row.deliveries.iter().find_map(|one| one.link.clone()),
            first: false,
            last_error: None,
            history: Vec::new(),
        });
        row.deliveries.sort_by(|one, other| one.target.cmp(&other.target));
        self.clients[client].arrived.insert(target.clone());
        true
    }

    fn close(&mut self, client: usize, id: EntryId, target: &Target, now: jiff::Timestamp) -> bool {
        let Some(delivery) = self.delivery(id, target) else { return false };
        if !matches!(delivery.state, EntryState::Pending | EntryState::Outstanding) {
            return false;
        }
        (delivery.state, delivery.held) = (EntryState::Dead, false);
        delivery.last_error = Some(CLOSED.to_owned());
        if let Some(link) = delivery.link.clone() {
            self.free_next(client, target, &link, now);
        }
        true
    }

    pub(crate) fn all_targets(&self) -> Answer {
        Answer::Targets(self.targets.values().cloned().collect())
    }

    fn may_go(&self, row: &Row, filter: &Filter, change: &Change) -> bool {
        if row.deliveries.iter().any(|one| one.state == EntryState::Leased) {
            return false;
        }
        if *change == Change::Erase {
            return true;
        }
        // What an open expectation of the same request waits for stays, and so does that expectation.
        let awaited = self.all().any(|(other, delivery)| {
            other.envelope.kind == EntryKind::Expectation
                && delivery.state.is_open()
                && other.envelope.request_id.is_some()
                && other.envelope.request_id == row.envelope.request_id
        });
        let outstanding = row.deliveries.iter().any(|one| one.state == EntryState::Outstanding);
        !awaited && !outstanding && row.deliveries.iter().all(|one| selects(filter, row, one))
    }

    fn remove(&mut self, client: usize, id: EntryId, change: &Change, now: jiff::Timestamp) {
        let Some(place) = self.rows.iter().position(|row| row.id == id) else { return };
        let deliveries = std::mem::take(&mut self.rows[place].deliveries);
        match change {
            Change::Erase => drop(self.rows.remove(place)),
            _ => self.rows[place].pruned = true,
        }
        for Delivery { target, link, .. } in deliveries {
            if let Some(link) = link {
                self.free_next(client, &target, &link, now);
            }
        }
    }
}

/// Whether the filter selects that entry as it is with that target: every condition that is given holds.
fn selects(filter: &Filter, row: &Row, delivery: &Delivery) -> bool {
    let envelope = &row.envelope;
    let texts = [
        (&filter.name, &envelope.name),
        (&filter.link_id, &envelope.link_id),
        (&filter.consent_id, &envelope.consent_id),
        (&filter.institution_code, &envelope.institution_code),
        (&filter.request_id, &envelope.request_id),
        (&filter.provider, &envelope.provider),
    ];
    texts.into_iter().all(|(wanted, is)| wanted.is_none() || wanted == is)
        && (filter.ids.is_empty() || filter.ids.contains(&row.id))
        && (filter.states.is_empty() || filter.states.contains(&delivery.state))
        && (filter.kinds.is_empty() || filter.kinds.contains(&envelope.kind))
        && filter.target.as_ref().is_none_or(|target| *target == delivery.target)
        && filter.since.is_none_or(|since| envelope.received_at >= since)
        && filter.until.is_none_or(|until| envelope.received_at < until)
}

/// What an expectation says, read from the JSON that keeps it.
struct Wanted {
    request_id: String,
    products: Vec<String>,
    deadline: jiff::Timestamp,
    answered_by: Vec<EntryKind>,
}

impl Wanted {
    fn read(body: &[u8]) -> Self {
        let form: serde_json::Value = serde_json::from_slice(body).unwrap();
        let text = |name: &str| form[name].as_str().map(str::to_owned);
        let products = form["products"].as_array().into_iter().flatten();
        Self {
            request_id: text("requestId").unwrap(),
            products: products.map(|product| product.as_str().unwrap().to_owned()).collect(),
            deadline: text("deadline").unwrap().parse().unwrap(),
            answered_by: match text("kind") {
                None => vec![EntryKind::Report, EntryKind::LegacyReport],
                Some(kind) => vec![kind.parse().unwrap()],
            },
        }
    }
}

/// The expectation that the plan asks for, so that both sides register the same.
pub(crate) fn expectation(
    request: &str,
    products: &[&str],
    deadline: jiff::Timestamp,
    by_events: bool,
) -> Expectation {
    let expectation = Expectation::new(request, products.iter().copied(), deadline);
    if by_events { expectation.answered_by(EntryKind::Event) } else { expectation }
}
