//! From the inbox to typed handlers.

mod late;
mod outage;
mod settling;
mod stop;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_types::events::{Event, EventName};
use klavi_types::reports::{BalanceReport, CheckingAccounts, Report};
use klavi_webhook::klavi::{Handlers, Item, Klavi, Received};
use klavi_webhook::{
    BoxFuture, Change, Clock, Dispatcher, Entry, EntryState, Filter, Inbox, MemoryInbox, Order, Receiver,
    RetrySchedule, Sink, SinkError, Store,
};
use tokio::sync::Notify;

use crate::{EVENTS, KEY, LEASE, REPORT, change, lease, list, signed, split, start};

async fn inbox(bodies: &[&str]) -> Arc<MemoryInbox> {
    inbox_at(&Clock::manual(start()), bodies).await
}

/// The same under a clock that the test turns.
async fn inbox_at(clock: &Clock, bodies: &[&str]) -> Arc<MemoryInbox> {
    let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
    for body in bodies {
        inbox.store(split(body)).await.unwrap();
    }
    inbox
}

async fn states(inbox: &MemoryInbox) -> Vec<EntryState> {
    list(inbox, &Filter::all()).await.into_iter().map(|entry| entry.state).collect()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn sorted(&self) -> Vec<String> {
        let mut lines = self.0.lock().unwrap().clone();
        lines.sort();
        lines
    }
}

fn handlers(log: &Log) -> Handlers {
    let (other, balance, event) = (log.clone(), log.clone(), log.clone());
    Handlers::new(move |item: Received<Item>| {
        let log = other.clone();
        async move {
            let what = match &item.value {
                Item::Report(report) => report.head().product_name.as_ref().unwrap().to_string(),
                Item::Event(event) => event.event_name.as_ref().unwrap().to_string(),
                Item::LegacyReport(_) => "legacy".to_owned(),
                _ => "unknown".to_owned(),
            };
            log.note(format!("fallback {what}"));
            Ok(())
        }
    })
    .on_report(move |report: Received<Report<BalanceReport>>| {
        let log = balance.clone();
        async move {
            let account = &report.value.content.accounts[0];
            let available = account.head.balances.as_ref().unwrap().available_amount.as_ref().unwrap();
            log.note(format!("balance {}", available.amount.unwrap()));
            Ok(())
        }
    })
    .on_event(EventName::ConsentAuthorised, move |received: Received<Event>| {
        let log = event.clone();
        async move {
            let consent = received.value.payload.as_ref().unwrap().consent_id().unwrap().to_string();
            log.note(format!("authorised {consent}"));
            Ok(())
        }
    })
    .build()
    .unwrap()
}

#[tokio::test]
async fn each_entry_goes_to_its_handler_and_the_rest_to_the_fallback() {
    let unknown = r#"{"productName":"pf_income","productReportId":"rp-2"}"#;
    let legacy = r#"{"code":200,"msg":"ok","data":{"report_type":"income"}}"#;
    let inbox = inbox(&[REPORT, EVENTS, unknown, legacy]).await;
    let log = Log::default();
    let ran = Dispatcher::new(inbox.clone(), handlers(&log)).run_due().await.unwrap();
    assert_eq!(ran, 5);
    assert_eq!(
        log.sorted(),
        [
            "authorised c-1",
            "balance 1000.0400",
            "fallback legacy",
            "fallback pf_income",
            "fallback product_request_received"
        ]
    );
    assert_eq!(states(&inbox).await, [EntryState::Done; 5]);
}

#[tokio::test]
async fn what_is_sent_again_is_handled_once() {
    let inbox = inbox(&[]).await;
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let log = Log::default();
    let dispatcher = Dispatcher::new(inbox.clone(), handlers(&log));
    for again in 0..3 {
        for body in [EVENTS, REPORT] {
            // Before it is handled, and after.
            for _ in 0..2 {
                receiver.handle(signed(body), None, body.into()).await;
            }
        }
        assert_eq!(dispatcher.run_due().await.unwrap(), if again == 0 { 3 } else { 0 });
    }
    assert_eq!(log.sorted(), ["authorised c-1", "balance 1000.0400", "fallback product_request_received"]);
}

