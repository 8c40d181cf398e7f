//! What every inbox has to keep, whatever it keeps it in.

#[cfg(feature = "postgres")]
mod certificates;
mod clock;
mod copies;
mod crash;
mod damage;
mod disk;
mod expectations;
mod faults;
#[cfg(feature = "postgres")]
mod half_dead;
mod leases;
mod listing;
mod moved;
mod older;
#[cfg(feature = "postgres")]
mod outage;
#[cfg(feature = "postgres")]
mod own_postgres;
mod poison;
mod retention;
mod rules;
mod together;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
#[cfg(feature = "postgres")]
use klavi_webhook::PostgresOptions;
use klavi_webhook::{Clock, Inbox, MemoryInbox, SqliteOptions};
#[cfg(feature = "postgres")]
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;

use crate::start;

/// A place for an inbox, and the clock that inboxes in it go by. It stands at [`start`] until a test turns it.
pub(crate) struct Place {
    pub(crate) clock: Clock,
    pub(crate) kept: Kept,
}

/// Where entries are kept. A durable place may be opened again.
pub(crate) enum Kept {
    Memory,
    Sqlite(TempDir),
    /// A schema of its own in the database.
    #[cfg(feature = "postgres")]
    Postgres(String),
}

impl Place {
    fn new(kept: Kept) -> Self {
        Self { clock: Clock::manual(start()), kept }
    }

    pub(crate) fn memory() -> Self {
        Self::new(Kept::Memory)
    }

    pub(crate) fn sqlite() -> Self {
        Self::new(Kept::Sqlite(tempfile::tempdir().unwrap()))
    }

    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres() -> Self {
        let schema = format!("inbox_test_{:016x}", fastrand::u64(..));
        execute(format!("CREATE SCHEMA {schema}")).await;
        Self::new(Kept::Postgres(schema))
    }

    pub(crate) async fn open(&self) -> Arc<dyn Inbox> {
        match self.kept {
            Kept::Memory => Arc::new(MemoryInbox::with_clock(self.clock.clone())),
            _ => open(&self.address(), &self.clock).await,
        }
    }

    /// The address that another process opens it with.
    pub(crate) fn address(&self) -> String {
        match &self.kept {
            Kept::Memory => unreachable!("memory is not shared"),
            Kept::Sqlite(folder) => folder.path().join("inbox.db").to_str().unwrap().to_owned(),
            #[cfg(feature = "postgres")]
            Kept::Postgres(schema) => format!("{}?options[search_path]={schema}", server()),
        }
    }

    /// Changes the tables behind the back of the inbox; how many rows that were.
    pub(crate) async fn meddle(&self, statement: &str) -> u64 {
        match &self.kept {
            Kept::Memory => unreachable!("memory has no tables"),
            Kept::Sqlite(_) => {
                let connection = rusqlite::Connection::open(self.address()).unwrap();
                connection.execute(statement, []).unwrap() as u64
            }
            #[cfg(feature = "postgres")]
            Kept::Postgres(schema) => execute(format!("SET search_path TO {schema}; {statement}")).await,
        }
    }

    /// Holds the inbox to a rule and tidies up, whatever came of it.
    async fn holds(self, rule: impl AsyncFnOnce(&Self)) {
        let held = AssertUnwindSafe(rule(&self)).catch_unwind().await;
        #[cfg(feature = "postgres")]
        if let Kept::Postgres(schema) = &self.kept {
            execute(format!("DROP SCHEMA {schema} CASCADE")).await;
        }
        if let Err(panic) = held {
            std::panic::resume_unwind(panic);
        }
    }
}

pub(crate) async fn open(address: &str, clock: &Clock) -> Arc<dyn Inbox> {
    #[cfg(feature = "postgres")]
    if address.starts_with("postgres:") {
        return Arc::new(PostgresOptions::new(address).clock(clock.clone()).connect().await.unwrap());
    }
    Arc::new(SqliteOptions::new(address).clock(clock.clone()).open().await.unwrap())
}

