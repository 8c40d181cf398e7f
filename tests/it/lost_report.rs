//! A report that Klavi gave up, and a partner who expected it.

use std::sync::Arc;
use std::time::Duration;

use klavi_mock::DeliveryState;
use klavi_sdk::Client;
use klavi_types::api::ReportRequest;
use klavi_types::{Product, ProductName, ProductsCallbackUrl};
use klavi_webhook::klavi::{self, Handlers, Item, Overdue, Received};
use klavi_webhook::{Clock, Dispatcher, EntryKind, ExpectationStatus, Inbox, Page};

use crate::desk::{BANK, CPF, Desk};

const NOBODY: &str = "http://127.0.0.1:9/klavi";
const HOUR: Duration = Duration::from_secs(3_600);

/// Asks for a report and registers that it should come within the hour.
async fn ask(client: &Client, inbox: &dyn Inbox, products: Vec<Product>, hook: &str) {
    let request = ReportRequest::institution(CPF, BANK)
        .products(products.clone())
        .products_callback_url(ProductsCallbackUrl::all(hook).unwrap())
        .build()
        .unwrap();
    let request_id = client.reports().request(&request).await.unwrap().request_id.unwrap();
    let deadline = inbox.now().await.unwrap() + HOUR;
    inbox.expect(klavi::expectation(&request_id, products, deadline)).await.unwrap();
}

#[tokio::test]
async fn a_report_that_was_given_up_is_asked_for_again_and_arrives() {
    let clock = Clock::manual("2026-01-02T03:04:05Z".parse().unwrap());
    let desk = Desk::at(clock.clone()).await;
    desk.connected().await;
    let (client, inbox, hook) = (desk.client.clone(), desk.inbox.clone(), desk.hook.clone());
    let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_overdue(move |overdue: Received<Overdue>| {
            let (client, inbox, hook) = (client.clone(), inbox.clone(), hook.clone());
            async move {
                ask(&client, &*inbox, overdue.value.missing, &hook).await;
                Ok(())
            }
        })
        .build()
        .unwrap();
    let inbox: Arc<dyn Inbox> = desk.inbox.clone();
    let dispatcher = Dispatcher::new(inbox.clone(), handlers);
    let statuses = async || {
        let expected = inbox.expected(Page::first(9)).await.unwrap();
        expected.into_iter().map(|expected| expected.status).collect::<Vec<_>>()
    };

    let balance = Product::Personal(ProductName::Balance);
    ask(&desk.client, &*inbox, vec![balance], NOBODY).await;
    desk.mock.settled().await;
    let failed =
        desk.mock.deliveries().into_iter().filter(|delivery| delivery.state == DeliveryState::Failed);
    assert_eq!(
        failed.map(|delivery| (delivery.name, delivery.attempts.len())).collect::<Vec<_>>(),
        [("pf_balance".to_owned(), 6)]
    );
    dispatcher.run_due().await.unwrap();
    assert_eq!(statuses().await, [ExpectationStatus::Outstanding]);

    clock.advance(HOUR);
    assert_eq!(statuses().await, [ExpectationStatus::Overdue]);
    dispatcher.run_due().await.unwrap();
    desk.mock.settled().await;
    assert_eq!(statuses().await, [ExpectationStatus::Overdue, ExpectationStatus::Arrived]);
    let reports = desk.entries().await.into_iter().filter(|entry| entry.kind == EntryKind::Report);
    assert_eq!(reports.map(|report| report.name.clone().unwrap()).collect::<Vec<_>>(), ["pf_balance"]);

    clock.advance(HOUR);
    dispatcher.run_due().await.unwrap();
    assert_eq!(statuses().await.len(), 2, "what has come is not asked for again");
}
