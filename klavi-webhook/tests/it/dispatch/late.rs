//! An inbox that takes longer to read entries than they are leased for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use klavi_webhook::klavi::{Handlers, Item, Received};
use klavi_webhook::{Dispatcher, Inbox};

use super::inbox;
use crate::faulty::Faulty;
use crate::{LEASE, REPORT};

#[tokio::test(start_paused = true)]
async fn no_handler_begins_once_its_lease_is_as_good_as_over() {
    let inbox = inbox(&[REPORT]).await;
    let handled = Arc::new(AtomicU32::new(0));
    let counted = handled.clone();
    let handlers = Handlers::new(move |_: Received<Item>| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    })
    .build()
    .unwrap();
    let mut slow = Faulty::new(inbox.clone());
    slow.lease_takes = LEASE.mul_f64(0.95);
    let dispatcher = Dispatcher::new(Arc::new(slow), handlers).lease(LEASE);
    dispatcher.run(tokio::time::sleep(LEASE * 10)).await;
    assert_eq!(handled.load(Ordering::SeqCst), 0, "whoever has it next would handle it beside this one");
    assert_eq!(inbox.get(1.into()).await.unwrap().unwrap().attempts, 0);
}
