mod lingering;
mod peer_limit;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::Service;

use self::lingering::Lingering;
use self::peer_limit::PeerLimit;
use crate::SourceGuard;

/// How much of a connection is read at once. All of them together would take megabytes more with hyper's 400 KiB.
const BUFFER: usize = 32 * 1024;

/// What a socket has to be made into before HTTP is spoken over it. TLS does its handshake here.
pub trait Accept: Clone + Send + Sync + 'static {
    /// What HTTP is spoken over.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Makes it. Every connection does so on its own, within the [head time](Server::head_time).
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

/// Serves an application over HTTP/1.1 within limits that `axum::serve` does not have: so many connections, so long
/// for a head, so long to end. A head may have 32 KiB. Handlers see the peer's address.
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
    grace: Duration,
    known: Option<SourceGuard>,
}

impl Server {
    /// Serves this application over bare sockets.
    pub fn new(app: Router) -> Self {
        Self {
            app,
            accept: Plain,
            max_connections: 1024,
            head_time: Duration::from_secs(10),
            grace: Duration::from_secs(20),
            known: None,
        }
    }
}

impl<A: Accept> Server<A> {
    /// Serves it over what this makes of the sockets.
    #[must_use]
    pub fn over<B: Accept>(self, accept: B) -> Server<B> {
        let Self { app, max_connections, head_time, grace, known, .. } = self;
        Server { app, accept, max_connections, head_time, grace, known }
    }

    /// How many connections may be open at once; 1,024 unless said otherwise. Further ones wait in the queue of the
    /// system.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Leaves at most a quarter of the connections to peers that this guard neither lets in nor trusts as proxies, so
    /// that strangers who hold connections open do not keep the sender out. Their further ones are closed at once.
    #[must_use]
    pub fn known(mut self, guard: SourceGuard) -> Self {
        self.known = Some(guard);
        self
    }

    /// How long a connection may take to be accepted, and until the head of its next request has come; 10 seconds unless
    /// said otherwise. What is idle for longer is closed.
    #[must_use]
    pub fn head_time(mut self, time: Duration) -> Self {
        self.head_time = time;
        self
    }

    /// How long requests that are under way get to end; 20 seconds unless said otherwise. What is not done by then is
    /// cut off.
    #[must_use]
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Serves until `stop` completes, then takes no more connections, lets requests under way end and returns.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        let strangers = PeerLimit::new(self.max_connections / 4);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                (socket, peer) = next(&listener), if connections.len() < self.max_connections => {
                    let stranger = self.known.as_ref().is_some_and(|guard| !guard.knows(peer.ip()));
                    let place = if stranger { strangers.place() } else { None };
                    if stranger && place.is_none() {
                        continue;
                    }
                    let connection = self.clone().connection(socket, peer, graceful.watcher());
                    connections.spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
            }
        }
        drop(listener);
        if timeout(self.grace, graceful.shutdown()).await.is_err() {
            tracing::warn!(connections = connections.len(), "requests under way were cut off");
        }
        connections.shutdown().await;
    }

    async fn connection(self, socket: TcpStream, peer: SocketAddr, watcher: Watcher) {
        let stream = match timeout(self.head_time, self.accept.accept(socket)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return tracing::debug!(%peer, %error, "connection not accepted"),
            Err(_) => return tracing::debug!(%peer, "connection not accepted in time"),
        };
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            // A router is always ready.
            self.app.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head_time)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(Lingering::new(stream)), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%peer, %error, "connection ended early");
        }
    }
}

/// The next connection. Errors concern one connection, or pass when others close (no more file descriptors).
async fn next(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut told = false;
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => {
                // Answers are small; waiting to fill a packet would only delay them.
                if socket.set_nodelay(true).is_ok() {
                    return (socket, peer);
                }
            }
            Err(error) => {
                if !told {
                    tracing::warn!(%error, "no connection can be taken");
                    told = true;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
