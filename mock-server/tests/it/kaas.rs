use std::collections::BTreeMap;

use http::Method;
use klavi_mock::{DeliveryState, MockKlavi};
use klavi_types::kaas::decode_categorization;
use klavi_types::reports::{AnyReport, decode_report, inspect_report};
use klavi_types::{Amount, DeliveryKind};
use serde_json::{Value, json};

use crate::partner::{Answer, CPF, Partner, text, with};
use crate::receiver::Receiver;

const CATEGORY: &str = "/klaas/transaction/v2/category";
const ANALYTICS: &str = "/klaas/open-finance/v1/analytics";
const USER_DATA: &str = include_str!("../../../klavi-types/tests/fixtures/kaas_userdata.json");

async fn call(partner: &Partner, path: &str, names: [&str; 2], content_type: &str, body: Vec<u8>) -> Answer {
    let [code, token] = names;
    let request = partner
        .http
        .post(format!("{}{path}", partner.mock.base_url()))
        .header(code, partner.mock.partner_code())
        .header(token, partner.mock.partner_token())
        .header("content-type", content_type)
        .body(body);
    Answer::read(request.send().await.unwrap()).await
}

async fn post(partner: &Partner, path: &str, body: &Value) -> Answer {
    let names = ["partner_code", "partner_token"];
    call(partner, path, names, "application/json", body.to_string().into_bytes()).await
}

fn entry() -> Value {
    json!({
        "transactionId": "t-1", "transactionDate": "2022-02-09", "transactionName": "FARMACIA DO BAIRRO",
        "amount": 500, "creditDebitType": "DEBITO", "transactionType": "PIX",
    })
}

fn request(entries: &Value) -> Value {
    json!({"uuid": "124eed4", "institutionCode": "208", "transactionSource": "checking",
        "transactionDetails": entries})
}

#[tokio::test]
async fn entries_come_back_as_they_were_with_their_categories() {
    let partner = Partner::start().await;
    let body = r#"{"uuid":"u","institutionCode":"208","transactionSource":"checking","transactionDetails":[
        {"transactionId":"t-1","transactionDate":"2022-02-09","transactionName":"FARMACIA DO BAIRRO",
         "amount":12345678901234567.8912,"creditDebitType":"DEBITO","mine":{"a":1}}]}"#;
    let names = ["client_id", "client_secret"];
    let answer = call(&partner, CATEGORY, names, "application/json; charset=utf-8", body.into()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("\"amount\":12345678901234567.8912"), "every digit: {}", answer.text);
    let decoded = decode_categorization(answer.text.as_bytes()).unwrap().value;
    let [entry] = decoded.transactions() else { panic!("one entry") };
    assert_eq!(entry.transaction_id.as_ref().unwrap().as_str(), "t-1");
    assert_eq!(entry.category.as_ref().unwrap(), &"Saúde");
    assert_eq!(entry.subcategory.as_ref().unwrap(), &"Medicamentos");
    assert_eq!(entry.third_category.as_ref().unwrap(), &"Farmácia");
    assert_eq!(entry.extra().get("mine"), Some(r#"{"a":1}"#));
    let unknown = partner.mock.unknown_fields();
    assert_eq!(unknown[0].endpoint, "POST /klaas/transaction/v2/category");
    assert_eq!(unknown[0].names, ["transactionDetails[].mine"]);
}

#[tokio::test]
async fn an_entry_of_the_mocks_own_reports_gets_the_category_that_it_has_there() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    let products =
        json!(["pf_categorized_checking_l3", "pf_categorized_savings_l3", "pf_categorized_creditcard_l3"]);
    let reports = json!({"taxId": CPF, "institutionCode": "341", "products": products});
    partner.post("/data/v1/personal/institution-data", &reports).await.ok();
    let mut known = BTreeMap::new();
    let mut entries = Vec::new();
    let mut collect = |entry: Value, amount: &Value, kind: &Value| {
        let id = text(&entry["transactionId"]);
        let amount: Value = serde_json::from_str(&text(amount)).unwrap();
        entries.push(json!({
            "transactionId": id, "transactionDate": entry["transactionDate"], "amount": amount,
            "transactionName": entry["transactionName"], "creditDebitType": entry["creditDebitType"],
            "transactionType": kind,
        }));
        known.insert(id, [&entry["category"], &entry["subcategory"], &entry["thirdCategory"]].map(text));
    };
    partner.mock.made().await;
    for delivery in partner.mock.deliveries() {
        let body: Value = serde_json::from_slice(&delivery.body).unwrap();
        for account in
            ["checkingAccounts", "savingsAccounts"].iter().filter_map(|name| body[name].as_array()).flatten()
        {
            for entry in account["transactionDetails"].as_array().unwrap() {
                collect(entry.clone(), &entry["transactionAmount"]["amount"], &entry["type"]);
            }
        }
        for card in body["creditCards"].as_array().into_iter().flatten() {
            let bills =
                [std::slice::from_ref(&card["openStatement"]), card["closedStatements"].as_array().unwrap()];
            for entry in
                bills.concat().iter().flat_map(|bill| bill["transactionDetails"].as_array().unwrap().clone())
            {
                collect(entry.clone(), &entry["brazilianAmount"]["amount"], &entry["transactionType"]);
            }
        }
    }
    assert!(entries.len() > 100, "{}", entries.len());
    let answer = post(&partner, CATEGORY, &request(&json!(entries))).await.ok();
    for entry in answer["transactionDetails"].as_array().unwrap() {
        let got = [&entry["category"], &entry["subcategory"], &entry["thirdCategory"]].map(text);
        assert_eq!(got, known[&text(&entry["transactionId"])], "{}", entry["transactionName"]);
    }
}

