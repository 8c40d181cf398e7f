//! Rows and bodies that something has damaged.

use klavi_webhook::{Change, EntryState, Filter, InboxErrorKind, LeaseRequest, Order};
use tracing::Level;

use super::Place;
use crate::log::Log;
use crate::{REPORT, change, list, settle, split};

const BAD: &str = "CAST(x'ff' AS TEXT)";

/// What makes an entry unreadable, so that it becomes a dead letter once it is due.
fn unreadable() -> Vec<String> {
    let texts = [
        "dedup_key",
        "provider",
        "kind",
        "name",
        "message_id",
        "link_id",
        "consent_id",
        "institution_code",
        "request_id",
        "source",
        "headers",
        "encoding",
    ];
    let of_entry = |change: String| format!("UPDATE inbox_entries SET {change} WHERE id =");
    let of_delivery = |change: String| format!("UPDATE inbox_deliveries SET {change} WHERE entry =");
    let mut damages: Vec<_> = texts.iter().map(|column| of_entry(format!("{column} = {BAD}"))).collect();
    damages.extend(
        ["received_at = 'x'", "received_at = 9e18", "bytes = 'x'"].map(|one| of_entry(one.to_owned())),
    );
    damages.extend(["encoding = 'lz4'", "encoding = 'zstd', bytes = 9"].map(|one| of_entry(one.to_owned())));
    damages.extend(["last_error", "history"].map(|column| of_delivery(format!("{column} = {BAD}"))));
    damages.push(of_delivery("attempts = 'x'".to_owned()));
    damages
}

/// What keeps an entry from being found, or is of no account.
fn harmless() -> Vec<String> {
    let changes = [
        format!("state = {BAD}"),
        "state = 'later'".to_owned(),
        format!("target = {BAD}"),
        "due = 'x'".to_owned(),
        "mark = 'x'".to_owned(),
        "link = 'x'".to_owned(),
        "bytes = 'x'".to_owned(),
        "leases = 'x'".to_owned(),
    ];
    changes.iter().map(|change| format!("UPDATE inbox_deliveries SET {change} WHERE entry =")).collect()
}

#[tokio::test]
async fn a_damaged_entry_is_a_dead_letter_and_keeps_no_other_from_being_handled() {
    for order in [Order::Free, Order::PerLink] {
        let (log, _guard) = Log::take_in(Level::ERROR);
        let place = Place::sqlite();
        let inbox = place.open().await;
        let (unreadable, harmless) = (unreadable(), harmless());
        let damages: Vec<_> = unreadable.iter().chain(&harmless).collect();
        let store = async |n: usize| {
            let mut new = split(&REPORT.replace("rp-1", &format!("rp-{n}"))).remove(0);
            new.link_id = Some(format!("l-{n}"));
            inbox.store(vec![new]).await.unwrap();
        };
        for (n, damage) in damages.iter().enumerate() {
            store(n).await;
            assert_eq!(place.meddle(&format!("{damage} {}", n + 1)).await, 1, "{damage}");
        }
        let good = damages.len() as u64 + 1;
        store(damages.len()).await;

        let mut leased = Vec::new();
        while let entries = inbox.lease(LeaseRequest::new(9).order(order)).await.unwrap()
            && (entries.more || !entries.entries.is_empty())
        {
            for one in entries.entries {
                leased.push(one.entry.id.get());
                assert!(settle(&*inbox, one.ticket.done()).await, "{}", one.entry.id);
            }
        }
        assert!(leased.contains(&good), "{leased:?}");
        let listed = list(&*inbox, &Filter::all()).await;
        assert_eq!(listed.len() as u64, good, "every one is listed");
        let told: Vec<_> =
            log.lines().iter().map(|line| line["fields"]["entry"].as_str().unwrap().to_owned()).collect();
        for (damage, entry) in unreadable.iter().zip(&listed) {
            assert_eq!(entry.state, EntryState::Dead, "{damage}");
            assert!(told.contains(&entry.id.to_string()), "{damage}");
        }
        let unlit = inbox.get(listed[0].id).await.unwrap_err();
        assert_eq!(unlit.kind(), InboxErrorKind::Unreadable, "{unlit:?}");
        inbox.counts().await.unwrap();
        for entry in listed {
            assert!(change(&*inbox, entry.id, Change::Erase).await, "{}", entry.id);
        }
        assert!(list(&*inbox, &Filter::all()).await.is_empty());
    }
}
