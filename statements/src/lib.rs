//! What every partner needs on top of the reports of a bank. This crate knows no provider: a provider's types feed it.
//!
//! - [`Ledger`]: one view of the entries of any statement, that stays right while the bank books, renames and repeats them;
//!   fed with a [`Statement`] for each account of a report;
//! - [`cash_flow`]: money in and out by account and month; [`CategoryLabels`]: categories in Portuguese and English;
//! - [`Accounts`]: every account that any report names, with balances and card limits;
//! - [`income`]: income by payer, and why it is taken for income;
//! - [`credit`]: every credit contract, what is owed, overdue and due next;
//! - [`compare_names`], [`compare_birth_dates`]: whether the bank's customer is the one you expect.
//!
//! What a bank does not say is counted apart, is `None`, or [`Verdict::CannotTell`]. Nothing is guessed.
//!
//! Give all statements of a report to [`Ledger::reconcile`]. It returns [`Changes`], which say how a table of your own
//! follows the ledger. Save the ledger with [`Ledger::row_changes`], load it with [`Ledger::from_rows`].
//!
//! # The rules of the ledger
//!
//! Open Finance fixes the id of an entry only once the entry is booked. Until then the same purchase may come back
//! under another id, pending entries may share one id, and every report repeats the whole period. So:
//!
//! - **A booked entry whose id can change no more** ([`Entry::is_final`]) is known by its id, and stays for ever.
//! - **An id identifies only if it can.** An id that is blank, all zeros, or carried by two entries of one statement with
//!   different content identifies nothing. Entries without such an id are known by their content: day, amount, text,
//!   instalment or bill, and their place among equal ones.
//! - **A complete report decides about the rest.** A pending entry, or a booked one without an identifying id, is there
//!   as long as the newest report of its source that covers its day has it. See [`Coverage`].
//! - **The same id with other content** in a later report is a correction where that report covers the old day and no
//!   longer has the old content. Otherwise it is another entry, and the id identifies neither.
//!
//! Nothing is matched by amount or text to decide what stays, so two genuine equal purchases stay two. Reports count by
//! the time they were made, so the order in which they arrive does not matter, and a report taken in twice changes nothing.
//!
//! # Limits of the ledger
//!
//! - A bank that drops a booked entry with an id of its own leaves that entry in the ledger.
//! - Two reports of one source and the same second count as one.
//! - A pending entry that only an ended consent has shown stays, since no report of its source follows.
//! - Two cards of one name that never come in one report, and share neither digits nor bills, are taken for one card that
//!   was replaced.
//! - Without a complete report nothing is taken away: a purchase may stand there pending and booked until one comes.

mod account;
mod accounts;
mod cash_flow;
mod category_labels;
mod coverage;
pub mod credit;
mod day;
mod entry;
mod fold;
mod identity;
pub mod income;
mod latest;
mod ledger;
mod marks;

pub use account::{AccountIdentity, AccountKey, AccountKind, Bank};
pub use accounts::{
    Account, AccountDetails, AccountSnapshot, Accounts, Balance, BalanceKind, CardLimit, HolderType,
    Ownership,
};
pub use cash_flow::{CashFlow, cash_flow};
pub use category_labels::{CategoryLabels, Language};
pub use coverage::{Coverage, Source};
pub use day::day_in_brasilia;
pub use entry::{Categories, Entry, EntryKey, Instalment, Purpose, Status};
pub use identity::{Verdict, compare_birth_dates, compare_names};
pub use ledger::{AccountChange, Change, Changes, Ledger, LedgerEntry, Reason, Row, RowChange, RowError};

/// The statement of one account out of one report.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Statement {
    /// Which account.
    pub account: AccountIdentity,
    /// Who reports, over which consent.
    pub source: Source,
    /// When the report was made. Reports count by this time.
    pub as_of: jiff::Timestamp,
    /// The days about which the report is complete; `None` where it decides about nothing: a partial or failed report, one
    /// without a list of entries, or one whose list has entries that could not be read.
    pub coverage: Option<Coverage>,
    /// The entries, in the report's order.
    pub entries: Vec<Entry>,
}

impl Statement {
    /// A statement without entries that decides about nothing.
    pub fn new(account: AccountIdentity, source: Source, as_of: jiff::Timestamp) -> Self {
        Self { account, source, as_of, coverage: None, entries: Vec::new() }
    }
}
