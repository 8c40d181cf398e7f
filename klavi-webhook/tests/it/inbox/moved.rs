//! A file that is taken away from under its inbox.

use std::path::Path;

use klavi_webhook::{Inbox, InboxErrorKind, SqliteInbox, Store};

use crate::{REPORT, entries, split};

fn report(n: usize) -> Vec<klavi_webhook::NewEntry> {
    split(&REPORT.replace("rp-1", &format!("rp-{n}")))
}

async fn is_refused(inbox: &SqliteInbox) {
    let error = inbox.store(report(7)).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Moved, "{error:?}");
    let error = inbox.check().await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Moved, "{error:?}");
}

#[tokio::test]
async fn nothing_is_acknowledged_into_a_file_that_is_gone() {
    let remove = |path: &Path| std::fs::remove_file(path).unwrap();
    let replace = |path: &Path| {
        std::fs::rename(path, path.with_file_name("away")).unwrap();
        std::fs::write(path, "another").unwrap();
    };
    for take_away in [&remove as &dyn Fn(&Path), &replace] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inbox.db");
        let inbox = SqliteInbox::open(&path).await.unwrap();
        inbox.store(report(1)).await.unwrap();
        inbox.check().await.unwrap();
        take_away(&path);
        is_refused(&inbox).await;
    }
}

#[tokio::test]
async fn a_file_that_is_put_back_goes_on_with_all_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (path, away) = (folder.path().join("inbox.db"), folder.path().join("away"));
    let inbox = SqliteInbox::open(&path).await.unwrap();
    inbox.store(report(1)).await.unwrap();
    std::fs::rename(&path, &away).unwrap();
    is_refused(&inbox).await;
    std::fs::rename(&away, &path).unwrap();
    inbox.check().await.unwrap();
    inbox.store(report(2)).await.unwrap();
    drop(inbox);

    let inbox = SqliteInbox::open(&path).await.unwrap();
    inbox.store(report(7)).await.unwrap();
    let kept: Vec<_> =
        entries(&inbox, None).await.iter().map(|entry| entry.message_id.clone().unwrap()).collect();
    for id in ["rp-1", "rp-2", "rp-7"] {
        assert_eq!(kept.iter().filter(|kept| *kept == id).count(), 1, "{kept:?}");
    }
}

#[tokio::test]
async fn the_log_of_a_database_that_is_not_there_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (folder.path().join("here.db"), folder.path().join("there.db"));
    let (log, orphan) = (folder.path().join("here.db-wal"), folder.path().join("there.db-wal"));
    let inbox = SqliteInbox::open(&here).await.unwrap();
    inbox.store(report(1)).await.unwrap();
    std::fs::copy(&log, &orphan).unwrap();
    for empty in [false, true] {
        if empty {
            std::fs::write(&there, "").unwrap();
        }
        let error = SqliteInbox::open(&there).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Unsuitable, "{error:?}");
        assert!(error.to_string().contains("there.db-wal"), "{error}");
        assert_eq!(std::fs::read(&orphan).unwrap(), std::fs::read(&log).unwrap());
    }
    // With its database it is read.
    std::fs::copy(&here, &there).unwrap();
    let found = SqliteInbox::open(&there).await.unwrap();
    assert!(found.get(1.into()).await.unwrap().is_some());
}
