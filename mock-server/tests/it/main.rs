//! The mock from outside: plain HTTP and JSON, without the SDK that it is to judge.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod auth;
mod bank_pages;
mod basic_links;
mod command;
mod consents;
mod control;
mod deliveries;
mod events;
mod institutions;
mod isolation;
mod life_times;
mod links;
mod partner;
mod receiver;
mod report_requests;
mod reports;
mod visitor;
mod white_label;
mod world;
