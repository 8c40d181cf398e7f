//! A database server that goes away and comes back.

use std::net::SocketAddr;
use std::sync::Arc;

use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Answer, InboxErrorKind, PostgresInbox, Receiver, Store};
use sqlx::postgres::PgConnectOptions;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Place, server};
use crate::{EVENTS, KEY, REPORT, entries, signed, split};

/// The way to the server, which can be cut: connections break, and none comes through.
struct Way {
    here: SocketAddr,
    open: tokio::sync::watch::Sender<bool>,
    _task: JoinSet<()>,
}

impl Way {
    async fn new() -> Self {
        let server: PgConnectOptions = server().parse().unwrap();
        let server = (server.get_host().to_owned(), server.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let (open, told) = tokio::sync::watch::channel(true);
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let (mut told, server) = (told.clone(), server.clone());
                tokio::spawn(async move {
                    if !*told.borrow_and_update() {
                        return;
                    }
                    let mut server = TcpStream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                        _ = told.changed() => {}
                    }
                });
            }
        });
        Self { here, open, _task: task }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn while_the_server_is_away_the_sender_keeps_the_delivery() {
    Place::postgres()
        .await
        .holds(async |place| {
            let way = Way::new().await;
            let server: PgConnectOptions = server().parse().unwrap();
            let there = format!("{}:{}", server.get_host(), server.get_port());
            let address = place.address();
            let address = if address.contains(&there) {
                address.replace(&there, &way.here.to_string())
            } else {
                address.replace(server.get_host(), &way.here.to_string())
            };
            let inbox = Arc::new(PostgresInbox::connect(&address).await.unwrap());
            let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
            let post = async |body: &str| {
                receiver.handle(signed(body), None, bytes::Bytes::copy_from_slice(body.as_bytes())).await
            };
            assert_eq!(post(REPORT).await, Answer::Accepted);

            way.open.send_replace(false);
            assert_eq!(post(EVENTS).await, Answer::Unavailable);
            let error = inbox.store(split(EVENTS)).await.unwrap_err();
            assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}");

            way.open.send_replace(true);
            // A connection that died on the way may cost the sender one more attempt.
            let mut attempts = 1;
            while post(EVENTS).await != Answer::Accepted {
                attempts += 1;
                assert!(attempts < 10, "deliveries are refused though the server is back");
            }
            assert_eq!(post(REPORT).await, Answer::Duplicate);
            assert_eq!(entries(&*inbox, None).await.len(), 3);
        })
        .await;
}
