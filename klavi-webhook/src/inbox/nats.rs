mod address;
mod follow;
mod objects;
mod options;
mod prune;
mod queue;
mod record;
mod replica;
mod server;
mod settle;
mod state;
mod store;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::ErrorCode;
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::cause::{Cause, failed as failed_for};
use super::wait::{WAIT, time_to_store, within};
use super::{
    BoxFuture, Depth, Entry, EntryId, EntryState, Inbox, InboxError, InboxErrorKind, Leased, NewEntry, Order,
    Page, Prune, Stored, Summary, Ticket,
};
use crate::clock::later;

pub use options::NatsOptions;
use server::Server;

/// How many changes are on their way at a time.
const AT_ONCE: usize = 100;

/// An inbox in NATS JetStream: for receivers and dispatchers on more than one machine.
///
/// Any number of them may use the same inbox; no two dispatchers are handed the same entry, and each hears of what the
/// others' receivers store. When the server is away, stores fail, so that the sender keeps the delivery, and go on as
/// soon as it is back.
///
/// # What is kept where
///
/// For an inbox called `partner` these are made where they are not there, all of them on disk:
///
/// | | holds | one message is |
/// |---|---|---|
/// | stream `partner-entries`, subject `partner.entries` | entries and their bytes | all new entries of a delivery |
/// | stream `partner-states`, subjects `partner.state.ID` | how far each entry is; the last message counts | one change of one entry |
/// | the same, subjects `partner.dead.ID` | for whoever wants to hear of dead letters | a dead letter, without its bytes |
/// | object store `partner-bodies` | what the server's `max_payload` leaves no room for | a delivery's bytes |
///
/// Each process follows both streams and keeps what it read in memory, about a kilobyte for each entry: to find
/// duplicates, what is due, and lists. It takes no decision by that alone:
///
/// - A delivery is accepted by the server only right behind the last one that its writer has read
///   (`Nats-Expected-Last-Sequence`). So of two receivers one has to read on, and finds what the other stored: an entry
///   is there once however much later it comes again, and numbers have no gaps. `Nats-Msg-Id`, made of the first number
///   and the keys, lets the server know the same delivery at the same place.
/// - A state is accepted only if nobody changed it since it was read (`Nats-Expected-Last-Subject-Sequence`). So an entry
///   is leased, settled, replayed or pruned by one.
/// - Before an entry is called a duplicate, or anything is read or leased, both streams are read to their ends.
///
/// No consumer is left on the server: what a durable one would remember stands in the states, where it can be listed,
/// replayed and kept in order.
///
/// # What a crash leaves behind
///
/// - Between an object and the delivery that names it: an object that nobody names. [`prune`](Inbox::prune) removes it
///   when it is an hour older than the newest delivery.
/// - In the middle of pruning: entries are forgotten one by one; their delivery and states are deleted afterwards, by the
///   next pruning if need be. The bytes of a delivery with several entries go with the last of them.
/// - Between the death of an entry and `partner.dead.ID`: the latter is missing. [`list`](Inbox::list) has it.
///
/// # Limits
///
/// - `Ok` means that the stream has acknowledged. A single server survives kill -9 with that; it writes to the disk every
///   two minutes unless `sync_interval` says otherwise, so a power cut can take acknowledged deliveries with it. Let three
///   servers keep them: [`NatsOptions::replicas`].
/// - The stores of all receivers stand in one line, each a round trip to the server after the other. A busy inbox is
///   better off in PostgreSQL.
/// - When the server has forgotten what it had acknowledged, each process says so in its log as soon as it notices, reads
///   the streams anew and goes on with what there is. Streams that are gone are made again.
/// - Nobody else may delete from the streams or give them limits that drop messages. What others publish there and
///   cannot be read is left out, with a line in the log that names stream and sequence.
/// - Opening reads what is known of every entry, but not the bytes. Prune what is done.
/// - What others prune still costs some hundred bytes in a process that neither prunes nor restarts.
///
/// ```no_run
/// use klavi_webhook::{Inbox, NatsInbox, Page};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = NatsInbox::connect("tls://nats.internal:4222/partner").await?;
/// println!("{} entries", inbox.list(Page::first(10)).await?.len());
/// # Ok(()) }
/// ```
pub struct NatsInbox {
    server: Arc<Server>,
    /// Stores of this process take turns, so that they do not refuse one another.
    storing: Mutex<()>,
    leasing: Mutex<()>,
    /// Stopped when this is dropped.
    _tasks: JoinSet<()>,
}

