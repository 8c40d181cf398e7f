//! Whatever an HTTP client can send: an answer in the form of Klavi's errors, no 5xx, no panic.

use http::Method;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::partner::{BACK, CNPJ, CPF, Partner, text};

/// Who calls.
#[derive(Clone, Copy, Debug)]
enum Caller {
    Nobody,
    Partner,
    Link,
    DataPartner,
}

/// Every call with a body, and one that is as it should be.
fn calls() -> Vec<(&'static str, Caller, Value)> {
    let report = json!({"taxId": CPF, "institutionCode": "341", "linkId": "l", "consentIds": ["c"],
        "products": ["pf_balance"], "productsCallbackURL": {"all": "https://partner.example/hook"},
        "externalInfo": {"a": 1}});
    let company = json!({"taxId": CNPJ, "products": ["all"], "consentIds": []});
    vec![
        ("/data/v1/auth", Caller::Nobody, json!({"accessKey": "a", "secretKey": "s"})),
        (
            "/data/v1/links",
            Caller::Partner,
            json!({"personalTaxId": CPF, "businessTaxId": CNPJ, "email": "a@b.example", "phone": "+5511912345678",
                "institutionCode": "341", "redirectURL": BACK, "externalInfo": {}, "connectionKey": "k",
                "productsCallbackURL": {"pf_balance": BACK, "other": BACK},
                "appLink": BACK, "appRedirectURLKey": "k", "applicationLink": BACK}),
        ),
        (
            "/data/v1/consents",
            Caller::Link,
            json!({"externalTrackId": "t", "personalTaxId": CPF, "institutionCode": "341", "redirectURL": BACK,
                "validityPeriod": 12, "email": "a@b.example", "phone": "+5511912345678", "clientMetadata": {}}),
        ),
        ("/data/v1/personal/institution-data", Caller::Partner, report.clone()),
        ("/data/v1/personal/user-data", Caller::Partner, report),
        ("/data/v1/business/institution-data", Caller::Partner, company.clone()),
        ("/data/v1/business/user-data", Caller::Partner, company),
        (
            "/data/v1/tasks/TASK/mfa",
            Caller::Link,
            json!({"mfaId": 22, "code": "1", "password": "p", "birthday": "b", "username": "u",
                "switchVerificationType": "1"}),
        ),
        (
            "/klaas/transaction/v2/category",
            Caller::DataPartner,
            json!({"uuid": "u", "institutionCode": "208", "transactionSource": "checking", "transactionDetails": [
                {"transactionId": "t", "transactionDate": "2022-02-09", "transactionName": "n", "amount": 1.5,
                 "creditDebitType": "DEBITO", "transactionType": "PIX"}]}),
        ),
        (
            "/klaas/open-finance/v1/analytics",
            Caller::DataPartner,
            serde_json::from_str(include_str!("../../../klavi-types/tests/fixtures/kaas_userdata.json"))
                .unwrap(),
        ),
    ]
}

/// A mock with a link, a consent and a task, that is called with whatever comes.
struct Target {
    partner: Partner,
    link_token: String,
    task_id: String,
}

impl Target {
    async fn start() -> Self {
        let partner = Partner::start().await;
        partner.authorised("341").await;
        let link = partner.link(json!({})).await;
        let task = partner.mock.start_task(text(&link["linkId"]), "5001", CPF, "123301").await.unwrap();
        Self { link_token: text(&link["linkToken"]), task_id: task, partner }
    }

    /// Sends a body and judges the answer.
    async fn send(
        &self,
        method: &Method,
        path: &str,
        caller: Caller,
        content_type: &str,
        body: Vec<u8>,
    ) -> u16 {
        let path = path.replace("TASK", &self.task_id);
        let mock = &self.partner.mock;
        let mut request = self.partner.http.request(method.clone(), format!("{}{path}", mock.base_url()));
        request = match caller {
            Caller::Nobody => request,
            Caller::Partner => request.bearer_auth(&self.partner.access_token),
            Caller::Link => request.bearer_auth(&self.link_token),
            Caller::DataPartner => request
                .header("partner_code", mock.partner_code())
                .header("partner_token", mock.partner_token()),
        };
        let request = request.header("content-type", content_type).body(body);
        let mut response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let media_type = response.headers().get("content-type").cloned();
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.unwrap() {
            answer.extend_from_slice(&chunk);
        }
        assert!(media_type.is_some_and(|value| value == "application/json"), "{method} {path} {status}");
        if method != Method::HEAD {
            judge(status, &answer, &format!("{method} {path}"));
        }
        status
    }
}

