//! Targets that are down, slow, paused or limited, and entries that a target never takes. Time is that of the test.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_webhook::{
    BoxFuture, Breaker, Clock, Dispatcher, Entry, EntryId, EntryKind, EntryState, Envelope, Expectation,
    Filter, Inbox, MemoryInbox, NewEntry, Order, Page, RetrySchedule, Sink, SinkError, Store, Target,
    TargetChange,
};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::faulty::Faulty;
use crate::start;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// An inbox whose clock goes with the paused time of the runtime.
fn inbox() -> Arc<MemoryInbox> {
    let clock = Clock::manual(start());
    let turned = clock.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(SECOND).await;
            turned.advance(SECOND);
        }
    });
    Arc::new(MemoryInbox::with_clock(clock))
}

fn entry(number: usize, link: usize, targets: &[&str]) -> NewEntry {
    let mut envelope = Envelope::new(EntryKind::Event, start());
    (envelope.message_id, envelope.link_id) = (Some(format!("m-{number}")), Some(format!("l-{link}")));
    let mut entry = NewEntry::new(envelope, "{}".into());
    entry.targets = targets.iter().map(|target| Target::new(target)).collect();
    entry
}

/// A target that notes what it is handed.
#[derive(Clone, Default)]
struct Endpoint {
    down: Arc<AtomicBool>,
    /// Entries that it never takes.
    refuses: Arc<Vec<EntryId>>,
    wish: Option<Duration>,
    tried: Arc<Mutex<Vec<EntryId>>>,
    taken: Arc<Mutex<Vec<(String, EntryId)>>>,
}

impl Endpoint {
    fn is_down(down: bool) -> Self {
        Self { down: Arc::new(AtomicBool::new(down)), ..Self::default() }
    }

    fn taken(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    fn tried(&self) -> Vec<EntryId> {
        self.tried.lock().unwrap().clone()
    }
}

impl Sink for Endpoint {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        let endpoint = self.clone();
        Box::pin(async move {
            endpoint.tried.lock().unwrap().push(entry.id);
            if endpoint.down.load(Ordering::SeqCst) || endpoint.refuses.contains(&entry.id) {
                let error = SinkError::unavailable("the endpoint answered 503").shown();
                return Err(match endpoint.wish {
                    Some(wish) => error.retry_after(wish),
                    None => error,
                });
            }
            let link = entry.link_id.clone().unwrap();
            endpoint.taken.lock().unwrap().push((link, entry.id));
            Ok(())
        })
    }
}

/// Works until it is told to stop.
fn run(dispatcher: Dispatcher) -> (Arc<Notify>, JoinHandle<()>) {
    let stop = Arc::new(Notify::new());
    let told = stop.clone();
    (stop, tokio::spawn(dispatcher.run(async move { told.notified().await })))
}

async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::time::sleep(SECOND).await;
    }
}

