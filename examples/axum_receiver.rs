//! The receiver inside an axum application of your own.
//!
//!     KLAVI_SECRET_KEY=secret cargo run -p klavi-examples --example axum_receiver
//!
//! It listens on 127.0.0.1:8080, or on the address given as argument, and keeps what comes in `inbox.db`, or in the file
//! given as second argument. To see something arrive, start the mock beside it with the same secret key and create a
//! link there (the README shows how with curl):
//!
//!     cargo run --bin klavi -- mock --secret-key secret --console-webhook http://127.0.0.1:8080/klavi

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use klavi_types::events::{Event, EventName};
use klavi_types::reports::{CheckingAccounts, Outcome, Report};
use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
use klavi_webhook::{Dispatcher, Receiver, Server, SinkError, SqliteInbox};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// Ends a consent's wait: from here on reports can be asked for.
async fn authorised(event: Received<Event>) -> Result<(), SinkError> {
    let payload =
        event.value.payload.as_ref().ok_or_else(|| SinkError::permanent("an event without payload"))?;
    let consent = payload.consent_id().ok_or_else(|| SinkError::permanent("an event without a consent"))?;
    println!("consent {consent} authorised; the key to handle it once is {}", event.idempotency_key());
    Ok(())
}

/// Writes entries to a database of your own; an error here means another attempt later.
async fn checking(report: Received<Report<CheckingAccounts>>) -> Result<(), SinkError> {
    if report.value.outcome() == Outcome::Partial {
        println!("the bank did not give everything, the rest counts");
    }
    for account in &report.value.content.checking_accounts {
        println!("{} entries, {} leaves unreadable", account.entries.len(), report.malformed.len());
    }
    Ok(())
}

/// Whatever has no handler of its own, so that nothing is dropped.
async fn everything_else(item: Received<Item>) -> Result<(), SinkError> {
    println!("{} {}", item.entry().kind.as_str(), item.entry().name.as_deref().unwrap_or("without a name"));
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let file = arguments.next().unwrap_or_else(|| "inbox.db".to_owned());

    // What was answered with 200 is on the disk.
    let inbox = Arc::new(SqliteInbox::open(file).await?);
    // `Klavi::from_env()?.environment(Environment::Production)` lets Klavi's addresses in and nobody else.
    let receiver = Receiver::new(Klavi::from_env()?, inbox.clone());
    let handlers = Handlers::new(everything_else)
        .on_event(EventName::ConsentAuthorised, authorised)
        .on_report(checking)
        .build()?;

    let app =
        Router::new().route("/", get(async || "the application")).nest("/klavi", receiver.into_router());
    let listener =
        TcpListener::bind(&address).await.with_context(|| format!("cannot listen on {address}"))?;
    println!("listening on http://{}/klavi", listener.local_addr()?);

    // The server ends first, so that the dispatcher still gets what came in last.
    let (stop, stopped) = oneshot::channel::<()>();
    let dispatcher = Dispatcher::new(inbox, handlers);
    let dispatching = tokio::spawn(async move {
        dispatcher.run(async move { stopped.await.unwrap_or_default() }).await;
    });
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let told = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Server::new(app).run(listener, told).await;
    drop(stop);
    Ok(dispatching.await?)
}