impl NatsInbox {
    /// Opens the inbox at that server and makes what it needs where it is not there.
    ///
    /// The path of the URL is the name of the inbox, `klavi` unless said otherwise: `nats://127.0.0.1:4222/partner`,
    /// `tls://user:password@a.internal,b.internal/partner` for a cluster. A single word before the `@` is a token. Behind a
    /// `?` may stand, separated by `&`:
    ///
    /// | | |
    /// |---|---|
    /// | `tlsca=FILE` | as [`NatsOptions::root_certificates`] |
    /// | `tlscert=FILE`, `tlskey=FILE` | as [`NatsOptions::client_certificate`] |
    /// | `creds=FILE` | as [`NatsOptions::credentials_file`] |
    /// | `replicas=N` | as [`NatsOptions::replicas`] |
    ///
    /// With `tls://`, or where a certificate is named, nothing goes over a connection without TLS.
    ///
    /// # Errors
    /// Where the URL is none, no server answers or it refuses, JetStream is off, or a newer version has made the streams.
    pub async fn connect(url: &str) -> Result<Self, InboxError> {
        NatsOptions::new(url).connect().await
    }

    fn new(server: Arc<Server>, tasks: JoinSet<()>) -> Self {
        Self { server, storing: Mutex::default(), leasing: Mutex::default(), _tasks: tasks }
    }

    async fn all_expected(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<Entry>, Cause> {
        self.server.catch_up().await?;
        let ids = self.server.replica().expectations(after, limit);
        let mut entries = Vec::with_capacity(ids.len());
        for id in ids {
            entries.extend(self.find(id).await?);
        }
        Ok(entries)
    }

    async fn find(&self, id: EntryId) -> Result<Option<Entry>, Cause> {
        self.server.catch_up().await?;
        let Some(row) = self.server.replica().row(id).cloned() else { return Ok(None) };
        match self.server.open(row.record).await? {
            Some(opened) => opened.entry(id.get(), &row.state).await,
            None => {
                self.server.replica().forget(row.record);
                Ok(None)
            }
        }
    }
}

impl Inbox for NatsInbox {
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>> {
        let time = time_to_store(&entries);
        Box::pin(async move {
            let stored = within(time, self.store_all(entries)).await;
            stored.map_err(|cause| failed("store entries", cause))
        })
    }

    fn lease(
        &self,
        now: Timestamp,
        lease: Duration,
        most: usize,
        order: Order,
    ) -> BoxFuture<'_, Result<Vec<Leased>, InboxError>> {
        let until = later(now, lease).as_microsecond();
        Box::pin(async move {
            let due = self.lease_due(now.as_microsecond(), until, most, order);
            let leased = Box::pin(in_time("lease entries", due)).await?;
            Ok(Box::pin(self.open_leased(leased, now, lease)).await)
        })
    }