#[tokio::test]
async fn companies_reports_come_to_the_same_handler() {
    let inbox = inbox(&[&REPORT.replace("pf_balance", "pj_balance")]).await;
    let log = Log::default();
    Dispatcher::new(inbox, handlers(&log)).run_due().await.unwrap();
    assert_eq!(log.sorted(), ["balance 1000.0400"]);
}

#[tokio::test]
async fn a_bad_leaf_reaches_the_handler_beside_the_rest() {
    let inbox = inbox(&[&REPORT.replace("\"1000.0400\"", "\"1.000,04\"")]).await;
    let found = Log::default();
    let log = found.clone();
    let handlers = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_report(move |report: Received<Report<BalanceReport>>| {
            let log = log.clone();
            async move {
                log.note(format!("{} {}", report.malformed[0].path, report.malformed[0].raw()));
                Ok(())
            }
        })
        .build()
        .unwrap();
    Dispatcher::new(inbox, handlers).run_due().await.unwrap();
    assert_eq!(found.sorted(), ["accounts[0].balances.availableAmount.amount \"1.000,04\""]);
}

#[tokio::test]
async fn a_quarantined_entry_that_is_replayed_reaches_the_fallback() {
    for body in ["{\"odd\":1}", "<html>", "7"] {
        let inbox = inbox(&[body]).await;
        assert!(change(&*inbox, 1.into(), Change::Replay).await);
        let log = Log::default();
        Dispatcher::new(inbox.clone(), handlers(&log)).run_due().await.unwrap();
        assert_eq!(log.sorted(), ["fallback unknown"], "{body}");
        assert_eq!(states(&inbox).await, [EntryState::Done], "{body}");
    }
}

#[tokio::test]
async fn an_event_that_names_its_product_is_handled_as_an_event() {
    let event = r#"{"eventId":"ev-9","eventName":"consent_authorised","productName":"pf_balance",
        "payload":{"consents":{"consentId":"c-9"}}}"#;
    for body in [event.to_owned(), format!("[{event}]")] {
        let inbox = inbox(&[&body]).await;
        let log = Log::default();
        Dispatcher::new(inbox, handlers(&log)).run_due().await.unwrap();
        assert_eq!(log.sorted(), ["authorised c-9"]);
    }
}

/// Panics before there is a future to await.
struct PanicsAtOnce;

impl Sink for PanicsAtOnce {
    fn deliver(&self, _: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        panic!("before the first await")
    }
}

#[tokio::test]
async fn a_panic_before_the_first_await_is_a_failed_attempt_too() {
    let inbox = inbox(&[REPORT]).await;
    Dispatcher::new(inbox.clone(), PanicsAtOnce).run_due().await.unwrap();
    let entry = inbox.get(1.into()).await.unwrap().unwrap();
    assert_eq!(
        (entry.state, entry.last_error.as_deref()),
        (EntryState::Pending, Some("the handler panicked"))
    );
}

#[tokio::test]
async fn an_entry_whose_attempts_all_ended_without_a_word_is_not_tried_for_ever() {
    let clock = Clock::manual(start());
    let inbox = inbox_at(&clock, &[REPORT]).await;
    // As if the process had died in the middle of each. At the first the entry was one of several, for all that is known.
    for _ in 0..4 {
        assert_eq!(lease(&*inbox, 1).await.len(), 1);
        clock.advance(LEASE);
    }
    let log = Log::default();
    let schedule = RetrySchedule::new(3, Duration::from_secs(1), Duration::from_secs(1));
    Dispatcher::new(inbox.clone(), handlers(&log)).schedule(schedule).run_due().await.unwrap();
    assert_eq!(states(&inbox).await, [EntryState::Dead]);
    assert!(log.sorted().is_empty());
}