/// A success, or an error in Klavi's form.
fn judge(status: u16, body: &[u8], what: &str) {
    assert!(status < 500, "{what}: {status}");
    let body: Value =
        serde_json::from_slice(body).unwrap_or_else(|_| panic!("{what}: no JSON under {status}"));
    if status >= 400 {
        let code = body["statusCode"].as_u64().unwrap();
        let fits = if status == 416 { (4001..=4009).contains(&code) } else { code == u64::from(status) };
        assert!(fits, "{what}: {code} under {status}");
        assert!(body["error"].is_string() && body["message"].is_string(), "{what}: {body}");
        assert_eq!(body.as_object().unwrap().len(), 3, "{what}: {body}");
        assert!(body["message"].as_str().unwrap().len() < 2_000, "{what}: a sentence");
    }
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be() {
    let target = Target::start().await;
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let deep_inside = format!("{{\"externalInfo\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"null".to_vec(),
        b"0".to_vec(),
        b"\"text\"".to_vec(),
        b"[]".to_vec(),
        b"[{}]".to_vec(),
        b"{".to_vec(),
        b"{}{}".to_vec(),
        b"{\"a\":1,}".to_vec(),
        b"{'a':1}".to_vec(),
        b"{\"taxId\":NaN}".to_vec(),
        b"{\"taxId\":1e999999}".to_vec(),
        b"{\"mfaId\":1e400,\"amount\":-0}".to_vec(),
        b"{\"validityPeriod\":12.0}".to_vec(),
        b"{\"validityPeriod\":99999999999999999999999999}".to_vec(),
        b"{\"taxId\":\"\xff\xfe\"}".to_vec(),
        b"{\"taxId\":\"\\ud800\"}".to_vec(),
        b"{\"\\u0000\":\"\\u0000\"}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"\x00".to_vec(),
        deep.into_bytes(),
        deep_inside.into_bytes(),
        b"[".repeat(100_000),
    ];
    for (path, caller, _) in calls() {
        for body in &bodies {
            let status = target.send(&Method::POST, path, caller, "application/json", body.clone()).await;
            assert!((400..500).contains(&status) || status == 200, "{path}: {status}");
        }
    }
    // The same with all the rest in order.
    let nested = format!("{}{}", "[".repeat(120), "]".repeat(120));
    let body = format!("{{\"externalInfo\":{{\"a\":{nested}}}}}");
    let status =
        target.send(&Method::POST, "/data/v1/links", Caller::Partner, "application/json", body.into_bytes());
    assert_eq!(status.await, 200);
}

#[tokio::test]
async fn content_types_and_methods_that_are_not_what_they_should_be() {
    let target = Target::start().await;
    for (path, caller, body) in calls() {
        for content_type in [
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            ";",
            "json",
        ] {
            let status =
                target.send(&Method::POST, path, caller, content_type, body.to_string().into_bytes()).await;
            assert_eq!(status, 400, "{path} {content_type}");
        }
        for content_type in ["Application/JSON", "application/json;charset=utf-8", "application/json ; x=1"] {
            let status = target.send(&Method::POST, path, caller, content_type, b"{}".to_vec()).await;
            assert!(status != 400, "{path} {content_type}");
        }
        for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "BREW"] {
            let method: Method = method.parse().unwrap();
            let status = target.send(&method, path, caller, "application/json", b"{}".to_vec()).await;
            let is_list = path == "/data/v1/consents" && matches!(method, Method::GET | Method::HEAD);
            assert_eq!(status, if is_list { 403 } else { 405 }, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn tokens_that_are_none() {
    let target = Target::start().await;
    let base = target.partner.mock.base_url().to_owned();
    for header in [
        &b"Bearer"[..],
        b"Bearer ",
        b"bearer x y",
        b"Basic dXNlcjpwYXNz",
        b"x",
        b"Bearer \xff\xfe",
        b"Bearer \t",
        b"",
    ] {
        for path in ["/data/v1/refresh", "/data/v1/links/institutions", "/data/v1/tasks/1/status"] {
            let value = http::HeaderValue::from_bytes(header).unwrap();
            let request = target.partner.http.get(format!("{base}{path}")).header("authorization", value);
            let answer = crate::partner::Answer::read(request.send().await.unwrap()).await;
            answer.refused(401, 401);
        }
    }
    let request = target.partner.http.post(format!("{base}/klaas/transaction/v2/category"));
    let odd = http::HeaderValue::from_bytes(b"\xff").unwrap();
    let request = request.header("partner_code", odd.clone()).header("partner_token", odd);
    crate::partner::Answer::read(request.send().await.unwrap()).await.refused(401, 401);
}

/// Sends a request line to the letter; status and body.
async fn raw(target: &Target, request_line: &str) -> (u16, Vec<u8>) {
    let address = target.partner.mock.base_url().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let token = &target.partner.access_token;
    let head = format!(
        "{request_line} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
    (status, answer.split_off(end + 4))
}

#[tokio::test]
async fn odd_paths_lead_nowhere_in_the_same_form() {
    let target = Target::start().await;
    for path in [
        "/data/v1/consents/%FF",
        "/data/v1/consents/%FF/revoke",
        "/data/v1/consents/%00",
        "/data/v1/consents/%zz",
        "/data/v1/consents/%",
        "/data/v1/consents/%2e%2e%2fauth",
        "/data/v1/consents/..%2f..",
        "/data/v1/consents/a%2Fb",
        "/data/v1/consents/",
        "/data/v1/consents//",
        "/data/v1/./consents",
        "/data/v1/../v1/refresh",
        "//data/v1/refresh",
        "/data/v1/refresh/",
        "/DATA/v1/refresh",
        "/data/v1",
        "/data/",
        "/data",
        "/klaas/",
        "/data/v1/tasks/%C3%28/status",
        "/data/v1/tasks//status",
        "*",
    ] {
        let (status, body) = raw(&target, &format!("GET {path}")).await;
        judge(status, &body, path);
        assert!(matches!(status, 401 | 403 | 404 | 405 | 422), "{path}: {status}");
    }
    let long = format!("/data/v1/consents/{}", "a".repeat(20_000));
    assert_eq!(raw(&target, &format!("GET {long}")).await.0, 404);
    for query in ["?", "?&&&=&==", "?personalTaxId=%FF", "?personalTaxId", "?a[]=1&a[]=2", "?%00=%00", "?+=+"]
    {
        let (status, body) = raw(&target, &format!("GET /data/v1/consents{query}")).await;
        judge(status, &body, query);
        assert!(matches!(status, 200 | 422), "{query}");
    }
    let (status, body) = raw(&target, "GET http://elsewhere.example/data/v1/refresh").await;
    judge(status, &body, "absolute form");
    assert_eq!(target.partner.get("/data/v1/refresh?x=1&y").await.status, 200);
    let unknown = target.partner.mock.unknown_fields().pop().unwrap();
    assert_eq!(unknown.endpoint, "GET /data/v1/refresh");
    assert_eq!(unknown.names, ["x", "y"]);
}

/// Any JSON, not too large.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec![CPF, CNPJ, "all", "pf_balance", "341", BACK, "12", "CREDITO"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z_]{0,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn any_value_in_place_of_any_member_is_taken_or_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let target = runtime.block_on(Target::start());
    let calls = calls();
    let mut runner = TestRunner::new(Config { cases: 600, failure_persistence: None, ..Config::default() });
    let input = (0..calls.len(), any::<prop::sample::Index>(), any_json());
    let result = runner.run(&input, |(call, member, value)| {
        let (path, caller, good) = &calls[call];
        let mut body = good.clone();
        let paths = members(&body);
        *body.pointer_mut(&paths[member.index(paths.len())]).unwrap() = value;
        let bytes = body.to_string().into_bytes();
        runtime.block_on(target.send(&Method::POST, path, *caller, "application/json", bytes));
        Ok(())
    });
    result.unwrap();
    assert!(runtime.block_on(target.partner.get("/_mock/state")).status == 200);
}

/// Pointers to every value in a document, itself included.
fn members(document: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let children: Vec<(String, &Value)> = match document {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(place, item)| (place.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (step, child) in children {
        found.extend(members(child).into_iter().map(|rest| format!("/{step}{rest}")));
    }
    found
}

#[tokio::test]
async fn pages_take_whatever_a_browser_or_a_script_sends() {
    let target = Target::start().await;
    let base = target.partner.mock.base_url().to_owned();
    let code = target.partner.mock.partner_code().to_owned();
    let link = target.partner.link(json!({})).await;
    let token = text(&link["linkURL"]).split_once("v=").unwrap().1.to_owned();
    let paths = [
        "/conecte/open-data".to_owned(),
        format!("/conecte/open-data/tasks/{}/mfa", target.task_id),
        format!("/conecte/open-data/tasks/{}/cancel", target.task_id),
        format!("/link/{code}/login"),
        format!("/link/{code}/mfa"),
        format!("/link/{code}/cancel"),
    ];
    for path in &paths {
        for (content_type, body) in [
            ("application/x-www-form-urlencoded", b"v=%FF&session=%00&cpf=%F0%28".to_vec()),
            ("application/json", b"{}".to_vec()),
            ("multipart/form-data", b"x".to_vec()),
            (
                "application/x-www-form-urlencoded",
                [b"v=", token.as_bytes(), b"&institution_code=5001&password=", &[b'9'; 100_000]].concat(),
            ),
            (
                "application/x-www-form-urlencoded",
                format!("v={token}&mfa_id=99999999999999999999&code=").into_bytes(),
            ),
        ] {
            let request = target.partner.http.post(format!("{base}{path}"));
            let answer = request.header("content-type", content_type).body(body).send().await.unwrap();
            assert!(answer.status().as_u16() < 500, "{path}: {}", answer.status());
        }
    }
    for query in
        ["uuid=%FF", "uuid=u&cpf=%00", "uuid=u&uuid=v&callback_url=%20", "=&&uuid=<script>alert(1)</script>"]
    {
        let answer = target.partner.open(&format!("{base}/link/{code}?{query}")).await;
        assert!(answer.status < 500 && !answer.text.contains("<script>alert"), "{query}: {}", answer.status);
    }
}
