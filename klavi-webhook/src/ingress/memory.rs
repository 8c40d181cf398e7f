use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

/// What is counted at once.
const UNIT: usize = 1024;

/// How often a body is counted: it is there twice while its pieces are put together, and while it is packed; and what
/// was given back stays with the allocator for a while.
const COPIES: usize = 3;

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
    /// What is held beside the body.
    beside: AtomicUsize,
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
    pub(crate) fn largest(&self) -> usize {
        self.whole / COPIES * UNIT
    }

    /// The least of which a body of that many bytes can fit.
    pub(crate) const fn least_for(body: usize) -> usize {
        units(body).saturating_mul(UNIT)
    }

    pub(crate) fn in_use(&self) -> usize {
        (self.whole - self.free.available_permits()) * UNIT
    }

    /// Whether a body of that many bytes fits now. Nothing is held back for it.
    pub(crate) fn has(&self, body: usize) -> bool {
        units(body) <= self.free.available_permits()
    }

    /// Whether so little is left that bodies which have begun need it: were others let in, none might get to its end.
    pub(crate) fn is_short(&self) -> bool {
        self.free.available_permits() < self.whole / 4
    }

    pub(crate) fn share(&self) -> Share {
        Share { free: self.free.clone(), held: 0, beside: AtomicUsize::new(0) }
    }
}

impl Share {
    /// Makes it hold what a body of that many bytes takes, without waiting for others to give some back.
    pub(crate) fn grow_to(&mut self, body: usize) -> Result<(), Full> {
        let more = units(body).saturating_sub(self.held);
        let permits = self.free.try_acquire_many(u32::try_from(more).map_err(|_| Full)?);
        permits.map_err(|_| Full)?.forget();
        self.held += more;
        Ok(())
    }

    /// Makes it hold that many bytes beside the body, each counted once.
    pub(crate) fn add(&self, bytes: usize) -> Result<(), Full> {
        let more = bytes.div_ceil(UNIT);
        let permits = self.free.try_acquire_many(u32::try_from(more).map_err(|_| Full)?);
        permits.map_err(|_| Full)?.forget();
        self.beside.fetch_add(more, Ordering::Relaxed);
        Ok(())
    }

    /// Gives back what a body of that many bytes does not take.
    pub(crate) fn shrink_to(&mut self, body: usize) {
        let less = self.held.saturating_sub(units(body));
        self.free.add_permits(less);
        self.held -= less;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.free.add_permits(self.held + *self.beside.get_mut());
    }
}

/// What a body of that many bytes takes.
const fn units(body: usize) -> usize {
    body.div_ceil(UNIT).saturating_mul(COPIES)
}
