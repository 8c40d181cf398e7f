//! The clients of an inbox: they make the calls of a plan and tell the answers in the model's numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt as _;
use klavi_webhook::{
    Clock, EntryId, Filter, Inbox, InboxError, NewEntry, Page, Settlement, Stored, Target, Ticket,
};

use crate::model::Model;
use crate::place::Place;
use crate::seen::{Answer, Seen, SeenCounts, SeenEntry, SeenExpectation, SeenLease, SeenTarget};
use crate::world::Call;

/// Far above what it takes to wake; a client that waits longer waits in vain.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// More than any plan stores.
const ALL: Page = Page::first(100_000);

pub(crate) struct Clients<'a> {
    place: &'a dyn Place,
    clients: Vec<(Clock, Arc<dyn Inbox>)>,
    numbers: Numbers,
}

/// Which entry of the inbox is which of the model: an inbox may leave numbers out.
#[derive(Default)]
struct Numbers {
    of_model: BTreeMap<EntryId, EntryId>,
    of_inbox: BTreeMap<EntryId, EntryId>,
}

impl Numbers {
    fn add(&mut self, model: EntryId, inbox: EntryId) -> Result<(), String> {
        if self.of_inbox.last_key_value().is_some_and(|(last, _)| *last >= inbox) {
            return Err(format!("entry {inbox} has a number that is not behind the earlier ones"));
        }
        self.of_model.insert(model, inbox);
        self.of_inbox.insert(inbox, model);
        Ok(())
    }

    fn to_inbox(&self, id: EntryId) -> EntryId {
        self.of_model.get(&id).copied().unwrap_or(id)
    }

    /// What the inbox made up has a number that is in no right answer.
    fn to_model(&self, id: EntryId) -> EntryId {
        self.of_inbox.get(&id).copied().unwrap_or(EntryId::from(u64::MAX - id.get()))
    }

    fn seen(&self, mut seen: Seen) -> Seen {
        seen.id = self.to_model(seen.id);
        seen
    }

    fn entry(&self, mut entry: SeenEntry) -> SeenEntry {
        entry.summary = self.seen(entry.summary);
        entry
    }

    fn ticket(&self, ticket: Ticket) -> Ticket {
        Ticket { id: self.to_model(ticket.id), ..ticket }
    }

    fn filter(&self, filter: &Filter) -> Filter {
        let mut filter = filter.clone();
        filter.ids = filter.ids.iter().map(|id| self.to_inbox(*id)).collect();
        filter
    }

    fn page(&self, page: &Page) -> Page {
        let after = page.after.clone().map(|(id, target): (_, Target)| (self.to_inbox(id), target));
        Page { limit: page.limit, after }
    }

    fn settlement(&self, one: &Settlement) -> Settlement {
        let ticket = Ticket { id: self.to_inbox(one.ticket.id), ..one.ticket.clone() };
        Settlement { ticket, outcome: one.outcome.clone() }
    }
}

impl<'a> Clients<'a> {
    pub(crate) async fn of(place: &'a dyn Place, model: &Model) -> Self {
        let mut clients = Vec::new();
        for client in &model.clients {
            let clock = Clock::manual(client.now);
            clients.push((clock.clone(), place.open(clock).await));
        }
        Self { place, clients, numbers: Numbers::default() }
    }

    pub(crate) fn set_clocks(&self, model: &Model) {
        for ((clock, _), client) in self.clients.iter().zip(&model.clients) {
            clock.set(client.now);
        }
    }

    pub(crate) async fn reopen(&mut self, client: usize) {
        let clock = self.clients[client].0.clone();
        // Opened before the other one is gone, as when a service is replaced.
        let opened = self.place.open(clock.clone()).await;
        self.clients[client] = (clock, opened);
    }

    pub(crate) fn damage(&self, id: EntryId) {
        self.place.damage(self.numbers.to_inbox(id));
    }

    /// Whether the client is woken. Where it has to be, it gets a while: who stored may have gone away before the end.
    pub(crate) async fn arrived(&self, client: usize, target: &Target, wanted: bool) -> bool {
        let mut arrivals = self.clients[client].1.arrivals(target);
        let woken = (&mut arrivals).now_or_never().is_some();
        woken || wanted && tokio::time::timeout(PATIENCE, arrivals).await.is_ok()
    }

