//! The client against a transport with written answers and a clock turned by hand.

mod auth;
mod config;
mod consents;
mod errors;
mod link_urls;
mod links;
mod reports;
mod retry;
mod secrecy;
mod support;
