//! A disk that is full, a file that is locked, a folder that may not be written.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use klavi_webhook::klavi::Klavi;
use klavi_webhook::{
    Answer, Change, EntryState, Filter, Inbox, InboxErrorKind, LeaseRequest, Receiver, SqliteInbox,
    SqliteOptions, Store, Stored,
};

use crate::{KEY, REPORT, entries, lease, settle, signed, split};

async fn post(receiver: &Receiver, body: &str) -> Answer {
    receiver.handle(signed(body), None, bytes::Bytes::copy_from_slice(body.as_bytes())).await
}

fn report(n: u64) -> String {
    // Noise, so that packing does not help.
    let mut chance = fastrand::Rng::with_seed(n);
    let noise: String = std::iter::repeat_with(|| chance.alphanumeric()).take(20_000).collect();
    REPORT.replace("rp-1", &format!("rp-{n}")).replace("94088392", &noise)
}

#[tokio::test]
async fn a_locked_file_leaves_the_delivery_with_the_sender() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Arc::new(SqliteOptions::new(&path).wait_for_others(Duration::ZERO).open().await.unwrap());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(post(&receiver, REPORT).await, Answer::Unavailable);
    let error = inbox.store(split(REPORT)).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Locked);
    assert!(entries(&*inbox, None).await.is_empty(), "it can be read meanwhile");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(post(&receiver, REPORT).await, Answer::Accepted);
}

#[tokio::test]
async fn a_full_disk_leaves_the_delivery_with_the_sender_until_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Arc::new(SqliteOptions::new(&path).max_bytes(400_000).open().await.unwrap());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let mut accepted = 0;
    while post(&receiver, &report(accepted)).await == Answer::Accepted {
        accepted += 1;
    }
    assert!((10..=30).contains(&accepted), "{accepted}");
    let error = inbox.store(split(&report(accepted))).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Full);
    assert!(!error.to_string().contains("rp-"));

    // What is there can be handled, and makes room.
    assert_eq!(entries(&*inbox, Some(EntryState::Pending)).await.len() as u64, accepted);
    for leased in lease(&*inbox, 100).await {
        assert!(settle(&*inbox, leased.ticket.done()).await);
    }
    let done = Filter::all().in_state(EntryState::Done);
    assert_eq!(inbox.change(&done, Change::Prune).await.unwrap(), accepted);
    assert_eq!(post(&receiver, &report(accepted)).await, Answer::Accepted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_does_not_fit_costs_no_other_that_is_stored_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inbox.db");
    let inbox = Arc::new(SqliteOptions::new(&path).max_bytes(2_000_000).open().await.unwrap());
    // As long as the file is held, everything waits for the same commit.
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let storing = |n: u64, size: usize| {
        let inbox = inbox.clone();
        tokio::spawn(async move {
            let mut new = split(&report(n)).remove(0);
            new.set_body(std::iter::repeat_with(|| fastrand::u8(..)).take(size).collect());
            inbox.store(vec![new]).await
        })
    };
    let stores: Vec<_> = (0..20).map(|n| storing(n, if n == 10 { 3_000_000 } else { 1_000 })).collect();
    tokio::task::yield_now().await;
    other.execute_batch("ROLLBACK").unwrap();
    for (n, stored) in stores.into_iter().enumerate() {
        match stored.await.unwrap() {
            Ok(stored) => assert!(n != 10 && matches!(stored[..], [Stored::New(_)])),
            Err(error) => assert_eq!((n, error.kind()), (10, InboxErrorKind::Full)),
        }
    }
    assert_eq!(entries(&*inbox, None).await.len(), 19);
}

#[tokio::test]
async fn a_folder_that_may_not_be_written_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    // Nobody stops the superuser, except in a file system that has no files to make.
    let superuser = std::fs::write(folder.path().join("probe"), "").is_ok();
    let path = if superuser { "/sys".into() } else { folder.path().to_owned() };
    let error = SqliteInbox::open(path.join("inbox.db")).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::ReadOnly, "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "shopping list".repeat(100)).unwrap();
    let error = SqliteInbox::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Unreadable, "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "shopping list".repeat(100));
    assert!(SqliteInbox::open(folder.path().join("no/folder")).await.is_err());
}

#[tokio::test]
async fn whoever_opens_it_to_read_sees_what_is_written_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in box#1?.db");
    let inbox = SqliteInbox::open(&path).await.unwrap();
    let reader = SqliteOptions::new(&path).read_only().open().await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    assert_eq!(entries(&reader, None).await.len(), 1);
    for error in [
        reader.store(split(REPORT)).await.unwrap_err(),
        reader.lease(LeaseRequest::new(1)).await.unwrap_err(),
        reader.change(&Filter::all(), Change::Erase).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), InboxErrorKind::ReadOnly, "{error:?}");
    }
    let none = SqliteOptions::new(folder.path().join("none.db")).read_only().open().await.unwrap_err();
    assert_eq!(none.kind(), InboxErrorKind::Missing, "{none:?}");
}

#[tokio::test]
async fn the_file_is_for_its_owner_alone_and_single_when_closed() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).await.unwrap();
    inbox.store(split(REPORT)).await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
    }
    drop(inbox);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
