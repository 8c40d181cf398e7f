use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use tokio::sync::Notify;

use super::*;
use crate::clock::ManualClock;

type Cache = TokenCache<u32, &'static str>;

const LIFE: Duration = Duration::from_secs(1800);

fn cache() -> (Arc<Cache>, ManualClock) {
    let clock = ManualClock::new();
    (Arc::new(TokenCache::new(Arc::new(clock.clone()))), clock)
}

async fn fetch(cache: &Cache, value: u32) -> u32 {
    fetch_for(cache, value, LIFE).await
}

async fn fetch_for(cache: &Cache, value: u32, lifetime: Duration) -> u32 {
    *cache.get(move |_| async move { Ok(Fresh { value, lifetime }) }).await.unwrap().value()
}

#[tokio::test]
async fn a_token_is_kept_until_a_minute_before_its_end() {
    let (cache, clock) = cache();
    assert_eq!(fetch(&cache, 1).await, 1);
    clock.advance(LIFE - RENEWAL_MARGIN - Duration::from_nanos(1));
    assert_eq!(fetch(&cache, 2).await, 1);
    clock.advance(Duration::from_nanos(1));
    assert_eq!(fetch(&cache, 3).await, 3);
}

#[tokio::test]
async fn a_short_lived_token_is_used_for_half_its_life() {
    let (cache, clock) = cache();
    let life = Duration::from_secs(10);
    assert_eq!(fetch_for(&cache, 1, life).await, 1);
    clock.advance(Duration::from_secs(4));
    assert_eq!(fetch_for(&cache, 2, life).await, 1);
    clock.advance(Duration::from_secs(1));
    assert_eq!(fetch_for(&cache, 3, life).await, 3);
    assert_eq!(fetch_for(&cache, 4, Duration::ZERO).await, 3);
    clock.advance(life);
    assert_eq!(fetch_for(&cache, 5, Duration::ZERO).await, 5);
    assert_eq!(fetch_for(&cache, 6, Duration::ZERO).await, 6);
}

#[tokio::test]
async fn a_fetch_is_told_the_previous_token_only_while_that_works() {
    let (cache, clock) = cache();
    let told = |cache: Arc<Cache>| async move {
        let told = Arc::new(Mutex::new(None));
        let heard = Arc::clone(&told);
        let fetch = move |previous: Option<Token<u32>>| async move {
            *heard.lock().unwrap() = Some(previous.map(|token| *token.value()));
            Ok(Fresh { value: 7, lifetime: LIFE })
        };
        cache.get(fetch).await.unwrap();
        *told.lock().unwrap()
    };
    assert_eq!(told(Arc::clone(&cache)).await, Some(None));
    assert_eq!(told(Arc::clone(&cache)).await, None, "no fetch while the token is fresh");
    clock.advance(LIFE - Duration::from_secs(30));
    assert_eq!(told(Arc::clone(&cache)).await, Some(Some(7)));
    clock.advance(LIFE);
    assert_eq!(told(cache).await, Some(None));
}

/// Lets `callers` callers ask while a fetch is held back, then lets it end with `result`.
async fn ask_together(
    cache: &Cache,
    callers: u32,
    result: Result<u32, &'static str>,
) -> (Vec<Result<u32, &'static str>>, u32) {
    let (gate, fetches) = (Arc::new(Notify::new()), Arc::new(AtomicU32::new(0)));
    let ask = |_| {
        let (gate, fetches) = (Arc::clone(&gate), Arc::clone(&fetches));
        cache.get(move |_| async move {
            fetches.fetch_add(1, Ordering::Relaxed);
            gate.notified().await;
            result.map(|value| Fresh { value, lifetime: LIFE })
        })
    };
    let mut all = Box::pin(join_all((0..callers).map(ask)));
    assert!(futures_util::poll!(&mut all).is_pending());
    gate.notify_one();
    let results = all.await.into_iter().map(|result| result.map(|token| *token.value())).collect();
    (results, fetches.load(Ordering::Relaxed))
}

#[tokio::test]
async fn those_who_wait_share_one_fetch() {
    let (cache, _clock) = cache();
    let (results, fetches) = ask_together(&cache, 1000, Ok(1)).await;
    assert_eq!((results, fetches), (vec![Ok(1); 1000], 1));
}

