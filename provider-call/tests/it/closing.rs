//! Servers that close their connections, at every place of an answer.

use std::sync::atomic::{AtomicBool, Ordering};

use provider_call::TransportErrorKind;

use crate::server::{Server, answer};
use crate::{GET, POST, caller};

const CALLS: usize = 20;

#[tokio::test]
async fn a_server_that_closes_after_each_answer_costs_no_call() {
    let server = Server::start(|connection| {
        connection.read_request().unwrap();
        connection.write(&answer("connection: close\r\n", b"{}"));
        connection.close();
    });
    let caller = caller(&server.url);
    for _ in 0..CALLS {
        assert_eq!(caller.call(&POST).send().await.unwrap().attempts(), 1);
    }
    assert_eq!((server.connections(), server.requests().len()), (CALLS, CALLS));
}

#[tokio::test]
async fn a_server_that_does_not_announce_its_close_costs_no_idempotent_call() {
    let server = Server::start(|connection| {
        connection.read_request().unwrap();
        connection.write(&answer("", b"{}"));
        connection.close();
    });
    let caller = caller(&server.url);
    for _ in 0..CALLS {
        caller.call(&GET).send().await.unwrap();
    }
}

/// Calls a server that writes so much of an answer and closes.
async fn cut_off(part: &'static [u8]) {
    let server = Server::start(move |connection| {
        connection.read_request().unwrap();
        connection.write(part);
        connection.close();
    });
    let caller = caller(&server.url);
    let text = String::from_utf8_lossy(part);

    let error = caller.call(&POST).send().await.unwrap_err();
    assert_eq!(error.transport_kind(), Some(TransportErrorKind::Other), "{text:?} {error}");
    assert_eq!((error.attempts(), server.requests().len()), (1, 1), "{text:?}");
    assert!(error.is_outcome_unknown() && error.is_passing(), "{text:?}");

    let error = caller.call(&GET).send().await.unwrap_err();
    assert_eq!((error.attempts(), server.requests().len()), (4, 5), "{text:?}");
    assert!(!error.is_outcome_unknown(), "{text:?}");
}

#[tokio::test]
async fn an_answer_that_is_cut_off_repeats_no_creation() {
    cut_off(b"").await;
    cut_off(b"HTTP/1.1 200 OK\r\ncontent-ty").await;
    cut_off(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello").await;
    cut_off(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n").await;
}

#[tokio::test]
async fn a_kept_connection_that_closes_without_an_answer_repeats_no_creation() {
    let answered = AtomicBool::new(false);
    let server = Server::start(move |connection| {
        while connection.read_request().is_some() && !answered.swap(true, Ordering::SeqCst) {
            connection.write(&answer("", b"{}"));
        }
        connection.close();
    });
    let caller = caller(&server.url);
    caller.call(&POST).send().await.unwrap();
    let error = caller.call(&POST).send().await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    // The connection pool repeats nothing behind the back of the call either.
    assert_eq!((error.attempts(), server.requests().len()), (1, 2));
}
