//! A disk that is truly full, and one that may only be read: a small one in memory, seen by a process of its own alone.

use std::process::Command;
use std::sync::Arc;

use klavi_webhook::klavi::Klavi;
use klavi_webhook::{
    Answer, Change, EntryState, Filter, Inbox, InboxErrorKind, Receiver, SqliteInbox, SqliteOptions, Store,
};

use crate::{KEY, REPORT, entries, lease, settle, signed, split};

/// The folder on which the child puts its disk; without it there is nothing to do.
const FOLDER: &str = "KLAVI_TEST_DISK";

#[test]
#[ignore = "needs mount and unshare"]
fn a_disk_that_is_full_or_read_only_leaves_the_delivery_with_the_sender() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "inbox::disk::child", "--nocapture"])
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("deliveries fit"), "{said}");
}

fn report(n: usize) -> String {
    let noise = std::iter::repeat_with(fastrand::alphanumeric).take(20_000).collect::<String>();
    REPORT.replace("rp-1", &format!("rp-{n}")).replace("94088392", &noise)
}

fn mount(arguments: &[&str]) {
    assert!(Command::new("mount").args(arguments).status().unwrap().success());
}

/// Not a test of its own: the process with the small disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    mount(&["-t", "tmpfs", "-o", "size=4m", "tmpfs", &folder]);
    let path = std::path::Path::new(&folder).join("inbox.db");
    let other = path.with_file_name("other");
    std::fs::write(&other, vec![0; 1 << 20]).unwrap();
    let inbox = Arc::new(SqliteInbox::open(&path).await.unwrap());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let post = async |body: &str| receiver.handle(signed(body), None, body.to_owned().into()).await;

    let mut fitted = 0;
    while post(&report(fitted)).await == Answer::Accepted {
        fitted += 1;
    }
    // To the last byte.
    std::fs::write(path.with_file_name("rest"), vec![0; 8 << 20]).unwrap_err();
    assert_eq!(post(&report(fitted)).await, Answer::Unavailable);
    let error = inbox.store(split(&report(fitted))).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Full, "{error:?}");
    assert_eq!(entries(&*inbox, None).await.len(), fitted, "all that was acknowledged, and nothing else");

    // Somebody makes room, and everything goes on without a restart.
    std::fs::remove_file(other).unwrap();
    let mut handled = 0;
    for leased in lease(&*inbox, 10).await {
        handled += u64::from(settle(&*inbox, leased.ticket.done()).await);
    }
    let done = Filter::all().in_state(EntryState::Done);
    assert_eq!(inbox.change(&done, Change::Prune).await.unwrap(), handled);
    assert_eq!(post(&report(fitted)).await, Answer::Accepted);
    drop((receiver, inbox));
    let inbox = SqliteInbox::open(&path).await.unwrap();
    assert_eq!(entries(&inbox, None).await.len() as u64, fitted as u64 - handled + 1);
    drop(inbox);

    mount(&["-o", "remount,ro", &folder]);
    let error = SqliteInbox::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::ReadOnly, "{error:?}");
    let inbox = SqliteOptions::new(&path).read_only().open().await.unwrap();
    assert_eq!(entries(&inbox, None).await.len() as u64, fitted as u64 - handled + 1, "it can be read");
    assert_eq!(inbox.store(split(REPORT)).await.unwrap_err().kind(), InboxErrorKind::ReadOnly);
    println!("{fitted} deliveries fit");
}