#[tokio::test]
async fn those_who_wait_share_a_failure_but_later_ones_do_not() {
    let (cache, _clock) = cache();
    let (results, fetches) = ask_together(&cache, 10, Err("refused")).await;
    assert_eq!((results, fetches), (vec![Err("refused"); 10], 1));
    assert_eq!(fetch(&cache, 2).await, 2);
}

#[tokio::test]
async fn a_failure_is_over_even_while_a_waiter_has_not_looked_at_it() {
    let (cache, _clock) = cache();
    let gate = Arc::new(Notify::new());
    let opened = Arc::clone(&gate);
    let mut first = Box::pin(cache.get(move |_| async move {
        opened.notified().await;
        Err("refused")
    }));
    let mut slow = Box::pin(cache.get(|_| async { Err("nobody should fetch twice") }));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut slow).is_pending());
    gate.notify_one();
    assert_eq!(first.await.unwrap_err(), "refused");
    assert_eq!(fetch(&cache, 2).await, 2);
    assert_eq!(slow.await.unwrap_err(), "refused");
}

#[tokio::test]
async fn a_waiter_that_gives_up_hangs_nobody() {
    let (cache, _clock) = cache();
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let mut first = Box::pin(cache.get(move |_| async move {
        gate.notified().await;
        Ok(Fresh { value: 1, lifetime: LIFE })
    }));
    let mut second = Box::pin(cache.get(|_| async { Err("nobody should fetch twice") }));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    drop(first);
    go.notify_one();
    assert_eq!(*second.await.unwrap().value(), 1);
}

#[tokio::test]
async fn a_fetch_that_everybody_gave_up_is_begun_anew() {
    let (cache, _clock) = cache();
    let mut only = Box::pin(cache.get(|_| std::future::pending()));
    assert!(futures_util::poll!(&mut only).is_pending());
    drop(only);
    assert_eq!(fetch(&cache, 2).await, 2);
}

#[tokio::test]
async fn only_the_refused_token_is_dropped() {
    let (cache, _clock) = cache();
    let first = cache.get(|_| async { Ok(Fresh { value: 1, lifetime: LIFE }) }).await.unwrap();
    cache.invalidate(&first);
    assert_eq!(fetch(&cache, 2).await, 2);
    cache.invalidate(&first);
    assert_eq!(fetch(&cache, 3).await, 2, "the second token was not the refused one");
}

#[tokio::test]
async fn a_failed_renewal_leaves_the_working_token_in_use() {
    let (cache, clock) = cache();
    fetch(&cache, 1).await;
    clock.advance(LIFE - Duration::from_secs(30));
    assert_eq!(*cache.get(|_| async { Err("down") }).await.unwrap().value(), 1);
    assert_eq!(fetch(&cache, 2).await, 1, "no second try at once");
    clock.advance(RENEWAL_PAUSE);
    assert_eq!(fetch(&cache, 3).await, 3);
}

#[tokio::test]
async fn a_failed_renewal_does_not_bring_back_a_refused_token() {
    let (cache, clock) = cache();
    let first = cache.get(|_| async { Ok(Fresh { value: 1, lifetime: LIFE }) }).await.unwrap();
    clock.advance(LIFE - Duration::from_secs(30));
    let refusing = Arc::clone(&cache);
    let result = cache
        .get(move |_| async move {
            refusing.invalidate(&first);
            Err("down")
        })
        .await;
    assert_eq!(result.unwrap_err(), "down");
}

#[tokio::test]
async fn nobody_else_waits_for_the_renewal_of_a_working_token() {
    let (cache, clock) = cache();
    fetch(&cache, 1).await;
    clock.advance(LIFE - Duration::from_secs(30));
    let mut renewing = Box::pin(cache.get(|_| std::future::pending()));
    assert!(futures_util::poll!(&mut renewing).is_pending());
    assert_eq!(fetch(&cache, 2).await, 1);
    // Once it has ended, the renewal is what they wait for.
    clock.advance(Duration::from_secs(30));
    let mut waiting = Box::pin(fetch(&cache, 3));
    assert!(futures_util::poll!(&mut waiting).is_pending());
}

#[tokio::test]
async fn a_token_shows_in_no_debug_text() {
    let cache = TokenCache::<String, &str>::new(Arc::new(ManualClock::new()));
    let token =
        cache.get(|_| async { Ok(Fresh { value: "s3cret".to_owned(), lifetime: LIFE }) }).await.unwrap();
    assert!(!format!("{token:?} {cache:?}").contains("s3cret"));
}
