//! The server loop: heads that do not come, too many connections, an orderly end.

mod refused;
mod requests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Accept, MemoryInbox, Receiver, Server, SourceGuard};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::{KEY, REPORT, entries, signed};

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(600);

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn serve<A: Accept>(server: Server<A>) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(server.run(listener, async { stopped.await.unwrap_or_default() }));
    Served { address, stop, ended }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn end(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap();
    }
}

fn receiver() -> (Receiver, Arc<MemoryInbox>) {
    let inbox = Arc::new(MemoryInbox::new());
    (Receiver::new(Klavi::new(KEY), inbox.clone()), inbox)
}

/// A whole POST of a report, to be followed by the end of the connection.
fn post() -> String {
    let signature = signed(REPORT)["x-klavi-signature"].to_str().unwrap().to_owned();
    let length = REPORT.len();
    format!(
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-klavi-signature: {signature}\r\n\
         content-length: {length}\r\n\r\n{REPORT}"
    )
}

/// Everything that comes until the server closes; a reset is an end as well.
async fn rest(mut stream: impl tokio::io::AsyncRead + Unpin) -> String {
    let mut text = Vec::new();
    match stream.read_to_end(&mut text).await {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_head_that_drips_is_cut_off() {
    let (receiver, _) = receiver();
    let served = serve(Server::new(receiver.into_router())).await;
    let (mut reader, mut writer) = served.connect().await.into_split();
    let dripping = tokio::spawn(async move {
        let mut head = "POST / HTTP/1.1\r\n".to_owned() + &"x: y\r\n".repeat(1_000);
        head.truncate(4_000);
        for byte in head.bytes() {
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        std::future::pending::<()>().await;
    });
    let answer = rest(&mut reader).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    dripping.abort();
    served.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_word_is_cut_off() {
    let (receiver, _) = receiver();
    let served = serve(Server::new(receiver.into_router())).await;
    let answer = rest(served.connect().await).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    served.end().await;
}

#[tokio::test]
async fn a_body_that_drips_is_cut_off_though_its_head_came() {
    let (receiver, inbox) = receiver();
    let receiver = receiver.body_time(SHORT);
    let served = serve(Server::new(receiver.clone().into_router()).head_time(LONG)).await;
    let mut stream = served.connect().await;
    let post = post();
    stream.write_all(&post.as_bytes()[..post.len() - 1]).await.unwrap();
    assert!(rest(stream).await.starts_with("HTTP/1.1 408"));
    assert_eq!(receiver.memory_in_use(), 0);
    assert!(entries(&*inbox, None).await.is_empty());
    served.end().await;
}

#[tokio::test]
async fn a_whole_delivery_is_taken_in_with_the_address_of_its_sender() {
    let (receiver, inbox) = receiver();
    let loopback: std::net::IpAddr = [127, 0, 0, 1].into();
    let receiver = receiver.guard(SourceGuard::new([loopback]));
    let served = serve(Server::new(receiver.into_router())).await;
    let mut stream = served.connect().await;
    stream.write_all(post().as_bytes()).await.unwrap();
    assert!(rest(stream).await.starts_with("HTTP/1.1 200"));
    assert_eq!(entries(&*inbox, None).await[0].source, Some(loopback));
    served.end().await;
}

#[tokio::test]
async fn no_more_connections_than_allowed_are_served_at_once() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, wait) = (entered.clone(), leave.clone());
    let app = Router::new().route(
        "/",
        get(async move || {
            inside.notify_one();
            wait.notified().await;
            "done"
        }),
    );
    let served = serve(Server::new(app).max_connections(1)).await;
    let get = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut first = served.connect().await;
    first.write_all(get).await.unwrap();
    entered.notified().await;
    let mut second = served.connect().await;
    second.write_all(get).await.unwrap();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(
        tokio::time::timeout(SHORT, entered.notified()).await.is_err(),
        "the second waits for the first to end"
    );
    leave.notify_one();
    assert!(rest(first).await.ends_with("done"));
    entered.notified().await;
    leave.notify_one();
    assert!(rest(second).await.ends_with("done"));
    served.end().await;
}

/// Connects from that address, of which there are many on the loopback.
async fn connect_from(address: &str, served: &Served) -> TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
    socket.connect(served.address).await.unwrap()
}

#[tokio::test]
async fn untrusted_peers_get_a_quarter_of_the_connections_and_cannot_keep_the_provider_out() {
    let (receiver, inbox) = receiver();
    let guard = SourceGuard::new(["127.0.0.2".parse::<std::net::IpAddr>().unwrap()]);
    let app = receiver.guard(guard.clone()).into_router();
    let served = serve(Server::new(app).known(guard).max_connections(8).head_time(LONG)).await;
    let mut idle = Vec::new();
    for _ in 0..2 {
        idle.push(connect_from("127.0.0.1", &served).await);
    }
    // Of a quarter of eight these are too many; all others are free for those who may send.
    for _ in 0..20 {
        assert_eq!(rest(connect_from("127.0.0.1", &served).await).await, "");
    }
    let mut sender = connect_from("127.0.0.2", &served).await;
    sender.write_all(post().as_bytes()).await.unwrap();
    assert!(rest(sender).await.starts_with("HTTP/1.1 200"));
    assert_eq!(entries(&*inbox, None).await.len(), 1);
    // Whoever goes leaves a place, once the server has seen it.
    drop(idle);
    let refused = loop {
        let mut untrusted = connect_from("127.0.0.1", &served).await;
        let _ = untrusted.write_all(post().as_bytes()).await;
        let answer = rest(untrusted).await;
        if !answer.is_empty() {
            break answer;
        }
    };
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    served.end().await;
}

#[tokio::test]
async fn requests_under_way_end_before_the_server_does() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, wait) = (entered.clone(), leave.clone());
    let app = Router::new().route(
        "/",
        get(async move || {
            inside.notify_one();
            wait.notified().await;
            "done"
        }),
    );
    let served = serve(Server::new(app).grace(LONG)).await;
    let idle = served.connect().await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    entered.notified().await;
    served.stop.send(()).unwrap();
    // It no longer waits for anything but the request: the idle connection is closed.
    assert!(rest(idle).await.is_empty());
    leave.notify_one();
    assert!(rest(stream).await.ends_with("done"), "kept alive until then, closed after");
    served.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_in_time_is_cut_off() {
    let entered = Arc::new(Notify::new());
    let inside = entered.clone();
    let app = Router::new().route(
        "/",
        get(async move || {
            inside.notify_one();
            std::future::pending::<()>().await;
        }),
    );
    let served = serve(Server::new(app)).await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    entered.notified().await;
    served.stop.send(()).unwrap();
    served.ended.await.unwrap();
    assert!(rest(stream).await.is_empty());
}

