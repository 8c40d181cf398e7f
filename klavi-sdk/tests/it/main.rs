//! The client against a transport with written answers and a clock turned by hand.

mod analysis;
mod auth;
mod bad_input;
#[cfg(feature = "blocking")]
mod blocking;
mod cancelled;
mod config;
mod consents;
mod custom_call;
mod errors;
mod findings;
mod kaas;
mod link_urls;
mod links;
mod options;
mod reports;
mod retry;
mod reuse;
mod secrecy;
mod support;
mod tasks;
mod watch;
