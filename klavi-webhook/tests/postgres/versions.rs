//! Tables that an earlier version has made.

use klavi_webhook::{EntryState, Filter, Inbox, LeaseRequest, Order, Page, Store, Stored};

use crate::{Schema, report, run, start};

/// What version 1 made and left: of one link a report that is done and two that are pending, and a quarantined entry.
const VERSION_1: &str = include_str!("../it/inbox/version_1.sql");

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn tables_of_the_first_version_are_brought_up_to_date_once_and_keep_everything() {
    Schema::with(async |schema| {
        let mut connection = schema.connection().await;
        let words = [
            ("{number}", "BIGINT"),
            ("{id}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
            ("{blob}", "BYTEA"),
            ("{bytes}", "'\\x7b7d'::bytea"),
        ];
        let tables = words.iter().fold(VERSION_1.to_owned(), |sql, (name, word)| sql.replace(name, word));
        run(&mut connection, &tables).await;
        let (inbox, other) = tokio::join!(schema.open(), schema.open());
        let kept = inbox.list(&Filter::all(), Page::first(9)).await.unwrap();
        let states: Vec<_> = kept.iter().map(|entry| entry.state).collect();
        assert_eq!(
            states,
            [EntryState::Done, EntryState::Pending, EntryState::Pending, EntryState::Quarantined]
        );
        assert_eq!((kept[0].name.as_deref(), kept[0].attempts), (Some("pf_balance"), 1));
        assert_eq!((kept[0].headers.len(), kept[3].last_error.as_deref()), (1, Some("odd")));
        let counts = other.counts().await.unwrap();
        assert_eq!(
            (counts.in_state(EntryState::Pending), counts.bytes_in_state(EntryState::Pending)),
            (2, 4)
        );

        // What comes next has a number behind all others, and waits for what came before it of its link.
        let stored = other.store(vec![report("rp-4", "l-1", "{}")]).await.unwrap();
        assert!(matches!(stored[0], Stored::New(id) if id > kept[3].id));
        let mut known = report("rp-3", "l-1", "[]");
        known.received_at = start();
        assert!(matches!(inbox.store(vec![known]).await.unwrap()[0], Stored::New(_) | Stored::Revision(_)));
        for message in ["rp-2", "rp-3", "rp-4"] {
            let leased = inbox.lease(LeaseRequest::new(9).order(Order::PerLink)).await.unwrap().entries;
            assert_eq!(
                leased.iter().map(|one| one.entry.message_id.as_deref()).collect::<Vec<_>>(),
                [Some(message)]
            );
            let settled = leased.into_iter().map(|leased| leased.ticket.done()).collect();
            assert_eq!(other.settle(settled).await.unwrap(), [true]);
        }
        drop(schema.open().await);
    })
    .await;
}