#[cfg(feature = "postgres")]
fn server() -> String {
    let given = std::env::var("KLAVI_TEST_POSTGRES").ok();
    given.unwrap_or_else(|| "postgres://postgres@127.0.0.1/test".to_owned())
}

#[cfg(feature = "postgres")]
async fn execute(statement: String) -> u64 {
    let mut connection = PgConnection::connect(&server()).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap().rows_affected()
}

/// The same rules for every inbox; those of durable ones, and of ones whose time is that of the process, for these alone.
macro_rules! every_inbox {
    ($(all: $($file:ident::$rule:ident),* ;)? own_clock: $($clock_file:ident::$own_clock:ident),* ;
     durable: $($durable_file:ident::$durable:ident),* ;) => {
        mod memory {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $rule() {
                    Place::memory().holds($file::$rule).await;
                }
            )*)?
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $own_clock() {
                    Place::memory().holds($clock_file::$own_clock).await;
                }
            )*
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
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $own_clock() {
                    Place::sqlite().holds($clock_file::$own_clock).await;
                }
            )*
        }

        #[cfg(feature = "postgres")]
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
        leases::a_lease_that_ran_out_is_handed_out_again_alone_and_the_old_one_is_worthless,
        leases::a_silent_end_counts_an_attempt_only_of_an_entry_that_was_alone,
        leases::what_is_given_back_counts_no_attempt_and_leaves_no_suspect,
        leases::leases_are_settled_together_and_answered_one_by_one,
        leases::failed_attempts_are_kept_with_the_entry_the_last_ten_of_them,
        leases::a_lease_lost_before_a_replay_stays_worthless_after_it,
        leases::a_retry_is_due_when_it_says,
        leases::thousands_behind_one_of_their_link_keep_no_other_link_waiting,
        leases::what_was_held_up_is_due_for_those_who_keep_no_order_after_a_while,
        poison::poison_dies_after_its_attempts_and_takes_nothing_with_it,
        retention::what_is_done_and_what_is_dead_is_kept_for_times_of_their_own,
        retention::keys_are_kept_for_a_time_of_their_own_and_then_forgotten,
        retention::a_thousand_keys_are_forgotten_and_no_other,
        retention::bytes_are_freed_oldest_first_and_never_of_the_last_day,
        rules::dead_and_quarantined_entries_wait_for_a_replay,
        rules::storing_tells_new_from_known_from_revised,
        rules::an_entry_without_a_target_is_refused_with_all_that_came_with_it,
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
        listing::every_filter_selects_what_it_says,
        listing::each_target_is_settled_by_itself,
        listing::the_counts_tell_every_state_apart,
        listing::a_list_tells_when_an_entry_is_due,
        listing::pruning_takes_what_is_old_and_handled_and_keeps_its_key,
        listing::pruning_takes_what_nobody_handles_where_asked_for,
        listing::what_is_unknown_is_neither_found_nor_changed,
        clock::after_a_step_back_nothing_is_put_off_for_longer_than_the_longest_pause,
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
        expectations::pages_of_expectations_follow_one_another_and_the_counts_tell_of_them,
        expectations::two_dispatchers_call_once;
    own_clock:
        clock::what_came_under_a_clock_that_ran_ahead_does_not_wait_for_it,
        clock::a_step_back_is_noticed_for_each_target;
    durable:
        rules::what_was_stored_is_there_when_it_is_opened_again,
        rules::two_may_open_it_at_once,
        rules::a_newer_version_is_left_alone,
        rules::a_newer_version_is_noticed_while_it_is_open,
        rules::none_is_made_where_one_was_to_be_there,
        retention::pruning_lets_others_store_in_between,
        older::an_inbox_of_the_first_version_is_kept_and_takes_expectations,
        older::an_inbox_of_the_version_before_targets_gets_them,
        expectations::what_was_registered_is_there_when_it_is_opened_again,
        crash::what_was_acknowledged_outlives_kill_9;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_step_back_while_it_was_closed_is_noticed() {
    Place::sqlite().holds(clock::a_step_back_while_it_was_closed_is_noticed).await;
}
