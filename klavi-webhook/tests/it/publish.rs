//! Publishers, the sink and the direct store, over a broker in memory. Real brokers are in tests/brokers.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use klavi_webhook::conformance::{self, Delivered};
use klavi_webhook::{
    BoxFuture, BrokerSink, DirectStore, Dispatcher, EntryState, Filter, Inbox, InboxErrorKind, MemoryInbox,
    Message, Publish, PublishError, PublishErrorKind, Published, RetrySchedule, Store, Stored,
};

use crate::{list, split};

/// A broker that keeps messages by their order, and knows duplicates.
#[derive(Debug)]
struct Broker {
    messages: Mutex<Vec<Message>>,
    fails: Mutex<HashMap<String, PublishErrorKind>>,
    breaks: Option<Rule>,
}

/// A rule that a publisher breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    Confirmed,
    Body,
    Headers,
    Duplicates,
    Limit,
}

const LIMIT: usize = 100_000;

impl Broker {
    fn new(breaks: Option<Rule>) -> Arc<Self> {
        Arc::new(Self { messages: Mutex::default(), fails: Mutex::default(), breaks })
    }

    /// Messages of that product or event fail in this way.
    fn fails(&self, name: &str, kind: PublishErrorKind) {
        self.fails.lock().unwrap().insert(name.to_owned(), kind);
    }

    fn read(&self) -> Vec<Delivered> {
        let messages = self.messages.lock().unwrap();
        let read = |message: &Message| {
            let headers = message.headers.iter().map(|(name, value)| (name.to_string(), value.clone()));
            Delivered::new(&message.id, headers.collect(), message.body.clone())
        };
        messages.iter().map(read).collect()
    }

    fn take(&self, mut message: Message) -> Result<Published, PublishError> {
        if let Some(kind) = self.fails.lock().unwrap().get(message.name.as_deref().unwrap_or_default()) {
            return Err(PublishError::new(*kind, "it was told to"));
        }
        if message.body.len() > LIMIT && self.breaks != Some(Rule::Limit) {
            return Err(PublishError::new(PublishErrorKind::TooLarge, "too large"));
        }
        let mut messages = self.messages.lock().unwrap();
        if let Some(known) = messages.iter().position(|known| known.id == message.id) {
            let sequence = Some(known as u64 + 1);
            let tells = self.breaks != Some(Rule::Duplicates);
            return Ok(if tells { Published::duplicate(sequence) } else { Published::new(sequence) });
        }
        match self.breaks {
            Some(Rule::Confirmed) if messages.len() > 50 => return Ok(Published::new(None)),
            Some(Rule::Body) => message.body = String::from_utf8_lossy(&message.body).into_owned().into(),
            Some(Rule::Headers) => message.headers.retain(|(name, _)| name != "inbox-link"),
            _ => {}
        }
        messages.push(message);
        Ok(Published::new(Some(messages.len() as u64)))
    }
}

impl Publish for Broker {
    fn publish(&self, message: Message) -> BoxFuture<'_, Result<Published, PublishError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.take(message)
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), PublishError>> {
        Box::pin(async { Ok(()) })
    }

    fn max_body(&self) -> usize {
        LIMIT
    }
}

#[tokio::test]
async fn a_publisher_that_keeps_the_rules_passes_and_a_sink_over_it() {
    let broker = Broker::new(None);
    let read = async || broker.read();
    conformance::publisher(broker.clone(), read).await;
    conformance::sink(Arc::new(BrokerSink::new(broker.clone())), read).await;
}

#[tokio::test]
async fn a_publisher_that_breaks_a_rule_does_not_pass() {
    for rule in [Rule::Confirmed, Rule::Body, Rule::Headers, Rule::Duplicates, Rule::Limit] {
        let broker = Broker::new(Some(rule));
        let held = conformance::publisher(broker.clone(), async || broker.read());
        assert!(AssertUnwindSafe(held).catch_unwind().await.is_err(), "{rule:?}");
    }
}

#[tokio::test]
async fn a_delivery_is_stored_once_all_its_entries_are_confirmed() {
    let broker = Broker::new(None);
    let store = DirectStore::new(broker.clone(), LIMIT).unwrap();
    broker.fails("product_request_received", PublishErrorKind::Full);
    let error = store.store(split(crate::EVENTS)).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Full);
    assert_eq!(broker.read().len(), 1, "the other one was confirmed");
    broker.fails.lock().unwrap().clear();
    let stored = store.store(split(crate::EVENTS)).await.unwrap();
    assert_eq!(stored, [Stored::Duplicate(1.into()), Stored::New(2.into())]);
    let ids: HashSet<_> = broker.read().into_iter().map(|message| message.id).collect();
    assert_eq!(ids.len(), 2);
}

#[tokio::test]
async fn a_body_that_could_not_be_stored_is_refused_before_it_comes() {
    let broker = Broker::new(None);
    let error = DirectStore::new(broker.clone(), LIMIT + 1).unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Unsuitable);
    assert!(error.to_string().contains("--max-body 100000"), "{error}");
    let store = DirectStore::new(broker, LIMIT).unwrap();
    let mut entries = split(crate::REPORT);
    entries[0].set_body(vec![b' '; LIMIT + 1].into());
    assert_eq!(store.store(entries).await.unwrap_err().kind(), InboxErrorKind::Unsuitable);
}

#[tokio::test]
async fn what_the_broker_refuses_for_good_is_a_dead_letter_and_an_outage_counts_no_attempt() {
    for (kind, state, attempts) in [
        (PublishErrorKind::Refused, EntryState::Dead, 1),
        (PublishErrorKind::Full, EntryState::Pending, 1),
        (PublishErrorKind::Unreachable, EntryState::Pending, 0),
        (PublishErrorKind::Missing, EntryState::Pending, 0),
    ] {
        let (broker, inbox) = (Broker::new(None), Arc::new(MemoryInbox::new()));
        broker.fails("pf_balance", kind);
        inbox.store(split(crate::REPORT)).await.unwrap();
        let schedule =
            RetrySchedule::new(9, std::time::Duration::from_secs(60), std::time::Duration::from_secs(60));
        let dispatcher = Dispatcher::new(inbox.clone(), BrokerSink::new(broker)).schedule(schedule);
        assert_eq!(dispatcher.run_due().await.unwrap(), 1);
        let entry = &list(&*inbox as &dyn Inbox, &Filter::all()).await[0];
        assert_eq!((entry.state, entry.attempts), (state, attempts), "{kind:?}");
    }
}

#[tokio::test]
async fn a_body_above_the_limit_is_claimed_from_the_inbox() {
    let (broker, inbox) = (Broker::new(None), Arc::new(MemoryInbox::new()));
    let mut entries = split(crate::REPORT);
    entries[0].set_body(vec![b' '; LIMIT + 1].into());
    inbox.store(entries).await.unwrap();
    Dispatcher::new(inbox.clone(), BrokerSink::new(broker.clone())).run_due().await.unwrap();
    let found = &broker.read()[0];
    let claim: serde_json::Value = serde_json::from_slice(&found.body).unwrap();
    let entry = &list(&*inbox as &dyn Inbox, &Filter::all()).await[0];
    assert_eq!(claim["claim"]["entry"], entry.id.get());
    assert_eq!(claim["claim"]["dedupKey"], entry.dedup_key);
    assert!(entry.dedup_key.ends_with(claim["claim"]["sha256"].as_str().unwrap()));
    assert_eq!(found.headers["inbox-claim"], "inbox");
}