/// A handshake: one word before HTTP begins. Whoever does not say it gets no further.
#[derive(Clone)]
struct Handshake;

impl Accept for Handshake {
    type Stream = DuplexStream;

    async fn accept(&self, mut socket: TcpStream) -> io::Result<DuplexStream> {
        if socket.read_u8().await? != b'!' {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let (ours, mut theirs) = tokio::io::duplex(1024);
        tokio::spawn(async move { tokio::io::copy_bidirectional(&mut socket, &mut theirs).await });
        Ok(ours)
    }
}

#[tokio::test]
async fn another_stream_than_the_bare_socket_is_served() {
    async fn peer(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
        peer.ip().to_string()
    }
    let app = Router::new().route("/", get(peer));
    let served = serve(Server::new(app).over(Handshake).head_time(LONG)).await;
    let get = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    // A handshake that hangs holds up nobody else.
    let _hanging = served.connect().await;
    let mut refused = served.connect().await;
    refused.write_all(get).await.unwrap();
    assert!(rest(refused).await.is_empty());
    let mut welcome = served.connect().await;
    welcome.write_all(b"!").await.unwrap();
    welcome.write_all(get).await.unwrap();
    assert!(rest(welcome).await.ends_with("127.0.0.1"));
}

#[tokio::test(start_paused = true)]
async fn a_handshake_has_as_long_as_a_head() {
    let served = serve(Server::new(Router::new()).over(Handshake)).await;
    assert!(rest(served.connect().await).await.is_empty());
    served.end().await;
}

#[tokio::test]
async fn a_refusal_reaches_a_sender_that_is_still_sending() {
    let (receiver, _) = receiver();
    let served =
        serve(Server::new(receiver.guard(SourceGuard::new([] as [klavi_webhook::IpNet; 0])).into_router()))
            .await;
    let stream = served.connect().await;
    let (mut reader, mut writer) = stream.into_split();
    let length = 8 << 20;
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    writer.write_all(head.as_bytes()).await.unwrap();
    // The answer is not waited for: all of it is sent, as a proxy does.
    for _ in 0..length >> 16 {
        writer.write_all(&[b' '; 1 << 16]).await.unwrap();
    }
    let mut answer = Vec::new();
    reader.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 403 "), "{}", String::from_utf8_lossy(&answer));
    drop((reader, writer));
    served.end().await;
}
