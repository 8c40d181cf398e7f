//! Requests, answers, events and reports over fixtures with the documentation's example values.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod events;
mod fixtures;
mod ledger;
mod reports;
mod requests;
