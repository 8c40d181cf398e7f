//! Three public clients of Klavi that know nothing of this project, as far as their code says what they send and which
//! names they read: a back end in production (A), a large back end of which answers were seen (C), and a desktop application
//! written by the documentation (D). Each is played call by call; a name that it reads has to be there.

use http::Method;
use klavi_mock::MockKlavi;
use klavi_types::DeliveryKind;
use serde_json::{Value, json};

use crate::partner::{CPF, Partner, text};

const BANK: &str = "341";

/// Where each of the names leads to something, as the client takes it for granted.
#[track_caller]
fn reads(answer: &Value, names: &[&str]) {
    for name in names {
        let found = name.split('.').fold(answer, |value, step| match step.parse::<usize>() {
            Ok(place) => &value[place],
            Err(_) => &value[step],
        });
        assert!(!found.is_null(), "{name} is missing in {answer}");
    }
}

/// The reports and events so far, as the receiver of a client sees them.
async fn delivered(partner: &Partner, kind: DeliveryKind) -> Vec<Value> {
    partner.mock.settled().await;
    let of_kind = partner.mock.deliveries().into_iter().filter(|delivery| delivery.kind == kind.as_str());
    of_kind.map(|delivery| serde_json::from_slice(&delivery.body).unwrap()).collect()
}

const INSTITUTION: [&str; 5] = ["institutionCode", "name", "isOutage", "businessType", "availableResources"];
const ENTRY: [&str; 4] = ["transactionId", "transactionName", "creditDebitType", "transactionAmount.amount"];

/// In production: reads `consentRedirectUrl` and nothing else, deletes without `/revoke`, sends no validity period.
#[tokio::test]
async fn client_a() {
    let mock = MockKlavi::builder().seed(7).observed_spellings(true).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let keys = json!({"accessKey": partner.mock.access_key(), "secretKey": partner.mock.secret_key()});
    let login = partner.send(Method::POST, "/data/v1/auth", None, Some(&keys)).await.ok();
    reads(&login, &["accessToken", "expireIn"]);

    // It misspells the member, with a plain address: that is taken, and not honoured.
    let link = partner.link(json!({
        "personalTaxId": CPF, "redirectURL": "https://partner.example/back/7",
        "productsCallbackUrl": "https://partner.example/klavi",
    }));
    let link = link.await;
    reads(&link, &["linkId", "linkToken", "linkURL", "expireIn"]);
    assert!(link["linkURL"].as_str().unwrap().contains("?v="));
    let session = text(&link["linkToken"]);
    let banks = partner.send(Method::GET, "/data/v1/links/institutions", Some(&session), None).await.ok();
    reads(&banks[0], &INSTITUTION);
    let consent = json!({
        "institutionCode": BANK, "externalTrackId": "a-1", "personalTaxId": CPF,
        "redirectURL": "https://partner.example/back/7", "email": "a@b.example", "phone": "+5511912345678",
    });
    let created = partner.create_consent(&session, &consent).await.ok();
    reads(&created, &["consentId", "consentRedirectUrl", "expireAt"]);
    let id = text(&created["consentId"]);

    let mut query = format!("/data/v1/consents?personalTaxId={CPF}&linkId={}", text(&link["linkId"]));
    let rows = partner.get(&query).await.ok();
    let row = [
        "consentId",
        "linkId",
        "status",
        "institutionCode",
        "institutionName",
        "institutionLogo",
        "businessTaxId",
        "products.0",
        "consentRedirectUrl",
        "expireAt",
        "createdAt",
        "updatedAt",
    ];
    reads(&rows[0], &row);
    reads(&partner.get(&format!("/data/v1/links/{}", text(&link["linkId"]))).await.ok(), &["linkId"]);
    partner.mock.authorise(&id).await.unwrap();
    let request = json!({
        "taxId": CPF, "institutionCode": BANK, "linkId": link["linkId"], "consentIds": [id],
        "products": ["pf_categorized_checking_l3", "pf_categorized_creditcard_l3"],
        "productsCallbackUrl": {"all": "https://partner.example/klavi"},
        "externalInfo": {"from": "2026-01-01", "to": "2026-06-30"},
    });
    reads(&partner.post("/data/v1/personal/institution-data", &request).await.ok(), &["requestId"]);

    let reports = delivered(&partner, DeliveryKind::Report).await;
    let head = [
        "productName",
        "productReportId",
        "code",
        "message",
        "links.0.linkId",
        "links.0.institutionCode",
        "links.0.consents.0.consentId",
        "externalInfo",
    ];
    for report in &reports {
        reads(report, &head);
    }
    reads(&reports[0]["checkingAccounts"][0]["transactionDetails"][0], &ENTRY);
    let account = ["brandName", "companyCnpj", "number", "balances.availableAmount.amount"];
    reads(&reports[0]["checkingAccounts"][0], &account);
    let card = ["name", "brandName", "paymentMethods.0.identificationNumber", "limits.limitAmount.amount"];
    reads(&reports[1]["creditCards"][0], &card);
    let statement = &reports[1]["creditCards"][0]["closedStatements"][0];
    reads(statement, &["billId", "dueDate", "billTotalAmount.amount", "transactionDetails.0.transactionId"]);
    let events = delivered(&partner, DeliveryKind::Events).await;
    for event in &events {
        reads(&event[0], &["eventName", "payload", "eventTime"]);
    }

    // It deletes what is pending, and is told that the user has to revoke what is authorised.
    let path = format!("/data/v1/consents/{id}");
    let delete = partner.send(Method::DELETE, &path, Some(&partner.access_token), None);
    reads(&delete.await.json(), &["message", "statusCode"]);
    query += "&businessTaxId=11222333000181";
    assert_eq!(partner.get(&query).await.ok(), json!([]));
    let noted: Vec<_> = partner.mock.unknown_fields().into_iter().flat_map(|noted| noted.names).collect();
    assert_eq!(noted, ["productsCallbackUrl", "productsCallbackUrl"]);
}

