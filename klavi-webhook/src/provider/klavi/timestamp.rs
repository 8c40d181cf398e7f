//! The policy for Klavi's time of sending, which is not signed.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;

use super::TIMESTAMP_HEADER;
use crate::VerifyError;

/// What to make of the time of sending, which Klavi states but does not sign.
///
/// Whoever repeats a delivery can state any time, so this protects from nothing by itself; the inbox knows what it has
/// seen. A clock that is wrong, on the other hand, throws reports away.
///
/// Source: docs.klavi.ai/connect/security; it names no tolerance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampPolicy {
    /// Keep it with the entry.
    #[default]
    Record,
    /// Refuse what states no time, or one further from now than this, before or after.
    Reject(Duration),
}

impl TimestampPolicy {
    pub(super) fn check(self, headers: &HeaderMap, now: Timestamp) -> Result<(), VerifyError> {
        let Self::Reject(tolerance) = self else { return Ok(()) };
        let sent = sent(headers).ok_or(VerifyError::NoTime)?;
        if now.duration_since(sent).unsigned_abs() > tolerance {
            return Err(VerifyError::WrongTime);
        }
        Ok(())
    }
}

/// The one time that a delivery states, in Unix seconds.
fn sent(headers: &HeaderMap) -> Option<Timestamp> {
    let mut lines = headers.get_all(TIMESTAMP_HEADER).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    let seconds = line.to_str().ok()?.parse::<u64>().ok()?;
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}
