//! A receiver for Klavi's webhooks: verified over the raw bytes, stored before it answers, handed out as types.
//!
//! Klavi pushes a report once, repeats for some seconds, and has no call to fetch it again. So the way of a delivery
//! is: [source](SourceGuard) → limits → signature → split into entries → [`Inbox`] (durable) → `200` → [`Dispatcher`]
//! → your typed handlers, with retries and dead letters.
//!
//! ```
//! use std::sync::Arc;
//!
//! use klavi_types::reports::{CheckingAccounts, Report};
//! use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
//! use klavi_webhook::{Dispatcher, MemoryInbox, Receiver};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let inbox = Arc::new(MemoryInbox::new());
//! let receiver = Receiver::new(Klavi::new("the secretKey"), inbox.clone());
//! let app: axum::Router = axum::Router::new().nest("/klavi", receiver.into_router());
//!
//! let handlers = Handlers::new(async |other: Received<Item>| {
//!     println!("no handler of its own: entry {}", other.entry().id);
//!     Ok(())
//! })
//! .on_report(async |report: Received<Report<CheckingAccounts>>| {
//!     println!("{} accounts", report.value.content.checking_accounts.len());
//!     Ok(())
//! })
//! .build()?;
//! tokio::spawn(Dispatcher::new(inbox, handlers).run(std::future::pending()));
//! # let _ = app; Ok(()) }
//! ```
//!
//! Three ways in: [`Receiver::into_router`] for most; the extractor [`Delivery<Verified>`](Delivery) for handlers of
//! your own; [`Receiver::handle`] for every other framework. [`Provider`] is the seam for another sender; nothing but
//! [`klavi`] knows Klavi. With the feature `belvo`, the module `belvo` is the second one, in the same shape.
//!
//! # Inboxes
//!
//! | inbox | feature | for |
//! |---|---|---|
//! | [`MemoryInbox`] | | tests and trials: gone with the process |
//! | `SqliteInbox` | `sqlite` | one machine, nothing to install: an embedded database in a file |
//! | `PostgresInbox` | `postgres` | several receivers and dispatchers on more than one machine |
//!
//! # Brokers
//!
//! A broker is no inbox, but it is two other things. [`BrokerSink`] publishes the entries of an inbox. [`DirectStore`] is a
//! store without any state of its own: the `200` follows the broker's confirmation, and any number of receivers run side by
//! side. Both work over the trait [`Publish`]; partners can hold a publisher or a sink of their own to the rules of the
//! module `conformance` (feature `test-util`).
//!
//! | publisher | feature | sink | direct store |
//! |---|---|---|---|
//! | `NatsPublisher`, NATS JetStream | `nats` | yes | yes |
//! | `AmqpPublisher`, RabbitMQ | `amqp` | yes | yes |
//! | `KafkaPublisher` | `kafka` | yes | no |
//!
//! # What should come
//!
//! Klavi's retries end within seconds, so a receiver that was away longer misses a report without a trace. Whoever asks
//! for reports registers an [`Expectation`]: request, products, deadline. The inbox knows what is outstanding, overdue
//! and arrived ([`Inbox::expected`]), and what is missing at its deadline comes to
//! [`on_overdue`](klavi::HandlersBuilder::on_overdue), where a few lines of the SDK ask again:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use klavi_types::{Product, ProductName, RequestId};
//! use klavi_webhook::klavi::{self, Handlers, Item, Overdue, Received};
//! use klavi_webhook::{Clock, Dispatcher, Inbox, MemoryInbox};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = Clock::manual("2026-01-02T03:04:05Z".parse()?);
//! let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
//! let request = RequestId::from("112334"); // from the answer to the report request
//! let products = [Product::Personal(ProductName::Balance)];
//! let deadline = clock.now() + Duration::from_secs(600);
//! inbox.expect(klavi::expectation(&request, products, deadline)).await?;
//!
//! let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
//!     .on_overdue(async |overdue: Received<Overdue>| {
//!         println!("request {}: {:?} did not come", overdue.value.request_id, overdue.value.missing);
//!         Ok(())
//!     })
//!     .build()?;
//! clock.advance(Duration::from_secs(600));
//! assert_eq!(Dispatcher::new(inbox, handlers).run_due().await?, 1);
//! # Ok(()) }
//! ```
//!
//! # Metrics
//!
//! Through the facade [`metrics`], so nothing happens unless the application installs a recorder. Install it before the
//! first delivery: a receiver looks its metrics up once and keeps them.
//!
//! | name | labels | counts |
//! |---|---|---|
//! | `webhook_deliveries_total` | `provider`, `answer` | deliveries by their [`Answer`] |
//! | `webhook_delivery_bytes` | `provider` | sizes of bodies |
//! | `webhook_delivery_seconds` | `provider` | time from the head of a request to its answer |
//! | `webhook_entries_handled_total` | `target`, `result` | attempts that ended `done`, in a `retry`, or `dead`; those `spared` since the target was down; expectations that had `arrived` |
//! | `webhook_expectations_overdue_total` | | expectations that were overdue, once each |
//! | `webhook_leaves_set_aside_total` | `kind` | values that typed handlers could not be given, since they could not be read |
//! | `webhook_findings_total` | `kind`, `name`, `finding` | what this version does not know of the new entries that the receiver [inspects](Receiver::inspect): `unknown_value` words, `unmapped` members, `malformed` fields |
//! | `webhook_entries_inspected_total` | `result` | entries inspected (`done`), `left_out` for want of room, `failed` |
//!
//! [`InboxSampler`] adds gauges of what the inbox holds, [`Health`] the pages for probes.
#![cfg_attr(docsrs, feature(doc_cfg))]

