//! Calls for programs without an async runtime. Knows no provider and no call: it waits for what it is given.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use futures_util::future::{FutureExt as _, select};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::time;

/// The driver's own timer. A timer that is due later than one that is set already does not wake the driver, so that a call
/// with a usual timeout does not wake it a second time.
const TICK: Duration = Duration::from_secs(10);

/// A thread that drives connections, and on which calls are waited for. Cheap to clone.
///
/// Calls run on the threads that make them. The thread of the runtime looks after connections, between calls as well: one
/// that the server closes is given up at once, and no request is sent into it.
#[derive(Clone)]
pub struct BlockingRuntime {
    handle: Handle,
    /// The thread ends when the last one is dropped.
    _running: Arc<oneshot::Sender<Infallible>>,
}

impl BlockingRuntime {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the operating system refuses what a runtime needs.
    pub fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, stopped) = oneshot::channel::<Infallible>();
        let drive = move || {
            let tick = async {
                loop {
                    time::sleep(TICK).await;
                }
            };
            runtime.block_on(select(stopped.map(|_| ()), Box::pin(tick)).map(drop));
        };
        thread::Builder::new().name("blocking-client".to_owned()).spawn(drive)?;
        Ok(Self { handle, _running: Arc::new(running) })
    }

    /// Waits for a call.
    ///
    /// # Panics
    /// In an async task, which waiting would stop.
    pub fn wait<T>(&self, call: impl Future<Output = T>) -> T {
        self.handle.block_on(call)
    }
}

impl fmt::Debug for BlockingRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlockingRuntime(..)")
    }
}
