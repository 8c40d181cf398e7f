//! Connections to PostgreSQL on which nothing is answered any more, as behind a firewall that has forgotten them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use klavi_webhook::{Inbox, InboxErrorKind, LeaseRequest, PostgresInbox, PostgresOptions, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::{Kept, Place, server};
use crate::{EVENTS, LEASE, REPORT, entries, settle, split};

/// Far beyond what any of this may take; a test that hangs says so.
const FOR_EVER: Duration = Duration::from_secs(300);

/// What the server says when it is merely asked whether it is there.
const READY: [u8; 6] = *b"Z\0\0\0\x05I";

/// Stands between the inbox and the server.
#[derive(Clone, Default)]
struct Proxy {
    connections: Arc<AtomicU64>,
    /// Of connections up to this one nothing gets through but [`READY`].
    dead: Arc<AtomicU64>,
}

impl Proxy {
    /// Where it listens.
    async fn start(&self, server: String) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let proxy = self.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let number = proxy.connections.fetch_add(1, Ordering::SeqCst) + 1;
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
                tokio::spawn(proxy.clone().pass(from_client, to_server, None));
                tokio::spawn(proxy.clone().pass(from_server, to_client, Some(number)));
            }
        });
        port
    }

    async fn pass(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, answers_of: Option<u64>) {
        let mut piece = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut piece).await {
            let dead = answers_of.is_some_and(|number| number <= self.dead.load(Ordering::SeqCst));
            if (!dead || piece[..read] == READY) && to.write_all(&piece[..read]).await.is_err() {
                return;
            }
        }
    }

    fn die(&self) {
        self.dead.store(self.connections.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn what_is_not_answered_fails_and_is_not_asked_again() {
    let rule = async |place: &Place| {
        let (user, rest) = server().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let (address, database) = rest.split_once('/').unwrap();
        let address = if address.contains(':') { address.to_owned() } else { format!("{address}:5432") };
        let Kept::Postgres(schema) = &place.kept else { unreachable!("this is about PostgreSQL") };
        let proxy = Proxy::default();
        let port = proxy.start(address).await;
        let url = format!("{user}@127.0.0.1:{port}/{database}?options[search_path]={schema}&sslmode=disable");
        let inbox: PostgresInbox = PostgresOptions::new(&url).connections(2).connect().await.unwrap();
        inbox.store(split(REPORT)).await.unwrap();

        // Where the pool makes a new connection for it, because the other is not back yet, a store fails a round later.
        let mut kept = 1;
        let until_one_fails = async {
            loop {
                proxy.die();
                kept += 1;
                let report = REPORT.replace("rp-1", &format!("rp-{kept}"));
                let Err(error) = inbox.store(split(&report)).await else { continue };
                assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}");
                while inbox.store(split(&report)).await.is_err() {}
                break;
            }
        };
        tokio::time::timeout(FOR_EVER, until_one_fails).await.expect("stores hang");

        proxy.die();
        let leases = async {
            loop {
                match inbox.lease(LeaseRequest::new(5)).await {
                    Ok(lease) => return lease.entries,
                    Err(error) => assert_eq!(error.kind(), InboxErrorKind::Unreachable, "{error:?}"),
                }
            }
        };
        // Those of a lease without an answer come when it has run out.
        let leased = tokio::time::timeout(FOR_EVER, leases).await.expect("leases hang");
        for leased in leased {
            assert!(settle(&inbox, leased.ticket.done()).await);
        }
        assert_eq!(entries(&inbox, None).await.len(), kept);
    };
    Place::postgres().await.holds(rule).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL"]
async fn what_cannot_be_read_uses_up_no_attempt() {
    let rule = async |place: &Place| {
        let inbox = place.open().await;
        inbox.store(split(EVENTS)).await.unwrap();
        let request = LeaseRequest::new(9).lease(LEASE);
        place.meddle("ALTER TABLE inbox_entries RENAME TO away").await;
        for _ in 0..3 {
            inbox.lease(request.clone()).await.unwrap_err();
            place.clock.advance(LEASE);
        }
        place.meddle("ALTER TABLE away RENAME TO inbox_entries").await;
        // What was given back is due a second later.
        place.clock.advance(LEASE);
        let leased = inbox.lease(request).await.unwrap().entries;
        assert_eq!(leased.iter().map(|leased| leased.entry.attempts).collect::<Vec<_>>(), [0, 0]);
    };
    Place::postgres().await.holds(rule).await;
}
