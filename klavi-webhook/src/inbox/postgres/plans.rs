//! Asserts the plans of the statements that run per delivery, lease, prune and probe: none goes through a whole table,
//! whether or not statistics are there.

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::transaction::{Settings, Transaction};
use super::{PostgresInbox, WAIT, change, insert, lease, read, settle};
use crate::inbox::sql::{Cursor, PRUNED, Param, Select};
use crate::{EntryState, Filter, Page, Target};

const FILL: &str = "ALTER TABLE inbox_entries SET (autovacuum_enabled = off);
ALTER TABLE inbox_deliveries SET (autovacuum_enabled = off);
INSERT INTO inbox_entries (dedup_key, kind, message_id, link_id, request_id, received_at, headers, bytes, body)
SELECT 'report:m' || n || ':' || md5(n::text), CASE WHEN n % 1000 = 0 THEN 'expectation' ELSE 'report' END, 'm' || n,
    'l' || n % 500, 'r' || n % 5000, n, '', 10, CASE WHEN n % 10 > 0 THEN '0123456789'::bytea END
FROM generate_series(1, 30000) AS n;
INSERT INTO inbox_deliveries (entry, target, state, due, attempts, link, bytes)
SELECT id, 'default', CASE WHEN id % 3 > 0 THEN 'done' WHEN id % 300 = 0 THEN 'dead' ELSE 'pending' END, id, 0,
    id % 500, 10 FROM inbox_entries;";

/// A statement, literals for its parameters, and the indexes that its plan has to name.
struct Case {
    name: &'static str,
    sql: String,
    literals: Vec<String>,
    indexes: &'static [&'static str],
}

