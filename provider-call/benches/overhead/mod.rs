//! What the benches of both clients share: a local server with prepared answers, calls by hand with reqwest and
//! `serde_json`, and the table. Knows no provider.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt as _;
use provider_call::{Transport, TransportFuture};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 201;
/// In each round, of each sort.
const CALLS: u32 = 100;

/// Prepared answers: what a request begins with, such as `GET /things?`, and the body.
pub(crate) type Answers = Vec<(&'static str, String)>;

/// Prints the table that `calls` and `blocking` fill, in this order and in a runtime each as it is used. Both get the
/// address of a server with these answers.
pub(crate) fn print_table(answers: Answers, calls: impl AsyncFnOnce(&str), blocking: impl FnOnce(&str)) {
    let address = serve(answers);
    println!("| call | answer | client | by hand | ratio |");
    println!("|---|---:|---:|---:|---:|");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(calls(&address));
    blocking(&address);
}

/// Both ways in turns; the ratio is the median of those of the rounds, as a busy machine slows both down.
pub(crate) async fn compare(name: &str, bytes: usize, client: impl AsyncFn(), by_hand: impl AsyncFn()) {
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        // The one that comes first in a round comes second in the next.
        let (one, other) = if round % 2 == 0 {
            let one = micros(&client).await;
            (one, micros(&by_hand).await)
        } else {
            let other = micros(&by_hand).await;
            (micros(&client).await, other)
        };
        // The first round opens connections and logs in.
        if round > 0 {
            ours.push(one);
            theirs.push(other);
            ratios.push(one / other);
        }
    }
    let (ours, theirs, ratio) = (median(ours), median(theirs), median(ratios));
    println!("| {name} | {bytes} B | {ours:.1} µs | {theirs:.1} µs | {ratio:.2} |");
}

/// As [`compare`], outside of a runtime.
pub(crate) fn compare_blocking(name: &str, bytes: usize, client: impl Fn(), by_hand: impl Fn()) {
    // Nothing in it waits, and in a runtime nothing may block.
    compare(name, bytes, async || client(), async || by_hand()).now_or_never().unwrap();
}

/// The client alone, over [`Nowhere`].
pub(crate) async fn alone(name: &str, call: impl AsyncFn()) {
    let mut own = Vec::new();
    for _ in 0..ROUNDS {
        own.push(micros(&call).await);
    }
    println!("| {name}, without a network | | {:.1} µs | | |", median(own));
}

async fn micros(call: impl AsyncFn()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        call().await;
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Answers at once, without a network: what is left is the work of the client itself.
#[derive(Debug)]
pub(crate) struct Nowhere(Vec<(&'static str, Bytes)>);

impl Nowhere {
    pub(crate) fn new(answers: Answers) -> Self {
        Self(answers.into_iter().map(|(start, body)| (start, body.into())).collect())
    }
}

impl Transport for Nowhere {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        let (method, path) = (request.method().as_str(), request.uri().path());
        let fits = |start: &str| start.strip_prefix(method).is_some_and(|rest| path.starts_with(rest.trim()));
        let (_, body) = self.0.iter().find(|(start, _)| fits(start)).unwrap();
        Box::pin(async { Ok(http::Response::new(body.clone())) })
    }
}

/// What one writes without a client: a request, a check of the status, a struct with the fields one needs. Timeouts and
/// headers are those that a careful user sets.
pub(crate) struct ByHand {
    client: reqwest::Client,
    address: String,
    authorization: String,
}

impl ByHand {
    pub(crate) fn new(address: &str, authorization: &str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .user_agent("by-hand/1")
            .build()
            .unwrap();
        Self { client, address: address.to_owned(), authorization: authorization.to_owned() }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> T {
        let mut url = reqwest::Url::parse(&format!("{}{path}", self.address)).unwrap();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.read(self.client.get(url)).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> T {
        let request = self.client.post(format!("{}{path}", self.address));
        let body = serde_json::to_vec(body).unwrap();
        self.read(request.header(CONTENT_TYPE, "application/json").body(body)).await
    }

    async fn read<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> T {
        let request = request.headers(headers(&self.authorization));
        let response = request.send().await.unwrap().error_for_status().unwrap();
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }
}

/// The same with `reqwest::blocking`.
pub(crate) struct BlockingByHand {
    client: reqwest::blocking::Client,
    address: String,
    authorization: String,
}

impl BlockingByHand {
    pub(crate) fn new(address: &str, authorization: &str) -> Self {
        let client = reqwest::blocking::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .user_agent("by-hand/1")
            .build()
            .unwrap();
        Self { client, address: address.to_owned(), authorization: authorization.to_owned() }
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let request = self.client.get(format!("{}{path}", self.address));
        let response = request.headers(headers(&self.authorization)).send().unwrap();
        serde_json::from_slice(&response.error_for_status().unwrap().bytes().unwrap()).unwrap()
    }
}

fn headers(authorization: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers
}

/// Serves from a thread of its own, and returns the address.
fn serve(answers: Answers) -> String {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            let written = answers.into_iter().map(|(start, body)| (start, http(&body)));
            let answers: &'static [(&str, Vec<u8>)] = Vec::leak(written.collect());
            while let Ok((socket, _)) = listener.accept().await {
                socket.set_nodelay(true).unwrap();
                tokio::spawn(answer(socket, answers));
            }
        });
    });
    format!("http://{}", told.recv().unwrap())
}

/// Reads requests, each in one piece as these clients send them, and writes the answer to its beginning.
async fn answer(mut socket: TcpStream, answers: &[(&str, Vec<u8>)]) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let mut filled = 0;
        loop {
            let Ok(read @ 1..) = socket.read(&mut buffer[filled..]).await else { return };
            filled += read;
            if is_whole(&buffer[..filled]) {
                break;
            }
        }
        let request = &buffer[..filled];
        let (_, answer) = answers.iter().find(|(start, _)| request.starts_with(start.as_bytes())).unwrap();
        socket.write_all(answer).await.unwrap();
    }
}

/// True if head and body are there.
fn is_whole(request: &[u8]) -> bool {
    let text = std::str::from_utf8(request).unwrap();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| length.parse() == Ok(body.len()))
}

fn http(body: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    (head + body).into_bytes()
}
