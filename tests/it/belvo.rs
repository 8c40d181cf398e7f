//! Belvo the whole way: client, mock and receiver together. Tests that begin with `seed_` are about a sentence of Belvo's
//! article on links.

mod desk;
mod links;
mod mfa;
mod refresh;
mod user;
mod widget;
