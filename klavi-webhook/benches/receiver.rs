//! How many deliveries the receiver takes in, beside a bare axum handler that reads the body and answers 200. Prints a
//! table at the end.
//!
//!     cargo bench -p klavi-webhook --bench receiver
//!
//! The server has one thread, and so has the sender, which does next to nothing but write and read. Both rates are ratios
//! to the bare handler: requests in a second, and requests in a second of computing of the server's thread, which
//! neither a slow sender nor other work on the machine changes.

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use klavi_webhook::klavi::{Klavi, SigningKey};
use klavi_webhook::{
    Clock, Delivery, MemoryInbox, Provider, Receiver, Server, Split, Verified, Verifier, VerifyError,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// As the command `klavi` has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 15;
const KEY: &str = "A1B2C3D4-0000-4000-8000-000000000000";

/// What takes the deliveries.
struct Contender {
    name: &'static str,
    app: fn() -> Router,
    serve: Serve,
}

#[derive(Clone, Copy)]
enum Serve {
    Axum,
    Server,
}

const CONTENDERS: [Contender; 6] = [
    Contender { name: "bare handler, `axum::serve`", app: bare, serve: Serve::Axum },
    Contender { name: "bare handler, `Server`", app: bare, serve: Serve::Server },
    Contender {
        name: "bare handler that checks the signature, `Server`",
        app: checking,
        serve: Serve::Server,
    },
    Contender {
        name: "receiver that drops its entries, `Server`",
        app: || receiver(Dropping(Klavi::new(KEY))),
        serve: Serve::Server,
    },
    Contender { name: "receiver, `axum::serve`", app: || receiver(Klavi::new(KEY)), serve: Serve::Axum },
    Contender { name: "receiver, `Server`", app: || receiver(Klavi::new(KEY)), serve: Serve::Server },
];

fn main() {
    println!("| body | served by | requests/s | ratio | µs of computing | ratio |");
    println!("|---|---|---:|---:|---:|---:|");
    for (body, requests) in
        [("1 KB event", requests(20_000, event)), ("16 KB report", requests(6_000, report))]
    {
        let mut taken: [Vec<Taken>; CONTENDERS.len()] = Default::default();
        for round in 0..ROUNDS {
            for place in 0..CONTENDERS.len() {
                // Each begins a round in its turn.
                let place = (place + round) % CONTENDERS.len();
                taken[place].push(take(&CONTENDERS[place], &requests));
            }
        }
        let medians = taken.map(|taken| Taken {
            rate: median(taken.iter().map(|taken| taken.rate)),
            computing: median(taken.iter().map(|taken| taken.computing)),
        });
        for (contender, each) in CONTENDERS.iter().zip(&medians) {
            println!(
                "| {body} | {} | {:.0} | {:.2} | {:.1} | {:.2} |",
                contender.name,
                each.rate,
                each.rate / medians[0].rate,
                each.computing * 1e6,
                medians[0].computing / each.computing
            );
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// How one round went.
struct Taken {
    /// Requests per second.
    rate: f64,
    /// Seconds that the server's thread computed for each; not a number where the system does not tell.
    computing: f64,
}

fn take(contender: &Contender, requests: &[Vec<u8>]) -> Taken {
    let (app, serve) = ((contender.app)(), contender.serve);
    let (bound, address) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            bound.send(listener.local_addr().unwrap()).unwrap();
            let stop = async { stopped.await.unwrap() };
            match serve {
                Serve::Server => Server::new(app).run(listener, stop).await,
                Serve::Axum => {
                    let app = app.into_make_service_with_connect_info::<SocketAddr>();
                    axum::serve(listener, app).with_graceful_shutdown(stop).await.unwrap();
                }
            }
        });
        computed()
    });
    let address = address.recv().unwrap();
    let start = Instant::now();
    send(address, requests);
    let time = start.elapsed().as_secs_f64();
    stop.send(()).unwrap();
    let computed = server.join().unwrap();
    let count = requests.len() as f64;
    Taken { rate: count / time, computing: computed.map_or(f64::NAN, |it| it.as_secs_f64() / count) }
}

/// How long this thread has computed.
fn computed() -> Option<Duration> {
    let read = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(read.split(' ').next()?.parse().ok()?))
}

/// Half of the connections are served while the other half is answered and asked anew. The sender waits for the last
/// answer of a half, so that it is not woken for each.
fn send(address: SocketAddr, requests: &[Vec<u8>]) {
    let mut connections: Vec<_> = (0..CONNECTIONS).map(|_| TcpStream::connect(address).unwrap()).collect();
    for connection in &connections {
        connection.set_nodelay(true).unwrap();
    }
    let half = CONNECTIONS / 2;
    let mut open = [0, 0];
    for (turn, requests) in requests.chunks(half).enumerate() {
        let connections = &mut connections[turn % 2 * half..][..half];
        connections[..open[turn % 2]].iter_mut().rev().for_each(answered);
        for (connection, request) in connections.iter_mut().zip(requests) {
            connection.write_all(request).unwrap();
        }
        open[turn % 2] = requests.len();
    }
    for (connections, open) in connections.chunks_mut(half).zip(open) {
        connections[..open].iter_mut().for_each(answered);
    }
}