async fn deliveries(inbox: &MemoryInbox, target: &str) -> Vec<klavi_webhook::Summary> {
    inbox.list(&Filter::all().for_target(target.into()), Page::first(usize::MAX)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_backlog_survives_a_target_that_is_down_for_a_day_and_holds_no_other_up() {
    const ENTRIES: usize = 100_000;
    const LINKS: usize = 2_000;
    let inbox = inbox();
    for number in 0..ENTRIES {
        inbox.store(vec![entry(number, number % LINKS, &["down", "well"])]).await.unwrap();
    }
    let (down, well) = (Endpoint::is_down(true), Endpoint::default());
    let dispatcher = |endpoint: &Endpoint, target: &str| {
        Dispatcher::new(inbox.clone(), endpoint.clone())
            .target(target.into())
            .concurrency(64)
            .order(Order::PerLink)
    };
    let begin = tokio::time::Instant::now();
    let (stop, running) = run(dispatcher(&down, "down"));
    let (stop_well, running_well) = run(dispatcher(&well, "well"));
    until(|| well.taken() == ENTRIES).await;
    let well_took = begin.elapsed();
    stop_well.notify_one();
    running_well.await.unwrap();
    assert!(well_took < HOUR, "it waited for the other one");

    tokio::time::sleep(24 * HOUR - begin.elapsed()).await;
    let (tries, told) = (down.tried().len(), inbox.targets().await.unwrap());
    assert_eq!(down.taken(), 0);
    assert_eq!(told[0].down.as_ref().unwrap().reason, "the endpoint answered 503");
    let spared = deliveries(&inbox, "down").await;
    let counted = spared.iter().filter(|one| one.attempts > 0).count();
    assert!(spared.iter().all(|one| one.state.is_open() && one.attempts <= 1));

    down.down.store(false, Ordering::SeqCst);
    let up = tokio::time::Instant::now();
    until(|| down.taken() == ENTRIES).await;
    let drained = up.elapsed();
    stop.notify_one();
    running.await.unwrap();
    assert!(deliveries(&inbox, "down").await.iter().all(|one| one.state == EntryState::Done));
    assert!(inbox.targets().await.unwrap()[0].down.is_none());
    let mut last = HashMap::new();
    for (link, id) in down.taken.lock().unwrap().iter() {
        let before = last.insert(link.clone(), *id);
        assert!(before.is_none_or(|before| before < *id), "link {link} is out of order");
    }
    let probed: std::collections::HashSet<_> = down.tried()[..tries].iter().copied().collect();
    println!(
        "{ENTRIES} entries, down for 24 h: {tries} tries of {} different entries, {counted} counted an attempt, none is \
         dead; drained in order of {LINKS} links within {drained:.0?} of being up; the other target took its {ENTRIES} \
         within {well_took:.0?}",
        probed.len()
    );
    assert!(tries < 2_000 && probed.len() > tries / 2, "{tries} tries of {} entries", probed.len());
}

#[tokio::test(start_paused = true)]
async fn one_entry_that_is_never_taken_dies_alone_and_stops_nothing() {
    const ENTRIES: usize = 1_000;
    let inbox = inbox();
    for number in 0..ENTRIES {
        inbox.store(vec![entry(number, number, &["crm"])]).await.unwrap();
    }
    let poison = EntryId::from(500);
    let endpoint = Endpoint { refuses: Arc::new(vec![poison]), ..Endpoint::default() };
    let schedule = RetrySchedule::new(8, SECOND, HOUR);
    let dispatcher = Dispatcher::new(inbox.clone(), endpoint.clone()).target("crm".into()).schedule(schedule);
    let (stop, running) = run(dispatcher);
    until(|| endpoint.taken() == ENTRIES - 1 && endpoint.tried().len() == ENTRIES + 7).await;
    stop.notify_one();
    running.await.unwrap();
    assert!(inbox.targets().await.unwrap().is_empty(), "the target was never down");
    for delivery in deliveries(&inbox, "crm").await {
        let wanted = if delivery.id == poison { (EntryState::Dead, 8) } else { (EntryState::Done, 1) };
        assert_eq!((delivery.state, delivery.attempts), wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_that_was_down_when_the_process_ended_is_tried_with_one_entry() {
    let inbox = inbox();
    for number in 0..100 {
        inbox.store(vec![entry(number, number, &["crm"])]).await.unwrap();
    }
    let down = TargetChange::Down { reason: "it was".to_owned() };
    inbox.change_target(&"crm".into(), down).await.unwrap();
    let endpoint = Endpoint::is_down(true);
    let dispatcher = || Dispatcher::new(inbox.clone(), endpoint.clone()).target("crm".into());
    let (stop, running) = run(dispatcher());
    until(|| !endpoint.tried().is_empty()).await;
    stop.notify_one();
    running.await.unwrap();
    assert_eq!(endpoint.tried().len(), 1);
    assert!(deliveries(&inbox, "crm").await.iter().all(|one| one.attempts == 0));

    endpoint.down.store(false, Ordering::SeqCst);
    let (stop, running) = run(dispatcher());
    until(|| endpoint.taken() == 100).await;
    stop.notify_one();
    running.await.unwrap();
    assert!(inbox.targets().await.unwrap()[0].down.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_outage_counts_no_attempt_and_is_over_with_the_first_that_gets_through() {
    let inbox = inbox();
    inbox.store(vec![entry(1, 1, &["crm"])]).await.unwrap();
    #[derive(Clone, Default)]
    struct Gone(Arc<AtomicBool>);
    impl Sink for Gone {
        fn deliver(&self, _: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
            let back = self.0.load(Ordering::SeqCst);
            Box::pin(async move { if back { Ok(()) } else { Err(SinkError::outage("no such host")) } })
        }
    }
    let gone = Gone::default();
    let dispatcher = Dispatcher::new(inbox.clone(), gone.clone()).target("crm".into());
    let (stop, running) = run(dispatcher);
    tokio::time::sleep(24 * HOUR).await;
    let waiting = deliveries(&inbox, "crm").await.remove(0);
    assert_eq!((waiting.attempts, waiting.last_error), (0, None));
    let told = inbox.targets().await.unwrap()[0].down.clone().unwrap().reason;
    assert_eq!(told, "its sink failed, and does not say that the reason may be told");
    gone.0.store(true, Ordering::SeqCst);
    tokio::time::sleep(2 * 60 * SECOND).await;
    assert_eq!(deliveries(&inbox, "crm").await[0].state, EntryState::Done);
    stop.notify_one();
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_target_is_left_alone_for_as_long_as_it_asks() {
    let inbox = inbox();
    for number in 0..100 {
        inbox.store(vec![entry(number, number, &["crm"])]).await.unwrap();
    }
    let endpoint = Endpoint { wish: Some(HOUR / 2), ..Endpoint::is_down(true) };
    let dispatcher = Dispatcher::new(inbox.clone(), endpoint.clone())
        .target("crm".into())
        .concurrency(1)
        .breaker(Breaker::new(1, SECOND, 10 * SECOND));
    let (stop, running) = run(dispatcher);
    tokio::time::sleep(3 * HOUR + HOUR / 4).await;
    assert_eq!(endpoint.tried().len(), 7, "at once and every half an hour");
    stop.notify_one();
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_paused_target_waits_for_a_person() {
    let (inbox, crm) = (inbox(), Target::new("crm"));
    let endpoint = Endpoint::default();
    inbox.change_target(&crm, TargetChange::Pause { reason: "moving".to_owned() }).await.unwrap();
    inbox.store(vec![entry(1, 1, &["crm"])]).await.unwrap();
    let (stop, running) = run(Dispatcher::new(inbox.clone(), endpoint.clone()).target(crm.clone()));
    tokio::time::sleep(2 * HOUR).await;
    assert_eq!(endpoint.taken(), 0);
    inbox.change_target(&crm, TargetChange::Resume).await.unwrap();
    until(|| endpoint.taken() == 1).await;
    stop.notify_one();
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn no_more_deliveries_begin_in_a_second_than_were_asked_for() {
    let inbox = inbox();
    for number in 0..1_000 {
        inbox.store(vec![entry(number, number, &["crm"])]).await.unwrap();
    }
    let endpoint = Endpoint::default();
    let dispatcher = Dispatcher::new(inbox.clone(), endpoint.clone())
        .target("crm".into())
        .rate(NonZeroU32::new(20).unwrap());
    let (stop, running) = run(dispatcher);
    tokio::time::sleep(10 * SECOND).await;
    let taken = endpoint.taken();
    stop.notify_one();
    running.await.unwrap();
    assert!((190..=202).contains(&taken), "{taken}");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_targets_get_everything_and_each_at_its_own_pace() {
    let inbox = inbox();
    let names: Vec<_> = (0..100).map(|number| format!("t-{number:02}")).collect();
    let targets: Vec<_> = names.iter().map(String::as_str).collect();
    let endpoints: Vec<_> = (0..100).map(|number| Endpoint::is_down(number % 10 == 0)).collect();
    let running: Vec<_> = endpoints
        .iter()
        .zip(&targets)
        .map(|(endpoint, target)| {
            run(Dispatcher::new(inbox.clone(), endpoint.clone()).target((*target).into()))
        })
        .collect();
    for number in 0..50 {
        inbox.store(vec![entry(number, number, &targets)]).await.unwrap();
    }
    let well = || endpoints.iter().filter(|endpoint| !endpoint.down.load(Ordering::SeqCst));
    until(|| well().all(|endpoint| endpoint.taken() == 50)).await;
    let down = inbox.targets().await.unwrap().iter().filter(|target| target.down.is_some()).count();
    assert_eq!(down, 10);
    endpoints.iter().for_each(|endpoint| endpoint.down.store(false, Ordering::SeqCst));
    until(|| endpoints.iter().all(|endpoint| endpoint.taken() == 50)).await;
    for (stop, running) in running {
        stop.notify_one();
        running.await.unwrap();
    }
    assert!(inbox.targets().await.unwrap().iter().all(|target| target.down.is_none()));
}

#[tokio::test(start_paused = true)]
async fn an_inbox_that_fails_does_not_show_that_a_target_works() {
    let (inbox, crm) = (inbox(), Target::new("crm"));
    let down = TargetChange::Down { reason: "it was".to_owned() };
    inbox.change_target(&crm, down).await.unwrap();
    let mut overdue = Expectation::new("rq-1", ["pf_balance"], start()).into_entry(start());
    overdue.targets = vec![crm.clone()];
    inbox.store(vec![overdue, entry(1, 1, &["crm"])]).await.unwrap();
    let faulty = Arc::new(Faulty::new(inbox.clone()));
    faulty.lists_fail.store(1, Ordering::SeqCst);

    let endpoint = Endpoint::is_down(true);
    let (stop, running) = run(Dispatcher::new(faulty.clone(), endpoint.clone()).target(crm));
    until(|| faulty.lists_fail.load(Ordering::SeqCst) == 0).await;
    tokio::time::sleep(HOUR).await;
    stop.notify_one();
    running.await.unwrap();
    assert!(inbox.targets().await.unwrap()[0].down.is_some());
    let summaries = deliveries(&inbox, "crm").await;
    assert!(summaries.iter().all(|one| one.kind == EntryKind::Expectation || one.attempts == 0));
}

#[tokio::test(start_paused = true)]
async fn a_target_that_works_again_before_the_inbox_is_told_of_its_outage_is_up() {
    /// Its first entry finds no host; another gets through a second later.
    #[derive(Clone, Default)]
    struct Flapping(Arc<Mutex<Vec<EntryId>>>);
    impl Sink for Flapping {
        fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
            let flapping = self.clone();
            Box::pin(async move {
                if entry.id == 1.into() && flapping.0.lock().unwrap().is_empty() {
                    return Err(SinkError::outage("no such host"));
                }
                tokio::time::sleep(SECOND).await;
                flapping.0.lock().unwrap().push(entry.id);
                Ok(())
            })
        }
    }
    let inbox = inbox();
    for number in 1..=2 {
        inbox.store(vec![entry(number, number, &["crm"])]).await.unwrap();
    }
    let mut faulty = Faulty::new(inbox.clone());
    faulty.down_takes = 60 * SECOND;
    let flapping = Flapping::default();
    let (stop, running) = run(Dispatcher::new(Arc::new(faulty), flapping.clone()).target("crm".into()));
    until(|| flapping.0.lock().unwrap().len() == 2).await;
    tokio::time::sleep(HOUR).await;
    stop.notify_one();
    running.await.unwrap();
    assert!(inbox.targets().await.unwrap()[0].down.is_none());
}
