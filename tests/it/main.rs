//! End to end: client, mock and receiver together, and peers written in other languages.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod belvo;
mod belvo_clients;
mod browser;
mod calls;
mod clients;
mod console;
mod desk;
mod documentation;
mod error_handler;
mod error_reference;
mod first_generation;
mod forward;
mod login_pages;
mod lost_report;
mod messy_ledger;
mod parity;
mod peers;
mod plain_calls;
mod provider;
mod retries;
mod secrecy;
mod translations;
mod uri_component;
mod web_backend;
mod whole_way;