fn answered(connection: &mut TcpStream) {
    let mut answer = [0; 1024];
    let mut length = 0;
    while !answer[..length].ends_with(b"\r\n\r\n") {
        let read = connection.read(&mut answer[length..]).unwrap();
        assert!(read > 0, "the server closed the connection");
        length += read;
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", String::from_utf8_lossy(&answer[..length]));
}

/// Signed requests as they go over the wire, each with another body.
fn requests(count: usize, body: fn(usize) -> String) -> Vec<Vec<u8>> {
    let key = SigningKey::from(KEY);
    let request = |number| {
        let body = body(number);
        let head = format!(
            "POST /klavi HTTP/1.1\r\nhost: hooks.partner.example\r\ncontent-type: application/json\r\n\
             user-agent: bench\r\ncontent-length: {}\r\nx-klavi-timestamp: 1740716924\r\nx-klavi-signature: {}\r\n\r\n",
            body.len(),
            key.sign(body.as_bytes())
        );
        [head.as_bytes(), body.as_bytes()].concat()
    };
    (0..count).map(request).collect()
}

fn event(number: usize) -> String {
    let event = |info: &str| {
        format!(
            concat!(
                r#"[{{"eventId":"4b2c1648-231f-11eb-97c4-{number:012}","eventType":"api","eventName":"consent_authorised","#,
                r#""eventTime":"2026-03-23T06:10:43","payload":{{"linkId":"l-{number}","consents":{{"consentId":"c-{number}","#,
                r#""institutionCode":"033"}},"externalInfo":"{info}"}}}}]"#
            ),
            number = number,
            info = info
        )
    };
    event(&"x".repeat(1024 - event("").len()))
}

fn report(number: usize) -> String {
    let mut body = format!(
        concat!(
            r#"{{"code":200,"message":"OK","requestId":"{number}","productName":"pf_categorized_checking_l3","#,
            r#""productVersion":"V1","productReportId":"4b2c1648-231f-11eb-97c4-{number:012}","#,
            r#""productReportTime":"2026-03-23T06:10:43","enquiryCpf":"12345678909","links":[{{"linkId":"l-{number}","#,
            r#""institutionCode":"033","consents":[{{"consentId":"c-{number}"}}]}}],"#,
            r#""checkingAccounts":[{{"brandName":"Banco Exemplo","compeCode":"001","number":"94088392","transactionDetails":["#
        ),
        number = number
    );
    while body.len() < 16 << 10 {
        let day = body.len() % 28 + 1;
        body.push_str(&format!(
            concat!(
                r#"{{"transactionDate":"2026-02-{day:02}","transactionDateTime":"2026-02-{day:02}T12:29:03.374Z","#,
                r#""transactionId":"TXpRMU9UQTROMWhZV2xSU1F{number:08}","#,
                r#""completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","creditDebitType":"DEBITO","#,
                r#""transactionAmount":{{"amount":"{day}.0400","currency":"BRL"}},"#,
                r#""transactionName":"PIX ENVIADO SUPERMERCADO EXEMPLO {number}","partieCnpjCpf":"11222333000181","#,
                r#""partiePersonType":"PESSOA_JURIDICA","partieCompeCode":"033","partieBranchCode":"6272","#,
                r#""partieNumber":"67890854360","partieCheckDigit":"4","postTransactionBalance":"{number}.00","#,
                r#""type":"PIX","category":"Alimentação","subcategory":"Compras","thirdCategory":"Supermercado","#,
                r#""fAll":1,"fAllMonth":0,"fAllCMonth":1,"settlementType":"PIX","brand":"Exemplo"}},"#
            ),
            day = day,
            number = number
        ));
    }
    body.pop();
    body.push_str("]}]}");
    body
}

fn bare() -> Router {
    let handler = async |body: Bytes| {
        assert!(!body.is_empty());
        StatusCode::OK
    };
    Router::new().route("/klavi", post(handler))
}

/// What no receiver can do without.
fn checking() -> Router {
    let klavi = Arc::new(Klavi::new(KEY));
    let handler = async move |headers: HeaderMap, body: Bytes| {
        Delivery::new(body, headers).verify(&*klavi, Clock::system().now()).unwrap();
        StatusCode::OK
    };
    Router::new().route("/klavi", post(handler))
}

fn receiver(provider: impl Provider) -> Router {
    Receiver::new(provider, Arc::new(MemoryInbox::new())).into_router()
}

/// Takes a delivery apart as Klavi's and drops the entries, so that there is nothing to store.
#[derive(Debug)]
struct Dropping(Klavi);

impl Provider for Dropping {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn verifier(&self, headers: &HeaderMap, now: Timestamp) -> Result<Box<dyn Verifier>, VerifyError> {
        self.0.verifier(headers, now)
    }

    fn kept_headers(&self) -> &'static [&'static str] {
        self.0.kept_headers()
    }

    fn split(&self, delivery: &Delivery<Verified>) -> Split {
        match self.0.split(delivery) {
            Split::Entries(entries) if !entries.is_empty() => Split::Ping,
            _ => unreachable!("they hold something"),
        }
    }
}