#[test]
fn two_handlers_for_one_name_are_an_error() {
    let twice = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_report(async |_: Received<Report<CheckingAccounts>>| Ok(()))
        .on_report(async |_: Received<Report<CheckingAccounts>>| Ok(()))
        .build();
    assert_eq!(twice.unwrap_err().to_string(), "checking_account has two handlers");
    let twice = Handlers::new(async |_: Received<Item>| Ok(()))
        .on_event(EventName::LinkCreated, async |_: Received<Event>| Ok(()))
        .on_event(EventName::LinkCreated, async |_: Received<Event>| Ok(()))
        .build();
    assert_eq!(twice.unwrap_err().to_string(), "link_created has two handlers");
}

/// Fails in a way of its own at each attempt.
fn failing(count: Arc<AtomicU32>) -> Handlers {
    Handlers::new(move |_: Received<Item>| {
        let attempt = count.fetch_add(1, Ordering::SeqCst);
        async move {
            match attempt {
                0 => Err(SinkError::retry("database away")),
                1 => panic!("a handler that panics"),
                2 => std::future::pending().await,
                _ => Ok(()),
            }
        }
    })
    .build()
    .unwrap()
}

#[tokio::test(start_paused = true)]
async fn errors_panics_and_hanging_are_retried_until_it_works() {
    let (clock, count) = (Clock::manual(start()), Arc::new(AtomicU32::new(0)));
    let inbox = inbox_at(&clock, &[REPORT]).await;
    let dispatcher = Dispatcher::new(inbox.clone(), failing(count));
    for error in ["database away", "the handler panicked", "it took longer than its lease"] {
        assert_eq!(dispatcher.run_due().await.unwrap(), 1);
        let entry = inbox.get(1.into()).await.unwrap().unwrap();
        assert_eq!((entry.state, entry.last_error.as_deref()), (EntryState::Pending, Some(error)));
        assert_eq!(dispatcher.run_due().await.unwrap(), 0, "not due before its pause is over");
        clock.advance(Duration::from_secs(3_600));
    }
    assert_eq!(dispatcher.run_due().await.unwrap(), 1);
    let entry = inbox.get(1.into()).await.unwrap().unwrap();
    assert_eq!((entry.state, entry.attempts, &entry.last_error), (EntryState::Done, 4, &None));
}

