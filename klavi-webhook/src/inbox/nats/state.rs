//! How far an entry is, as one message that replaces the one before.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::EntryState;
use crate::inbox::cause::{Cause, Unreadable};
use crate::inbox::summary::due;

/// The word for an entry that is to be forgotten.
const PRUNED: &str = "pruned";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    state: String,
    /// Not handed out before, in microseconds since 1970; of a leased entry the end of the lease.
    #[serde(default)]
    pub(super) due: i64,
    /// Since it was stored or last replayed.
    #[serde(default)]
    pub(super) attempts: u32,
    /// Ever.
    #[serde(default)]
    pub(super) leases: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

impl State {
    pub(super) fn new(state: EntryState) -> Self {
        Self { state: state.as_str().to_owned(), due: i64::MIN, attempts: 0, leases: 0, error: None }
    }

    pub(super) fn pruned() -> Self {
        Self { state: PRUNED.to_owned(), due: 0, attempts: 0, leases: 0, error: None }
    }

    pub(super) fn is_pruned(&self) -> bool {
        self.state == PRUNED
    }

    pub(super) fn entry_state(&self) -> Result<EntryState, Cause> {
        self.state.parse().map_err(|_| Unreadable("an entry is in an unknown state").into())
    }

    /// The instant of it, where it counts.
    pub(super) fn due(&self) -> Result<Option<Timestamp>, Cause> {
        Ok(due(self.entry_state()?, self.due))
    }

    /// The next one.
    pub(super) fn to(&self, state: EntryState) -> Self {
        Self { state: state.as_str().to_owned(), ..self.clone() }
    }

    pub(super) fn read(payload: &[u8]) -> Result<Self, Cause> {
        let state: Self =
            serde_json::from_slice(payload).map_err(|_| Unreadable("the state of an entry is damaged"))?;
        if !state.is_pruned() {
            state.entry_state()?;
        }
        Ok(state)
    }
}
