//! From a link to the entries of a bank account: the whole way in one file.
//!
//!     cargo run -p klavi-examples --example quickstart
//!
//! It runs against a mock of its own, so it needs no credentials. Against Klavi put `Client::from_env()?` in the place
//! of the builder and a public address in the place of `hook`; everything else stays.

#![expect(clippy::print_stdout, reason = "an example shows what it got")]

use std::sync::Arc;

use klavi_mock::MockKlavi;
use klavi_sdk::{Client, Credentials, Environment};
use klavi_types::api::{CreateConsent, CreateLink, ReportRequest};
use klavi_types::reports::{CheckingAccounts, Report};
use klavi_types::{Product, ProductName, ProductsCallbackUrl, Text};
use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
use klavi_webhook::{Dispatcher, MemoryInbox, Receiver};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const CPF: &str = "123.456.789-09";
const BACK: &str = "https://partner.example/back";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mock = MockKlavi::builder().start().await?;

    // Receive: what Klavi pushes is verified, stored, and only then acknowledged.
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new(mock.secret_key()), inbox.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let hook = format!("http://{}/klavi", listener.local_addr()?);
    let app = axum::Router::new().nest("/klavi", receiver.into_router());
    tokio::spawn(async move { axum::serve(listener, app).await });

    // Sink: a type for each product, and one handler for everything else.
    let (reports, mut arrived) = mpsc::unbounded_channel();
    let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_report(move |report: Received<Report<CheckingAccounts>>| {
            let reports = reports.clone();
            async move { Ok(reports.send(report)?) }
        })
        .build()?;
    tokio::spawn(Dispatcher::new(inbox, handlers).run(std::future::pending()));

    // Connect: a link for the user, a consent for the bank.
    let keys = Credentials::new(mock.access_key(), mock.secret_key());
    let client = Client::builder(keys, Environment::Custom(mock.base_url().to_owned())).build()?;
    let link = CreateLink::builder().personal_tax_id(CPF).redirect_url(BACK).build()?;
    let session = client.links().create(&link).await?;
    let consent = CreateConsent::builder("341", "order-4711", BACK).personal_tax_id(CPF).build()?;
    let consent = session.create_consent(&consent).await?.consent_id.expect("Klavi names the consent");

    // Here the user opens `consent_redirect_url` in the browser and authorises at the bank.
    mock.authorise(&consent).await?;

    // Ask: the answer comes by webhook.
    let request = ReportRequest::institution(CPF, "341")
        .products([Product::Personal(ProductName::CategorizedCheckingL3)])
        .consent_ids(vec![consent])
        .products_callback_url(ProductsCallbackUrl::all(hook)?)
        .build()?;
    client.reports().request(&request).await?;

    let report = arrived.recv().await.expect("the dispatcher runs").value;
    for entry in report.content.checking_accounts.iter().flat_map(|account| account.entries.iter()) {
        let (Some(day), Some(amount)) = (entry.day(), entry.signed_amount()) else { continue };
        println!("{day}  {amount:>12}  {}", entry.category.as_ref().map_or("", Text::as_str));
    }
    Ok(())
}
