//! Filters as statements.

use super::number;
use super::record::{indexed, text};
use crate::inbox::{EntryId, EntryKind, EntryState, Filter, Page, Target};

/// A value of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::inbox) enum Param {
    Number(i64),
    Text(String),
}

/// How a database joins entries and deliveries so that it goes through the first table and looks the other one up, whatever
/// its statistics say: they count the entries of a link too few or too many.
#[derive(Clone, Copy)]
pub(in crate::inbox) struct Joins {
    pub(in crate::inbox) entries_first: &'static str,
    pub(in crate::inbox) deliveries_first: &'static str,
}

/// A statement that lists entries with their deliveries, and its values in the order of their numbers.
pub(in crate::inbox) struct Select {
    pub(in crate::inbox) sql: String,
    pub(in crate::inbox) params: Vec<Param>,
}

/// Where a step of changes ended.
#[derive(Clone, Debug)]
pub(in crate::inbox) struct Cursor {
    pub(in crate::inbox) received_at: i64,
    pub(in crate::inbox) id: EntryId,
    pub(in crate::inbox) target: Target,
}

/// Time of receipt and number of pruned entries received before parameter 1, behind parameters 2 and 3, which are such a
/// time and number; parameter 4 is how many.
pub(in crate::inbox) const PRUNED: &str = "SELECT received_at, id FROM inbox_entries
WHERE body IS NULL AND received_at < $1 AND (received_at, id) > ($2, $3) ORDER BY received_at, id LIMIT $4";

/// The columns that [`summary`](super::summary) reads.
const SUMMARY: &str = "e.id, e.provider, e.kind, e.name, e.dedup_key, e.message_id, e.link_id, e.consent_id, \
     e.institution_code, e.request_id, e.received_at, e.source, e.headers, e.bytes, \
     d.target, d.state, d.attempts, d.due, d.last_error, d.history";

impl Select {
    pub(in crate::inbox) fn summaries(joins: Joins, filter: &Filter, page: &Page) -> Self {
        let (mut select, order) = Self::of(SUMMARY, joins, false, filter, page);
        let limit = select.param(Param::Number(number(page.limit)));
        select.sql.push_str(&format!(" ORDER BY {order} LIMIT {limit}"));
        select
    }

    /// Number, target, stored size and time of receipt of what is to be changed, behind the cursor. Those received before
    /// an instant come in the order of receipt, so that the first of many are found at once; others by their number.
    pub(in crate::inbox) fn to_change(
        joins: Joins,
        filter: &Filter,
        limit: usize,
        after: Option<&Cursor>,
    ) -> Self {
        let by_receipt = filter.until.is_some()
            && filter.ids.is_empty()
            && filter.link_id.is_none()
            && filter.request_id.is_none();
        let page =
            Page { limit, after: after.filter(|_| !by_receipt).map(|last| (last.id, last.target.clone())) };
        let columns = "d.entry, d.target, length(e.body), e.received_at";
        let (mut select, mut order) = Self::of(columns, joins, by_receipt, filter, &page);
        if by_receipt {
            order = "e.received_at, e.id, d.target";
            if let Some(Cursor { received_at, id, target }) = after {
                let received_at = select.param(Param::Number(*received_at));
                let id = select.param(Param::Number(number(id.get())));
                let target = select.param(Param::Text(target.as_str().to_owned()));
                select.sql.push_str(&format!(
                    " AND e.received_at >= {received_at} AND ({order}) > ({received_at}, {id}, {target})"
                ));
            }
        }
        let limit = select.param(Param::Number(number(limit)));
        select.sql.push_str(&format!(" ORDER BY {order} LIMIT {limit}"));
        select
    }

    /// One entry with its bytes: parameter 1 is its number; with `of_target` parameter 2 is the target, else the first
    /// target by name counts.
    pub(in crate::inbox) fn entry(of_target: bool) -> String {
        let target = if of_target { " AND d.target = $2" } else { "" };
        format!(
            "SELECT {SUMMARY}, e.encoding, e.body FROM inbox_entries AS e JOIN inbox_deliveries AS d ON d.entry = e.id \
             WHERE e.id = $1{target} ORDER BY d.target LIMIT 1"
        )
    }

