//! Finding 1: calls of a program without an async runtime, over connections that the server closes between them.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use futures_util::future::select;
use provider_call::{
    BlockingRuntime, CallError, CallOptions, Caller, Credential, CredentialLookup, CredentialSource,
    Endpoint, Fresh, Renewal, TokenCache, bearer,
};
use tokio::sync::Notify;

use crate::server::{Server, answer};
use crate::{POST, caller};

const LOGIN: Endpoint = Endpoint::post("/login").idempotent("it only makes a token");

/// Far longer than anything here takes: what hangs is to fail, not to hang.
const LONG: Duration = Duration::from_secs(20);

#[derive(Debug)]
struct Keys {
    cache: TokenCache,
    caller: Caller,
}

impl Keys {
    fn new(caller: &Caller) -> Self {
        Self { cache: TokenCache::new(Arc::clone(caller.clock()), "bank"), caller: caller.clone() }
    }

    async fn log_in(caller: Caller) -> Result<Fresh, CallError> {
        let token: String = caller.call(&LOGIN).send().await?.json()?;
        Ok(Fresh { authorization: bearer(&token).unwrap(), lifetime: Duration::from_secs(1800) })
    }
}

impl CredentialSource for Keys {
    fn credential(&self, patience: Duration, refused: Option<&Credential>) -> CredentialLookup<'_> {
        let caller = self.caller.clone();
        self.cache.get(patience, refused, |_| Self::log_in(caller))
    }

    fn refused(&self, refused: &Credential) -> Renewal {
        self.cache.refused(refused)
    }
}

fn patient(url: &str) -> Caller {
    caller(url).with_options(CallOptions::new().timeout(LONG).attempt_timeout(LONG))
}

fn post(runtime: &BlockingRuntime, caller: &Caller) -> Result<u32, CallError> {
    runtime.wait(caller.call(&POST).json(&[1]).send()).map(|answer| answer.attempts())
}

#[test]
fn no_creation_is_lost_to_a_connection_that_was_closed_while_it_was_idle() {
    let (closed, arrived) = mpsc::channel();
    let server = Server::start(move |connection| {
        connection.read_request().unwrap();
        connection.write(&answer("", b"{}"));
        connection.close();
        closed.send(()).unwrap();
    });
    let runtime = BlockingRuntime::new().unwrap();
    let caller = patient(&server.url).with_own_connections();
    for call in 0..100 {
        assert_eq!(post(&runtime, &caller).unwrap(), 1, "call {call}");
        // The client has seen the close, and has closed its own side, without a call to drive it.
        arrived.recv_timeout(LONG).expect("the close is seen between calls");
    }
    assert_eq!((server.connections(), server.requests().len()), (100, 100));
}

#[test]
fn a_call_that_is_dropped_gives_up_its_connection() {
    let (closed, is_closed) = mpsc::channel();
    let arrived = Arc::new(Notify::new());
    let has_arrived = Arc::clone(&arrived);
    let server = Server::start(move |connection| {
        connection.read_request().unwrap();
        arrived.notify_one();
        connection.wait_for_close();
        closed.send(()).unwrap();
    });
    let runtime = BlockingRuntime::new().unwrap();
    let caller = patient(&server.url).with_own_connections();
    runtime.wait(async {
        select(pin!(caller.call(&POST).send()), pin!(has_arrived.notified())).await;
    });
    is_closed.recv_timeout(LONG).expect("nothing waits for the answer any more");
}

#[test]
fn parallel_first_calls_share_one_login() {
    let server = Server::start(|connection| {
        while let Some(request) = connection.read_request() {
            let body: &[u8] = if request.starts_with("post /login ") { b"\"token\"" } else { b"{}" };
            connection.write(&answer("", body));
        }
    });
    let runtime = BlockingRuntime::new().unwrap();
    let caller = patient(&server.url);
    let keys = Keys::new(&caller);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| runtime.wait(caller.call(&POST).credential(&keys).send()).unwrap());
        }
    });
    let requests = server.requests();
    assert_eq!(requests.iter().filter(|request| request.starts_with("post /login ")).count(), 1);
    assert_eq!(requests.iter().filter(|request| request.contains("authorization: bearer token")).count(), 20);
}

/// The connections of the calls with that request id.
fn connections_of(server: &Server, id: &str) -> BTreeSet<usize> {
    server.connections_of(&format!("\r\nx-request-id: {id}\r\n"))
}

fn named(caller: &Caller, id: &str) -> Caller {
    caller.with_options(CallOptions::new().request_id(id).unwrap())
}

#[test]
fn own_connections_are_not_shared() {
    let server = Server::answering(answer("", b"{}"));
    let runtime = BlockingRuntime::new().unwrap();
    let first = patient(&server.url);
    let other = first.with_own_connections();
    for _ in 0..20 {
        for (caller, id) in [(&first, "first"), (&first.clone(), "clone"), (&other, "other")] {
            post(&runtime, &named(caller, id)).unwrap();
        }
    }
    let [first_used, clone_used, other_used] =
        ["first", "clone", "other"].map(|id| connections_of(&server, id));
    assert!(!first_used.is_disjoint(&clone_used), "a clone shares its connections");
    assert!(first_used.union(&clone_used).all(|used| !other_used.contains(used)));
    assert_eq!((other.base_url(), other.provider()), (first.base_url(), first.provider()));
}

#[test]
fn a_client_that_is_used_both_ways_does_not_hang() {
    let server = Server::answering(answer("", b"{}"));
    let runtime = BlockingRuntime::new().unwrap();
    let shared = named(&patient(&server.url), "shared");
    let own = named(&shared.with_own_connections(), "own");
    // Runs only while it is waited for: what it has opened stands still in between.
    let program = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..20 {
        program.block_on(shared.call(&POST).send()).unwrap();
        post(&runtime, &own).unwrap();
    }
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..50 {
                post(&runtime, &own).unwrap();
            }
        });
        for _ in 0..50 {
            program.block_on(shared.call(&POST).send()).unwrap();
        }
    });
    assert!(connections_of(&server, "shared").is_disjoint(&connections_of(&server, "own")));
}
