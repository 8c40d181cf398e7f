//! What did not come, as Klavi's types.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_types::{Product, ProductName, RequestId};
use klavi_webhook::klavi::{self, Handlers, HandlersBuilder, Item, Overdue, Received};
use klavi_webhook::{
    Clock, Dispatcher, EntryState, Expectation, Filter, Inbox, MemoryInbox, SinkError, Store,
};

use crate::{REPORT, list, split, start};

const BALANCE: Product = Product::Personal(ProductName::Balance);
const LOANS: Product = Product::Personal(ProductName::Loans);
const MINUTE: Duration = Duration::from_secs(60);

fn expectation() -> Expectation {
    klavi::expectation(&RequestId::from("rq-1"), [LOANS, BALANCE], start() + MINUTE)
        .of_link("l-1")
        .of_consent("c-1")
}

fn everything_else() -> HandlersBuilder {
    Handlers::new(async |_: Received<Item>| Ok(()))
}

async fn state(inbox: &MemoryInbox) -> EntryState {
    list(inbox, &Filter::all()).await[0].state
}

#[tokio::test]
async fn what_is_missing_at_the_deadline_comes_to_its_handler() {
    let clock = Clock::manual(start());
    let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
    inbox.expect(expectation()).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();

    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = seen.clone();
    let handlers = everything_else().on_overdue(move |overdue: Received<Overdue>| {
        let noted = noted.clone();
        async move {
            noted.lock().unwrap().push(overdue);
            Ok(())
        }
    });
    let dispatcher = Dispatcher::new(inbox.clone(), handlers.build().unwrap());
    assert_eq!(dispatcher.run_due().await.unwrap(), 1, "the report alone");
    assert_eq!(state(&inbox).await, EntryState::Outstanding);
    clock.advance(MINUTE);
    assert_eq!(dispatcher.run_due().await.unwrap(), 1);
    assert_eq!(state(&inbox).await, EntryState::Done);

    let seen = seen.lock().unwrap();
    let [received] = &seen[..] else { panic!("{seen:?}") };
    let overdue = &received.value;
    assert_eq!(overdue.request_id.as_str(), "rq-1");
    assert_eq!(overdue.link_id.as_ref().map(AsRef::as_ref), Some("l-1"));
    assert_eq!(overdue.consent_id.as_ref().map(AsRef::as_ref), Some("c-1"));
    assert_eq!((&overdue.products[..], &overdue.missing[..]), (&[BALANCE, LOANS][..], &[LOANS][..]));
    assert_eq!(overdue.deadline, start() + MINUTE);
    assert!(received.idempotency_key().starts_with("expectation:rq-1:"));
    assert_eq!(
        std::str::from_utf8(received.raw()).unwrap(),
        r#"{"requestId":"rq-1","linkId":"l-1","consentId":"c-1","products":["pf_balance","pf_loans"],"missing":["pf_loans"],"deadline":"2026-01-02T03:05:05Z"}"#
    );
    let shown = format!("{received:?}");
    assert!(!shown.contains("rq-1") && !shown.contains("l-1"), "{shown}");
}

#[tokio::test]
async fn what_has_come_comes_to_no_handler() {
    let inbox = Arc::new(MemoryInbox::with_clock(Clock::manual(start() + MINUTE)));
    inbox.expect(expectation()).await.unwrap();
    for (id, product) in [("rp-1", "pf_balance"), ("rp-2", "pf_loans")] {
        inbox.store(split(&REPORT.replace("rp-1", id).replace("pf_balance", product))).await.unwrap();
    }
    let handlers =
        everything_else().on_overdue(async |_: Received<Overdue>| Err(SinkError::permanent("called")));
    Dispatcher::new(inbox.clone(), handlers.build().unwrap()).run_due().await.unwrap();
    assert_eq!(state(&inbox).await, EntryState::Done);
}

#[tokio::test]
async fn without_a_handler_of_its_own_it_comes_to_the_fallback() {
    let inbox = Arc::new(MemoryInbox::with_clock(Clock::manual(start() + MINUTE)));
    let any = klavi::expectation(&RequestId::from("rq-1"), [], start());
    inbox.expect(any).await.unwrap();
    let handlers = Handlers::new(async |item: Received<Item>| match &item.value {
        Item::Overdue(overdue) if overdue.missing.is_empty() && overdue.products.is_empty() => Ok(()),
        _ => Err(SinkError::permanent("something else")),
    });
    Dispatcher::new(inbox.clone(), handlers.build().unwrap()).run_due().await.unwrap();
    assert_eq!(state(&inbox).await, EntryState::Done);
}

#[test]
fn two_handlers_for_it_are_an_error() {
    let twice = everything_else()
        .on_overdue(async |_: Received<Overdue>| Ok(()))
        .on_overdue(async |_: Received<Overdue>| Ok(()));
    assert_eq!(twice.build().unwrap_err().to_string(), "what is overdue has two handlers");
}
