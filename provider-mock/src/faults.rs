//! Troubles of a provider's API that are played on demand. Must not know the API.

mod answer;
mod fault;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Method;

pub use self::answer::answer;
pub use self::fault::{ArmedFault, Cut, Fault, FaultView};
use crate::Error;

/// The faults that are waiting for a call.
#[derive(Default)]
pub struct Faults(Mutex<List>);

#[derive(Default)]
struct List {
    armed: Vec<ArmedFault>,
    last_id: u64,
}

impl Faults {
    /// Has a fault wait for calls.
    ///
    /// # Errors
    /// [`Error::InvalidFault`].
    pub fn arm(&self, fault: Fault) -> Result<ArmedFault, Error> {
        fault.check().map_err(Error::InvalidFault)?;
        let mut list = self.list();
        list.last_id += 1;
        let armed = ArmedFault { id: list.last_id, hits: 0, fault };
        list.armed.push(armed.clone());
        Ok(armed)
    }

    /// The first that fits the call; it counts as used.
    pub fn hit(&self, method: &Method, path: &str) -> Option<ArmedFault> {
        let mut list = self.list();
        let place = list.armed.iter().position(|armed| armed.fault.fits(method, path))?;
        let armed = &mut list.armed[place];
        armed.hits += 1;
        let hit = armed.clone();
        if hit.left() == Some(0) {
            list.armed.remove(place);
        }
        Some(hit)
    }

    /// Those that wait.
    pub fn snapshot(&self) -> Vec<ArmedFault> {
        self.list().armed.clone()
    }

    /// Whether there was one of that id.
    pub fn remove(&self, id: u64) -> bool {
        let mut list = self.list();
        let before = list.armed.len();
        list.armed.retain(|armed| armed.id != id);
        list.armed.len() < before
    }

    /// Takes all away.
    pub fn clear(&self) {
        self.list().armed.clear();
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Faults {
    /// Closed: what it holds may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faults(..)")
    }
}
