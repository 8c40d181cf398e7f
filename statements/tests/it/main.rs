//! The ledger over reports of a bank that books, renames, repeats, corrects and cancels entries.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account_list;
mod accounts;
mod any_reports;
mod bank;
mod cash_flow;
mod credit;
mod income;
mod ledger;
mod properties;
mod rows;