#[tokio::test]
async fn each_missing_or_malformed_field_is_refused_by_name() {
    let partner = Partner::start().await;
    let good = request(&json!([entry()]));
    post(&partner, CATEGORY, &good).await.ok();
    for (name, value, starts) in [
        ("uuid", Value::Null, "uuid is required"),
        ("institutionCode", json!(208), "institutionCode must be a string"),
        ("transactionSource", json!("savings"), "transactionSource must be checking or creditcard"),
        ("transactionDetails", Value::Null, "transactionDetails is required"),
        ("transactionDetails", json!([]), "transactionDetails needs at least one item"),
        ("transactionDetails", json!({}), "transactionDetails must be an array"),
        ("transactionDetails", json!([entry(), 1]), "transactionDetails[1] must be an object"),
    ] {
        let message = post(&partner, CATEGORY, &with(good.clone(), name, value)).await.refused(422, 422);
        assert!(message.starts_with(starts), "{message}");
    }
    for (name, value, what) in [
        ("transactionId", Value::Null, "is required"),
        ("transactionDate", json!("09/02/2022"), "must be a day"),
        ("transactionDate", json!("2022-02-30"), "must be a day"),
        ("transactionName", json!(1), "must be a string"),
        ("amount", json!("500"), "must be a number"),
        ("creditDebitType", json!("debit"), "must be CREDITO or DEBITO"),
        ("transactionType", json!([]), "must be a string"),
    ] {
        let body = request(&json!([entry(), with(entry(), name, value)]));
        let message = post(&partner, CATEGORY, &body).await.refused(422, 422);
        assert!(message.starts_with(&format!("transactionDetails[1].{name} {what}")), "{message}");
    }
    let digits = format!(
        "{{\"transactionId\":\"1\",\"transactionDate\":\"2022-02-09\",\"transactionName\":\"x\",\"creditDebitType\":\"DEBITO\",\"amount\":{}}}",
        "9".repeat(60)
    );
    let body = request(&json!([])).to_string().replace("[]", &format!("[{digits}]"));
    let names = ["partner_code", "partner_token"];
    let message = call(&partner, CATEGORY, names, "application/json", body.into()).await.refused(422, 422);
    assert!(message.starts_with("transactionDetails") && message.contains("amount"), "{message}");
    let many = request(&json!(vec![json!({}); 500]));
    let message = post(&partner, CATEGORY, &many).await.refused(422, 422);
    assert!(message.len() < 1_000 && message.ends_with("and more"), "{message}");
}

#[tokio::test]
async fn credentials_are_headers_of_their_own() {
    let partner = Partner::start().await;
    let url = |path: &str| format!("{}{path}", partner.mock.base_url());
    let (code, token) = (partner.mock.partner_code(), partner.mock.partner_token());
    for path in [CATEGORY, ANALYTICS] {
        for headers in [
            vec![],
            vec![("partner_code", code)],
            vec![("partner_code", code), ("client_secret", token)],
            vec![("partner_code", code), ("partner_token", "wrong")],
            vec![("client_id", token), ("client_secret", code)],
            vec![("partner_code", partner.mock.access_key()), ("partner_token", partner.mock.secret_key())],
        ] {
            let mut request = partner.http.post(url(path)).bearer_auth(&partner.access_token);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let request = request.header("content-type", "application/json").body("{}");
            Answer::read(request.send().await.unwrap()).await.refused(401, 401);
        }
        partner.send(Method::GET, path, None, None).await.refused(405, 405);
    }
    assert_ne!(code, MockKlavi::builder().seed(8).start().await.unwrap().partner_code());
    let paths: Vec<_> = partner.mock.received_requests().into_iter().map(|request| request.path).collect();
    assert!(paths.iter().any(|path| path == CATEGORY), "calls of KaaS are kept too");
}