    /// Makes the call. `right` is the right answer: what is new has its number from there.
    pub(crate) async fn call(
        &mut self,
        client: usize,
        call: &Call,
        right: &Answer,
    ) -> Result<Answer, String> {
        let inbox = self.clients[client].1.clone();
        let numbers = &mut self.numbers;
        let answer = match call {
            Call::Store(entries) => match inbox.store(entries.clone()).await {
                Ok(stored) => number(numbers, stored, right).map(Answer::Stored)?,
                Err(error) => failed(&error),
            },
            Call::StoreUnknown(entries, turns) => return self.unknown(&*inbox, entries, *turns, right).await,
            Call::Expect(expectation) => match inbox.expect(expectation.clone()).await {
                Ok(stored) => number(numbers, vec![stored], right).map(Answer::Stored)?,
                Err(error) => failed(&error),
            },
            Call::Lease(request) => told(inbox.lease(request.clone()).await, |lease| {
                let mut lease = SeenLease::from(lease);
                let known = |(entry, ticket)| (numbers.entry(entry), numbers.ticket(ticket));
                lease.entries = lease.entries.into_iter().map(known).collect();
                Answer::Leased(lease)
            }),
            Call::Settle(settlements) => {
                let settlements = settlements.iter().map(|one| numbers.settlement(one)).collect();
                told(inbox.settle(settlements).await, Answer::Settled)
            }
            Call::Change(filter, change) => {
                told(inbox.change(&numbers.filter(filter), change.clone()).await, Answer::Changed)
            }
            Call::ChangeTarget(target, change) => {
                told(inbox.change_target(target, change.clone()).await, Answer::TargetChanged)
            }
            Call::Targets => told(inbox.targets().await, |targets| {
                Answer::Targets(targets.into_iter().map(SeenTarget::from).collect())
            }),
            Call::Forget(before) => told(inbox.forget(*before).await, Answer::Changed),
            Call::List(filter, page) => {
                let listed = inbox.list(&numbers.filter(filter), numbers.page(page)).await;
                told(listed, |listed| {
                    Answer::Listed(listed.into_iter().map(|one| numbers.seen(one.into())).collect())
                })
            }
            Call::Get(id) => told(inbox.get(numbers.to_inbox(*id)).await, |entry| {
                Answer::Got(entry.map(|entry| numbers.entry(entry.into())))
            }),
            Call::Counts => told(inbox.counts().await, |counts| Answer::Counted(SeenCounts::from(counts))),
            Call::Expected(page) => told(inbox.expected(numbers.page(page)).await, |expected| {
                let known = expected.into_iter().map(|one| {
                    let mut one = SeenExpectation::from(one);
                    one.entry = numbers.seen(one.entry);
                    one
                });
                Answer::Expected(known.collect())
            }),
        };
        Ok(answer)
    }

    /// Goes away half-way through a store, looks what is there, and stores the same again, as a sender does that was not
    /// answered. Either all of it was stored or nothing, and from then on all of it is.
    async fn unknown(
        &mut self,
        inbox: &dyn Inbox,
        entries: &[NewEntry],
        turns: u8,
        right: &Answer,
    ) -> Result<Answer, String> {
        {
            let mut store = inbox.store(entries.to_vec());
            for _ in 0..turns % 64 {
                if (&mut store).now_or_never().is_some() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let Answer::Stored(right) = right else { return Err("a store is answered otherwise".to_owned()) };
        let fresh = right.iter().zip(entries).filter(|(right, _)| !matches!(right, Stored::Duplicate(_)));
        let fresh: Vec<_> = fresh.map(|(_, entry)| entry.dedup_key()).collect();
        let listed = inbox.list(&Filter::all(), ALL).await.map_err(|error| error.to_string())?;
        let found = fresh.iter().filter(|key| listed.iter().any(|one| one.dedup_key == **key)).count();
        if found != 0 && found != fresh.len() {
            return Err(format!("{found} of {} entries are stored that belong together", fresh.len()));
        }
        let stored = match inbox.store(entries.to_vec()).await {
            Ok(stored) => stored,
            Err(error) => return Ok(failed(&error)),
        };
        self.place.settled().await;
        let known = stored.iter().zip(right);
        let mut known = known.filter(|(_, right)| !matches!(right, Stored::Duplicate(_)));
        let (was_stored, was_new) = match known.next() {
            Some((Stored::Duplicate(_), _)) => (true, false),
            other => (false, other.is_some()),
        };
        if found > 0 && was_new {
            return Err("what was there is stored again as new".to_owned());
        }
        if known.any(|(stored, _)| matches!(stored, Stored::Duplicate(_)) != was_stored) {
            return Err(format!("some of what belongs together was stored: {stored:?}"));
        }
        let as_if_new = stored.iter().zip(right).map(|(stored, right)| match (stored, right) {
            (Stored::Duplicate(id), Stored::New(_)) => Stored::New(*id),
            (Stored::Duplicate(id), Stored::Revision(_)) => Stored::Revision(*id),
            (stored, _) => *stored,
        });
        let as_if_new = as_if_new.collect();
        number(&mut self.numbers, as_if_new, &Answer::Stored(right.clone())).map(Answer::Stored)
    }
}

/// Takes note of the numbers of new entries.
fn number(numbers: &mut Numbers, stored: Vec<Stored>, right: &Answer) -> Result<Vec<Stored>, String> {
    let Answer::Stored(right) = right else { return Err("a store is answered otherwise".to_owned()) };
    for (stored, right) in stored.iter().zip(right) {
        if let (Stored::New(inbox) | Stored::Revision(inbox), Stored::New(model) | Stored::Revision(model)) =
            (stored, right)
        {
            numbers.add(*model, *inbox)?;
        }
    }
    let known = stored.into_iter().map(|stored| match stored {
        Stored::New(id) => Stored::New(numbers.to_model(id)),
        Stored::Revision(id) => Stored::Revision(numbers.to_model(id)),
        Stored::Duplicate(id) => Stored::Duplicate(numbers.to_model(id)),
    });
    Ok(known.collect())
}

fn told<T>(result: Result<T, InboxError>, tell: impl FnOnce(T) -> Answer) -> Answer {
    result.map_or_else(|error| failed(&error), tell)
}

fn failed(error: &InboxError) -> Answer {
    Answer::Failed(error.kind())
}
