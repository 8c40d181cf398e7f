//! What the clients cost: the same calls to the same local server through the client, and by hand with reqwest and
//! `serde_json`; the blocking client beside `reqwest::blocking`. One call at a time, so that nothing hides behind waiting; the server writes prepared answers and does
//! no work, so that nothing hides behind that either. Prints a table at the end.
//!
//!     cargo bench -p klavi-sdk --features blocking --bench overhead

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt as _;
use klavi_sdk::klavi_types::ConsentId;
use klavi_sdk::klavi_types::api::{ConsentQuery, CreateLink};
use klavi_sdk::{Client, Credentials, Environment, Transport, TransportFuture};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 41;
/// In each round, of each sort.
const CALLS: u32 = 400;
const CPF: &str = "12345678909";

fn main() {
    let address = serve();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (client, by_hand) = (client(&address), ByHand::new(&address));
    println!("| call | answer | client | by hand | ratio |");
    println!("|---|---:|---:|---:|---:|");
    runtime.block_on(async {
        let id = ConsentId::from("consent-1");
        let query = ConsentQuery::personal(CPF.parse().unwrap());
        let link = CreateLink::builder()
            .personal_tax_id(CPF)
            .redirect_url("https://partner.example/back")
            .build()
            .unwrap();
        let session = client.links().resume("link-1", "link-token").unwrap();
        let keys = Credentials::new("access", "secret");
        let alone = Client::builder(keys, Environment::Sandbox).transport(Nowhere).build().unwrap();
        compare(
            "get a consent",
            consent().len(),
            async || drop(client.consents().get(&id).await.unwrap()),
            async || drop(by_hand.get::<Consent>("/data/v1/consents/consent-1", &[]).await),
        )
        .await;
        let mut own = Vec::new();
        for _ in 0..ROUNDS {
            own.push(micros(async || drop(alone.consents().get(&id).await.unwrap())).await);
        }
        println!("| … without a network | {} B | {:.1} µs | | |", consent().len(), median(own));
        compare(
            "list 20 consents",
            consents().len(),
            async || drop(client.consents().list(&query).await.unwrap()),
            async || drop(by_hand.get::<Vec<Consent>>("/data/v1/consents", &[("personalTaxId", CPF)]).await),
        )
        .await;
        compare(
            "create a link",
            LINK.len(),
            async || drop(client.links().create(&link).await.unwrap()),
            async || drop(by_hand.create_link().await),
        )
        .await;
        compare(
            "list 200 institutions",
            institutions().len(),
            async || drop(session.institutions().await.unwrap()),
            async || drop(by_hand.get::<Vec<Institution>>("/data/v1/links/institutions", &[]).await),
        )
        .await;
    });
    blocking(&client, &address);
}

/// Outside of a runtime, as it is used.
fn blocking(client: &Client, address: &str) {
    let client = klavi_sdk::blocking::Client::new(client).unwrap();
    let by_hand = reqwest::blocking::Client::builder().no_proxy().build().unwrap();
    let url = format!("{address}/data/v1/consents/consent-1");
    let id = ConsentId::from("consent-1");
    let by_hand = || {
        let request = by_hand.get(&url).bearer_auth("access-1").header("accept", "application/json");
        let response = request.send().unwrap().error_for_status().unwrap();
        serde_json::from_slice::<Consent>(&response.bytes().unwrap()).unwrap()
    };
    // Nothing in it waits, and in a runtime nothing may block.
    let compared = compare(
        "get a consent, blocking",
        consent().len(),
        async || drop(client.consents().get(&id).unwrap()),
        async || drop(by_hand()),
    );
    compared.now_or_never().unwrap();
}