/// The reports that were queued, by product.
async fn reports(mock: &MockKlavi) -> BTreeMap<String, Vec<u8>> {
    mock.made().await;
    let reports =
        mock.deliveries().into_iter().filter(|delivery| delivery.kind == DeliveryKind::Report.as_str());
    reports.map(|delivery| (delivery.name, delivery.body.to_vec())).collect()
}

#[tokio::test]
async fn a_persons_data_become_reports_in_the_usual_form() {
    let receiver = Receiver::start([]).await;
    let mock = MockKlavi::builder().seed(7).console_webhook(receiver.url("/console")).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let data: Value = serde_json::from_str(USER_DATA).unwrap();
    let accepted = post(&partner, ANALYTICS, &data).await.ok();
    assert_eq!(accepted["message"], "ok");
    partner.mock.settled().await;
    assert_eq!(partner.mock.unknown_fields(), []);
    let reports = reports(&partner.mock).await;
    let products: Vec<_> = reports.keys().map(String::as_str).collect();
    assert_eq!(
        products,
        ["pf_balance", "pf_categorized_checking_l3", "pf_categorized_creditcard_l3", "pf_identity"]
    );
    for (product, body) in &reports {
        let inspection = inspect_report(body).unwrap();
        assert!(inspection.unmapped.is_empty() && inspection.malformed.is_empty(), "{product}");
        let head = inspection.value.head();
        assert_eq!(head.product_name.as_ref().unwrap().as_str(), product);
        assert_eq!(head.request_id.as_ref().unwrap().as_str(), accepted["requestId"]);
        assert_eq!(head.enquiry_cpf.as_ref().unwrap().as_str(), "52998224725");
        assert!(head.links.is_empty() && head.outcome().to_string() == "complete");
    }
    let body: Value = serde_json::from_slice(&reports["pf_categorized_checking_l3"]).unwrap();
    let shown = &body["checkingAccounts"][0];
    let given = &data["accounts"][0];
    for name in ["number", "branchCode", "compeCode", "balances"] {
        assert_eq!(shown[name], given[name], "{name}");
    }
    let (shown, given) = (&shown["transactionDetails"][0], &given["transactions"][0]);
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(shown["category"], "Transferências");
    assert_eq!((&shown["fAll"], &shown["settlementType"]), (&json!(0), &json!("PIX")));
    let body: Value = serde_json::from_slice(&reports["pf_categorized_creditcard_l3"]).unwrap();
    let bill = &body["creditCards"][0]["closedStatements"][0];
    assert_eq!(bill["billId"], "3459087XXZTR");
    assert_eq!(bill["transactionDetails"][0]["payeeMCC"], 5137);
    assert!(body["creditCards"][0].get("openStatement").is_none());
    assert_eq!(body["creditCards"][0]["limits"]["limitAmount"]["amount"], "1000.0400");
    let body: Value = serde_json::from_slice(&reports["pf_identity"]).unwrap();
    assert_eq!(body["identity"]["civilName"], "Ana Exemplo");
    assert_eq!(body["identity"]["phone"]["number"], "29875132");
    let states: Vec<_> = partner.mock.deliveries().iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Delivered; 4]);
    assert!(receiver.received().iter().all(|sent| sent.headers.contains_key("x-klavi-signature")));
}

