//! Work that takes time in proportion to a body, run where it holds up no other task.

use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// From this size on the work moves to the blocking pool: it takes some 250 µs, which other tasks should not wait for.
const LARGE: usize = 256 * 1024;

/// As many jobs at once as there are processors. More would end no sooner, and each takes memory.
static PERMITS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get)));

/// Runs work whose time is proportional to that many bytes: in place when small, else on the blocking pool.
pub(crate) async fn run_blocking<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    if bytes < LARGE {
        return Ok(work());
    }
    // Never closed.
    let permit = PERMITS.acquire().await;
    let with_permit = move || {
        let _permit = permit;
        work()
    };
    spawn_blocking(with_permit).await
}
