//! What whoever is on call looks at.

use std::time::Duration;

use klavi_webhook::{
    Change, Counts, EntryKind, EntryState, Expectation, Filter, LeaseRequest, Order, Page, Stored, Target,
    Ticket,
};

use super::Place;
use crate::{EVENTS, LEASE, REPORT, change, entries, lease, list, settle, split, start};

const SECOND: Duration = Duration::from_secs(1);

fn done() -> Filter {
    Filter::all().in_state(EntryState::Done)
}

/// What nobody works on.
fn settled() -> Filter {
    done().in_state(EntryState::Dead).in_state(EntryState::Quarantined)
}

pub(crate) async fn pages_follow_one_another_and_keep_to_a_state(place: &Place) {
    let inbox = place.open().await;
    for n in 0..10 {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    for leased in lease(&*inbox, 3).await {
        settle(&*inbox, leased.ticket.dead("no")).await;
    }
    let mut seen = Vec::new();
    let mut page = Page::first(4);
    let mut pages = 0;
    loop {
        let listed = inbox.list(&Filter::all(), page).await.unwrap();
        let Some(last) = listed.last() else { break };
        page = Page::first(4).after(last);
        pages += 1;
        seen.extend(listed.into_iter().map(|summary| summary.envelope.message_id.unwrap()));
    }
    assert_eq!(seen, (0..10).map(|n| format!("rp-{n}")).collect::<Vec<_>>());
    assert_eq!(pages, 3);

    let pending = Filter::all().in_state(EntryState::Pending);
    let listed = inbox.list(&pending, Page::first(5)).await.unwrap();
    assert_eq!((listed.len(), listed[0].message_id.as_deref()), (5, Some("rp-3")));
    assert_eq!(inbox.list(&pending, Page::first(5).after(&listed[4])).await.unwrap().len(), 2);
    assert_eq!(list(&*inbox, &Filter::all().in_state(EntryState::Dead)).await.len(), 3);
    assert!(inbox.list(&Filter::all(), Page::first(0)).await.unwrap().is_empty());
}

/// Lists what filters select, which is what [`Filter::selects`] says of each entry.
pub(crate) async fn every_filter_selects_what_it_says(place: &Place) {
    let inbox = place.open().await;
    for n in 0..12_u64 {
        let mut new = split(REPORT).remove(0);
        new.message_id = Some(format!("m-{n}"));
        new.kind = if n % 2 == 0 { EntryKind::Report } else { EntryKind::Event };
        new.received_at = start() + SECOND * n as u32;
        let of = |name: &str, every: u64| Some(format!("{name}-{}", n % every));
        (new.name, new.link_id, new.consent_id) = (of("name", 3), of("l", 4), of("c", 5));
        (new.institution_code, new.request_id, new.provider) = (of("i", 6), of("rq", 2), of("p", 3));
        new.targets = if n % 3 == 0 { vec!["a".into(), "b".into()] } else { vec!["a".into()] };
        inbox.store(vec![if n == 5 { new.quarantined("odd") } else { new }]).await.unwrap();
    }
    let leased = inbox.lease(LeaseRequest::new(3).target(Target::new("a"))).await.unwrap().entries;
    let [done, dead, _] = &leased[..] else { panic!("three are due") };
    inbox.settle(vec![done.ticket.clone().done(), dead.ticket.clone().dead("no")]).await.unwrap();

    let all = list(&*inbox, &Filter::all()).await;
    assert_eq!(all.len(), 16);
    let mut of_two = Filter::of_id(all[0].id);
    of_two.ids.push(all[9].id);
    let with = |change: fn(&mut Filter)| {
        let mut filter = Filter::all();
        change(&mut filter);
        filter
    };
    let filters = [
        Filter::of_id(all[3].id),
        of_two,
        settled(),
        Filter::all().in_state(EntryState::Dead).of_link("l-1"),
        Filter::all().in_state(EntryState::Quarantined),
        Filter::all().of_kind(EntryKind::Event),
        Filter::all().of_kind(EntryKind::Expectation),
        with(|filter| filter.name = Some("name-1".into())),
        Filter::all().of_link("l-3"),
        with(|filter| filter.consent_id = Some("c-2".into())),
        with(|filter| filter.institution_code = Some("i-5".into())),
        Filter::of_request("rq-1"),
        with(|filter| filter.provider = Some("p-2".into())),
        Filter::all().for_target(Target::new("b")),
        Filter::all().since(start() + SECOND * 4),
        Filter::all().until(start() + SECOND * 4),
        Filter::all().since(start() + SECOND * 2).until(start() + SECOND * 9).in_state(EntryState::Pending),
        Filter::of_request("nobody's"),
    ];
    for filter in filters {
        let selected: Vec<_> = all.iter().filter(|summary| filter.selects(summary)).cloned().collect();
        assert_eq!(list(&*inbox, &filter).await, selected, "{filter:?}");
        let mut paged = Vec::new();
        while let Some(page) = Some(paged.last().map_or(Page::first(2), |last| Page::first(2).after(last)))
            && let listed = inbox.list(&filter, page).await.unwrap()
            && !listed.is_empty()
        {
            paged.extend(listed);
        }
        assert_eq!(paged, selected, "{filter:?}");
    }
}

pub(crate) async fn the_counts_tell_every_state_apart(place: &Place) {
    let inbox = place.open().await;
    assert_eq!(inbox.counts().await.unwrap(), Counts::default());
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    for n in 0..6 {
        let mut new = split(&REPORT.replace("rp-1", &format!("rp-{n}"))).remove(0);
        new.received_at = start() + SECOND * n;
        inbox.store(vec![new]).await.unwrap();
    }
    let tickets: Vec<_> = lease(&*inbox, 3).await.into_iter().map(|leased| leased.ticket).collect();
    let [done, dead, _] = tickets.try_into().unwrap();
    inbox.settle(vec![done.done(), dead.dead("no")]).await.unwrap();
    let counts = inbox.counts().await.unwrap();
    let of_each = EntryState::ALL.map(|state| counts.in_state(state));
    assert_eq!(of_each, [3, 1, 1, 1, 1, 0], "{counts:?}");
    assert_eq!(counts.bytes_in_state(EntryState::Pending), 3 * REPORT.len() as u64);
    assert_eq!(counts.oldest_due[&Target::default()], start());
    assert_eq!(counts.oldest_body, Some(start()));

    for filter in [Filter::all().in_state(EntryState::Pending), settled()] {
        inbox.change(&filter, Change::Erase).await.unwrap();
    }
    let counts = inbox.counts().await.unwrap();
    assert_eq!(counts.by_state.len(), 1, "{counts:?}");
    assert_eq!(counts.oldest_due[&Target::default()], start() + LEASE);
    inbox.change(&Filter::all(), Change::Erase).await.unwrap();
    assert_eq!(inbox.counts().await.unwrap().in_state(EntryState::Leased), 1, "what is leased stays");
}

pub(crate) async fn each_target_is_settled_by_itself(place: &Place) {
    let inbox = place.open().await;
    let (a, b) = (Target::new("a"), Target::new("b"));
    let mut new = split(REPORT).remove(0);
    new.targets = vec![b.clone(), a.clone(), b.clone()];
    inbox.store(vec![new]).await.unwrap();
    assert!(lease(&*inbox, 9).await.is_empty(), "it is for others");
    let due = async |target: &Target| {
        let request = LeaseRequest::new(9).target(target.clone()).order(Order::PerLink);
        inbox.lease(request).await.unwrap().entries
    };
    let [of_a] = &due(&a).await[..] else { panic!("it is due") };
    let [of_b] = &due(&b).await[..] else { panic!("one lease says nothing of the other") };
    assert!(settle(&*inbox, of_a.ticket.clone().done()).await);
    assert!(settle(&*inbox, of_b.ticket.clone().dead("no")).await);
    let listed = list(&*inbox, &Filter::all()).await;
    let states: Vec<_> = listed.iter().map(|one| (one.target.as_str(), one.state)).collect();
    assert_eq!(states, [("a", EntryState::Done), ("b", EntryState::Dead)]);
    assert_eq!(inbox.get(listed[0].id).await.unwrap().unwrap().target, a);
    let counts = inbox.counts().await.unwrap();
    let bytes: Vec<_> = counts.by_state.values().map(|count| (count.entries, count.bytes)).collect();
    assert_eq!(bytes, [(1, REPORT.len() as u64), (1, 0)], "bytes count once");
    assert_eq!(inbox.change(&done(), Change::Prune).await.unwrap(), 0, "it is no more than done for one");
    assert_eq!(inbox.change(&settled(), Change::Prune).await.unwrap(), 1);
    assert_eq!(inbox.counts().await.unwrap(), Counts::default());
}

pub(crate) async fn a_list_tells_when_an_entry_is_due(place: &Place) {
    let inbox = place.open().await;
    let mut kept_back = split(&REPORT.replace("rp-1", "rp-0")).remove(0);
    kept_back.due = Some(start() + 9 * SECOND);
    inbox.store(vec![kept_back]).await.unwrap();
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    for n in 1..5 {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    let leased = lease(&*inbox, 3).await;
    let tickets: Vec<_> = leased.iter().map(|leased| leased.ticket.clone()).collect();
    let [retried, handled, held] = tickets.try_into().unwrap();
    inbox.settle(vec![retried.retry(5 * SECOND, "not yet"), handled.done()]).await.unwrap();
    let (settled, now, handed_out, later) =
        (None, Some(start()), Some(start() + LEASE), Some(start() + 5 * SECOND));
    let of_each = [Some(start() + 9 * SECOND), settled, later, settled, handed_out, now];
    let listed = list(&*inbox, &Filter::all()).await;
    assert_eq!(listed.iter().map(|summary| summary.due).collect::<Vec<_>>(), of_each);
    for (summary, due) in listed.iter().zip(of_each) {
        assert_eq!(inbox.get(summary.id).await.unwrap().unwrap().due, due, "{summary:?}");
    }
    assert_eq!(leased[2].entry.due, handed_out);

    let id = held.id;
    settle(&*inbox, held.dead("no")).await;
    assert_eq!(inbox.get(id).await.unwrap().unwrap().due, None);
    place.clock.advance(SECOND);
    change(&*inbox, id, Change::Replay).await;
    assert_eq!(inbox.get(id).await.unwrap().unwrap().due, Some(start() + SECOND));
}

pub(crate) async fn pruning_takes_what_is_old_and_handled_and_keeps_its_key(place: &Place) {
    let inbox = place.open().await;
    // Old: done, dead, quarantined, leased, pending. And one that is done but young.
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    for n in 0..5 {
        let mut new = split(&REPORT.replace("rp-1", &format!("rp-{n}"))).remove(0);
        new.received_at = start() + if n == 1 { LEASE } else { Duration::ZERO };
        inbox.store(vec![new]).await.unwrap();
    }
    let leased = lease(&*inbox, 4).await;
    let ids: Vec<_> = leased.iter().map(|leased| leased.entry.id).collect();
    let tickets: Vec<_> = leased.into_iter().map(|leased| leased.ticket).collect();
    let [old, young, dead, _] = tickets.try_into().unwrap();
    inbox.settle(vec![old.done(), young.done(), dead.dead("no")]).await.unwrap();

    let prune = async |filter: Filter| inbox.change(&filter, Change::Prune).await.unwrap();
    assert_eq!(prune(settled().until(start())).await, 0, "none is older");
    let before = start() + SECOND;
    assert_eq!(prune(done().until(before)).await, 1);
    assert!(inbox.get(ids[0]).await.unwrap().is_none());
    assert_eq!(prune(settled().until(before)).await, 2);
    let left: Vec<_> = entries(&*inbox, None).await.into_iter().map(|entry| entry.state).collect();
    assert_eq!(left, [EntryState::Done, EntryState::Leased, EntryState::Pending]);

    let known = inbox.store(split(&REPORT.replace("rp-1", "rp-0"))).await.unwrap();
    assert_eq!(known, [Stored::Duplicate(ids[0])], "its key outlives its bytes");
    assert!(!change(&*inbox, ids[0], Change::Replay).await, "there is nothing left to handle");
    let revised = REPORT.replace("rp-1", "rp-0").replace("1000.0400", "7");
    let [Stored::Revision(id)] = inbox.store(split(&revised)).await.unwrap()[..] else { panic!("it is one") };
    assert!(id > ids[3], "no number is given twice");
}

pub(crate) async fn pruning_takes_what_nobody_handles_where_asked_for(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split("{\"odd\":1}")).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    let awaited = REPORT.replace("rq-1", "rq-2");
    inbox.store(split(&awaited.replace("rp-1", "rp-2"))).await.unwrap();
    inbox.expect(Expectation::new("rq-2", ["pf_loans"], start() + LEASE)).await.unwrap();
    inbox.store(split(&REPORT.replace("rp-1", "rp-3"))).await.unwrap();
    let leased = lease(&*inbox, 1).await.remove(0);

    let prune = async || inbox.change(&Filter::all().until(start() + SECOND), Change::Prune).await.unwrap();
    assert_eq!(prune().await, 2);
    let left: Vec<_> =
        entries(&*inbox, None).await.into_iter().map(|entry| (entry.id, entry.state)).collect();
    let states: Vec<_> = left.iter().map(|(_, state)| *state).collect();
    assert_eq!(states, [EntryState::Leased, EntryState::Pending, EntryState::Outstanding]);
    assert_eq!(left[0].0, leased.entry.id);
    // Once it is overdue and waits to be told of, what it waits for stays still.
    settle(&*inbox, leased.ticket.done()).await;
    place.clock.advance(LEASE);
    for leased in lease(&*inbox, 9).await {
        settle(&*inbox, leased.ticket.retry(LEASE, "not yet")).await;
    }
    assert_eq!(prune().await, 1);
    assert_eq!(entries(&*inbox, None).await.len(), 2);
}

pub(crate) async fn what_is_unknown_is_neither_found_nor_changed(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(EVENTS)).await.unwrap();
    let leased = lease(&*inbox, 1).await.remove(0);
    for id in [0, 999, u64::MAX] {
        assert!(inbox.get(id.into()).await.unwrap().is_none());
        for what in [Change::Replay, Change::Erase, Change::Prune] {
            assert!(!change(&*inbox, id.into(), what).await);
        }
        assert!(!settle(&*inbox, Ticket { id: id.into(), ..leased.ticket.clone() }.done()).await);
    }
    let forged = Ticket { lease: leased.ticket.lease + 1, ..leased.ticket.clone() };
    assert!(!settle(&*inbox, forged.done()).await);
    let forged = Ticket { target: Target::new("another"), ..leased.ticket.clone() };
    assert!(!settle(&*inbox, forged.done()).await);
    assert!(settle(&*inbox, leased.ticket.done()).await);
}