    fn complete(&self, ticket: Ticket) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(in_time("complete an entry", async move {
            self.settle(ticket, |state| {
                let mut done = state.to(EntryState::Done);
                done.error = None;
                done
            })
            .await
        }))
    }

    fn retry<'a>(
        &'a self,
        ticket: Ticket,
        at: Timestamp,
        error: &'a str,
    ) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(in_time("retry an entry", async move {
            self.settle(ticket, |state| {
                let mut pending = state.to(EntryState::Pending);
                pending.due = at.as_microsecond();
                pending.error = Some(error.to_owned());
                pending
            })
            .await
        }))
    }

    fn bury<'a>(&'a self, ticket: Ticket, error: &'a str) -> BoxFuture<'a, Result<bool, InboxError>> {
        Box::pin(in_time("bury an entry", async move {
            let buried = self
                .settle(ticket, |state| {
                    let mut dead = state.to(EntryState::Dead);
                    dead.error = Some(error.to_owned());
                    dead
                })
                .await?;
            if buried {
                self.tell_of_death(ticket.id).await;
            }
            Ok(buried)
        }))
    }

    fn bring_forward(
        &self,
        now: Timestamp,
        limit: Duration,
        lease: Duration,
    ) -> BoxFuture<'_, Result<u64, InboxError>> {
        let (limit, end) = (later(now, limit).as_microsecond(), later(now, lease).as_microsecond());
        Box::pin(in_time("bring entries forward", self.end(now.as_microsecond(), limit, end)))
    }

    fn replay(&self, id: EntryId, now: Timestamp) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(in_time("replay an entry", self.replay_settled(id, now.as_microsecond())))
    }

    fn erase(&self, id: EntryId) -> BoxFuture<'_, Result<bool, InboxError>> {
        Box::pin(in_time("erase an entry", self.erase_free(id)))
    }

    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>> {
        Box::pin(async move { self.find(id).await.map_err(|cause| failed("get an entry", cause)) })
    }

    fn list(&self, page: Page) -> BoxFuture<'_, Result<Vec<Summary>, InboxError>> {
        Box::pin(in_time("list entries", async move {
            self.server.catch_up().await?;
            Ok(self.server.replica().page(page))
        }))
    }

    fn of_request<'a>(&'a self, request_id: &'a str) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>> {
        Box::pin(in_time("list entries", async move {
            self.server.catch_up().await?;
            Ok(self.server.replica().of_request(request_id))
        }))
    }

    fn expectations(
        &self,
        after: Option<EntryId>,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, InboxError>> {
        Box::pin(async move {
            let entries = self.all_expected(after, limit).await;
            entries.map_err(|cause| failed("list expectations", cause))
        })
    }

    fn depth(&self) -> BoxFuture<'_, Result<Depth, InboxError>> {
        Box::pin(in_time("count entries", async move {
            self.server.catch_up().await?;
            Ok(self.server.replica().depth())
        }))
    }

    fn prune(&self, before: Timestamp, which: Prune) -> BoxFuture<'_, Result<u64, InboxError>> {
        Box::pin(async move {
            let pruned = self.prune_old(before, which).await;
            pruned.map_err(|cause| failed("prune entries", cause))
        })
    }

    fn arrivals(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.server.arrived.notified())
    }
}

impl fmt::Debug for NatsInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsInbox")
            .field("name", &self.server.name)
            .field("entries", &self.server.replica().len())
            .finish_non_exhaustive()
    }
}

async fn in_time<T>(
    doing: &'static str,
    work: impl Future<Output = Result<T, Cause>>,
) -> Result<T, InboxError> {
    within(WAIT, work).await.map_err(|cause| failed(doing, cause))
}

fn failed(doing: &'static str, cause: Cause) -> InboxError {
    failed_for(doing, cause, kind_of)
}

/// The server's own refusals are told apart by their codes; all else that comes from the client is a matter of the way
/// to the server.
fn kind_of(cause: &Cause) -> InboxErrorKind {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(&**cause);
    let mut unreachable = cause.is::<tokio::time::error::Elapsed>();
    while let Some(error) = next {
        if let Some(refusal) = error.downcast_ref::<jetstream::Error>() {
            return match refusal.error_code() {
                ErrorCode::STORAGE_RESOURCES_EXCEEDED
                | ErrorCode::INSUFFICIENT_RESOURCES
                | ErrorCode::STREAM_STORE_FAILED => InboxErrorKind::Full,
                ErrorCode::CLUSTER_NOT_AVAILABLE | ErrorCode::CLUSTER_NO_PEERS => InboxErrorKind::Unreachable,
                _ => InboxErrorKind::Other,
            };
        }
        if error.downcast_ref::<async_nats::ConnectError>().is_some_and(is_refusal) {
            return InboxErrorKind::Other;
        }
        unreachable |= error.is::<std::io::Error>()
            || error.is::<async_nats::ConnectError>()
            || error.is::<jetstream::context::PublishError>()
            || error.is::<jetstream::context::RequestError>()
            || error.is::<jetstream::stream::InfoError>()
            || error.is::<jetstream::stream::RawMessageError>();
        next = error.source();
    }
    if unreachable { InboxErrorKind::Unreachable } else { InboxErrorKind::Other }
}

/// The server answers, and lets nobody in who signs in like that.
fn is_refusal(error: &async_nats::ConnectError) -> bool {
    use async_nats::ConnectErrorKind::{Authentication, AuthorizationViolation};
    matches!(error.kind(), Authentication | AuthorizationViolation)
}
