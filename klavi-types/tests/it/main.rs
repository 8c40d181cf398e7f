//! Requests, answers, events and reports over fixtures with the documentation's example values.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod answers;
mod credit;
mod credit_summary;
mod entry_stream;
mod events;
mod fixtures;
mod formats;
mod identity_check;
mod investments;
mod kaas;
mod ledger;
mod legacy;
mod properties;
mod reports;
mod requests;
mod statements;
mod tasks;
mod trees;
mod whole;
