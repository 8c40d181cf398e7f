use std::sync::Arc;

use tokio::sync::Semaphore;

/// What is counted at once.
const UNIT: usize = 1024;

/// Memory that the bodies of all requests may take together.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    free: Arc<Semaphore>,
    whole: usize,
}

/// What one body takes of it, given back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    free: Arc<Semaphore>,
    held: usize,
}

/// There is not that much left.
#[derive(Debug)]
pub(crate) struct Full;

impl Memory {
    pub(crate) fn new(bytes: usize) -> Self {
        let whole = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(whole)), whole }
    }

    /// The largest body that can ever fit.
    pub(crate) fn whole(&self) -> usize {
        self.whole * UNIT
    }

    pub(crate) fn in_use(&self) -> usize {
        (self.whole - self.free.available_permits()) * UNIT
    }

    /// Whether that much is left now. Nothing is held back for it.
    pub(crate) fn has(&self, bytes: usize) -> bool {
        bytes.div_ceil(UNIT) <= self.free.available_permits()
    }

    pub(crate) fn share(&self) -> Share {
        Share { free: self.free.clone(), held: 0 }
    }
}

impl Share {
    /// Makes it hold that many bytes, without waiting for others to give some back.
    pub(crate) fn grow_to(&mut self, bytes: usize) -> Result<(), Full> {
        let more = bytes.div_ceil(UNIT).saturating_sub(self.held);
        let permits = self.free.try_acquire_many(u32::try_from(more).map_err(|_| Full)?);
        permits.map_err(|_| Full)?.forget();
        self.held += more;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.free.add_permits(self.held);
    }
}
