//! The client against a transport with written answers and a clock turned by hand. Tests that name the seed
//! (`seed_…`) hold a sentence of Belvo's article on links.

mod bad_input;
#[cfg(feature = "blocking")]
mod blocking;
mod config;
mod consents;
mod custom_call;
mod endpoints;
mod errors;
mod institutions;
mod keys;
mod links;
mod options;
mod pages;
mod register;
mod register_or_find;
mod retry;
mod secrecy;
mod support;
mod widget_tokens;
