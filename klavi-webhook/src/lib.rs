//! A receiver for Klavi's webhooks: verified over the raw bytes, stored before it answers, handed out as types.
//!
//! Klavi pushes a report once, repeats for some seconds, and has no call to fetch it again. So the way of a delivery
//! is: [source](SourceGuard) → limits → signature → split into entries → [`Inbox`] (durable) → `200` → [`Dispatcher`]
//! → your typed handlers, with retries and dead letters.
//!
//! ```
//! use std::sync::Arc;
//!
//! use klavi_types::reports::{CategorizedCheckingL3, Report};
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
//! .on_report(async |report: Received<Report<CategorizedCheckingL3>>| {
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
//! let (inbox, clock) = (Arc::new(MemoryInbox::new()), Clock::manual("2026-01-02T03:04:05Z".parse()?));
//! let request = RequestId::from("112334"); // from the answer to the report request
//! let products = [Product::Personal(ProductName::Balance)];
//! let deadline = clock.now() + Duration::from_secs(600);
//! inbox.expect(klavi::expectation(&request, products, deadline), clock.now()).await?;
//!
//! let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
//!     .on_overdue(async |overdue: Received<Overdue>| {
//!         println!("request {}: {:?} did not come", overdue.value.request_id, overdue.value.missing);
//!         Ok(())
//!     })
//!     .build()?;
//! clock.advance(Duration::from_secs(600));
//! assert_eq!(Dispatcher::new(inbox, handlers).clock(clock).run_due().await?, 1);
//! # Ok(()) }
//! ```
//!
//! # Metrics
//!
//! Through the facade [`metrics`], so nothing happens unless the application installs a recorder:
//!
//! | name | labels | counts |
//! |---|---|---|
//! | `webhook_deliveries_total` | `provider`, `answer` | deliveries by their [`Answer`] |
//! | `webhook_delivery_bytes` | `provider` | sizes of bodies |
//! | `webhook_delivery_seconds` | `provider` | time from the head of a request to its answer |
//! | `webhook_entries_handled_total` | `result` | attempts that ended `done`, in a `retry`, or `dead`; expectations that had `arrived` |
//! | `webhook_expectations_overdue_total` | | expectations that were overdue, once each |
//! | `webhook_leaves_set_aside_total` | `kind` | values that typed handlers could not be given, since they could not be read |
//! | `webhook_findings_total` | `kind`, `name`, `finding` | what this version does not know of new entries, where the receiver [inspects](Receiver::inspect) them: `unknown_value` words, `unmapped` members, `malformed` leaves |
//! | `webhook_entries_inspected_total` | `result` | entries inspected (`done`), `left_out` for want of room, `failed` |
#![cfg_attr(docsrs, feature(doc_cfg))]

//!
//! # Speed
//!
//! `cargo bench -p klavi-webhook --bench receiver`, over TCP of one machine that did nothing else, one thread for the
//! server, signed bodies of which no two are the same, into a [`MemoryInbox`]. The ratios are to a bare axum handler that
//! reads the body and answers 200: of the time that the server's thread computes for each request, and of requests in a
//! second:
//!
//! | | 1 KB event | requests/s | 16 KB report | requests/s |
//! |---|---:|---:|---:|---:|
//! | bare handler | 6.8 µs, 1.00 | 1.00 | 7.7 µs, 1.00 | 1.00 |
//! | bare handler that checks the signature | 8.1 µs, 0.85 | 0.84 | 16.7 µs, 0.46 | 0.53 |
//! | receiver without an inbox | 9.9 µs, 0.69 | 0.68 | 28.4 µs, 0.27 | 0.31 |
//! | receiver | 11.7 µs, 0.58 | 0.59 | 30.5 µs, 0.25 | 0.29 |
//!
//! Where the time of the last line goes, by samples of `perf` in another run on a busy machine, in µs:
//!
//! | | 1 KB event | 16 KB report |
//! |---|---:|---:|
//! | system, hyper and axum, which the bare handler has as well | 6.8 | 8.5 |
//! | signature, and digest of the entry | 1.1 | 9.4 |
//! | memory that is touched for the first time, since that inbox keeps every byte | 1.7 | 8.1 |
//! | reading the JSON | 0.8 | 5.1 |
//! | the inbox, until it is dropped | 0.8 | 0.9 |
//! | all else | 0.8 | 1.0 |
//!
//! What limits it is SHA-256: 8.2 µs for the signature of 16 KB, where the processor has instructions for it. The digest
//! that tells an entry from others is a second one: 3.5 µs more for a report, since it is taken in turns with the signature
//! while the body arrives, 8.1 by itself. (BLAKE3 by itself takes 4.3 µs for 16 KB, but 1.7 in place of 0.5 for 1 KB.)
//! JSON is read to its end, because what is none is quarantined. Sixteen or thirty-two bytes at a time, as far as that goes
//! without `unsafe`, took 7.4 and 15.6 µs where eight at a time took 6.1.
//!
//! The SQLite inbox takes 64 entries of 1 KB at a time in at 0.75 of the rate of a bare loop that syncs the same batches
//! (`--bench inbox`).
//!
//! # Memory
//!
//! A report of 53 MB takes at most 100 MB beside what the process had before, whether it comes with its length or in
//! chunks, and into whichever inbox. Many at once stay under [`Receiver::memory`], as the tests show with 200 of 21 MB.

mod blocking;
mod clock;
mod dispatch;
mod inbox;
mod ingress;
mod provider;
mod sink;
mod telemetry;

pub use clock::Clock;
pub use dispatch::{Dispatcher, Handle, HandlerError, RetrySchedule};
pub use inbox::{
    BoxFuture, Depth, Entry, EntryId, EntryKind, EntryState, Expectation, ExpectationStatus, Expected, Inbox,
    InboxError, InboxErrorKind, Leased, MemoryInbox, NewEntry, Order, Page, Prune, Stored, Summary, Ticket,
    UnknownState,
};
#[cfg(feature = "postgres")]
pub use inbox::{PostgresInbox, PostgresOptions};
#[cfg(feature = "sqlite")]
pub use inbox::{SqliteInbox, SqliteOptions};
pub use ingress::{
    Accept, Answer, ClientHeader, Delivery, FindingKind, Findings, Plain, Receiver, Refusal, Server,
    SourceError, SourceGuard, Unverified, Verified,
};
pub use ipnet::IpNet;
#[cfg(feature = "belvo")]
pub use provider::belvo;
pub use provider::klavi;
pub use provider::{Claim, Provider, Renewable, Split, VerifyError};
#[cfg(feature = "forward")]
pub use sink::{Forward, ForwardKey, InvalidForward};