//!
//! # Speed
//!
//! `docs/performance.md` in the repository has the tables: receivers of others and bare handlers in one run
//! (`cargo bench -p klavi-cli --bench receivers`), the receiver by itself (`cargo bench -p klavi-webhook --bench receiver`),
//! and the inboxes at ten million entries (`cargo bench -p klavi-webhook --bench rows`).
//!
//! # Memory
//!
//! A report of 53 MB takes 60 MB beside what the process had before where its length is announced, and up to 125 MB in chunks:
//! then it is there twice while the chunks are joined. [`Receiver::memory`] bounds many at once; `.ci/soak`
//! holds the command to that with 200 of 20 MB.

mod admin;
mod blocking;
mod buffer;
mod clock;
#[cfg(feature = "test-util")]
pub mod conformance;
mod dispatch;
mod inbox;
mod ingress;
mod provider;
mod publish;
mod sink;
mod telemetry;

pub use admin::{Health, InboxSampler, NotReady};
pub use clock::Clock;
pub use dispatch::{Breaker, Dispatcher, RetrySchedule};
pub use inbox::{
    Attempt, BoxFuture, Change, Count, Counts, Entry, EntryId, EntryKind, EntryState, Envelope, Expectation,
    ExpectationStatus, Expected, Filter, Inbox, InboxError, InboxErrorKind, Interruption, InvalidRetention,
    Lease, LeaseRequest, Leased, MemoryInbox, NewEntry, Order, Outcome, Page, Pruned, Retention,
    RetentionPolicy, Settlement, Store, Stored, Summary, Target, TargetChange, TargetStatus, Ticket,
    UnknownKind, UnknownState,
};
#[cfg(feature = "postgres")]
pub use inbox::{PostgresInbox, PostgresOptions};
#[cfg(feature = "sqlite")]
pub use inbox::{SqliteInbox, SqliteOptions};
pub use ingress::{
    Accept, Answer, ClientHeader, Delivery, FindingKind, Findings, InspectionRate, Plain, Receiver, Refusal,
    Routing, Selection, Server, SourceError, SourceGuard, Unverified, Verified,
};
pub use ipnet::IpNet;
#[cfg(feature = "belvo")]
pub use provider::belvo;
pub use provider::klavi;
pub use provider::{Provider, Renewable, Split, Verifier, VerifyError};
#[cfg(feature = "amqp")]
pub use publish::{AmqpOptions, AmqpPublisher, QueueType};
pub use publish::{
    Claim, DirectStore, Message, Publish, PublishError, PublishErrorKind, Published, StoreBody, StoredBody,
};
#[cfg(feature = "kafka")]
pub use publish::{KafkaOptions, KafkaPublisher};
#[cfg(feature = "nats")]
pub use publish::{NatsOptions, NatsPublisher};
pub use sink::BrokerSink;
#[cfg(feature = "forward")]
pub use sink::{Forward, ForwardKey, InvalidForward};
pub use sink::{Sink, SinkError};
