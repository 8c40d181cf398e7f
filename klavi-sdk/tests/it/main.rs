//! The client against a transport with written answers and a clock turned by hand.

mod auth;
mod bad_input;
#[cfg(feature = "blocking")]
mod blocking;
mod cancelled;
mod config;
mod consents;
mod errors;
mod link_urls;
mod links;
mod options;
mod reports;
mod retry;
mod secrecy;
mod support;
