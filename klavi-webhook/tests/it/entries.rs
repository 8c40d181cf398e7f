//! How many entries a delivery may have.

use std::sync::Arc;

use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Answer, EntryKind, MemoryInbox, Receiver, Split};

use crate::{KEY, entries, signed};

fn events(count: usize) -> String {
    let events: Vec<_> =
        (0..count).map(|n| format!(r#"{{"eventId":"{n}","eventName":"link_created"}}"#)).collect();
    format!("[{}]", events.join(","))
}

#[tokio::test]
async fn a_delivery_of_more_entries_than_it_may_have_is_kept_as_one() {
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let post = async |body: &str| receiver.handle(signed(body), None, body.to_owned().into()).await;
    let most = events(Split::MOST_ENTRIES);
    assert_eq!(post(&most).await, Answer::Accepted);
    assert_eq!(entries(&*inbox, None).await.len(), Split::MOST_ENTRIES);

    let body = format!(r#"[{{"eventName":"x"}}{}]"#, ",1".repeat(1_500_000));
    assert_eq!(post(&body).await, Answer::Quarantined);
    let kept = entries(&*inbox, None).await.pop().unwrap();
    assert_eq!((kept.kind, kept.body.len()), (EntryKind::Unknown, body.len()));
    assert_eq!(kept.last_error.as_deref(), Some("more entries than a delivery may have"));
    assert_eq!(post(&body).await, Answer::Duplicate);
}

#[tokio::test]
async fn each_entry_counts_in_the_memory_for_all() {
    let body = events(5_000);
    for (memory, answer) in [(4 << 20, Answer::Unavailable), (16 << 20, Answer::Accepted)] {
        assert!(Receiver::memory_for(body.len()) < memory / 2, "the bytes alone fit");
        let receiver = Receiver::new(Klavi::new(KEY), Arc::new(MemoryInbox::new())).memory(memory);
        assert_eq!(receiver.handle(signed(&body), None, body.clone().into()).await, answer);
        assert_eq!(receiver.memory_in_use(), 0, "it is given back");
    }
}
