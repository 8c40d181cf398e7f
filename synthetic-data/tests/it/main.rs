//! What the reports of synthetic customers promise.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reports;
mod same_bytes;
mod scenario;
