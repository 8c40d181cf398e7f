//! Which handler an entry comes to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use belvo_types::RequestId;
use belvo_types::webhooks::{AnyWebhook, LinkWebhook, PaymentWebhook, WebhookCode, WebhookName, WebhookType};
use klavi_webhook::belvo::{self, Handlers, HandlersBuilder, Item, Overdue, Received, parse};
use klavi_webhook::{
    Change, Clock, Delivery, Dispatcher, EntryKind, EntryState, ExpectationStatus, Inbox, MemoryInbox, Page,
    SinkError, Store,
};

use super::{CONSENT, DIRECT_DEBIT, NEWEST, PAYMENT, REQUEST, VALUE, headers, split};
use crate::{change, entries, start};

/// What was called, in order.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn note(&self, call: impl Into<String>) -> Result<(), SinkError> {
        self.0.lock().unwrap().push(call.into());
        Ok(())
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn fallback(calls: &Calls) -> HandlersBuilder {
    let calls = calls.clone();
    Handlers::new(move |other: Received<Item>| {
        let calls = calls.clone();
        async move {
            calls.note(match &other.value {
                Item::Webhook(webhook) => format!("other {}", webhook.name().unwrap_or_default()),
                Item::Overdue(_) => "other overdue".to_owned(),
                Item::Unknown(json) => format!("unknown {}", json.is_some()),
                _ => "new".to_owned(),
            })
        }
    })
}

/// What these bodies call.
async fn called(handlers: HandlersBuilder, calls: &Calls, bodies: &[&str]) -> Vec<String> {
    let inbox = Arc::new(MemoryInbox::new());
    for body in bodies {
        inbox.store(split(body)).await.unwrap();
    }
    let dispatcher = Dispatcher::new(inbox.clone(), handlers.build().unwrap()).concurrency(1);
    dispatcher.run_due().await.unwrap();
    let pending = entries(&*inbox, Some(EntryState::Pending)).await;
    assert!(pending.is_empty(), "{pending:?}");
    calls.taken()
}

