//! Where deliveries are kept from before the answer until they are handled, and after.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod body;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod cause;
mod entry;
mod error;
mod expectation;
mod expected;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod summary;
#[cfg(feature = "postgres")]
mod timeouts;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;

pub use entry::{Entry, EntryId, EntryKind, EntryState, NewEntry, UnknownState};
pub use error::{InboxError, InboxErrorKind};
pub use expectation::Expectation;
pub(crate) use expectation::Overdue;
pub(crate) use expected::missing;
pub use expected::{ExpectationStatus, Expected};
pub use memory::MemoryInbox;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresInbox, PostgresOptions};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteInbox, SqliteOptions};
pub use summary::{Depth, Order, Page, Prune, Summary};

/// A future that can be stored and sent.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps entries: a small state machine behind one trait, the same for every backend.
///
/// ```text
/// store → pending → leased → done
///            ↑        ├→ pending (retry later, or the lease ran out)
///            │        └→ dead
///            └─ replay ─ pending, done, dead, quarantined
///
/// expect → outstanding → leased (from its deadline on), as above
/// ```
///
/// Every answer `Ok` means: durable. Times are passed in, so that a backend needs no clock; a database keeps them to
/// the microsecond.
pub trait Inbox: fmt::Debug + Send + Sync + 'static {
    /// Stores entries together or not at all. An entry whose id and content are known is not stored again; the same
    /// id with other content is, as a revision.
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>>;

    /// Hands out at most `most` entries that are due, oldest first, to be settled before `now + lease`. One whose
    /// lease ran out is handed out again. Of those that were outstanding, the ones that have been due longest go first.
    fn lease(
        &self,
        now: Timestamp,
        lease: Duration,
        most: usize,
        order: Order,
    ) -> BoxFuture<'_, Result<Vec<Leased>, InboxError>>;

    /// Settles a lease: handled. `false` where the lease was lost in the meantime and nothing was changed.
    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>>;

    /// Settles a lease: not handled, due again at `at`. `false` as above.
    fn retry<'a>(
        &'a self,
        ticket: Ticket,
        at: Timestamp,
        error: &'a str,
    ) -> BoxFuture<'a, Result<bool, InboxError>>;

    /// Settles a lease: not handled and not to be tried again by itself. `false` as above.
    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>>;

    /// Sets right what a clock that ran ahead has put off beyond `now + limit`, and returns how many entries: leases end
    /// at `now + lease`, what is pending is due now. What is outstanding keeps its deadline, however far that is.
    fn bring_forward(
        &self,
        now: Timestamp,
        limit: Duration,
        lease: Duration,
    ) -> BoxFuture<'_, Result<u64, InboxError>>;

    /// Makes an entry due at once, with its attempts at zero: one that is done, dead or quarantined, or waits for its next
    /// attempt. `false` where it is none of these.
    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>>;

    /// Deletes an entry with all that is known of it, whatever its state. `false` where it is being handled or not there.
    /// Its message is new when it is sent again, and an expectation is expected no longer.
    fn erase(&self, id: EntryId) -> BoxFuture<'_, Result<bool, InboxError>>;

    /// One entry, with its bytes.
    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>>;

    /// A page of entries without their bytes, in the order of their arrival.
    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Summary>, InboxError>>;

    /// All entries of a report request, in the order of their arrival: reports, events, expectations.
    fn of_request<'a>(&'a self, request_id: &'a str) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>>;

    /// At most `limit` entries that are expectations, with their bytes, in the order of their registration; those
    /// behind one of them.
    fn expectations(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>>;

    /// How many entries there are in each state.
    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>>;

    /// Deletes entries received before that instant and returns how many. What is open stays, and so does what has the
    /// request of an expectation that is. A message whose entry is deleted is new when it is sent again, so leave time
    /// for that.
    fn prune(&self, before: Timestamp, which: Prune) -> BoxFuture<'_, Result<u64, InboxError>>;

    /// Waits until something was stored or made due since the last wait. A backend that cannot know may never
    /// return: whoever waits also looks from time to time.
    fn arrivals(&self) -> BoxFuture<'_, ()>;

    /// Registers what should come. Registered twice alike it is one; with other products or another deadline it is kept
    /// beside the earlier one, as a revision: take the deadline from what stays the same when registering is repeated.
    fn expect(&self, expectation: Expectation, now: Timestamp) -> BoxFuture<'_, Result<Stored, InboxError>> {
        Box::pin(async move {
            let stored = self.store(vec![expectation.into_entry(now)]).await?;
            stored
                .first()
                .copied()
                .ok_or_else(|| InboxError::new("register an expectation", "it was left out"))
        })
    }

    /// At most `limit` expectations with what has become of them, in the order of their registration; those behind one
    /// of them. What counts is what the inbox holds: of what was pruned it knows nothing.
    fn expected(
        &self,
        now: Timestamp,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Expected>, InboxError>> {
        Box::pin(async move {
            let mut expected = Vec::new();
            for entry in self.expectations(after, limit).await? {
                expected.push(Expected::of(self, entry, now).await?);
            }
            Ok(expected)
        })
    }
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    New(EntryId),
    /// Its id is known, its content is not: kept beside the earlier one.
    Revision(EntryId),
    /// Id and content are known; this is the entry that has them.
    Duplicate(EntryId),
}

/// An entry handed out to be handled.
#[derive(Clone, Debug)]
pub struct Leased {
    /// The entry; its `attempts` count this one.
    pub entry: Entry,
    /// Settles it.
    pub ticket: Ticket,
}

/// The right to settle a lease; worthless once the entry was handed out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The entry.
    pub id: EntryId,
    /// Counts how often the entry was ever handed out, replays included.
    pub lease: u64,
}
