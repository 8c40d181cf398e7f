//! A runtime for programs without one: calls are waited for on the thread that makes them.

use std::fmt;
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

/// A runtime on which the calls of a blocking client are waited for. Cheap to clone.
///
/// It has one thread of its own, which looks after connections between calls as well: one that the server closes is given
/// up at once, and no request is sent into it.
#[derive(Clone)]
pub struct BlockingRuntime(Arc<Own>);

struct Own(Option<Runtime>);

impl BlockingRuntime {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the operating system refuses what a runtime needs.
    pub fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("blocking-client")
            .enable_all()
            .build()?;
        Ok(Self(Arc::new(Own(Some(runtime)))))
    }

    /// Waits for a call.
    ///
    /// # Panics
    /// In an async task, which waiting would stop.
    pub fn wait<T>(&self, call: impl Future<Output = T>) -> T {
        let runtime = self.0.0.as_ref().expect("it is taken out only when the last client is dropped");
        runtime.block_on(call)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // The usual drop waits, and panics where waiting is not allowed. Nothing runs here that must end.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for BlockingRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlockingRuntime(..)")
    }
}
