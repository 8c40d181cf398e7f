//! Work that takes time in proportion to a body.

use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// From this size on it is done on a thread of its own: some 250 µs of work, which other tasks should not wait for.
const HEAVY: usize = 256 * 1024;

/// As many at once as there are processors: more would not be done sooner, and each takes memory to work with.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get)));

/// Runs something that takes time in proportion to that many bytes.
pub(crate) async fn beside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    if bytes < HEAVY {
        return Ok(work());
    }
    // Never closed.
    let turn = TURNS.acquire().await;
    let in_turn = move || {
        let _turn = turn;
        work()
    };
    spawn_blocking(in_turn).await
}
