//! The mock of Belvo from outside: plain HTTP and JSON, without the client that it is to judge. Tests whose names begin
//! with `seed_` are about a sentence of Belvo's links article.

mod control;
mod errors;
mod links;
mod loopback_only;
mod mfa;
pub(crate) mod partner;
mod webhooks;
mod widget;
