//! Several clients of one database.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use klavi_webhook::{
    Clock, EntryState, Filter, Inbox, LeaseRequest, Order, Page, PostgresOptions, Store, Stored,
};
use tokio::task::JoinSet;

use crate::{Schema, report, run, start};

const TASKS: usize = 48;

fn kinds(stored: &[Stored]) -> [usize; 3] {
    let count = |is: fn(&Stored) -> bool| stored.iter().filter(|stored| is(stored)).count();
    [
        count(|stored| matches!(stored, Stored::New(_))),
        count(|stored| matches!(stored, Stored::Revision(_))),
        count(|stored| matches!(stored, Stored::Duplicate(_))),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn stores_of_one_message_at_the_same_time_tell_new_from_duplicate_from_revision() {
    Schema::with(async |schema| {
        let inboxes = [Arc::new(schema.open().await), Arc::new(schema.open().await)];
        let tasks: JoinSet<_> = (0..TASKS)
            .map(|n| {
                let inbox = inboxes[n % 2].clone();
                async move { inbox.store(vec![report("m-1", "l-1", format!("{}", n / 2 % 8))]).await.unwrap() }
            })
            .collect();
        let stored: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(kinds(&stored), [1, 7, TASKS - 8]);
        assert_eq!(stored.iter().map(|stored| stored.id()).collect::<HashSet<_>>().len(), 8);
        // Also within one delivery.
        let stored = ["a", "b", "a"].map(|body| report("m-2", "l-1", body)).to_vec();
        assert_eq!(kinds(&inboxes[0].store(stored).await.unwrap()), [1, 1, 1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn deliveries_with_the_same_entries_in_other_orders_do_not_block_one_another() {
    Schema::with(async |schema| {
        let inboxes = [Arc::new(schema.open().await), Arc::new(schema.open().await)];
        let tasks: JoinSet<_> = (0..TASKS)
            .map(|n| {
                let inbox = inboxes[n % 2].clone();
                let mut entries: Vec<_> = (0..20)
                    .map(|m| {
                        let mut entry = report(&format!("m-{m}"), &format!("l-{m}"), "{}");
                        if m % 2 == 0 {
                            // Without an id of its own only the unique index tells it apart.
                            entry.message_id = None;
                            entry.set_body(format!("{m}").into());
                        }
                        entry
                    })
                    .collect();
                if n % 2 == 0 {
                    entries.reverse();
                }
                async move { inbox.store(entries).await.unwrap() }
            })
            .collect();
        let stored: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(kinds(&stored), [20, 0, 20 * (TASKS - 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn a_list_of_a_link_never_gets_an_entry_before_its_end() {
    Schema::with(async |schema| {
        let inboxes = [Arc::new(schema.open().await), Arc::new(schema.open().await)];
        let tasks: JoinSet<_> = (0..4 * TASKS)
            .map(|n| {
                let inbox = inboxes[n % 2].clone();
                async move { inbox.store(vec![report(&format!("m-{n}"), "l-1", "{}")]).await.unwrap() }
            })
            .collect();
        let reader = schema.open().await;
        let filter = Filter::all().of_link("l-1");
        let (mut page, mut read) = (Page::first(1000), 0);
        while read < 4 * TASKS {
            let listed = reader.list(&filter, page.clone()).await.unwrap();
            read += listed.len();
            if let Some(last) = listed.last() {
                page = page.after(last);
            } else if tasks.is_empty() {
                break;
            }
        }
        tasks.join_all().await;
        assert_eq!(read, 4 * TASKS);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn clients_whose_clocks_differ_do_not_take_each_others_leases() {
    Schema::with(async |schema| {
        let (inbox, other) = (schema.open().await, schema.open().await);
        // The machine that received it is a day ahead of the database, or a year behind.
        let mut entry = report("m-1", "l-1", "{}");
        entry.received_at = inbox.now().await.unwrap() + Duration::from_secs(86_400);
        inbox.store(vec![entry, report("m-2", "l-2", "{}")]).await.unwrap();
        let leased = inbox.lease(LeaseRequest::new(9)).await.unwrap();
        assert_eq!(leased.entries.len(), 2);
        let taken = other.lease(LeaseRequest::new(9)).await.unwrap();
        assert!(taken.entries.is_empty() && !taken.suspect_waits);
        // And none is a suspect for one who opens it now.
        let third = schema.open().await.lease(LeaseRequest::new(9)).await.unwrap();
        assert!(third.entries.is_empty() && !third.suspect_waits);
        let settled = leased.entries.into_iter().map(|leased| leased.ticket.done()).collect();
        assert_eq!(other.settle(settled).await.unwrap(), [true, true]);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn an_entry_that_the_server_cannot_read_is_a_dead_letter_by_itself() {
    Schema::with(async |schema| {
        let inbox = schema.open().await;
        let entries = (0..3).map(|n| report(&format!("m-{n}"), "l-1", vec![b'7'; 10_000])).collect();
        let stored = inbox.store(entries).await.unwrap();
        let mut connection = schema.connection().await;
        run(&mut connection, "UPDATE inbox_entries SET body = substr(body, 3) WHERE message_id = 'm-0'")
            .await;
        run(
            &mut connection,
            "UPDATE inbox_entries SET received_at = 9223372036854775807 WHERE message_id = 'm-1'",
        )
        .await;
        let leased = inbox.lease(LeaseRequest::new(9)).await.unwrap();
        assert_eq!(leased.entries.iter().map(|leased| leased.entry.id).collect::<Vec<_>>(), [stored[2].id()]);
        assert_eq!(inbox.counts().await.unwrap().in_state(EntryState::Dead), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn dispatchers_that_keep_an_order_hand_out_every_entry_once_and_in_order() {
    const LINKS: usize = 5;
    const EACH: usize = 12;
    Schema::with(async |schema| {
        // A clock that stands still: an entry that was held up and not freed would stay so.
        let clock = Clock::manual(start());
        let open = async || {
            Arc::new(PostgresOptions::new(&schema.url()).clock(clock.clone()).connect().await.unwrap())
        };
        let inboxes = [open().await, open().await, open().await];
        for n in 0..LINKS * EACH {
            let link = format!("l-{}", n % LINKS);
            inboxes[0].store(vec![report(&format!("m-{n}"), &link, "{}")]).await.unwrap();
        }
        let tasks: JoinSet<_> = (0..6)
            .map(|n| {
                let inbox = inboxes[n % 3].clone();
                async move {
                    let mut handled = Vec::new();
                    loop {
                        let request = LeaseRequest::new(2).order(Order::PerLink).idle(false);
                        for leased in inbox.lease(request).await.unwrap().entries {
                            let at = std::sync::atomic::AtomicUsize::fetch_add(
                                &NEXT,
                                1,
                                std::sync::atomic::Ordering::SeqCst,
                            );
                            handled.push((leased.entry.link_id.clone(), at, leased.entry.id));
                            assert_eq!(inbox.settle(vec![leased.ticket.done()]).await.unwrap(), [true]);
                        }
                        if inbox.counts().await.unwrap().in_state(EntryState::Done) == (LINKS * EACH) as u64 {
                            return handled;
                        }
                    }
                }
            })
            .collect();
        let mut handled: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(handled.len(), LINKS * EACH);
        handled.sort_unstable();
        let ordered = handled.windows(2).all(|two| two[0].0 != two[1].0 || two[0].2 < two[1].2);
        assert!(ordered, "{handled:?}");
    })
    .await;
}

static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
