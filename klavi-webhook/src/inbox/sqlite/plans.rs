//! Holds every statement to its index: what goes through a table is fast in a test and slow in a year.

use rusqlite::{Connection, params_from_iter};

use super::{change, insert, lease, migrate, read, settle};
use crate::inbox::sql::{Cursor, Param, Select};
use crate::{EntryId, EntryKind, EntryState, Filter, Page, Target};

/// Ten thousand entries, one in ten of them open, of a hundred links and requests.
const FILL: &str = "
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
INSERT INTO inbox_entries (id, dedup_key, kind, name, link_id, request_id, received_at, bytes, body)
SELECT n, 'report:' || n || ':', CASE n % 50 WHEN 0 THEN 'expectation' ELSE 'report' END, 'a', 'l-' || n % 100,
    'rq-' || n % 100, n, 2, CASE n % 5 WHEN 0 THEN NULL ELSE x'7b7d' END FROM n;
INSERT INTO inbox_deliveries (entry, target, state, due, attempts, link, bytes)
SELECT id, 'default', CASE id % 10 WHEN 1 THEN 'pending' WHEN 2 THEN 'dead' ELSE 'done' END, id, 0, id % 100, 2
FROM inbox_entries WHERE body IS NOT NULL;";

/// What goes through an index from one end, and stops soon or has to see all of it.
const THROUGH_AN_INDEX: &[&str] = &["read OLDEST_BODY", "list expectations"];

/// Behind a cursor SQLite looks both states of failed entries up, and sorts the few that it finds.
const SORTED: &[&str] = &["list dead", "list dead of a link"];

fn selects() -> Vec<(String, String, Vec<Param>)> {
    let dead = || Filter::all().in_state(EntryState::Dead);
    let start = jiff::Timestamp::UNIX_EPOCH;
    let lists = [
        ("link", Filter::all().of_link("l-1")),
        ("dead of a link", dead().of_link("l-1")),
        ("request", Filter::of_request("rq-1")),
        ("id", Filter::of_id(7.into())),
        ("dead", dead()),
        ("expectations", Filter::all().of_kind(EntryKind::Expectation)),
    ];
    let after = Page { limit: 10, after: Some((EntryId::from(7), Target::default())) };
    let mut selects = Vec::new();
    for (name, filter) in lists {
        for page in [Page::first(10), after.clone()] {
            let Select { sql, params } = Select::summaries(read::JOINS, &filter, &page);
            selects.push((format!("list {name}"), sql, params));
        }
    }
    let cursor = Cursor { received_at: 7, id: 7.into(), target: Target::default() };
    for filter in [Filter::all().in_state(EntryState::Done).until(start), dead().until(start)] {
        for after in [None, Some(&cursor)] {
            let Select { sql, params } = Select::to_change(read::JOINS, &filter, 10, after);
            selects.push(("prune candidates".to_owned(), sql, params));
        }
    }
    for of_target in [false, true] {
        selects.push(("entry".to_owned(), Select::entry(of_target), Vec::new()));
    }
    selects
}

fn statements() -> Vec<(String, String, Vec<Param>)> {
    let of_modules =
        [insert::STATEMENTS, lease::STATEMENTS, settle::STATEMENTS, change::STATEMENTS, read::STATEMENTS];
    let fixed = of_modules.into_iter().flatten();
    let fixed = fixed.map(|(name, sql)| ((*name).to_owned(), (*sql).to_owned(), Vec::new()));
    fixed.chain(selects()).collect()
}

fn plan(connection: &Connection, sql: &str, params: Vec<Param>) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    if params.is_empty() {
        // What is not bound is nothing, which changes no plan.
        let rows = statement.raw_query();
        return rows.mapped(|row| row.get(3)).map(Result::unwrap).collect();
    }
    let rows = statement.query_map(params_from_iter(params), |row| row.get(3)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn hold(connection: &Connection) {
    let mut slow = Vec::new();
    for (name, sql, params) in statements() {
        let plan = plan(connection, &sql, params);
        let through = THROUGH_AN_INDEX.contains(&name.as_str());
        for step in &plan {
            let scans = step.starts_with("SCAN") && !(through && step.contains("INDEX"));
            let sorts = step.contains("TEMP B-TREE") && !SORTED.contains(&name.as_str());
            if scans || sorts {
                slow.push(format!("{name}: {plan:#?}\n{sql}"));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn no_statement_goes_through_a_table_or_sorts() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate::make_tables(&mut connection).unwrap();
    hold(&connection);
    connection.execute_batch(FILL).unwrap();
    hold(&connection);
    connection.execute_batch("ANALYZE").unwrap();
    hold(&connection);
}
