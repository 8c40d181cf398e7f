//! The ledger over reports of a bank that books, renames, repeats, corrects and cancels entries.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod any_reports;
mod bank;
mod cash_flow;
mod ledger;
mod properties;
mod rows;