#[tokio::test]
async fn the_narrowest_handler_gets_it_and_the_fallback_the_rest() {
    let calls = Calls::default();
    let (exact, of_type, payment) = (calls.clone(), calls.clone(), calls.clone());
    let handlers =
        fallback(&calls)
            .on_webhook(
                WebhookType::Transactions,
                WebhookCode::HistoricalUpdate,
                move |webhook: Received<LinkWebhook>| {
                    let calls = exact.clone();
                    async move {
                        let data = webhook.value.data.as_ref().ok_or("no data")?;
                        calls.note(format!("exact {}", data.total_transactions.ok_or("no count")?.get()))
                    }
                },
            )
            .on_type(WebhookType::Transactions, move |webhook: Received<LinkWebhook>| {
                let calls = of_type.clone();
                async move {
                    calls.note(format!("type {}", webhook.value.webhook_code.as_ref().ok_or("no code")?))
                }
            })
            .on_payment(move |webhook: Received<PaymentWebhook>| {
                let calls = payment.clone();
                async move { calls.note(format!("payment {}", webhook.value.object_id.is_some())) }
            });
    let updated = NEWEST
        .replace("\"webhook_code\": \"historical_update\"", "\"webhook_code\": \"transactions_updated\"");
    let bodies =
        [NEWEST, &updated, PAYMENT, CONSENT, DIRECT_DEBIT, r#"{"webhook_type":"BILLS","link_id":"l"}"#];
    assert_eq!(
        called(handlers, &calls, &bodies).await,
        [
            "exact 300",
            "type transactions_updated",
            "payment true",
            "other CONSENT.openfinance_consent_expired",
            "other direct_debit.PAYMENT_REQUEST.PAYMENT_SUCCEEDED",
            "other ",
        ]
    );
}

#[tokio::test]
async fn a_type_without_a_variant_can_have_a_handler() {
    let calls = Calls::default();
    let noted = calls.clone();
    let handlers = fallback(&calls).on_type("INVOICES".into(), move |_: Received<LinkWebhook>| {
        let calls = noted.clone();
        async move { calls.note("invoices") }
    });
    let body = r#"{"webhook_type":"INVOICES","webhook_code":"historical_update","link_id":"l"}"#;
    assert_eq!(called(handlers, &calls, &[body]).await, ["invoices"]);
}

#[tokio::test]
async fn leaves_that_cannot_be_read_come_along() {
    let calls = Calls::default();
    let noted = calls.clone();
    let handlers =
        fallback(&calls).on_type(WebhookType::Transactions, move |webhook: Received<LinkWebhook>| {
            let calls = noted.clone();
            async move {
                assert_eq!(webhook.entry().kind, EntryKind::Event);
                assert_eq!(webhook.raw(), &webhook.entry().body[..]);
                assert_eq!(webhook.idempotency_key(), webhook.entry().dedup_key);
                calls.note(webhook.malformed[0].path.to_string())
            }
        });
    let broken = NEWEST.replace("300", "\"many\"");
    assert_eq!(called(handlers, &calls, &[&broken]).await, ["data.total_transactions"]);
}

#[tokio::test]
async fn a_replayed_entry_that_nobody_understands_comes_to_the_fallback() {
    let calls = Calls::default();
    let inbox = Arc::new(MemoryInbox::new());
    for body in [r#"{"hello":1}"#, "<html>"] {
        inbox.store(split(body)).await.unwrap();
    }
    for entry in entries(&*inbox, None).await {
        assert!(change(&*inbox, entry.id, Change::Replay).await);
    }
    let handlers = fallback(&calls).build().unwrap();
    let dispatcher = Dispatcher::new(inbox, handlers).concurrency(1);
    dispatcher.run_due().await.unwrap();
    assert_eq!(calls.taken(), ["unknown true", "unknown false"]);
}

#[test]
fn two_handlers_for_the_same_are_an_error() {
    let start = || Handlers::new(async |_: Received<Item>| Ok(()));
    let (bills, expired) = (WebhookType::Bills, WebhookCode::ConsentExpired);
    let twice = start()
        .on_webhook(WebhookType::Consent, expired.clone(), async |_: Received<LinkWebhook>| Ok(()))
        .on_webhook(WebhookType::Consent, expired, async |_: Received<LinkWebhook>| Ok(()));
    assert_eq!(
        twice.build().unwrap_err().to_string(),
        "CONSENT.openfinance_consent_expired has two handlers"
    );
    let twice = start()
        .on_type(bills.clone(), async |_: Received<LinkWebhook>| Ok(()))
        .on_webhook(bills.clone(), WebhookCode::HistoricalUpdate, async |_: Received<LinkWebhook>| Ok(()))
        .on_type(bills, async |_: Received<LinkWebhook>| Ok(()));
    assert_eq!(twice.build().unwrap_err().to_string(), "BILLS has two handlers");
    let twice = start()
        .on_payment(async |_: Received<PaymentWebhook>| Ok(()))
        .on_payment(async |_: Received<PaymentWebhook>| Ok(()));
    assert_eq!(twice.build().unwrap_err().to_string(), "a payment has two handlers");
}

#[test]
fn a_delivery_is_read_without_an_inbox() {
    let items = |body: &str| {
        let delivery = Delivery::new(body.to_owned().into(), headers(&[VALUE]));
        parse(&delivery.verify(&super::belvo(), start()).unwrap())
    };
    let both = items(&format!("[{NEWEST},{PAYMENT}]")).unwrap().value;
    let [Item::Webhook(first), Item::Webhook(second)] = &both[..] else { panic!("{both:?}") };
    assert!(matches!((&**first, &**second), (AnyWebhook::Link(_), AnyWebhook::Payment(_))));
    assert!(items("").unwrap().value.is_empty());
    assert!(matches!(items("{\"a\":1}").unwrap().value[..], [Item::Unknown(Some(_))]));
    assert!(items("<html>").is_err());
}

#[tokio::test]
async fn a_refresh_whose_webhooks_do_not_come_is_overdue() {
    let clock = Clock::manual(start());
    let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
    let historical = |about| WebhookName::new(about, WebhookCode::HistoricalUpdate);
    let awaited = [historical(WebhookType::Transactions), historical(WebhookType::Bills)];
    // The answer 202 may spell the id without hyphens.
    let request = RequestId::from(REQUEST.replace('-', "").as_str());
    let minute = Duration::from_secs(60);
    let expectation = belvo::expectation(&request, awaited.clone(), start() + minute).of_link("l-1");
    inbox.expect(expectation).await.unwrap();

    let status = async || inbox.expected(Page::first(1)).await.unwrap().remove(0);
    assert_eq!(status().await.missing, ["BILLS.historical_update", "TRANSACTIONS.historical_update"]);
    inbox.store(split(NEWEST)).await.unwrap();
    assert_eq!(status().await.missing, ["BILLS.historical_update"]);
    assert_eq!(status().await.status, ExpectationStatus::Outstanding);

    let seen = Arc::new(Mutex::new(None));
    let noted = seen.clone();
    let calls = Calls::default();
    let handlers = fallback(&calls).on_overdue(move |overdue: Received<Overdue>| {
        *noted.lock().unwrap() = Some(overdue.value);
        async { Ok(()) }
    });
    let dispatcher = Dispatcher::new(inbox.clone(), handlers.build().unwrap());
    clock.advance(minute);
    assert_eq!(dispatcher.run_due().await.unwrap(), 2);
    let overdue = seen.lock().unwrap().take().unwrap();
    assert_eq!(overdue.missing, [historical(WebhookType::Bills)]);
    assert_eq!((overdue.request_id.as_str(), overdue.webhooks.len()), (REQUEST, 2));
    assert_eq!(overdue.link_id.unwrap().as_str(), "l-1");

    inbox.store(split(&NEWEST.replace("TRANSACTIONS", "BILLS"))).await.unwrap();
    assert_eq!(status().await.status, ExpectationStatus::Arrived);
}