/// Both ways in turns; the ratio is the median of those of the rounds, as a busy machine slows both down.
async fn compare(name: &str, bytes: usize, client: impl AsyncFn(), by_hand: impl AsyncFn()) {
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        // Whoever comes first in a round comes second in the next.
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

/// Answers at once, without a network: what is left is the work of the client itself.
#[derive(Debug)]
struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        let login = request.method() == "POST";
        let body = if login { r#"{"accessToken":"a"}"#.to_owned() } else { consent() };
        Box::pin(async { Ok(http::Response::new(body.into())) })
    }
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

fn client(address: &str) -> Client {
    let keys = Credentials::new("access", "secret");
    Client::builder(keys, Environment::Custom(address.to_owned())).build().unwrap()
}

/// What one writes without a client: a request, a check of the status, a struct with the fields one needs.
struct ByHand {
    client: reqwest::Client,
    address: String,
    token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewLink {
    personal_tax_id: &'static str,
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read and dropped")]
struct Link {
    link_id: String,
    #[serde(rename = "linkURL")]
    link_url: String,
    link_token: String,
    expire_in: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read and dropped")]
struct Consent {
    consent_id: String,
    institution_code: String,
    personal_tax_id: String,
    status: String,
    created_at: String,
    updated_at: String,
    expire_at: String,
    permissions_apply: Vec<String>,
    permissions_granted: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read and dropped")]
struct Institution {
    institution_code: String,
    name: String,
    avatar: String,
    is_beta: bool,
    is_outage: bool,
    institution_type: i64,
    business_type: String,
    available_resources: Vec<String>,
    parent_organization_name: String,
    parent_organization_id: String,
    organization_name: String,
    organization_id: String,
}

impl ByHand {
    fn new(address: &str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .user_agent("by-hand/1")
            .build()
            .unwrap();
        Self { client, address: address.to_owned(), token: "access-1".to_owned() }
    }

    async fn get<T: for<'a> Deserialize<'a>>(&self, path: &str, query: &[(&str, &str)]) -> T {
        let mut url = reqwest::Url::parse(&format!("{}{path}", self.address)).unwrap();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.read(self.client.get(url)).await
    }

    async fn create_link(&self) -> Link {
        let body = NewLink { personal_tax_id: CPF, redirect_url: "https://partner.example/back" };
        let request = self.client.post(format!("{}/data/v1/links", self.address));
        let request =
            request.header("content-type", "application/json").body(serde_json::to_vec(&body).unwrap());
        self.read(request).await
    }

    async fn read<T: for<'a> Deserialize<'a>>(&self, request: reqwest::RequestBuilder) -> T {
        let request = request.bearer_auth(&self.token).header("accept", "application/json");
        let response = request.send().await.unwrap().error_for_status().unwrap();
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }
}

/// Serves from a thread of its own, and returns the address.
fn serve() -> String {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            let answers: &'static [(&str, Vec<u8>)] = Vec::leak(vec![
                ("POST /data/v1/auth", http(r#"{"accessToken":"access-1","expireIn":1800}"#)),
                ("POST /data/v1/links", http(LINK)),
                ("GET /data/v1/links/institutions", http(&institutions())),
                ("GET /data/v1/consents/", http(&consent())),
                ("GET /data/v1/consents?", http(&consents())),
            ]);
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

const LINK: &str = r#"{"linkId":"4437b139-8a16-11ee-b636-487b6bad036a","linkURL":"https://conecte-sandbox.klavi.ai/path?v=abc","linkToken":"link-token","expireIn":1800}"#;

fn consent() -> String {
    r#"{"consentId":"0325412e-e566-4f4e-ac5b-2f4471586b88","institutionCode":"341","personalTaxId":"12345678909",
"status":"AUTHORISED","createdAt":"2026-01-01T12:00:00Z","updatedAt":"2026-01-01T12:01:00Z",
"expireAt":"2027-01-01T12:00:00Z","permissionsApply":["REGISTRATION","ACCOUNTS"],
"permissionsGranted":["REGISTRATION","ACCOUNTS"]}"#
        .to_owned()
}

fn consents() -> String {
    format!("[{}]", vec![consent(); 20].join(","))
}

fn institutions() -> String {
    let mut list = String::from("[");
    for n in 0..200 {
        let comma = if n == 0 { "" } else { "," };
        write!(
            list,
            r#"{comma}{{"institutionCode":"{n:03}","name":"Banco Sintético {n}","avatar":"https://a.example/{n}.svg","isBeta":false,"isOutage":false,"institutionType":1,"businessType":"legal","availableResources":["REGISTRATION","ACCOUNTS"],"parentOrganizationName":"","parentOrganizationId":"","organizationName":"BANCO SINTÉTICO S.A.","organizationId":"9c721898-9ce0-50f1-bf85-05075557850b"}}"#
        )
        .unwrap();
    }
    list + "]"
}