#[tokio::test]
async fn no_entry_and_no_centavo_is_lost() {
    let partner = Partner::start().await;
    let entry = |number: u32, bill: Option<&str>| {
        let amount = format!("{}.{:02}", 10_000_000_000_u64 + u64::from(number), number % 100);
        let direction = if number.is_multiple_of(3) { "CREDITO" } else { "DEBITO" };
        let mut entry = json!({
            "transactionId": format!("t-{number}"), "transactionDate": "2026-01-07", "transactionName": "LOJA",
            "creditDebitType": direction, "brazilianAmount": {"amount": amount, "currency": "BRL"},
            "transactionAmount": {"amount": amount, "currency": "BRL"},
        });
        if let Some(bill) = bill {
            entry["billId"] = bill.into();
        }
        entry
    };
    let bills = [Some("b-1"), Some("b-2"), Some("unknown"), None];
    let card: Vec<_> = (0..200).map(|number| entry(number, bills[number as usize % 4])).collect();
    let account: Vec<_> = (0..300).map(|number| entry(number, None)).collect();
    let data = json!({
        "accounts": [
            {"type": "CONTA_DEPOSITO_A_VISTA", "number": "1", "transactions": account},
            {"type": "CONTA_POUPANCA", "number": "2", "transactions": account},
        ],
        "creditCardsAccounts": [{"name": "c", "bills": [{"billId": "b-1"}, {"billId": "b-2"}], "transactions": card}],
    });
    post(&partner, ANALYTICS, &data).await.ok();
    let reports = reports(&partner.mock).await;
    let signed = |entries: &[Value]| {
        let amounts = entries.iter().map(|entry| {
            let amount: Amount = entry["brazilianAmount"]["amount"].as_str().unwrap().parse().unwrap();
            if entry["creditDebitType"] == "CREDITO" { amount } else { -amount }
        });
        Amount::sum(amounts).unwrap()
    };
    let AnyReport::CategorizedCreditCards(report) =
        decode_report(&reports["pf_categorized_creditcard_l3"]).unwrap().value
    else {
        panic!("not the cards")
    };
    let shown = &report.content.credit_cards[0].account;
    assert_eq!(shown.entries().count(), 200);
    assert_eq!(Amount::sum(shown.entries().map(|entry| entry.signed_amount().unwrap())), Some(signed(&card)));
    let open = shown.open_statement.as_ref().unwrap();
    assert_eq!(open.entries.len(), 100, "those of no bill and of an unknown one");
    let owed = Amount::sum(open.entries.iter().map(|entry| entry.signed_amount().unwrap())).unwrap();
    assert_eq!(open.bill_total_amount.as_ref().unwrap().amount.unwrap(), -owed);
    for (product, name) in
        [("pf_categorized_checking_l3", "checkingAccounts"), ("pf_categorized_savings_l3", "savingsAccounts")]
    {
        let body: Value = serde_json::from_slice(&reports[product]).unwrap();
        let entries = body[name][0]["transactionDetails"].as_array().unwrap();
        assert_eq!(entries.len(), 300, "{product}");
        let sum = |entries: &[Value]| {
            let amounts = entries
                .iter()
                .map(|entry| entry["transactionAmount"]["amount"].as_str().unwrap().parse().unwrap());
            Amount::sum(amounts).unwrap()
        };
        assert_eq!(sum(entries), sum(&account));
        assert!(entries.iter().all(|entry| entry["fAll"] == 1 && entry["fAllMonth"] == 0));
    }
    assert!(!reports.contains_key("pf_identity"));
}

#[tokio::test]
async fn a_file_may_be_uploaded_and_may_be_large() {
    let partner = Partner::start().await;
    let names = ["partner_code", "partner_token"];
    let form = |parts: &[&str]| {
        let mut body = String::new();
        for (number, part) in parts.iter().enumerate() {
            body += &format!(
                "--xx\r\nContent-Disposition: form-data; name=\"p{number}\"; filename=\"userdata.json\"\r\n\r\n{part}\r\n"
            );
        }
        (body + "--xx--\r\n").into_bytes()
    };
    let multipart = "multipart/form-data; boundary=xx";
    let padded = format!("{USER_DATA}{}", " ".repeat(8 << 20));
    call(&partner, ANALYTICS, names, multipart, form(&[&padded])).await.ok();
    assert_eq!(reports(&partner.mock).await.len(), 4);
    assert!(partner.mock.received_requests().pop().unwrap().body.is_empty(), "too large to be kept");
    call(&partner, ANALYTICS, names, multipart, form(&[])).await.refused(422, 422);
    call(&partner, ANALYTICS, names, multipart, form(&["{}", "{}"])).await.refused(422, 422);
    call(&partner, ANALYTICS, names, multipart, form(&["<xml>"])).await.refused(400, 400);
    call(&partner, ANALYTICS, names, multipart, b"--xx\r\nbroken".to_vec()).await.refused(400, 400);
    call(&partner, ANALYTICS, names, "multipart/form-data", form(&["{}"])).await.refused(400, 400);
    call(&partner, ANALYTICS, names, "text/plain", USER_DATA.into()).await.refused(400, 400);
    call(&partner, ANALYTICS, names, "application/json", vec![b' '; 33 << 20]).await.refused(413, 413);
}

#[tokio::test]
async fn data_that_cannot_be_read_are_refused_by_path() {
    let partner = Partner::start().await;
    for body in [json!({}), json!({"accounts": []}), json!({"accounts": null})] {
        assert!(post(&partner, ANALYTICS, &body).await.refused(422, 422).starts_with("accounts, "));
    }
    for body in [json!([]), json!("text"), json!(1)] {
        post(&partner, ANALYTICS, &body).await.refused(400, 400);
    }
    let body = json!({"accounts": [{"number": {}, "transactions": [{"transactionDate": "2021-02-30"}]}]});
    let message = post(&partner, ANALYTICS, &body).await.refused(422, 422);
    assert!(
        message.contains("accounts[0].number") && message.contains("transactions[0].transactionDate"),
        "{message}"
    );
    assert!(!message.contains("2021-02-30"), "no value in it: {message}");
    let body = json!({"accounts": [{"number": "1", "mine": 1}, {"number": "2", "mine": 2}]});
    post(&partner, ANALYTICS, &body).await.ok();
    let unknown = partner.mock.unknown_fields().pop().unwrap();
    assert_eq!(unknown.names, ["accounts[].mine"]);
}
