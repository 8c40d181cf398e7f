//! An HTTP/1.1 server with limits for connections, heads and pauses, which says why it refuses a connection.
//!
//! Knows an axum application and which peers are trusted. It must not know what a webhook is.

mod lingering;
mod peer_limit;
mod progress;
mod refused;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::Service;

use self::lingering::Lingering;
use self::peer_limit::{OVER_LIMIT, PeerLimit};
use self::progress::{Progress, Timed};
use self::refused::{HANDSHAKE, Refused};
use crate::SourceGuard;

/// The size of a connection's read buffer, and so of the largest head. hyper's 400 KiB would take megabytes for all
/// connections together.
const BUFFER: usize = 32 * 1024;

/// Turns an accepted socket into the stream that HTTP is spoken over, for example with a TLS handshake.
pub trait Accept: Clone + Send + Sync + 'static {
    /// The stream that HTTP is spoken over.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Makes the stream. Every connection does so in its own task, within the [head time](Server::head_time).
    ///
    /// An error of the kind [`InvalidData`](io::ErrorKind::InvalidData) is logged as a refused connection.
    fn accept(&self, socket: TcpStream) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// HTTP over the bare socket.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Accept for Plain {
    type Stream = TcpStream;

    async fn accept(&self, socket: TcpStream) -> io::Result<TcpStream> {
        Ok(socket)
    }
}

/// Serves an application over HTTP/1.1 with limits that `axum::serve` does not have: for connections, for the time of
/// a head, of a pause and of the shutdown. A head may have 32 KiB and 100 headers. Handlers see the peer's address.
///
/// A client may shut down its writing side after the body and still gets its answer. A request with both
/// `Content-Length` and `Transfer-Encoding` is read as chunked, and its connection is closed after the answer
/// (RFC 9112). A connection that is refused is logged with its reason and peer: at once, then at most once a minute
/// for each reason.
///
/// ```no_run
/// use std::sync::Arc;
/// use klavi_webhook::{MemoryInbox, Receiver, Server, klavi::Klavi};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let receiver = Receiver::new(Klavi::production("the secretKey"), Arc::new(MemoryInbox::new()));
/// let app = axum::Router::new().nest("/klavi", receiver.into_router());
/// let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await?;
/// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
/// Server::new(app).run(listener, async { stopped.await.unwrap_or_default() }).await;
/// # drop(stop); Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Server<A = Plain> {
    app: Router,
    accept: A,
    max_connections: usize,
    head_time: Duration,
    keep_alive: Duration,
    grace: Duration,
    known: Option<SourceGuard>,
}

impl Server {
    /// A server of this application over plain sockets.
    pub fn new(app: Router) -> Self {
        Self {
            app,
            accept: Plain,
            max_connections: 1024,
            head_time: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            grace: Duration::from_secs(20),
            known: None,
        }
    }
}

impl<A: Accept> Server<A> {
    /// Serves over the streams that `accept` makes of the sockets.
    #[must_use]
    pub fn over<B: Accept>(self, accept: B) -> Server<B> {
        let Self { app, max_connections, head_time, keep_alive, grace, known, .. } = self;
        Server { app, accept, max_connections, head_time, keep_alive, grace, known }
    }

    /// The most connections that may be open at once; 1,024 by default. Further ones wait in the queue of the
    /// operating system.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Limits untrusted peers to a quarter of the connections, so that they cannot keep the provider out. A peer is
    /// trusted if this guard allows its address or trusts it as a proxy. Connections above the limit are closed at
    /// once.
    #[must_use]
    pub fn known(mut self, guard: SourceGuard) -> Self {
        self.known = Some(guard);
        self
    }

    /// How long a head may take from its first byte, and a new connection until its first head; 10 seconds by
    /// default. A [handshake](Accept) has as long. The connection is closed when the time is over.
    #[must_use]
    pub fn head_time(mut self, time: Duration) -> Self {
        self.head_time = time;
        self
    }

    /// How long a connection is kept open after an answer for another request; 75 seconds by default. Choose a longer
    /// time than the load balancer does (60 seconds is common), so that it never sends into a connection that is
    /// being closed.
    #[must_use]
    pub fn keep_alive(mut self, time: Duration) -> Self {
        self.keep_alive = time;
        self
    }

    /// How long requests in progress get to end when the server stops; 20 seconds by default. Requests that take
    /// longer are aborted.
    #[must_use]
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Serves until `stop` completes, then accepts no more connections, lets requests in progress end and returns.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        let untrusted = PeerLimit::new(self.max_connections / 4);
        let refused = Arc::new(Refused::new());
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                (socket, peer) = next(&listener), if connections.len() < self.max_connections => {
                    refused.log_due();
                    let is_untrusted = self.known.as_ref().is_some_and(|guard| !guard.knows(peer.ip()));
                    let permit = if is_untrusted { untrusted.permit() } else { None };
                    if is_untrusted && permit.is_none() {
                        refused.add(OVER_LIMIT, peer.ip());
                        continue;
                    }
                    let connection = self.clone().connection(socket, peer, graceful.watcher(), refused.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(permit);
                    });
                }
            }
        }
        drop(listener);
        if timeout(self.grace, graceful.shutdown()).await.is_err() {
            tracing::warn!(connections = connections.len(), "requests in progress were aborted");
        }
        connections.shutdown().await;
    }

    async fn connection(self, socket: TcpStream, peer: SocketAddr, watcher: Watcher, refused: Arc<Refused>) {
        let stream = match timeout(self.head_time, self.accept.accept(socket)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                if error.kind() == io::ErrorKind::InvalidData {
                    refused.add(HANDSHAKE, peer.ip());
                }
                return tracing::debug!(%peer, %error, "handshake failed");
            }
            Err(_) => return tracing::debug!(%peer, "handshake not completed in time"),
        };
        let progress = Progress::new();
        let stream = Timed::new(stream, progress.clone(), self.head_time, self.keep_alive);
        let at = progress.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(|body| Body::new(at.begin_request(body)));
            let at = at.clone();
            request.extensions_mut().insert(ConnectInfo(peer));
            // A router is always ready.
            let answer = self.app.clone().call(request);
            async move { answer.await.map(|response| response.map(|body| at.until_end_of(body))) }
        });
        // The time limits are those of the stream.
        let connection = http1::Builder::new()
            .half_close(true)
            .header_read_timeout(None)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(Lingering::new(stream, progress.clone())), service);
        if let Err(error) = watcher.watch(connection).await {
            match refused::reason(&error, &progress) {
                Some(reason) => refused.add(reason, peer.ip()),
                None => tracing::debug!(%peer, %error, "connection ended early"),
            }
        }
    }
}

/// The next connection. Errors concern one connection, or pass when others close (no more file descriptors).
async fn next(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut is_logged = false;
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                // Answers are small; waiting to fill a packet would only delay them.
                if socket.set_nodelay(true).is_ok() {
                    return (socket, peer);
                }
            }
            Err(error) => {
                if !is_logged {
                    tracing::warn!(%error, "cannot accept connections");
                    is_logged = true;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
