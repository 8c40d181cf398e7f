//! The vocabulary of Belvo, over synthetic fixtures. Tests that name the seed (`seed_…`) hold a sentence of Belvo's article
//! on links.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod errors;
mod external_id;
mod links;
mod mfa;
mod queries;
mod requests;
mod support;
mod webhooks;
mod whole;
mod widget;
