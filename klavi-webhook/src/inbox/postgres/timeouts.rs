//! How long the inbox waits for its server.

use std::time::Duration;

use crate::inbox::NewEntry;
use crate::inbox::cause::Cause;

/// Providers give an attempt 5 to 10 seconds. What takes longer is stored or refused all the same, and sent again.
pub(super) const WAIT: Duration = Duration::from_secs(5);

/// For what goes through many entries, and for bodies of a size that is not known.
pub(super) const LONG_WAIT: Duration = Duration::from_secs(60);

/// What is known of an entry beside its bytes counts like this many.
pub(super) const BESIDE: usize = 2048;

/// How long to wait for that many bytes.
pub(super) fn time_for(bytes: usize) -> Duration {
    const SLOWEST: u64 = 1024 * 1024;
    WAIT + Duration::from_secs(bytes as u64 / SLOWEST)
}

/// How long to wait until these are stored.
pub(super) fn time_to_store(entries: &[NewEntry]) -> Duration {
    time_for(entries.iter().map(|entry| entry.body().len() + BESIDE).sum())
}

/// Without an answer in time the sender is to keep the delivery.
pub(super) async fn within<T>(
    time: Duration,
    work: impl Future<Output = Result<T, Cause>>,
) -> Result<T, Cause> {
    tokio::time::timeout(time, work).await?
}
