//! The mock of Belvo from outside: plain HTTP and JSON, without the client that it is to judge. Tests whose names begin
//! with `seed_` are about a sentence of Belvo's links article.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../../mock-server/tests/it/answer.rs"]
#[expect(dead_code, reason = "tests of the other mock use the rest of it")]
mod answer;
mod control;
mod errors;
mod links;
mod loopback_only;
mod mfa;
mod official_clients;
mod partner;
#[path = "../../../mock-server/tests/it/receiver.rs"]
#[expect(dead_code, reason = "tests of the other mock use the rest of it")]
mod receiver;
mod state_file;
mod unknown_fields;
mod webhooks;
mod widget;
