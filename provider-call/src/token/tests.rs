use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use tokio::sync::Notify;

use super::*;
use crate::clock::ManualClock;
use crate::credential::bearer;
use crate::endpoint::Endpoint;

const LIFE: Duration = Duration::from_secs(1800);
const PATIENCE: Duration = Duration::from_secs(30);
const LOGIN: Endpoint = Endpoint::post("/login").idempotent("it only makes a token");

fn cache() -> (Arc<TokenCache>, ManualClock) {
    on(ManualClock::new())
}

fn on(clock: ManualClock) -> (Arc<TokenCache>, ManualClock) {
    (Arc::new(TokenCache::new(Arc::new(clock.clone()), "bank")), clock)
}

fn fresh(value: u32, lifetime: Duration) -> Fresh {
    Fresh { authorization: bearer(&value.to_string()).unwrap(), lifetime }
}

fn value_of(credential: &Credential) -> u32 {
    let text = credential.authorization().to_str().unwrap();
    text.strip_prefix("Bearer ").unwrap().parse().unwrap()
}

fn failed(reason: &'static str) -> CallError {
    CallError::request(&LOGIN, reason)
}

fn is(error: &CallError, reason: &str) -> bool {
    error.to_string().ends_with(reason)
}

async fn ask<F, Fut>(cache: &TokenCache, fetch: F) -> Result<Credential, CallError>
where
    F: FnOnce(Option<Credential>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Fresh, CallError>> + Send + 'static,
{
    ask_after(cache, None, fetch).await
}

/// As a call asks whose token was refused.
async fn ask_after<F, Fut>(
    cache: &TokenCache,
    refused: Option<&Credential>,
    fetch: F,
) -> Result<Credential, CallError>
where
    F: FnOnce(Option<Credential>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Fresh, CallError>> + Send + 'static,
{
    cache
        .get(PATIENCE, refused, fetch)
        .wait()
        .await
        .map(|credential| credential.expect("a cache has a token or an error"))
}

async fn get(cache: &TokenCache, value: u32) -> Credential {
    get_after(cache, None, value).await
}

async fn get_after(cache: &TokenCache, refused: Option<&Credential>, value: u32) -> Credential {
    ask_after(cache, refused, move |_| async move { Ok(fresh(value, LIFE)) }).await.unwrap()
}

async fn fetch(cache: &TokenCache, value: u32) -> u32 {
    fetch_for(cache, value, LIFE).await
}

async fn fetch_for(cache: &TokenCache, value: u32, lifetime: Duration) -> u32 {
    value_of(&ask(cache, move |_| async move { Ok(fresh(value, lifetime)) }).await.unwrap())
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
    let told = |cache: Arc<TokenCache>| async move {
        let told = Arc::new(Mutex::new(None));
        let heard = Arc::clone(&told);
        let fetch = move |previous: Option<Credential>| async move {
            *heard.lock().unwrap() = Some(previous.as_ref().map(value_of));
            Ok(fresh(7, LIFE))
        };
        ask(&cache, fetch).await.unwrap();
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
    cache: &TokenCache,
    callers: u32,
    result: Result<u32, &'static str>,
) -> (Vec<Result<u32, String>>, u32) {
    let (gate, fetches) = (Arc::new(Notify::new()), Arc::new(AtomicU32::new(0)));
    let ask = |_| {
        let (gate, fetches) = (Arc::clone(&gate), Arc::clone(&fetches));
        ask(cache, move |_| async move {
            fetches.fetch_add(1, Ordering::Relaxed);
            gate.notified().await;
            result.map(|value| fresh(value, LIFE)).map_err(failed)
        })
    };
    let mut all = Box::pin(join_all((0..callers).map(ask)));
    assert!(futures_util::poll!(&mut all).is_pending());
    gate.notify_one();
    let shown = |result: Result<Credential, CallError>| {
        result.map(|token| value_of(&token)).map_err(|error| error.to_string())
    };
    let results = all.await.into_iter().map(shown).collect();
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
    assert_eq!(fetches, 1);
    assert!(results.iter().all(|result| result.as_ref().is_err_and(|text| text.ends_with("refused"))));
    assert_eq!(fetch(&cache, 2).await, 2);
}

#[tokio::test]
async fn a_failure_is_over_even_while_a_waiter_has_not_looked_at_it() {
    let (cache, _clock) = cache();
    let gate = Arc::new(Notify::new());
    let opened = Arc::clone(&gate);
    let mut first = Box::pin(ask(&cache, move |_| async move {
        opened.notified().await;
        Err(failed("refused"))
    }));
    let mut slow = Box::pin(ask(&cache, |_| async { Err(failed("a second fetch")) }));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut slow).is_pending());
    gate.notify_one();
    assert!(is(&first.await.unwrap_err(), "refused"));
    assert_eq!(fetch(&cache, 2).await, 2);
    assert!(is(&slow.await.unwrap_err(), "refused"));
}

#[tokio::test]
async fn a_waiter_that_gives_up_hangs_nobody() {
    let (cache, _clock) = cache();
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let mut first = Box::pin(ask(&cache, move |_| async move {
        gate.notified().await;
        Ok(fresh(1, LIFE))
    }));
    let mut second = Box::pin(ask(&cache, |_| async { Err(failed("a second fetch")) }));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    drop(first);
    go.notify_one();
    assert_eq!(value_of(&second.await.unwrap()), 1);
}

#[tokio::test]
async fn a_fetch_that_everybody_gave_up_is_begun_anew() {
    let (cache, _clock) = cache();
    let mut only = Box::pin(ask(&cache, |_| std::future::pending()));
    assert!(futures_util::poll!(&mut only).is_pending());
    drop(only);
    assert_eq!(fetch(&cache, 2).await, 2);
}

#[tokio::test]
async fn a_refused_token_is_replaced_for_those_it_was_refused_to_and_kept_for_the_others_until_then() {
    let (cache, clock) = cache();
    let first = get(&cache, 1).await;
    clock.advance(LOGIN_INTERVAL);
    assert_eq!(cache.refused(&first), Renewal::Possible);
    assert_eq!(fetch(&cache, 2).await, 1, "to this call it was not refused");
    assert_eq!(cache.refused(&first), Renewal::Possible, "those who are refused together share one login");
    assert_eq!(value_of(&get_after(&cache, Some(&first), 2).await), 2);
    assert_eq!(cache.refused(&first), Renewal::Possible, "there is another one already");
    assert_eq!(value_of(&get_after(&cache, Some(&first), 3).await), 2);
    assert_eq!(fetch(&cache, 3).await, 2, "the second token was not the refused one");
}

#[tokio::test]
async fn a_failed_renewal_leaves_the_working_token_in_use() {
    let (cache, clock) = cache();
    fetch(&cache, 1).await;
    clock.advance(LIFE - Duration::from_secs(30));
    let kept = ask(&cache, |_| async { Err(failed("down")) }).await.unwrap();
    assert_eq!(value_of(&kept), 1);
    assert_eq!(fetch(&cache, 2).await, 1, "no second try at once");
    clock.advance(RENEWAL_PAUSE);
    assert_eq!(fetch(&cache, 3).await, 3);
}

#[tokio::test]
async fn a_failed_renewal_does_not_bring_back_a_refused_token() {
    let (cache, clock) = cache();
    let first = get(&cache, 1).await;
    clock.advance(LIFE - Duration::from_secs(30));
    let refusing = Arc::clone(&cache);
    let result = ask(&cache, move |_| async move {
        refusing.refused(&first);
        Err(failed("down"))
    })
    .await;
    assert!(is(&result.unwrap_err(), "down"));
}

#[tokio::test]
async fn a_slow_renewal_is_waited_for_where_the_old_token_is_of_no_use_any_more() {
    // Refused meanwhile, or at its end: a life of two seconds ends while the renewal is waited for.
    for (life, wait, is_refused) in
        [(LIFE, LIFE - Duration::from_secs(30), true), (RENEWAL_WAIT, RENEWAL_WAIT / 2, false)]
    {
        let (cache, clock) = on(ManualClock::held());
        let first = ask(&cache, move |_| async move { Ok(fresh(1, life)) }).await.unwrap();
        clock.advance(wait);
        let gate = Arc::new(Notify::new());
        let opened = Arc::clone(&gate);
        let mut renewing = Box::pin(ask(&cache, move |_| async move {
            opened.notified().await;
            Ok(fresh(2, LIFE))
        }));
        assert!(futures_util::poll!(&mut renewing).is_pending());
        if is_refused {
            cache.refused(&first);
        }
        clock.advance(RENEWAL_WAIT);
        assert!(futures_util::poll!(&mut renewing).is_pending());
        gate.notify_one();
        assert_eq!(value_of(&renewing.await.unwrap()), 2);
    }
}

#[tokio::test]
async fn nobody_else_waits_for_the_renewal_of_a_working_token() {
    let (cache, clock) = on(ManualClock::held());
    fetch(&cache, 1).await;
    clock.advance(LIFE - Duration::from_secs(30));
    let mut renewing = Box::pin(ask(&cache, |_| std::future::pending()));
    assert!(futures_util::poll!(&mut renewing).is_pending());
    assert_eq!(fetch(&cache, 2).await, 1);
    // Once it has ended, the renewal is what they wait for.
    clock.advance(Duration::from_secs(30));
    let mut waiting = Box::pin(fetch(&cache, 3));
    assert!(futures_util::poll!(&mut waiting).is_pending());
}

#[tokio::test]
async fn a_token_shows_in_no_debug_text() {
    let (cache, _clock) = cache();
    let fresh = || Fresh { authorization: bearer("s3cret").unwrap(), lifetime: LIFE };
    let text = format!("{:?}", fresh());
    let token = ask(&cache, move |_| async move { Ok(fresh()) }).await.unwrap();
    assert!(!format!("{text} {token:?} {cache:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_token_that_is_refused_right_after_another_is_kept() {
    let (cache, clock) = cache();
    let first = get(&cache, 1).await;
    assert_eq!(cache.refused(&first), Renewal::Possible);
    let second = get_after(&cache, Some(&first), 2).await;
    assert_eq!(cache.refused(&second), Renewal::Impossible);
    assert_eq!(cache.refused(&first), Renewal::Possible, "there is another by now");
    assert_eq!(fetch(&cache, 3).await, 2);
    clock.advance(LOGIN_INTERVAL);
    assert_eq!(cache.refused(&second), Renewal::Possible);
    assert_eq!(value_of(&get_after(&cache, Some(&second), 3).await), 3);
}

#[tokio::test]
async fn a_renewal_that_no_call_has_looked_at_for_long_is_begun_anew() {
    let (cache, clock) = on(ManualClock::held());
    fetch(&cache, 1).await;
    clock.advance(LIFE - RENEWAL_MARGIN);
    let mut renewing = Box::pin(ask(&cache, |_| std::future::pending()));
    assert!(futures_util::poll!(&mut renewing).is_pending());
    drop(renewing);
    clock.advance(RENEWAL_LIFE - Duration::from_nanos(1));
    assert_eq!(fetch(&cache, 2).await, 1, "it is still in progress");
    clock.advance(Duration::from_nanos(1));
    assert_eq!(fetch(&cache, 3).await, 3);
}

#[tokio::test]
async fn a_renewal_in_progress_ends_with_its_cache() {
    let (cache, clock) = on(ManualClock::held());
    fetch(&cache, 1).await;
    clock.advance(LIFE - RENEWAL_MARGIN);
    let (held, dropped) = tokio::sync::oneshot::channel::<()>();
    let mut renewing = Box::pin(ask(&cache, move |_| async move {
        let _held = held;
        std::future::pending().await
    }));
    assert!(futures_util::poll!(&mut renewing).is_pending());
    drop(renewing);
    drop(cache);
    assert!(dropped.now_or_never().expect("nothing holds it any more").is_err());
}

#[tokio::test]
async fn other_keys_begin_anew() {
    let (cache, _clock) = cache();
    fetch(&cache, 1).await;
    cache.clear();
    assert_eq!(fetch(&cache, 2).await, 2);
    // A login with the old keys that ends after the change is not kept.
    let gate = Arc::new(Notify::new());
    let opened = Arc::clone(&gate);
    cache.clear();
    let mut old = Box::pin(ask(&cache, move |_| async move {
        opened.notified().await;
        Ok(fresh(3, LIFE))
    }));
    assert!(futures_util::poll!(&mut old).is_pending());
    cache.clear();
    gate.notify_one();
    assert_eq!(value_of(&old.await.unwrap()), 3);
    assert_eq!(fetch(&cache, 4).await, 4);
}