fn case(name: &'static str, sql: &str, literals: &[&str], indexes: &'static [&'static str]) -> Case {
    let literals = literals.iter().map(|literal| (*literal).to_owned()).collect();
    Case { name, sql: sql.to_owned(), literals, indexes }
}

fn of_select(name: &'static str, select: Select, indexes: &'static [&'static str]) -> Case {
    let literals = select.params.iter().map(|param| match param {
        Param::Number(number) => number.to_string(),
        Param::Text(text) => format!("'{text}'"),
    });
    Case { name, literals: literals.collect(), sql: select.sql, indexes }
}

fn cases() -> Vec<Case> {
    let numbers = "'{100,101,102}'";
    let texts = "'{default,default,default}'";
    let due: &[&str] = &["'default'", "20000", "-9223372036854775808", "0", "64"];
    let mut given = vec![numbers, "'{report:m1:a,report:m2:b,report:m3:c}'"];
    given.extend([texts; 8]);
    given.extend([numbers, texts, texts, numbers, texts, "'{a,b,c}'", numbers, texts, texts]);
    given.extend([numbers, numbers, numbers, numbers, texts, texts, texts, numbers]);
    let after = Cursor { received_at: 500, id: 500.into(), target: Target::default() };
    let old = Filter::all().in_state(EntryState::Done).until(crate::inbox::sql::instant(20_000));
    let of_link = Filter::all().of_link("l7");
    let page = |limit| Page { limit, after: Some((900.into(), Target::default())) };
    vec![
        case("lease", lease::DUE, due, &["inbox_deliveries_due"]),
        case("lease, per link", lease::DUE_PER_LINK, due, &["inbox_deliveries_due", "inbox_deliveries_link"]),
        case(
            "hold up",
            lease::HOLD_UP,
            &["5", numbers, "'default'"],
            &["inbox_deliveries_pkey", "inbox_deliveries_link"],
        ),
        case(
            "mark as leased",
            lease::LEASE,
            &["5", "0", "NULL", "''", numbers, "'default'"],
            &["inbox_deliveries_pkey"],
        ),
        case("bring forward", lease::BEYOND, &["900000", "'default'"], &["inbox_deliveries_due"]),
        case("read bodies", &Select::entries(), &[numbers, "'default'"], &["inbox_entries_pkey"]),
        case("lock leases", settle::LOCK, &[numbers, texts, numbers], &["inbox_deliveries_pkey"]),
        case(
            "settle",
            settle::SETTLE,
            &[numbers, texts, numbers, texts, numbers, numbers, texts, texts],
            &["inbox_deliveries_pkey"],
        ),
        case("free", settle::FREE, &[texts, numbers, "5"], &["inbox_deliveries_link"]),
        case("store", insert::INSERT, &given, &["inbox_entries_dedup_key_key"]),
        case("known", insert::KNOWN, &[texts], &["inbox_entries_dedup_key_key"]),
        of_select(
            "list --link",
            Select::summaries(read::JOINS, &of_link, &page(100)),
            &["inbox_entries_link", "inbox_deliveries_pkey"],
        ),
        of_select("list", Select::summaries(read::JOINS, &Filter::all(), &page(100)), &[]),
        of_select(
            "list --state dead",
            Select::summaries(read::JOINS, &Filter::all().in_state(EntryState::Dead), &page(100)),
            &["inbox_deliveries_failed", "inbox_entries_pkey"],
        ),
        of_select(
            "list --request",
            Select::summaries(read::JOINS, &Filter::of_request("r7"), &page(100)),
            &["inbox_entries_request", "inbox_deliveries_pkey"],
        ),
        of_select(
            "prune",
            Select::to_change(read::JOINS, &old, change::ENTRIES, Some(&after)),
            &["inbox_entries_received"],
        ),
        case("forget", PRUNED, &["20000", "500", "500", "200"], &["inbox_entries_pruned"]),
        case("forget by number", change::ERASE, &[numbers], &["inbox_entries_pkey"]),
        case("change", change::DELIVERIES, &[numbers], &["inbox_deliveries_pkey"]),
        case("awaited", change::AWAITED, &[numbers], &["inbox_entries_request", "inbox_deliveries_pkey"]),
        case(
            "assign",
            change::ASSIGN,
            &["'crm'", "5", numbers],
            &["inbox_entries_pkey", "inbox_deliveries_pkey"],
        ),
        case("close", change::CLOSE, &["'closed'", numbers, texts], &["inbox_deliveries_pkey"]),
        case("oldest due", read::OLDEST_DUE, &[texts], &["inbox_deliveries_due"]),
        case("oldest body", read::OLDEST_BODY, &[], &["inbox_entries_received"]),
    ]
}

/// The plan in the transaction, which has the settings of every other.
async fn plan(transaction: &mut Transaction, case: &Case, mode: &str) -> String {
    let literals =
        if case.literals.is_empty() { String::new() } else { format!("({})", case.literals.join(", ")) };
    let sql = format!(
        "SET LOCAL plan_cache_mode = {mode}; PREPARE explained AS {}; EXPLAIN EXECUTE explained{literals};
        DEALLOCATE explained",
        case.sql
    );
    let rows = transaction.run(sql).await.unwrap_or_else(|cause| panic!("{}: {cause}", case.name));
    rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect()
}

async fn hold(inbox: &PostgresInbox, is_filled: bool, statistics: &str) {
    for case in cases() {
        for mode in ["force_custom_plan", "force_generic_plan"] {
            let settings: &Settings = &inbox.settings;
            let (mut transaction, _) = Transaction::begin(&inbox.pool, settings, WAIT, "").await.unwrap();
            if case.name == "store" {
                transaction.run("SET LOCAL enable_hashjoin = on").await.unwrap();
            }
            let plan = plan(&mut transaction, &case, mode).await;
            let name = format!("{} ({mode}, {statistics}):\n{plan}", case.name);
            for table in ["inbox_entries", "inbox_deliveries"] {
                assert!(!plan.contains(&format!("Seq Scan on {table}")), "{name}");
            }
            // Of an empty table every index is as good as another.
            for index in case.indexes.iter().filter(|_| is_filled) {
                assert!(plan.contains(index), "{index} is not used: {name}");
            }
            // Few entries are taken in the order of their receipt; all of them are never sorted.
            assert!(!plan.contains("->  Sort "), "{name}");
            assert!(!plan.contains("Parallel"), "{name}");
            // A backlog is not sorted.
            assert!(!case.name.starts_with("lease") || !plan.contains("Sort"), "{name}");
        }
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn no_statement_goes_through_a_whole_table_whatever_the_statistics_say() {
    let given = std::env::var("KLAVI_TEST_POSTGRES").ok();
    let server = given.unwrap_or_else(|| "postgres://postgres@127.0.0.1/test".to_owned());
    let schema = format!("inbox_test_{:016x}", fastrand::u64(..));
    let mut connection = PgConnection::connect(&server).await.unwrap();
    let run = async |connection: &mut PgConnection, sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.unwrap();
    };
    run(&mut connection, format!("CREATE SCHEMA {schema}; SET search_path TO {schema}")).await;
    let url = format!("{server}?options[search_path]={schema}");
    let held = tokio::spawn(async move {
        let inbox = PostgresInbox::connect(&url).await.unwrap();
        hold(&inbox, false, "no rows").await;
        run(&mut connection, "ANALYZE inbox_entries, inbox_deliveries".to_owned()).await;
        hold(&inbox, false, "statistics of no rows").await;
        run(&mut connection, FILL.to_owned()).await;
        hold(&inbox, true, "statistics out of date").await;
        run(&mut connection, "ANALYZE inbox_entries, inbox_deliveries".to_owned()).await;
        hold(&inbox, true, "statistics up to date").await;
        // Of many rows the server looks at some, and takes rare values for common ones.
        let misled = "ALTER TABLE inbox_entries ALTER COLUMN link_id SET (n_distinct = 3),
            ALTER COLUMN request_id SET (n_distinct = 3); ANALYZE inbox_entries";
        run(&mut connection, misled.to_owned()).await;
        hold(&inbox, true, "statistics that take links for common").await;
        run(
            &mut connection,
            "DELETE FROM pg_statistic WHERE starelid IN
            ('inbox_entries'::regclass, 'inbox_deliveries'::regclass)"
                .to_owned(),
        )
        .await;
        hold(&inbox, true, "no statistics").await;
    })
    .await;
    let mut connection = PgConnection::connect(&server).await.unwrap();
    let drop = format!("DROP SCHEMA {schema} CASCADE");
    sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
    held.unwrap();
}
