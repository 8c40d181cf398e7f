//! What the client costs: the same calls to the same local server through the client, and by hand with reqwest and
//! `serde_json`; the blocking client beside `reqwest::blocking`. One call at a time, so that nothing hides behind waiting;
//! the server writes prepared answers and does no work, so that nothing hides behind that either. Prints a table.
//!
//!     cargo bench -p klavi-sdk --features blocking --bench overhead

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "what it measures is time")]

#[path = "../../provider-call/benches/overhead/mod.rs"]
mod overhead;

use std::fmt::Write as _;

use klavi_sdk::klavi_types::ConsentId;
use klavi_sdk::klavi_types::api::{ConsentQuery, CreateLink};
use klavi_sdk::{Client, ClientBuilder, Credentials, Environment};
use serde::{Deserialize, Serialize};

use self::overhead::{
    Answers, BlockingByHand, ByHand, Nowhere, alone, compare, compare_blocking, print_table,
};

const CPF: &str = "12345678909";
const CONSENT: &str = "/data/v1/consents/consent-1";
const AUTHORIZATION: &str = "Bearer access-1";

fn main() {
    print_table(answers(), calls, blocking);
}

async fn calls(address: &str) {
    let (client, by_hand) = (client(address).build().unwrap(), ByHand::new(address, AUTHORIZATION));
    let id = ConsentId::from("consent-1");
    let query = ConsentQuery::personal(CPF.parse().unwrap());
    let link =
        CreateLink::builder().personal_tax_id(CPF).redirect_url("https://partner.example/back").build();
    let link = link.unwrap();
    let new = NewLink { personal_tax_id: CPF, redirect_url: "https://partner.example/back" };
    let session = client.links().resume("link-1", "link-token").unwrap();
    let nowhere = self::client("http://127.0.0.1").transport(Nowhere::new(answers())).build().unwrap();
    compare(
        "get a consent",
        consent().len(),
        async || drop(client.consents().get(&id).await.unwrap()),
        async || drop(by_hand.get::<Consent>(CONSENT, &[]).await),
    )
    .await;
    alone("get a consent", async || drop(nowhere.consents().get(&id).await.unwrap())).await;
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
        async || drop(by_hand.post::<Link>("/data/v1/links", &new).await),
    )
    .await;
    alone("create a link", async || drop(nowhere.links().create(&link).await.unwrap())).await;
    compare(
        "list 200 institutions",
        institutions().len(),
        async || drop(session.institutions().await.unwrap()),
        async || drop(by_hand.get::<Vec<Institution>>("/data/v1/links/institutions", &[]).await),
    )
    .await;
}

fn blocking(address: &str) {
    let client = klavi_sdk::blocking::Client::new(&client(address).build().unwrap()).unwrap();
    let (by_hand, id) = (BlockingByHand::new(address, AUTHORIZATION), ConsentId::from("consent-1"));
    compare_blocking(
        "get a consent, blocking",
        consent().len(),
        || drop(client.consents().get(&id).unwrap()),
        || drop(by_hand.get::<Consent>(CONSENT)),
    );
}

fn client(address: &str) -> ClientBuilder {
    Client::builder(Credentials::new("access", "secret"), Environment::Custom(address.to_owned()))
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

fn answers() -> Answers {
    vec![
        ("POST /data/v1/auth", r#"{"accessToken":"access-1","expireIn":1800}"#.to_owned()),
        ("POST /data/v1/links", LINK.to_owned()),
        ("GET /data/v1/links/institutions", institutions()),
        ("GET /data/v1/consents/", consent()),
        ("GET /data/v1/consents?", consents()),
    ]
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
