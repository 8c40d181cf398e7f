use std::fmt;

use jiff::Timestamp;

use super::{Entry, EntryId, EntryKind, EntryState};

/// An entry without its bytes, as it stands in a list.
#[derive(Clone)]
#[non_exhaustive]
pub struct Summary {
    /// Its number.
    pub id: EntryId,
    /// What it holds.
    pub kind: EntryKind,
    /// Name of the product or event.
    pub name: Option<String>,
    /// Key that makes handling it idempotent.
    pub dedup_key: String,
    /// The sender's id of the message.
    pub message_id: Option<String>,
    /// Link.
    pub link_id: Option<String>,
    /// Consent.
    pub consent_id: Option<String>,
    /// Institution.
    pub institution_code: Option<String>,
    /// Report request.
    pub request_id: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// How far it is.
    pub state: EntryState,
    /// How often it was handed out.
    pub attempts: u32,
    /// Not handed out before; while it is leased the end of the lease. `None` where it never had to wait, or does no more.
    pub due: Option<Timestamp>,
    /// Why the last attempt failed, or why it is quarantined.
    pub last_error: Option<String>,
    /// How many bytes it holds.
    pub bytes: u64,
}

impl From<&Entry> for Summary {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            name: entry.name.clone(),
            dedup_key: entry.dedup_key.clone(),
            message_id: entry.message_id.clone(),
            link_id: entry.link_id.clone(),
            consent_id: entry.consent_id.clone(),
            institution_code: entry.institution_code.clone(),
            request_id: entry.request_id.clone(),
            received_at: entry.received_at,
            state: entry.state,
            attempts: entry.attempts,
            due: entry.due,
            last_error: entry.last_error.clone(),
            bytes: entry.body.len() as u64,
        }
    }
}

/// When an entry in that state is due, of what stands in a store: microseconds, up to 0 for an entry that never waited.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(super) fn due(state: EntryState, microseconds: i64) -> Option<Timestamp> {
    let waits = state.is_open() && microseconds > 0;
    waits.then(|| Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX))
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// Which entries to list.
///
/// ```
/// # async fn dead(inbox: &dyn klavi_webhook::Inbox) -> Result<(), klavi_webhook::InboxError> {
/// use klavi_webhook::{EntryState, Page};
///
/// let mut page = Page::first(100).in_state(EntryState::Dead);
/// loop {
///     let entries = inbox.list(page).await?;
///     for entry in &entries {
///         println!("{} {}", entry.id, entry.last_error.as_deref().unwrap_or_default());
///     }
///     let Some(last) = entries.last() else { break };
///     page = page.after(last.id);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only those in this state.
    pub state: Option<EntryState>,
    /// Only those behind this one.
    pub after: Option<EntryId>,
    /// At most that many.
    pub limit: usize,
}

impl Page {
    /// The oldest ones, at most that many.
    pub const fn first(limit: usize) -> Self {
        Self { state: None, after: None, limit }
    }

    /// Only those in this state.
    #[must_use]
    pub const fn in_state(mut self, state: EntryState) -> Self {
        self.state = Some(state);
        self
    }

    /// The ones behind that entry.
    #[must_use]
    pub const fn after(mut self, last: EntryId) -> Self {
        self.after = Some(last);
        self
    }
}

/// How many entries an inbox holds, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Depth {
    /// Wait to be handled.
    pub pending: u64,
    /// Are being handled.
    pub leased: u64,
    /// Are handled.
    pub done: u64,
    /// Were given up.
    pub dead: u64,
    /// Were not understood.
    pub quarantined: u64,
    /// Are kept back until they are due.
    pub outstanding: u64,
    /// When the oldest one that is pending came. Expectations do not come, so none of them counts.
    pub oldest_pending: Option<Timestamp>,
}

impl Depth {
    /// How many are in that state.
    pub const fn in_state(&self, state: EntryState) -> u64 {
        match state {
            EntryState::Pending => self.pending,
            EntryState::Leased => self.leased,
            EntryState::Done => self.done,
            EntryState::Dead => self.dead,
            EntryState::Quarantined => self.quarantined,
            EntryState::Outstanding => self.outstanding,
        }
    }

    pub(super) const fn count(&mut self, state: EntryState) -> &mut u64 {
        match state {
            EntryState::Pending => &mut self.pending,
            EntryState::Leased => &mut self.leased,
            EntryState::Done => &mut self.done,
            EntryState::Dead => &mut self.dead,
            EntryState::Quarantined => &mut self.quarantined,
            EntryState::Outstanding => &mut self.outstanding,
        }
    }
}

/// Which entries may be handled beside one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Any.
    #[default]
    Free,
    /// Of each link only the oldest that is pending or leased; the next one waits until that is done or dead, its
    /// pauses between attempts included. Entries without a link are free, and so are expectations and whatever else is
    /// outstanding: they neither wait nor hold others up.
    PerLink,
}

impl Order {
    /// The link whose order an entry that is pending or leased keeps.
    pub(super) fn link(self, kind: EntryKind, link_id: Option<&str>) -> Option<&str> {
        link_id.filter(|_| self == Self::PerLink && kind != EntryKind::Expectation)
    }
}

/// Which entries to delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prune {
    /// Those that were handled.
    #[default]
    Done,
    /// Those that were handled, given up or not understood.
    Settled,
    /// Those, and what waits to be handled: for an inbox that nobody hands entries out of. An expectation that is open
    /// stays, and so does what it waits for.
    Pending,
}

impl Prune {
    /// Whether it deletes what is in that state.
    pub(super) const fn takes(self, state: EntryState) -> bool {
        match self {
            Self::Done => matches!(state, EntryState::Done),
            Self::Settled => !state.is_open(),
            Self::Pending => !matches!(state, EntryState::Leased | EntryState::Outstanding),
        }
    }
}
