//! A small web back end: from "Connect my bank" to a list of categorised entries, to click through in a browser.
//!
//!     cargo run -p klavi-examples --example web_backend          then open http://127.0.0.1:3000
//!
//! It brings a mock of its own, so it needs no credentials. Against Klavi set `KLAVI_ACCESS_KEY`, `KLAVI_SECRET_KEY`,
//! `KLAVI_ENVIRONMENT` and `PUBLIC_URL`, the https address under which Klavi reaches this program; in Klavi's Console
//! events have to go to `PUBLIC_URL/klavi`.
//!
//! - `main.rs`: what is put together, and the pages' addresses
//! - `klavi.rs`: what is asked of Klavi, and what Klavi pushes
//! - `customers.rs`: what a database of your own would keep
//! - `pages.rs`: HTML

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod customers;
mod klavi;
mod pages;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use klavi_mock::MockKlavi;
use klavi_sdk::{Client, Credentials, Environment, RedirectOutcome};
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Dispatcher, MemoryInbox, Receiver};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::customers::{CustomerId, Customers};
use crate::klavi::Bank;

/// How long the page of entries waits for them before it shows what there is.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct App {
    bank: Bank,
    customers: Customers,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&address).await?;
    let here = format!("http://{}", listener.local_addr()?);
    let public_url = std::env::var("PUBLIC_URL").unwrap_or_else(|_| here.clone());

    let mock = match std::env::var_os("KLAVI_ACCESS_KEY") {
        Some(_) => None,
        None => Some(MockKlavi::builder().start().await?),
    };
    let (client, provider) = match &mock {
        None => (Client::from_env()?, Klavi::from_env()?),
        Some(mock) => {
            mock.set_console_webhook(format!("{public_url}/klavi"))?;
            let keys = Credentials::new(mock.access_key(), mock.secret_key());
            let client = Client::builder(keys, Environment::Custom(mock.base_url().to_owned())).build()?;
            (client, Klavi::new(mock.secret_key()))
        }
    };

    // An inbox on the disk is `SqliteInbox::open("inbox.db").await?`; here the customers would not outlive it.
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(provider, inbox.clone());
    let app = App { bank: Bank::new(client, public_url), customers: Customers::default() };
    let handlers = klavi::handlers(app.bank.clone(), app.customers.clone())?;
    tokio::spawn(Dispatcher::new(inbox, handlers).run(std::future::pending()));

    println!("open {here}");
    if let Some(mock) = &mock {
        println!("Klavi is played by {}", mock.base_url());
    }
    let routes = Router::new()
        .route("/", get(home))
        .route("/connect", post(connect))
        .route("/back", get(back))
        .route("/entries", get(entries))
        .with_state(app)
        .nest("/klavi", receiver.into_router());
    Ok(axum::serve(listener, routes).await?)
}

async fn home(State(app): State<App>, jar: CookieJar) -> impl IntoResponse {
    let (jar, customer) = customer(jar);
    (jar, pages::home(&app.customers.banks(&customer)))
}

async fn connect(State(app): State<App>, jar: CookieJar) -> Result<impl IntoResponse, Problem> {
    let (jar, customer) = customer(jar);
    let url = app.bank.connect(&customer).await?;
    Ok((jar, Redirect::to(&url)))
}

/// Where Klavi sends the browser at the end. Anybody can open this address with any parameters, so what is known comes
/// from the webhook alone.
async fn back(RawQuery(query): RawQuery) -> Response {
    match RedirectOutcome::from_query(&query.unwrap_or_default()) {
        Ok(RedirectOutcome::Failed(failure)) => pages::not_connected(failure.error.as_str()).into_response(),
        _ => Redirect::to("/entries").into_response(),
    }
}

async fn entries(State(app): State<App>, jar: CookieJar) -> impl IntoResponse {
    let (jar, customer) = customer(jar);
    app.customers.settled(&customer, PATIENCE).await;
    (jar, pages::entries(&app.customers.banks(&customer), &app.customers.entries(&customer)))
}

/// Whose browser it is; a real back end has people log in.
fn customer(jar: CookieJar) -> (CookieJar, CustomerId) {
    if let Some(known) = jar.get("customer").and_then(|cookie| cookie.value().parse().ok()) {
        return (jar, known);
    }
    let customer = Uuid::new_v4();
    let cookie = Cookie::build(("customer", customer.to_string())).http_only(true).same_site(SameSite::Lax);
    (jar.add(cookie.path("/")), customer)
}

/// Klavi could not be asked.
struct Problem(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        println!("{:#}", self.0);
        (StatusCode::BAD_GATEWAY, pages::unavailable()).into_response()
    }
}
