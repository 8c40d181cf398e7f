//! What Belvo sends, over synthetic fixtures.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod webhooks;
