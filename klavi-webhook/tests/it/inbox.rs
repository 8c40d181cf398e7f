//! What every inbox has to keep, whatever it keeps it in.

mod certificates;
mod clock;
mod copies;
mod crash;
mod disk;
mod expectations;
mod faults;
mod half_dead;
mod listing;
mod older;
mod outage;
mod own_postgres;
mod rules;
mod together;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use klavi_webhook::{Inbox, MemoryInbox, PostgresInbox, SqliteInbox};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

/// Where entries are kept. A durable place may be opened again.
pub(crate) enum Place {
    Memory,
    Sqlite(TempDir),
    /// A schema of its own in the database.
    Postgres(String),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn postgres() -> Self {
        let schema = format!("inbox_test_{:016x}", fastrand::u64(..));
        execute(format!("CREATE SCHEMA {schema}")).await;
        Self::Postgres(schema)
    }

    pub(crate) async fn open(&self) -> Arc<dyn Inbox> {
        match self {
            Self::Memory => Arc::new(MemoryInbox::new()),
            _ => open(&self.address()).await,
        }
    }

    /// The address that another process opens it with.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Memory => unreachable!("memory is not shared"),
            Self::Sqlite(folder) => folder.path().join("inbox.db").to_str().unwrap().to_owned(),
            Self::Postgres(schema) => format!("{}?options[search_path]={schema}", server()),
        }
    }

    /// Holds the inbox to a rule and tidies up, whatever came of it.
    async fn holds(self, rule: impl AsyncFnOnce(&Self)) {
        let held = AssertUnwindSafe(rule(&self)).catch_unwind().await;
        if let Self::Postgres(schema) = &self {
            execute(format!("DROP SCHEMA {schema} CASCADE")).await;
        }
        if let Err(panic) = held {
            std::panic::resume_unwind(panic);
        }
    }
}

pub(crate) async fn open(address: &str) -> Arc<dyn Inbox> {
    if address.starts_with("postgres:") {
        Arc::new(PostgresInbox::connect(address).await.unwrap())
    } else {
        Arc::new(SqliteInbox::open(address).await.unwrap())
    }
}

fn server() -> String {
    let given = std::env::var("KLAVI_TEST_POSTGRES").ok();
    given.unwrap_or_else(|| "postgres://postgres@127.0.0.1/test".to_owned())
}

async fn execute(statement: String) {
    let mut connection = PgConnection::connect(&server()).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

/// The same rules for every inbox; those of durable ones for these alone.
macro_rules! every_inbox {
    ($(all: $($file:ident::$rule:ident),* ;)? durable: $($durable_file:ident::$durable:ident),* ;) => {
        mod memory {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $rule() {
                    Place::Memory.holds($file::$rule).await;
                }
            )*)?
        }

        mod sqlite {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $rule() {
                    Place::sqlite().holds($file::$rule).await;
                }
            )*)?
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $durable() {
                    Place::sqlite().holds($durable_file::$durable).await;
                }
            )*
        }

        mod postgres {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                #[ignore = "needs PostgreSQL"]
                async fn $rule() {
                    Place::postgres().await.holds($file::$rule).await;
                }
            )*)?
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                #[ignore = "needs PostgreSQL"]
                async fn $durable() {
                    Place::postgres().await.holds($durable_file::$durable).await;
                }
            )*
        }
    };
}

every_inbox! {
    all:
        rules::entries_are_handed_out_once_and_in_order,
        rules::a_lease_that_ran_out_is_handed_out_again_and_the_old_one_is_worthless,
        rules::a_lease_lost_before_a_replay_stays_worthless_after_it,
        rules::a_retry_is_due_when_it_says,
        rules::dead_and_quarantined_entries_wait_for_a_replay,
        rules::storing_tells_new_from_known_from_revised,
        rules::an_entry_comes_back_as_it_was_stored,
        rules::a_body_of_any_size_comes_back,
        rules::odd_characters_cost_nothing,
        rules::of_each_link_the_oldest_open_entry_alone_is_handed_out_where_asked_for,
        rules::what_waits_for_its_next_attempt_is_due_at_once_after_a_replay,
        rules::ids_of_any_length_are_taken,
        rules::a_delivery_of_thousands_of_events_is_stored,
        rules::what_is_erased_is_gone_and_new_when_it_comes_again,
        copies::a_copy_is_as_far_as_what_it_was_made_of,
        listing::pages_follow_one_another_and_keep_to_a_state,
        listing::the_depth_counts_every_state,
        listing::a_list_tells_when_an_entry_is_due,
        listing::pruning_takes_what_is_old_and_handled,
        listing::pruning_takes_what_nobody_handles_where_asked_for,
        listing::what_is_unknown_is_neither_found_nor_changed,
        clock::what_a_clock_that_ran_ahead_put_off_is_brought_forward,
        clock::a_clock_that_jumps_loses_nothing_and_holds_nothing_up,
        clock::what_is_outstanding_is_due_late_on_purpose,
        clock::a_clock_that_jumps_leaves_deadlines_where_they_are,
        together::no_two_are_handed_the_same_entry,
        together::the_same_entry_at_the_same_time_is_stored_once,
        together::revisions_at_the_same_time_are_told_apart,
        together::entries_in_another_order_at_the_same_time_do_not_block_one_another,
        together::whoever_waits_hears_of_what_is_stored,
        expectations::it_is_handed_out_at_its_deadline_and_not_before,
        expectations::what_is_due_is_handed_out_oldest_first_whatever_it_is,
        expectations::what_has_come_is_known_whenever_it_came,
        expectations::a_failing_handler_is_tried_again_then_given_up_until_a_replay,
        expectations::registered_twice_alike_it_is_one,
        expectations::the_order_of_a_link_knows_no_expectation,
        expectations::pruning_leaves_what_is_outstanding_and_what_it_waits_for,
        expectations::pages_of_expectations_follow_one_another_and_the_depth_counts_them,
        expectations::two_dispatchers_call_once;
    durable:
        rules::what_was_stored_is_there_when_it_is_opened_again,
        rules::two_may_open_it_at_once,
        rules::a_newer_version_is_left_alone,
        rules::none_is_made_where_one_was_to_be_there,
        older::an_inbox_of_the_first_version_is_kept_and_takes_expectations,
        expectations::what_was_registered_is_there_when_it_is_opened_again,
        crash::what_was_acknowledged_outlives_kill_9;
}
