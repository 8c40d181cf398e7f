use std::sync::Arc;

use anyhow::Context;
use klavi_sdk::Client;
use klavi_types::api::{CreateLink, ReportRequest};
use klavi_types::events::{Event, EventName};
use klavi_types::{ConsentId, Json, Product, ProductName, ProductsCallbackUrl};
use klavi_webhook::SinkError;
use klavi_webhook::klavi::{HandledTwice, Handlers, Item, Received};
use serde::{Deserialize, Serialize};

use crate::customers::{CustomerId, Customers};

/// What is asked for as soon as a bank is connected.
const PRODUCTS: [ProductName; 2] = [ProductName::CategorizedCheckingL3, ProductName::CategorizedCreditcardL3];

/// What Klavi keeps with a link and gives back with everything that comes of it.
#[derive(Serialize, Deserialize)]
struct Info {
    customer: CustomerId,
}

/// What is asked of Klavi.
#[derive(Clone)]
pub(crate) struct Bank {
    client: Client,
    public_url: Arc<str>,
}

impl Bank {
    pub(crate) fn new(client: Client, public_url: String) -> Self {
        Self { client, public_url: public_url.into() }
    }

    /// The address of Klavi's page where the customer connects a bank.
    pub(crate) async fn connect(&self, customer: &CustomerId) -> anyhow::Result<String> {
        let link = CreateLink::builder()
            .redirect_url(format!("{}/back", self.public_url))
            .products_callback_url(ProductsCallbackUrl::all(format!("{}/klavi", self.public_url))?)
            .external_info(Json::from_value(&Info { customer: *customer })?)
            .build()?;
        let session = self.client.links().create(&link).await?;
        Ok(session.url().context("Klavi names the page")?.expose().to_owned())
    }

    async fn ask(&self, tax_id: &str, bank: &str, consent: ConsentId) -> anyhow::Result<()> {
        let request = ReportRequest::institution(tax_id, bank)
            .products(PRODUCTS.map(Product::Personal))
            .consent_ids(vec![consent])
            .build()?;
        self.client.reports().request(&request).await?;
        Ok(())
    }
}

/// What happens with everything that Klavi pushes. An error means another attempt later.
pub(crate) fn handlers(bank: Bank, customers: Customers) -> Result<Handlers, HandledTwice> {
    let connected = customers.clone();
    Handlers::new(move |item: Received<Item>| {
        let customers = customers.clone();
        async move { arrived(&item, &customers) }
    })
    .on_event(EventName::ConsentAuthorised, move |event: Received<Event>| {
        let (bank, customers) = (bank.clone(), connected.clone());
        async move { authorised(event, &bank, &customers).await }
    })
    .build()
}

/// A bank is connected: ask for its data.
async fn authorised(event: Received<Event>, bank: &Bank, customers: &Customers) -> Result<(), SinkError> {
    let customer = whose(event.value.external_info.as_ref())?;
    let payload = event.value.payload.as_ref().ok_or_else(|| SinkError::permanent("no payload"))?;
    let (Some(consent), Some(code), Some(tax_id)) =
        (payload.consent_id(), payload.institution_code(), payload.personal_tax_id.as_ref())
    else {
        return Err(SinkError::permanent("the event does not say whose consent at which bank"));
    };
    // Handling is at least once: what was asked for is not asked for again.
    if customers.connected(&customer, consent, code) {
        bank.ask(tax_id.as_str(), code.as_str(), consent.clone()).await?;
        customers.asked(&customer, consent, PRODUCTS.len());
    }
    Ok(())
}

/// A report, or an event that tells nothing new.
fn arrived(item: &Received<Item>, customers: &Customers) -> Result<(), SinkError> {
    if let Item::Report(report) = &item.value {
        let customer = whose(report.head().external_info.as_ref())?;
        customers.reported(&customer, item.idempotency_key(), report);
    }
    Ok(())
}

fn whose(info: Option<&Json>) -> Result<CustomerId, SinkError> {
    let info = info.and_then(|info| info.parse::<Info>().ok());
    Ok(info.ok_or_else(|| SinkError::permanent("not of a link of ours"))?.customer)
}
