//! What the client costs, as the bench of the same name in klavi-sdk measures it. Prints a table.
//!
//!     cargo bench -p belvo-sdk --features blocking --bench overhead

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

#[path = "../../provider-call/benches/overhead/mod.rs"]
mod overhead;

use belvo_sdk::belvo_types::LinkId;
use belvo_sdk::belvo_types::api::{CreateWidgetToken, LinkQuery, Scopes};
use belvo_sdk::{Client, ClientBuilder, Credentials, Environment};
use serde::{Deserialize, Serialize};

use self::overhead::{
    Answers, BlockingByHand, ByHand, Nowhere, alone, compare, compare_blocking, print_table,
};

const LINK: &str = "/api/links/0d3ffb69-f83b-456e-ad8e-208d0998d71d/";
const AUTHORIZATION: &str = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";

fn main() {
    print_table(answers(), calls, blocking);
}

async fn calls(address: &str) {
    let (client, by_hand) = (client(address).build().unwrap(), ByHand::new(address, AUTHORIZATION));
    let id = link_id();
    let query = LinkQuery::new();
    let token = CreateWidgetToken::builder(Scopes::multi_region()).external_id("user-7f3a").build().unwrap();
    let new = NewToken {
        id: "Aladdin",
        password: "open sesame",
        scopes: "read_institutions,write_links,read_links",
        external_id: "user-7f3a",
    };
    let nowhere = self::client("http://127.0.0.1").transport(Nowhere::new(answers())).build().unwrap();
    compare(
        "get a link",
        link().len(),
        async || drop(client.links().get(&id).await.unwrap()),
        async || drop(by_hand.get::<Link>(LINK, &[]).await),
    )
    .await;
    alone("get a link", async || drop(nowhere.links().get(&id).await.unwrap())).await;
    compare(
        "list 100 links",
        page().len(),
        async || drop(client.links().list(&query).first().await.unwrap()),
        async || drop(by_hand.get::<Page>("/api/links/", &[]).await),
    )
    .await;
    compare(
        "create a widget token",
        TOKEN.len(),
        async || drop(client.widget_tokens().create(&token).await.unwrap()),
        async || drop(by_hand.post::<Token>("/api/token/", &new).await),
    )
    .await;
}

fn blocking(address: &str) {
    let client = belvo_sdk::blocking::Client::new(&client(address).build().unwrap()).unwrap();
    let (by_hand, id) = (BlockingByHand::new(address, AUTHORIZATION), link_id());
    compare_blocking(
        "get a link, blocking",
        link().len(),
        || drop(client.links().get(&id).unwrap()),
        || drop(by_hand.get::<Link>(LINK)),
    );
}

fn client(address: &str) -> ClientBuilder {
    let keys = Credentials::new("Aladdin", "open sesame");
    Client::builder(keys, Environment::Custom(address.to_owned()))
}

fn link_id() -> LinkId {
    "0d3ffb69-f83b-456e-ad8e-208d0998d71d".into()
}

#[derive(Serialize)]
struct NewToken {
    id: &'static str,
    password: &'static str,
    scopes: &'static str,
    external_id: &'static str,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read and dropped")]
struct Token {
    access: String,
    refresh: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read and dropped")]
struct Link {
    id: String,
    institution: String,
    access_mode: String,
    status: String,
    refresh_rate: Option<String>,
    created_by: String,
    created_at: String,
    last_accessed_at: String,
    external_id: Option<String>,
    institution_user_id: String,
    credentials_storage: String,
    stale_in: String,
    fetch_resources: Vec<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read and dropped")]
struct Page {
    count: u64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Link>,
}

fn answers() -> Answers {
    vec![
        ("GET /api/links/0d3ffb69", link()),
        ("GET /api/links/", page()),
        ("POST /api/token/", TOKEN.to_owned()),
    ]
}

const TOKEN: &str = r#"{"access":"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIn0.c2ln","refresh":"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2ln"}"#;

fn link() -> String {
    r#"{"id":"0d3ffb69-f83b-456e-ad8e-208d0998d71d","institution":"ofmockbank_br_retail","access_mode":"recurrent",
"status":"valid","refresh_rate":"6h","created_by":"bcef7f35-67f2-4b19-b009-cb38795faf09",
"last_accessed_at":"2026-01-02T09:41:15.107Z","created_at":"2026-01-01T09:41:15.107Z","external_id":"user-7f3a",
"institution_user_id":"sooE7XJWEKypZJR603ecaWYk-8Ap0oD3Nr1pBQ4eG9c=","credentials_storage":"store","stale_in":"365d",
"fetch_resources":["ACCOUNTS","OWNERS","TRANSACTIONS"]}"#
        .to_owned()
}

fn page() -> String {
    let links = vec![link(); 100].join(",");
    format!(r#"{{"count":100,"next":null,"previous":null,"results":[{links}]}}"#)
}
