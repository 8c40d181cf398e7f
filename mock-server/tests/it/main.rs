//! The mock from outside: plain HTTP and JSON, without the SDK that it is to judge.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod analysis;
mod auth;
mod bank_pages;
mod basic_links;
mod command;
mod consents;
mod control;
mod deliveries;
mod events;
mod hostile;
mod institutions;
mod isolation;
mod kaas;
mod legacy_link;
mod legacy_reports;
mod life_times;
mod links;
mod open_data;
mod open_data_pages;
mod partner;
mod rate_limit;
mod receiver;
mod report_requests;
mod reports;
mod visitor;
mod white_label;
mod world;