/// Reads either spelling, sends each member in three, and asks for `all` after a product was refused.
#[tokio::test]
async fn client_c() {
    for observed in [false, true] {
        let mock = MockKlavi::builder().seed(7).observed_spellings(observed).start().await.unwrap();
        let partner = Partner::with(mock).await;
        let hook = "http://127.0.0.1:9/klavi";
        let link = partner.link(json!({
            "personalTaxId": CPF, "personaltaxid": CPF, "email": "a@b.example", "phone": "+5511912345678",
            "redirectURL": "https://partner.example/?x=1", "redirectUrl": "https://partner.example/?x=1",
            "redirecturl": "https://partner.example/?x=1", "productsCallbackURL": {"all": hook},
            "productsCallbackUrl": {"all": hook}, "externalInfo": {"tenant": "t", "customer": "c"},
        }));
        let link = link.await;
        reads(&link, &["linkId", "linkToken", "linkURL", "expireIn"]);
        let session = text(&link["linkToken"]);
        let banks = partner.send(Method::GET, "/data/v1/links/institutions", Some(&session), None).await.ok();
        reads(&banks[0], &INSTITUTION);
        let consent = json!({
            "institutionCode": BANK, "externalTrackId": "c-1", "personalTaxId": CPF, "validityPeriod": 12,
            "redirectURL": "https://partner.example/?x=1",
        });
        let created = partner.create_consent(&session, &consent).await.ok();
        reads(&created, &["consentId", "expireAt"]);
        let address = if observed { &created["consentRedirectUrl"] } else { &created["consentRedirectURL"] };
        assert!(address.is_string(), "{created}");
        partner.mock.authorise(text(&created["consentId"])).await.unwrap();
        let request = |products: Value| {
            json!({
                "taxId": CPF, "institutionCode": BANK, "institutionId": BANK, "consentIds": [created["consentId"]],
                "consentId": [created["consentId"]], "products": products, "productsCallbackURL": {"all": hook},
            })
        };
        let refused = partner.post("/data/v1/personal/institution-data", &request(json!(["loans"]))).await;
        refused.refused(416, 4002);
        let accepted =
            partner.post("/data/v1/personal/institution-data", &request(json!(["all"]))).await.ok();
        reads(&accepted, &["requestId", "message"]);
    }
}

/// By the documentation, and lists consents without a filter to search among them.
#[tokio::test]
async fn client_d() {
    let partner = Partner::start().await;
    let link = partner.link(json!({"personalTaxId": CPF, "redirectURL": "app://back"})).await;
    reads(&link, &["linkId", "linkToken", "linkURL", "expireIn"]);
    let session = text(&link["linkToken"]);
    let consent = json!({
        "institutionCode": BANK, "externalTrackId": "d-1", "personalTaxId": CPF, "validityPeriod": 12,
        "redirectURL": "app://back",
    });
    let created = partner.create_consent(&session, &consent).await.ok();
    reads(&created, &["consentId", "consentRedirectURL", "expireAt"]);
    partner.mock.authorise(text(&created["consentId"])).await.unwrap();
    let listed = partner.get("/data/v1/consents").await.ok();
    let own = listed.as_array().unwrap().iter().find(|row| row["consentId"] == created["consentId"]).unwrap();
    reads(own, &["status", "institutionCode", "linkId", "permissionsGranted.0"]);
    let request = json!({"taxId": CPF, "products": "all"});
    reads(&partner.post("/data/v1/personal/user-data", &request).await.ok(), &["requestId", "message"]);
    let reports = delivered(&partner, DeliveryKind::Report).await;
    assert!(reports.len() > 20);
    for report in &reports {
        reads(report, &["productName", "productVersion", "productReportTime", "requestId", "code"]);
    }
    let revoke = format!("/data/v1/consents/{}/revoke", text(&created["consentId"]));
    let revoked = partner.send(Method::DELETE, &revoke, Some(&partner.access_token), None).await.ok();
    reads(&revoked, &["message"]);
}
