//! `klavi demo`: the main job end to end on this machine, each step with where it came from.

mod story;
mod user;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use klavi_mock::MockKlavi;
use klavi_sdk::{Client, Credentials, Environment, RedirectOutcome};
use klavi_types::api::{ConsentCreated, CreateConsent, CreateLink, ReportRequest};
use klavi_types::reports::{BalanceReport, CheckingAccounts, Report};
use klavi_types::{Json, Product, ProductName, ProductsCallbackUrl};
use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
use klavi_webhook::{Dispatcher, Filter, Inbox, Page, Receiver, Server, SqliteInbox};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::exit::{Failure, print, runtime};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which synthetic customer: the same seed shows the same one
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
}

/// A CPF with valid check digits that the documentation uses as its example.
const CPF: &str = "12345678909";
const BANK: &str = "341";
const PRODUCTS: [ProductName; 2] = [ProductName::CategorizedCheckingL3, ProductName::Balance];

/// Far more than a demo brings.
const ALL: Page = Page::first(1_000);

/// Everything happens on this machine, so whoever waits longer waits in vain.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let demo = async {
        tokio::time::timeout(PATIENCE, demo(args.seed))
            .await
            .unwrap_or_else(|_| Err(anyhow!("it took too long")))
    };
    runtime()?.block_on(demo).context("the demo failed").map_err(Failure::Failed)
}

/// What a handler got.
enum Arrived {
    Checking(Box<Received<Report<CheckingAccounts>>>),
    Balance(Box<Received<Report<BalanceReport>>>),
    Other,
}

async fn demo(seed: u64) -> anyhow::Result<()> {
    let mock = MockKlavi::builder().seed(seed).start().await?;
    step(&story::mock(mock.base_url(), seed))?;

    let folder = tempfile::tempdir()?;
    let inbox = Arc::new(SqliteInbox::open(folder.path().join("inbox.db")).await?);
    let webhook = receive(&mock, inbox.clone()).await?;
    mock.set_console_webhook(&webhook)?;
    step(&story::receiver(&webhook))?;
    let (dispatcher, mut arrivals) = dispatch(inbox.clone())?;
    let (stop, stopped) = oneshot::channel::<()>();
    let dispatching = tokio::spawn(dispatcher.run(async move { stopped.await.unwrap_or_default() }));

    let credentials = Credentials::new(mock.access_key(), mock.secret_key());
    let client = Client::builder(credentials, Environment::Custom(mock.base_url().to_owned())).build()?;
    let consent = connect(&client).await?;
    let consent_id = consent.consent_id.context("the answer has no consentId")?;
    let consent = client.consents().get(&consent_id).await?;
    step(&story::authorised(&consent))?;

    let request = ReportRequest::institution(CPF, BANK)
        .products(PRODUCTS.map(Product::Personal))
        .consent_ids(vec![consent_id])
        .products_callback_url(ProductsCallbackUrl::all(&webhook)?)
        .external_info(Json::from_value(&serde_json::json!({"order": "demo-1"}))?)
        .build()?;
    let accepted = client.reports().request(&request).await?;
    step(&story::requested(request.path(), &accepted))?;

    mock.settled().await;
    let (mut checking, mut balance) = (None, None);
    for _ in inbox.list(&Filter::all(), ALL).await? {
        match arrivals.recv().await.context("the dispatcher ended early")? {
            Arrived::Checking(report) => checking = Some(report),
            Arrived::Balance(report) => balance = Some(report),
            Arrived::Other => {}
        }
    }
    drop(stop);
    dispatching.await?;

    let mut entries = Vec::new();
    for listed in inbox.list(&Filter::all(), ALL).await? {
        entries.extend(inbox.get(listed.id).await?);
    }
    step(&story::deliveries(&entries))?;
    step(&story::report(&*checking.context("the checking report did not come")?))?;
    step(&story::balances(&*balance.context("the balance report did not come")?))?;
    mock.shutdown().await;
    step("Nothing left this machine, and nobody in this data exists.\n")
}

fn step(text: &str) -> anyhow::Result<()> {
    print(text).map_err(|failure| match failure {
        Failure::Failed(error) | Failure::Unreadable(error) => error,
    })
}

/// Serves a receiver on a port of its own and returns its address.
async fn receive(mock: &MockKlavi, inbox: Arc<SqliteInbox>) -> anyhow::Result<String> {
    let receiver = Receiver::new(Klavi::new(mock.secret_key()), inbox);
    let app = axum::Router::new().nest("/klavi", receiver.into_router());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(Server::new(app).run(listener, std::future::pending()));
    Ok(format!("http://{address}/klavi"))
}

fn dispatch(inbox: Arc<SqliteInbox>) -> anyhow::Result<(Dispatcher, mpsc::UnboundedReceiver<Arrived>)> {
    let (sender, arrivals) = mpsc::unbounded_channel();
    let (to_checking, to_balance) = (sender.clone(), sender.clone());
    let handlers = Handlers::new(move |_: Received<Item>| {
        let sender = sender.clone();
        async move { Ok(sender.send(Arrived::Other)?) }
    })
    .on_report(move |report: Received<Report<CheckingAccounts>>| {
        let sender = to_checking.clone();
        async move { Ok(sender.send(Arrived::Checking(Box::new(report)))?) }
    })
    .on_report(move |report: Received<Report<BalanceReport>>| {
        let sender = to_balance.clone();
        async move { Ok(sender.send(Arrived::Balance(Box::new(report)))?) }
    })
    .build()?;
    Ok((Dispatcher::new(inbox, handlers), arrivals))
}

/// A link, a consent, and a user who authorises it on the bank's page.
async fn connect(client: &Client) -> anyhow::Result<ConsentCreated> {
    let link =
        CreateLink::builder().personal_tax_id(CPF).redirect_url("https://partner.example/back").build()?;
    let session = client.links().create(&link).await?;
    let institutions = session.institutions().await?;
    step(&story::link(&session, &institutions))?;

    let request = CreateConsent::builder(BANK, "demo-track-1", "https://partner.example/back")
        .personal_tax_id(CPF)
        .build()?;
    let consent = session.create_consent(&request).await?;
    step(&story::consent(&consent))?;

    let page = consent.consent_redirect_url.as_ref().context("the answer has no consentRedirectURL")?;
    let back = user::authorise(page.expose()).await.context("the bank's page")?;
    match back.parse()? {
        RedirectOutcome::Completed(_) => Ok(consent),
        _ => Err(anyhow!("the bank sent the browser back with an error")),
    }
}
