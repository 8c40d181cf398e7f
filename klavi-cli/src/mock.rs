//! `klavi mock` and `klavi belvo mock`: each starts a mock, announces it, and serves until it is stopped.
//!
//! Knows of the mocks only how they are built, not how they answer.

pub(crate) mod belvo;
pub(crate) mod klavi;

use anyhow::anyhow;
use klavi_mock::Error;

use crate::exit::Failure;

/// Wrong usage, with the option that it is about. None where the options can be used.
fn wrong_option(error: &Error, webhook: &str) -> Option<Failure> {
    let sentence = match error {
        Error::InvalidWebhook => format!("{webhook}: {error}; --allow-http-webhooks allows http to any host"),
        Error::InvalidPublicUrl => format!("--public-url: {error}"),
        Error::EmptyKey(key) => format!("--{}: {error}", key.replace(' ', "-")),
        _ => return None,
    };
    Some(Failure::unreadable(anyhow!(sentence)))
}
