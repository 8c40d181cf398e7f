//! From one inbox to another.

use std::time::Duration;

use klavi_webhook::{
    EntryState, Expectation, ExpectationStatus, Filter, Inbox, MemoryInbox, NewEntry, Page, Store, Stored,
};

use super::Place;
use crate::{EVENTS, REPORT, entries, lease, list, settle, split, start};

const HOUR: Duration = Duration::from_secs(3_600);

pub(crate) async fn a_copy_is_as_far_as_what_it_was_made_of(place: &Place) {
    let from = MemoryInbox::with_clock(place.clock.clone());
    from.store(split("{\"odd\":1}")).await.unwrap();
    for n in 0..5 {
        from.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    let tickets: Vec<_> = lease(&from, 4).await.into_iter().map(|leased| leased.ticket).collect();
    let [done, dead, retried, _] = tickets.try_into().unwrap();
    from.settle(vec![done.done(), dead.dead("no"), retried.retry(HOUR, "not yet")]).await.unwrap();
    // Being handled: rp-3. A revision: of rp-4.
    from.store(split(&REPORT.replace("rp-1", "rp-4").replace("1000.0400", "7"))).await.unwrap();
    let expectation = Expectation::new("rq-1", ["pf_balance", "pf_loans"], start() + HOUR).of_link("l-1");
    from.expect(expectation.clone()).await.unwrap();

    let inbox = place.open().await;
    let originals = entries(&from, None).await;
    let copies = |of: &[klavi_webhook::Entry]| of.iter().cloned().map(NewEntry::copy_of).collect::<Vec<_>>();
    let stored = inbox.store(copies(&originals)).await.unwrap();
    assert!(matches!(stored[6], Stored::Revision(_)), "{stored:?}");
    let here = entries(&*inbox, None).await;
    assert_eq!(here.len(), originals.len());
    for (copy, original) in here.iter().zip(&originals) {
        let state = if original.state == EntryState::Leased { EntryState::Pending } else { original.state };
        assert_eq!((copy.state, copy.attempts), (state, original.attempts));
        assert_eq!((&copy.dedup_key, &copy.last_error), (&original.dedup_key, &original.last_error));
        assert_eq!((copy.received_at, &copy.body), (original.received_at, &original.body));
        assert_eq!((&copy.headers, copy.kind), (&original.headers, original.kind));
    }
    let states: Vec<_> = here.iter().map(|copy| copy.state.as_str()).collect();
    assert_eq!(states[..4], ["quarantined", "done", "dead", "pending"]);
    assert_eq!(states[4..], ["pending", "pending", "pending", "outstanding"]);

    // Once more, and what comes again, change nothing.
    let again = inbox.store(copies(&originals)).await.unwrap();
    assert!(again.iter().all(|stored| matches!(stored, Stored::Duplicate(_))), "{again:?}");
    let known = inbox.store(split(&REPORT.replace("rp-1", "rp-0"))).await.unwrap();
    assert_eq!(known, [Stored::Duplicate(here[1].id)]);
    let known = inbox.expect(expectation).await.unwrap();
    assert_eq!(known, Stored::Duplicate(here[7].id));

    // And they go on from there.
    let leased = lease(&*inbox, 9).await;
    let attempts: Vec<_> = leased.iter().map(|leased| (leased.entry.id, leased.entry.attempts)).collect();
    assert_eq!(attempts, [(here[3].id, 1), (here[4].id, 0), (here[5].id, 0), (here[6].id, 0)]);
    for leased in leased {
        assert!(settle(&*inbox, leased.ticket.done()).await);
    }
    let expected = inbox.expected(Page::first(9)).await.unwrap();
    assert_eq!(
        (expected[0].status, &expected[0].missing[..]),
        (ExpectationStatus::Outstanding, &["pf_loans".to_owned()][..])
    );
    place.clock.advance(HOUR);
    let overdue = lease(&*inbox, 9).await;
    assert_eq!(overdue.iter().map(|leased| leased.entry.id).collect::<Vec<_>>(), [here[7].id]);
    inbox.store(split(EVENTS)).await.unwrap();
    assert_eq!(list(&*inbox, &Filter::all()).await.len(), originals.len() + 2);
}