    /// Entries with their bytes: parameter 1 is a list of numbers, parameter 2 the target.
    #[cfg(feature = "postgres")]
    pub(in crate::inbox) fn entries() -> String {
        format!(
            "SELECT {SUMMARY}, e.encoding, e.body FROM inbox_entries AS e JOIN inbox_deliveries AS d ON d.entry = e.id \
             WHERE e.id = ANY($1) AND d.target = $2"
        )
    }

    /// The statement up to its order, and that order as the index has it that finds the rows: by the columns of the table
    /// that is gone through first.
    fn of(
        columns: &str,
        joins: Joins,
        by_receipt: bool,
        filter: &Filter,
        page: &Page,
    ) -> (Self, &'static str) {
        let failed = [EntryState::Dead, EntryState::Quarantined];
        let by_state = !filter.states.is_empty();
        let by_failure = by_state && filter.states.iter().all(|state| failed.contains(state));
        let by_entry = !filter.ids.is_empty()
            || filter.link_id.is_some()
            || filter.request_id.is_some()
            || filter.since.is_some()
            || filter.kinds == [EntryKind::Expectation];
        // The table that is gone through first: the one with the narrower index.
        let deliveries_first = by_failure && filter.ids.is_empty() || by_state && !by_entry;
        let (tables, number, order) = match deliveries_first && !by_receipt {
            true => (joins.deliveries_first, "d.entry", "d.entry, d.target"),
            false => (joins.entries_first, "e.id", "e.id, d.target"),
        };
        let mut select = Self { sql: format!("SELECT {columns} FROM {tables}"), params: Vec::new() };
        select.conditions(filter, page, by_failure, number);
        (select, order)
    }

    fn conditions(&mut self, filter: &Filter, page: &Page, by_failure: bool, number_of: &str) {
        let mut all = vec!["e.body IS NOT NULL".to_owned()];
        if let Some((id, target)) = &page.after {
            let id = self.param(Param::Number(number(id.get())));
            if number_of == "e.id" {
                // The order goes on in the other table, which no index knows of.
                all.push(format!("e.id >= {id}"));
            }
            let target = self.param(Param::Text(target.as_str().to_owned()));
            all.push(format!("({number_of}, d.target) > ({id}, {target})"));
        }
        if !filter.ids.is_empty() {
            let ids: Vec<_> = filter.ids.iter().map(|id| number(id.get()).to_string()).collect();
            all.push(format!("e.id IN ({})", ids.join(", ")));
        }
        if by_failure {
            // So that the index on these is known to hold all of them.
            all.push("d.state IN ('dead', 'quarantined')".to_owned());
        }
        all.extend(any("d.state", filter.states.iter().map(|state| state.as_str())));
        all.extend(any("e.kind", filter.kinds.iter().map(|kind| kind.as_str())));
        for (column, value) in [
            ("e.link_id", filter.link_id.as_deref().map(indexed)),
            ("e.request_id", filter.request_id.as_deref().map(indexed)),
            ("e.name", filter.name.clone().map(text)),
            ("e.consent_id", filter.consent_id.clone().map(text)),
            ("e.institution_code", filter.institution_code.clone().map(text)),
            ("e.provider", filter.provider.clone().map(text)),
            ("d.target", filter.target.as_ref().map(|target| target.as_str().to_owned())),
        ] {
            if let Some(value) = value {
                let value = self.param(Param::Text(value));
                all.push(format!("{column} = {value}"));
            }
        }
        for (operator, instant) in [(">=", filter.since), ("<", filter.until)] {
            if let Some(instant) = instant {
                let value = self.param(Param::Number(instant.as_microsecond()));
                all.push(format!("e.received_at {operator} {value}"));
            }
        }
        self.sql.push_str(&format!(" WHERE {}", all.join(" AND ")));
    }

    fn param(&mut self, value: Param) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }
}

/// One of these words, which are ours and need no quoting.
fn any<'a>(column: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
    let words: Vec<_> = words.map(|word| format!("'{word}'")).collect();
    match &words[..] {
        [] => None,
        [word] => Some(format!("{column} = {word}")),
        words => Some(format!("{column} IN ({})", words.join(", "))),
    }
}
