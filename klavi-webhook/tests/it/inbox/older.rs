//! Inboxes that an earlier version has made.

use klavi_webhook::{
    EntryState, Expectation, ExpectationStatus, LeaseRequest, Order, Page, Stored, Target, TargetChange,
};
#[cfg(feature = "postgres")]
use sqlx::{AssertSqlSafe, Connection, PgConnection};

#[cfg(feature = "postgres")]
use super::Kept;
use super::Place;
#[cfg(feature = "postgres")]
use super::{execute, server};
use crate::{LEASE, REPORT, entries, lease, settle, split, start};

/// What version 1 made and left: of one link a report that is done and two that are pending, and a quarantined entry.
const VERSION_1: &str = include_str!("version_1.sql");

fn tables(number: &str, id: &str, blob: &str, bytes: &str) -> String {
    let words = [("{number}", number), ("{id}", id), ("{blob}", blob), ("{bytes}", bytes)];
    words.iter().fold(VERSION_1.to_owned(), |sql, (name, word)| sql.replace(name, word))
}

async fn make(place: &Place) {
    match &place.kept {
        #[cfg(feature = "postgres")]
        Kept::Postgres(schema) => {
            let sql = tables(
                "BIGINT",
                "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                "BYTEA",
                "'\\x7b7d'::bytea",
            );
            execute(format!("SET search_path TO {schema}; {sql}")).await;
        }
        _ => {
            let sql = tables("INTEGER", "INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB", "x'7b7d'");
            rusqlite::Connection::open(place.address()).unwrap().execute_batch(&sql).unwrap();
        }
    }
}

/// The newest version that the inbox says it is of, and what its indexes are called.
async fn version(place: &Place) -> (i64, Vec<String>) {
    const VERSION: &str = "SELECT max(version) FROM inbox_versions";
    match &place.kept {
        #[cfg(feature = "postgres")]
        Kept::Postgres(schema) => {
            let mut connection = PgConnection::connect(&server()).await.unwrap();
            let path = AssertSqlSafe(format!("SET search_path TO {schema}"));
            sqlx::query(path).execute(&mut connection).await.unwrap();
            let version = sqlx::query_scalar(VERSION).fetch_one(&mut connection).await.unwrap();
            let names = "SELECT indexname::text FROM pg_indexes WHERE schemaname = $1 ORDER BY 1";
            let names = sqlx::query_scalar(names).bind(schema).fetch_all(&mut connection).await.unwrap();
            (version, names)
        }
        _ => {
            let connection = rusqlite::Connection::open(place.address()).unwrap();
            let version = connection.query_row(VERSION, [], |row| row.get(0)).unwrap();
            let names = "SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY 1";
            let mut names = connection.prepare(names).unwrap();
            let names = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            (version, names)
        }
    }
}

pub(crate) async fn an_inbox_of_the_first_version_is_kept_and_takes_expectations(place: &Place) {
    make(place).await;
    assert_eq!(version(place).await.0, 1);
    let inbox = place.open().await;
    let (newest, indexes) = version(place).await;
    assert_eq!(newest, 4);
    for index in ["entries_expectation", "entries_request", "deliveries_due", "deliveries_link"] {
        assert!(indexes.contains(&format!("inbox_{index}")), "{index} is not in {indexes:?}");
    }

    let kept = entries(&*inbox, None).await;
    let states: Vec<_> = kept.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [EntryState::Done, EntryState::Pending, EntryState::Pending, EntryState::Quarantined]);
    assert_eq!((kept[0].name.as_deref(), kept[0].attempts), (Some("pf_balance"), 1));
    let deadline = start() + LEASE;
    let expectation = Expectation::new("rq-1", ["pf_balance", "pf_loans"], deadline).of_link("l-1");
    assert!(matches!(inbox.expect(expectation).await.unwrap(), Stored::New(_)));
    let expected = inbox.expected(Page::first(9)).await.unwrap();
    assert_eq!(expected[0].status, ExpectationStatus::Arrived, "what came before counts");
    let due = async || {
        let request = LeaseRequest::new(9).order(Order::PerLink);
        inbox.lease(request).await.unwrap().entries
    };
    let leased = due().await;
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].entry.message_id.as_deref(), Some("rp-2"));
    settle(&*inbox, leased[0].ticket.clone().done()).await;
    place.clock.set(deadline);
    let mut requests: Vec<_> = due().await.iter().map(|leased| leased.entry.kind.as_str()).collect();
    requests.sort_unstable();
    assert_eq!(requests, ["expectation", "report"]);

    drop(inbox);
    drop(place.open().await);
    assert_eq!(version(place).await, (newest, indexes), "once");
}

pub(crate) async fn an_inbox_of_the_version_before_targets_gets_them(place: &Place) {
    let inbox = place.open().await;
    inbox.store(split(REPORT)).await.unwrap();
    drop(inbox);
    for statement in ["DROP TABLE inbox_targets", "UPDATE inbox_versions SET version = 3"] {
        place.meddle(statement).await;
    }
    let inbox = place.open().await;
    assert_eq!(version(place).await.0, 4);
    assert_eq!(lease(&*inbox, 1).await.len(), 1);
    let pause = TargetChange::Pause { reason: "why".to_owned() };
    assert!(inbox.change_target(&Target::default(), pause).await.unwrap());
    assert_eq!(inbox.targets().await.unwrap()[0].paused.as_ref().unwrap().reason, "why");
}
