//! From a link to typed values.

use std::sync::{Arc, Mutex};

use klavi_types::api::ConsentStatus;
use klavi_types::events::{Event, EventName};
use klavi_types::reports::{CheckingAccounts, EntryState, Report};
use klavi_types::{Product, ProductName};
use klavi_webhook::klavi::{Handlers, Item, Received};
use klavi_webhook::{Dispatcher, EntryKind, Inbox};

use crate::desk::Desk;

#[tokio::test]
async fn a_report_comes_out_as_a_strong_type() {
    let desk = Desk::new().await;
    let consent = desk.connected().await;
    assert!(desk.client.consents().get(&consent).await.unwrap().is_authorised());
    desk.ask(&["pf_categorized_checking_l3", "pf_balance", "pf_identity"]).await.unwrap();

    assert_eq!(
        desk.names().await,
        [
            "link_created",
            "consent_authorised",
            "product_request_received",
            "product_generated_success",
            "pf_categorized_checking_l3",
            "product_generated_success",
            "pf_balance",
            "product_generated_success",
            "pf_identity",
        ]
    );

    let seen = Arc::new(Mutex::new(Vec::new()));
    let (reports, events) = (seen.clone(), seen.clone());
    let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_report(move |report: Received<Report<CheckingAccounts>>| {
            let seen = reports.clone();
            async move {
                assert!(report.malformed.is_empty());
                assert_eq!(
                    report.value.head.product_name,
                    Some(Product::Personal(ProductName::CategorizedCheckingL3))
                );
                let account = &report.value.content.checking_accounts[0];
                for entry in
                    account.entries.iter().filter(|entry| entry.state == Some(EntryState::TransacaoEfetivada))
                {
                    assert!(
                        entry.day().is_some() && entry.signed_amount().is_some() && entry.category.is_some()
                    );
                }
                seen.lock().unwrap().push(format!("{} entries", account.entries.len() > 50));
                Ok(())
            }
        })
        .on_event(EventName::ConsentAuthorised, move |event: Received<Event>| {
            let seen = events.clone();
            async move {
                let id = event.value.payload.as_ref().unwrap().consent_id().unwrap().clone();
                seen.lock().unwrap().push(id.to_string());
                Ok(())
            }
        })
        .build()
        .unwrap();
    assert_eq!(Dispatcher::new(desk.inbox.clone(), handlers).run_due().await.unwrap(), 9);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    let mut expected = vec![consent.to_string(), "true entries".to_owned()];
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_user_who_refuses_is_an_event_and_a_status() {
    let desk = Desk::new().await;
    let session = desk.session().await;
    let consent = klavi_types::api::CreateConsent::builder("341", "track-1", crate::desk::BACK)
        .personal_tax_id(crate::desk::CPF)
        .build()
        .unwrap();
    let consent = session.create_consent(&consent).await.unwrap().consent_id.unwrap();
    desk.mock.reject(&consent).await.unwrap();
    desk.mock.settled().await;
    assert_eq!(desk.names().await, ["link_created", "consent_rejected"]);
    let status = desk.client.consents().get(&consent).await.unwrap().status;
    assert_eq!(status, Some(ConsentStatus::Rejected));
    let statuses = session.institution_statuses().await.unwrap();
    assert_eq!(statuses[0].consent_status(), Some(ConsentStatus::Rejected));
}

#[tokio::test]
async fn consents_are_listed_and_revoked() {
    let desk = Desk::new().await;
    let consent = desk.connected().await;
    let query = klavi_types::api::ConsentQuery::personal(crate::desk::CPF.parse().unwrap());
    let listed = desk.client.consents().list(&query).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].consent_id.as_ref(), Some(&consent));
    desk.client.consents().revoke(&consent).await.unwrap();
    let status = desk.client.consents().get(&consent).await.unwrap().status;
    assert_eq!(status, Some(ConsentStatus::Revoked));
}

#[tokio::test]
async fn a_report_delivered_twice_is_filed_once() {
    let desk = Desk::new().await;
    desk.connected().await;
    desk.ask(&["pf_balance"]).await.unwrap();
    let report = desk.entries().await.into_iter().find(|entry| entry.kind == EntryKind::Report).unwrap();

    let mut request = reqwest::Client::new().post(&desk.hook).body(report.body.clone());
    for (name, value) in &report.headers {
        request = request.header(name, value);
    }
    assert_eq!(request.send().await.unwrap().status(), 200);
    let reports = desk.entries().await.into_iter().filter(|entry| entry.kind == EntryKind::Report).count();
    assert_eq!(reports, 1);
    assert!(desk.inbox.get(report.id).await.unwrap().is_some());
}
