//! Calls for programs without an async runtime.

use std::fmt;
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

/// A runtime on which the calls of a blocking client are waited for. Cheap to clone.
///
/// It works on the threads that wait, and only while they do.
#[derive(Clone)]
pub struct Waiting(Arc<Own>);

struct Own(Option<Runtime>);

impl Waiting {
    /// A runtime of its own.
    ///
    /// # Errors
    /// If the operating system refuses what a runtime needs.
    pub fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
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

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting(..)")
    }
}
