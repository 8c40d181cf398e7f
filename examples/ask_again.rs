//! A report that is lost comes after all: whoever asked for it expects it, and asks again when it is overdue.
//!
//!     cargo run -p klavi-examples --example ask_again
//!
//! It runs against a mock of its own, so it needs no credentials. Klavi repeats a delivery for seconds and then drops it,
//! and has no call to fetch it again; here the first request names an address that nobody listens on.

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use klavi_mock::MockKlavi;
use klavi_sdk::{Client, Credentials, Environment};
use klavi_types::api::{CreateConsent, CreateLink, ReportRequest};
use klavi_types::reports::{CheckingAccounts, Report};
use klavi_types::{Product, ProductName, ProductsCallbackUrl};
use klavi_webhook::klavi::{self, Handlers, Item, Klavi, Overdue, Received};
use klavi_webhook::{Dispatcher, Inbox, MemoryInbox, Receiver};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const CPF: &str = "123.456.789-09";
const BANK: &str = "341";
const BACK: &str = "https://partner.example/back";
const NOBODY: &str = "http://127.0.0.1:9/klavi";
/// Against Klavi leave minutes: it asks the bank first.
const PATIENCE: Duration = Duration::from_secs(1);

/// Asks for reports and notes in the inbox that they should come. That is durable in any inbox but this one in memory.
async fn ask(client: &Client, inbox: &dyn Inbox, products: Vec<Product>, hook: &str) -> anyhow::Result<()> {
    let request = ReportRequest::institution(CPF, BANK)
        .products(products.clone())
        .products_callback_url(ProductsCallbackUrl::all(hook)?)
        .build()?;
    let accepted = client.reports().request(&request).await?;
    let request_id = accepted.request_id.context("Klavi names the request")?;
    let deadline = inbox.now().await? + PATIENCE;
    inbox.expect(klavi::expectation(&request_id, products, deadline)).await?;
    println!("asked in request {request_id}");
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // A mock whose retries are over at once.
    let mock = MockKlavi::builder().retry_base(Duration::ZERO).start().await?;
    let keys = Credentials::new(mock.access_key(), mock.secret_key());
    let client = Client::builder(keys, Environment::Custom(mock.base_url().to_owned())).build()?;

    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new(mock.secret_key()), inbox.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let hook = format!("http://{}/klavi", listener.local_addr()?);
    let app = axum::Router::new().nest("/klavi", receiver.into_router());
    tokio::spawn(async move { axum::serve(listener, app).await });

    let (reports, mut arrived) = mpsc::unbounded_channel();
    let (asking, expecting) = (client.clone(), inbox.clone());
    let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_report(move |report: Received<Report<CheckingAccounts>>| {
            let reports = reports.clone();
            async move { Ok(reports.send(report)?) }
        })
        // What has come in the meantime is not asked for again; an error here means another attempt later.
        .on_overdue(move |overdue: Received<Overdue>| {
            let (client, inbox, hook) = (asking.clone(), expecting.clone(), hook.clone());
            async move {
                let Overdue { request_id, missing, .. } = overdue.value;
                println!("{} of request {request_id} did not come", missing[0]);
                Ok(ask(&client, &*inbox, missing, &hook).await?)
            }
        })
        .build()?;
    tokio::spawn(Dispatcher::new(inbox.clone(), handlers).run(std::future::pending()));

    let link = CreateLink::builder().personal_tax_id(CPF).redirect_url(BACK).build()?;
    let session = client.links().create(&link).await?;
    let consent = CreateConsent::builder(BANK, "order-4711", BACK).personal_tax_id(CPF).build()?;
    let consent = session.create_consent(&consent).await?.consent_id.context("Klavi names the consent")?;
    mock.authorise(&consent).await?;

    ask(&client, &*inbox, vec![Product::Personal(ProductName::CategorizedCheckingL3)], NOBODY).await?;
    let report = arrived.recv().await.context("the dispatcher runs")?.value;
    for account in &report.content.checking_accounts {
        println!("{} entries arrived", account.entries.len());
    }
    Ok(())
}