#[tokio::test]
async fn the_last_attempt_and_a_permanent_error_make_a_dead_letter() {
    for (error, attempts) in [(SinkError::retry as fn(&'static str) -> _, 3), (SinkError::permanent, 1)] {
        let clock = Clock::manual(start());
        let inbox = inbox_at(&clock, &[REPORT]).await;
        let handlers =
            Handlers::new(move |_: Received<Item>| async move { Err(error("no")) }).build().unwrap();
        let schedule = RetrySchedule::new(3, Duration::from_secs(1), Duration::from_secs(1));
        let dispatcher = Dispatcher::new(inbox.clone(), handlers).schedule(schedule);
        let mut ran = 0;
        for _ in 0..10 {
            ran += dispatcher.run_due().await.unwrap();
            clock.advance(Duration::from_secs(60));
        }
        assert_eq!(ran, attempts);
        let entry = inbox.get(1.into()).await.unwrap().unwrap();
        assert_eq!((entry.state, entry.last_error.as_deref()), (EntryState::Dead, Some("no")));
        assert_eq!(&entry.body[..], REPORT.as_bytes());
    }
}

#[tokio::test]
async fn it_runs_as_entries_arrive_and_ends_when_told() {
    let inbox = inbox(&[]).await;
    let (handled, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (note, told) = (handled.clone(), stop.clone());
    let handlers = Handlers::new(move |_: Received<Item>| {
        let note = note.clone();
        async move {
            note.notify_one();
            Ok(())
        }
    })
    .build()
    .unwrap();
    // Looking by itself would hide an arrival that nobody told of.
    let dispatcher =
        Dispatcher::new(inbox.clone(), handlers).concurrency(1).poll_every(Duration::from_secs(3_600));
    let running = tokio::spawn(dispatcher.run(async move { told.notified().await }));
    for body in [REPORT, EVENTS] {
        inbox.store(split(body)).await.unwrap();
        handled.notified().await;
    }
    handled.notified().await;
    stop.notify_one();
    running.await.unwrap();
    assert_eq!(states(&inbox).await, [EntryState::Done; 3]);
}

#[tokio::test]
async fn no_more_handlers_run_at_once_than_allowed() {
    let reports: Vec<String> = (0..20).map(|n| REPORT.replace("rp-1", &format!("rp-{n}"))).collect();
    let inbox = inbox(&reports.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (running, peak) = (now.clone(), most.clone());
    let handlers = Handlers::new(move |_: Received<Item>| {
        let (now, most) = (running.clone(), peak.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
    })
    .build()
    .unwrap();
    assert_eq!(Dispatcher::new(inbox, handlers).concurrency(3).run_due().await.unwrap(), 20);
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn entries_of_one_link_are_handled_in_order_where_asked_for() {
    let event = |id: &str, link: &str| {
        format!(r#"{{"eventId":"{id}","eventName":"consent_authorised","payload":{{"linkId":"{link}"}}}}"#)
    };
    let bodies = [event("a1", "a"), event("a2", "a"), event("b1", "b"), event("a3", "a")];
    let clock = Clock::manual(start());
    let inbox = inbox_at(&clock, &bodies.each_ref().map(String::as_str)).await;
    let log = Log::default();
    let note = log.clone();
    let handlers = Handlers::new(move |item: Received<Item>| {
        let (log, entry) = (note.clone(), item.entry().clone());
        async move {
            let id = entry.message_id.clone().unwrap();
            log.note(id.clone());
            // The first of the link comes again, and the others wait for it.
            if id == "a1" && entry.attempts == 0 { Err("not yet".into()) } else { Ok(()) }
        }
    })
    .build()
    .unwrap();
    let dispatcher = Dispatcher::new(inbox, handlers).order(Order::PerLink);
    assert_eq!(dispatcher.run_due().await.unwrap(), 2);
    clock.advance(Duration::from_secs(60));
    assert_eq!(dispatcher.run_due().await.unwrap(), 3);
    let lines = log.0.lock().unwrap().clone();
    let of_a: Vec<_> = lines.iter().filter(|line| line.starts_with('a')).collect();
    assert_eq!(of_a, ["a1", "a1", "a2", "a3"]);
}

#[tokio::test]
async fn an_errors_text_is_logged_only_where_its_maker_says_so() {
    let (log, _guard) = crate::log::Log::take_in(tracing::Level::TRACE);
    for shown in [false, true] {
        let inbox = inbox(&[REPORT]).await;
        let handlers = Handlers::new(move |_: Received<Item>| async move {
            let error = SinkError::retry("no row for 123.456.789-09");
            Err(if shown { error.shown() } else { error })
        });
        Dispatcher::new(inbox.clone(), handlers.build().unwrap()).run_due().await.unwrap();
        let lines: Vec<_> = log.lines().into_iter().filter(|line| line["level"] == "WARN").collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        let fields = &lines[0]["fields"];
        assert_eq!(fields["error"].as_str(), shown.then_some("no row for 123.456.789-09"), "{fields}");
        assert!(fields["retry_in"].as_f64().unwrap() > 0.0, "{fields}");
        let kept = list(&*inbox, &Filter::all()).await.remove(0).last_error;
        assert_eq!(kept.as_deref(), Some("no row for 123.456.789-09"));
    }
}
