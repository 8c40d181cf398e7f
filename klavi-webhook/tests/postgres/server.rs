//! A server that does not answer in time, or is set up unsuitably.

use std::time::Duration;

use klavi_webhook::{EntryState, Filter, Inbox, InboxErrorKind, LeaseRequest, Page, PostgresInbox, Store};

use sqlx::Executor;

use crate::{Schema, execute, report, run, server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL"]
async fn a_table_that_is_locked_for_longer_than_a_client_waits_leaves_no_leases_behind() {
    Schema::with(async |schema| {
        let inbox = schema.open().await;
        let entries = (0..3).map(|n| report(&format!("m-{n}"), "l-1", "{}")).collect();
        inbox.store(entries).await.unwrap();
        let mut connection = schema.connection().await;
        run(&mut connection, "BEGIN; LOCK TABLE inbox_deliveries IN ACCESS EXCLUSIVE MODE").await;
        let held = tokio::spawn(async move {
            run(&mut connection, "SELECT pg_sleep(7)").await;
            run(&mut connection, "COMMIT").await;
        });
        let error = inbox.lease(LeaseRequest::new(9)).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Locked, "{error:?}");
        let error = inbox.store(vec![report("m-9", "l-1", "{}")]).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Locked, "{error:?}");
        held.await.unwrap();
        let listed = inbox.list(&Filter::all(), Page::first(9)).await.unwrap();
        assert_eq!(listed.len(), 3, "what was refused is not there");
        assert!(listed.iter().all(|entry| entry.state == EntryState::Pending && entry.attempts == 0));
        assert_eq!(inbox.lease(LeaseRequest::new(9)).await.unwrap().entries.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL"]
async fn a_delivery_that_cannot_be_stored_costs_no_other_in_its_batch() {
    Schema::with(async |schema| {
        let inbox = std::sync::Arc::new(schema.open().await);
        let mut connection = schema.connection().await;
        run(&mut connection, "ALTER TABLE inbox_entries ADD CHECK (consent_id <> 'bad')").await;
        // As long as the table is locked, what comes waits for the same batch.
        run(&mut connection, "BEGIN; LOCK TABLE inbox_entries IN ACCESS EXCLUSIVE MODE").await;
        let store = |n: usize| {
            let mut entry = report(&format!("m-{n}"), "l-1", "{}");
            entry.consent_id = (n == 10).then(|| "bad".to_owned());
            let inbox = inbox.clone();
            tokio::spawn(async move { inbox.store(vec![entry]).await })
        };
        let stores: Vec<_> = (0..20).map(store).collect();
        tokio::task::yield_now().await;
        run(&mut connection, "COMMIT").await;
        for (n, stored) in stores.into_iter().enumerate() {
            assert_eq!(stored.await.unwrap().is_ok(), n != 10, "{n}");
        }
        assert_eq!(inbox.counts().await.unwrap().in_state(EntryState::Pending), 19);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL"]
async fn a_transaction_that_hangs_keeps_no_inbox_in_another_schema_waiting() {
    Schema::with(async |schema| {
        let inbox = schema.open().await;
        let mut connection = schema.connection().await;
        run(&mut connection, "BEGIN; LOCK TABLE inbox_entries IN ACCESS EXCLUSIVE MODE").await;
        let hanging = tokio::spawn(async move { inbox.store(vec![report("m-1", "l-1", "{}")]).await });
        let waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'inbox_entries'::regclass";
        while connection.fetch_optional(waiting).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        Schema::with(async |other| {
            let stored = other.open().await.store(vec![report("m-1", "l-1", "{}")]).await;
            assert!(stored.is_ok(), "{stored:?}");
        })
        .await;
        assert!(!hanging.is_finished(), "nothing hung");
        run(&mut connection, "COMMIT").await;
        hanging.await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_database_in_another_encoding_is_refused_with_a_sentence() {
    let name = format!("latin_{:016x}", fastrand::u64(..));
    execute(&format!(
        "CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    ))
    .await;
    let (address, _) = server().rsplit_once('/').map(|(address, _)| (address.to_owned(), ())).unwrap();
    let opened = PostgresInbox::connect(&format!("{address}/{name}")).await;
    execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    let error = opened.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Unsuitable);
    assert!(error.to_string().contains("LATIN1") && error.to_string().contains("ENCODING 'UTF8'"), "{error}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_newer_version_of_the_tables_stops_what_runs() {
    Schema::with(async |schema| {
        let inbox = schema.open().await;
        inbox.check().await.unwrap();
        let mut connection = schema.connection().await;
        run(&mut connection, "INSERT INTO inbox_versions VALUES (99)").await;
        let error = inbox.check().await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Unreadable);
        let error = inbox.store(vec![report("m-1", "l-1", "{}")]).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Unreadable);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn connections_that_the_server_has_ended_are_replaced_unnoticed() {
    Schema::with(async |schema| {
        let inbox = schema.open().await;
        inbox.store(vec![report("m-1", "l-1", "{}")]).await.unwrap();
        let mut connection = schema.connection().await;
        run(
            &mut connection,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'COMMIT%'",
        )
        .await;
        inbox.store(vec![report("m-2", "l-1", "{}")]).await.unwrap();
        inbox.check().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL"]
async fn large_bodies_are_stored_beside_small_ones() {
    Schema::with(async |schema| {
        let inbox = std::sync::Arc::new(schema.open().await);
        let noise = |n: u64, size: usize| {
            let mut chance = fastrand::Rng::with_seed(n);
            std::iter::repeat_with(|| chance.u8(..)).take(size).collect::<Vec<_>>()
        };
        let sizes = [100, 1_200_000, 200, 3_000_000, 300, 900_000, 1_500_000];
        let stores: Vec<_> = (0u64..)
            .zip(sizes)
            .map(|(n, size)| {
                let (inbox, entry) =
                    (inbox.clone(), report(&format!("m-{n}"), &format!("l-{n}"), noise(n, size)));
                tokio::spawn(async move { inbox.store(vec![entry]).await.unwrap()[0].id() })
            })
            .collect();
        for ((n, size), stored) in (0u64..).zip(sizes).zip(stores) {
            let entry = inbox.get(stored.await.unwrap()).await.unwrap().unwrap();
            assert!(entry.body == noise(n, size));
        }
        let leased = inbox.lease(LeaseRequest::new(9).lease(Duration::from_secs(99))).await.unwrap();
        assert_eq!(leased.entries.len(), sizes.len());
    })
    .await;
}
