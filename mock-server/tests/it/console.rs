//! The console as a browser without script meets it.

use std::time::Duration;

use http::Method;
use http::header::CONTENT_TYPE;
use klavi_mock::{DeliveryState, Fault, MockKlavi};
use serde_json::json;

use crate::partner::{Answer, CPF, Partner};
use crate::receiver::{Receiver, Reply};

const PAGES: [&str; 6] = ["", "/connections", "/deliveries", "/calls", "/settings", "/reset"];

/// A partner whose mock sends to that receiver.
async fn with_receiver(receiver: &Receiver) -> Partner {
    let mock = MockKlavi::builder().seed(7).retry_base(Duration::ZERO).console_webhook(receiver.url("/hook"));
    Partner::with(mock.start().await.unwrap()).await
}

impl Partner {
    /// A page of the console.
    async fn console(&self, path: &str) -> String {
        let answer = self.open(&format!("{}{path}", self.mock.console_url())).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    }

    /// Sends a form of the console, and answers the page that it leads to.
    async fn press(&self, path: &str, form: &[(&str, &str)]) -> String {
        let answer = self.submit(&format!("/_mock/console{path}"), form).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
        let page = self.open(&format!("{}{}", self.mock.base_url(), answer.location.unwrap())).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page.text
    }

    /// The same where the mock refuses: the status and what the page says of it.
    async fn refused_form(&self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let answer = self.submit(&format!("/_mock/console{path}"), form).await;
        let (_, rest) = answer.text.split_once("<span lang=\"en\">").unwrap_or_else(|| panic!("{answer:?}"));
        (answer.status, rest.split("</span>").next().unwrap().to_owned())
    }
}

#[tokio::test]
async fn credentials_are_there_to_be_copied() {
    let partner = Partner::start().await;
    let page = partner.console("").await;
    let mock = &partner.mock;
    for shown in
        [mock.base_url(), mock.access_key(), mock.secret_key(), mock.partner_code(), mock.partner_token()]
    {
        assert!(page.contains(&format!(">{shown}</code>")), "{shown}");
    }
    assert!(page.contains(&mock.basic_link_url()));
}

#[tokio::test]
async fn a_consent_has_a_button_for_whatever_can_happen_to_it() {
    let partner = Partner::start().await;
    let (_, id, _) = partner.consent(json!({"personalTaxId": CPF}), "341").await;
    let button = |act: &str| format!("id=\"consent-{id}-{act}\"");
    for (act, status, next) in [
        ("approve", "AWAITING_LGPD_AUTHORISATION", ["authorise", "reject"]),
        ("authorise", "AUTHORISED", ["expire", "revoke"]),
        ("expire", "EXPIRED", ["delete-by-user", "delete-by-user"]),
        ("delete-by-user", "DELETED_BY_USER", ["", ""]),
    ] {
        assert!(partner.console("/connections").await.contains(&button(act)));
        let from = ("from", "/_mock/console/connections");
        let page = partner.press(&format!("/consents/{id}"), &[("act", act), from]).await;
        assert!(
            page.contains("O consentimento mudou.") && page.contains(&format!(">{status}</span>")),
            "{page}"
        );
        assert!(!page.contains(&button(act)));
        assert!(next.iter().all(|next| next.is_empty() || page.contains(&button(next))), "{page}");
        assert_eq!(partner.status_of(&id).await, status);
    }
    let (status, sentence) = partner.refused_form(&format!("/consents/{id}"), &[("act", "authorise")]).await;
    assert_eq!((status, &*sentence), (409, "the consent is DELETED_BY_USER, this cannot happen to it"));
    for (id, act, status) in [(&*id, "dance", 422), (&*id, "", 422), ("none", "authorise", 404)] {
        assert_eq!(partner.refused_form(&format!("/consents/{id}"), &[("act", act)]).await.0, status);
    }
}

#[tokio::test]
async fn a_delivery_shows_every_attempt_and_is_sent_again() {
    let receiver = Receiver::start([Reply::Body(500, 3), Reply::Status(200)]).await;
    let partner = with_receiver(&receiver).await;
    partner.link(json!({"externalInfo": {"note": "<script>alert(1)</script>"}})).await;
    partner.mock.settled().await;
    let delivery = partner.mock.deliveries().remove(0);
    let page = partner.console("/deliveries/1").await;
    for shown in ["Tentativa 1", "Tentativa 2", ">500</span>", ">200</span>", ">aaa</pre>", "entregue"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let signature = delivery.attempts[0].headers["x-klavi-signature"].to_str().unwrap();
    assert!(page.contains(signature));
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>alert"));

    let again = partner.press("/deliveries/1/resend", &[("tamperSignature", "yes")]).await;
    assert!(again.contains("#2 link_created") && again.contains("O envio começou."), "{again}");
    partner.press("/deliveries/1/resend", &[("to", &receiver.url("/other"))]).await;
    partner.mock.settled().await;
    assert_eq!(receiver.paths(), ["/hook", "/hook", "/hook", "/other"]);
    let sent = receiver.received();
    assert_ne!(sent[2].headers["x-klavi-signature"], signature);
    assert_eq!(sent[3].headers["x-klavi-signature"], signature);
    assert!(sent.iter().all(|received| received.body == delivery.body));

    assert_eq!(partner.refused_form("/deliveries/99/resend", &[]).await.0, 404);
    assert_eq!(partner.refused_form("/deliveries/1/resend", &[("to", "nowhere")]).await.0, 422);
}

/// Thousands of deliveries: a page of them at a time, and no more of a body than anybody reads.
#[tokio::test]
async fn lists_go_page_by_page_and_bodies_are_cut() {
    let partner = Partner::start().await;
    let event = [("what", "event:link_created"), ("times", "1000"), ("from", "/_mock/console/deliveries")];
    let first = partner.press("/trigger", &event).await;
    partner.press("/trigger", &event).await;
    assert!(first.contains("#1000 link_created") && !first.contains("#980 "), "{first}");
    let last = partner.console("/deliveries?page=100&lang=en").await;
    assert!(last.contains("#1 link_created") && last.contains("Page 100 of 100"), "{last}");
    assert!(last.contains("Newer") && !last.contains("Older"), "{last}");
    assert!(partner.console("/deliveries?page=101").await.contains("page=100"));
    assert!(partner.console("/deliveries?state=failed").await.contains("Nenhuma entrega."));

    let report = [("what", "product:pf_checking_account"), ("transactions", "20000"), ("times", "1")];
    partner.press("/trigger", &report).await;
    let page = partner.console("/deliveries/2001").await;
    assert!(partner.mock.delivery(2001).unwrap().bytes > 5_000_000);
    assert!(page.len() < 100_000 && page.contains("productReportId"), "{}", page.len());
    assert!(page.contains("/_mock/deliveries/2001/body"));
}

#[tokio::test]
async fn deliveries_of_a_request_are_found_from_it() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    let request = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]});
    let id = partner.post("/data/v1/personal/institution-data", &request).await.ok()["requestId"].clone();
    let id = id.as_str().unwrap();
    partner.mock.made().await;
    assert!(partner.console("/connections").await.contains(&format!("/deliveries?request={id}")));
    let page = partner.console(&format!("/deliveries?request={id}&state=unaddressed")).await;
    assert!(page.contains(" pf_balance<") && page.contains(" product_generated_success<"), "{page}");
    assert!(!page.contains(" consent_authorised<"), "{page}");
}

#[tokio::test]
async fn the_clock_is_turned_stopped_and_brought_back() {
    let partner = Partner::start().await;
    let before = partner.mock.now();
    partner.press("/clock", &[("advanceSeconds", "86400")]).await;
    assert!(partner.mock.now().duration_since(before) >= jiff::SignedDuration::from_hours(24));
    let page = partner.press("/clock", &[("now", "2030-01-02T03:04")]).await;
    assert!(page.contains("2030-01-02 03:04:0"), "{page}");
    let page = partner.press("/clock", &[("frozen", "true")]).await;
    assert!(page.contains("parado"), "{page}");
    assert_eq!(partner.mock.now(), partner.mock.now());
    let page = partner.press("/clock", &[("followMachine", "true")]).await;
    assert!(page.contains("hora da máquina"), "{page}");
    assert!(partner.mock.now() < before + jiff::SignedDuration::from_hours(1));
    for form in [
        [("advanceSeconds", "-1")],
        [("advanceSeconds", "x")],
        [("now", "yesterday")],
        [("now", "2100-06-01T00:00")],
        [("frozen", "maybe")],
        [("", "")],
    ] {
        assert_eq!(partner.refused_form("/clock", &form).await.0, 422, "{form:?}");
    }
}

#[tokio::test]
async fn behaviour_is_set_as_a_whole() {
    let partner = Partner::start().await;
    let form = [
        ("consoleWebhook", "http://127.0.0.1:9/hook"),
        ("unsigned", "yes"),
        ("reportVersion", "V1.1"),
        ("consentLimit", "3"),
        ("rateLimit", "5"),
        ("duplicates", "2"),
        ("slowMs", "40"),
        ("truncated", "1"),
        ("from", "/_mock/console/settings"),
    ];
    partner.press("/behaviour", &form).await;
    let behaviour = partner.mock.behaviour();
    assert!(behaviour.unsigned && !behaviour.automatic && behaviour.rate_limit == Some(5));
    assert_eq!((behaviour.consent_limit, behaviour.duplicates, behaviour.truncated), (3, 2, 1));
    let page = partner.console("?lang=en").await;
    for shown in ["unsigned", "reports V1.1", "consent limit: 3", "slow: 40 ms", "http://127.0.0.1:9/hook"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let (status, sentence) =
        partner.refused_form("/behaviour", &[("duplicates", "1001"), ("unsigned", "")]).await;
    assert_eq!((status, &*sentence), (422, "duplicates: must be from 0 to 1000"));
    assert!(partner.mock.behaviour().unsigned, "all of it or nothing");
    partner.press("/behaviour", &[("consoleWebhook", ""), ("rateLimit", "")]).await;
    let behaviour = partner.mock.behaviour();
    assert!(behaviour.console_webhook.is_none() && behaviour.rate_limit.is_none() && !behaviour.unsigned);
}

#[tokio::test]
async fn faults_are_armed_shown_and_taken_away() {
    let partner = Partner::start().await;
    let from = ("from", "/_mock/console/settings");
    let form = [
        ("method", "POST"),
        ("path", "/data/v1/links"),
        ("status", "503"),
        ("times", "2"),
        ("body", "{\"a\":1}"),
        from,
    ];
    let page = partner.press("/faults", &form).await;
    assert!(page.contains("POST /data/v1/links") && page.contains("faltam: 2"), "{page}");
    let struck = partner.post("/data/v1/links", &json!({})).await;
    assert_eq!((struck.status, struck.json()), (503, json!({"a": 1})));
    assert!(partner.console("/calls").await.contains("falha 1"));
    assert!(partner.press("/faults/remove", &[("fault", "1"), from]).await.contains("Nenhuma armada."));
    partner.mock.fault(Fault::any("*").status(500)).unwrap();
    partner.mock.fault(Fault::any("*").status(501)).unwrap();
    partner.press("/faults/remove", &[("fault", "all")]).await;
    assert!(partner.mock.faults().is_empty());
    assert_eq!(partner.refused_form("/faults/remove", &[("fault", "x")]).await.0, 404);
    let does_nothing = partner.refused_form("/faults", &[("method", "GET"), ("path", "/x")]).await;
    assert_eq!(does_nothing, (422, "there can be no such fault: the fault does nothing".to_owned()));
}

#[tokio::test]
async fn an_institution_is_turned_off_and_on() {
    let partner = Partner::start().await;
    partner.press("/institutions/341", &[("outOfService", "true")]).await;
    partner.post("/data/v1/links", &json!({"institutionCode": "341"})).await.refused(416, 4004);
    partner.press("/institutions/341", &[("outOfService", "false")]).await;
    partner.link(json!({"institutionCode": "341"})).await;
    assert_eq!(partner.refused_form("/institutions/000", &[("outOfService", "true")]).await.0, 404);
    assert_eq!(partner.refused_form("/institutions/341", &[]).await.0, 422);
}

#[tokio::test]
async fn calls_are_shown_without_secrets_and_with_warnings() {
    let partner = Partner::start().await;
    partner.link(json!({"colour": "<b>blue</b>", "redirectURL": "https://partner.example/"})).await;
    for path in ["", "/calls"] {
        let page = partner.console(path).await;
        assert!(page.contains("<code>POST /data/v1/links</code>: <code>colour</code>"), "{page}");
    }
    let login = partner.console("/calls/1").await;
    assert!(login.contains("/data/v1/auth") && !login.contains(partner.mock.secret_key()), "{login}");
    let call = partner.console("/calls/2").await;
    assert!(call.contains("&lt;b&gt;blue") && !call.contains(&partner.access_token), "{call}");
}

#[tokio::test]
async fn a_reset_asks_first() {
    let partner = Partner::start().await;
    partner.link(json!({})).await;
    assert!(partner.console("/reset").await.contains("1 links"));
    assert_eq!(partner.mock.deliveries().len(), 1);
    assert!(partner.press("/reset", &[]).await.contains("Tudo está como no início."));
    assert!(partner.mock.deliveries().is_empty());
}

/// What is sent goes to whom the console says; where nobody does, the delivery waits for an address.
#[tokio::test]
async fn what_is_triggered_arrives() {
    let receiver = Receiver::start([]).await;
    let partner = with_receiver(&receiver).await;
    let url = receiver.url("/direct");
    partner.press("/trigger", &[("what", "product:pf_balance"), ("to", &url), ("unsigned", "true")]).await;
    partner.press("/trigger", &[("what", "event:consent_revoked")]).await;
    partner.mock.settled().await;
    let mut paths = receiver.paths();
    paths.sort_unstable();
    assert_eq!(paths, ["/direct", "/hook"]);
    let direct = receiver.received().into_iter().find(|received| received.path == "/direct").unwrap();
    assert!(direct.headers.get("x-klavi-signature").is_none());
    assert!(partner.mock.deliveries().iter().all(|delivery| delivery.state == DeliveryState::Delivered));
    for what in ["", "event", "event:", "event:none", "product:none", "x:y"] {
        assert_eq!(partner.refused_form("/trigger", &[("what", what)]).await.0, 422, "{what}");
    }
}

#[tokio::test]
async fn every_page_speaks_both_languages_and_cannot_be_embedded() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    for path in PAGES.iter().copied().chain(["/deliveries/1", "/calls/1"]) {
        let page = partner.console(path).await;
        assert!(page.contains("<html lang=\"pt-BR\">") && page.contains("hreflang=\"en\""), "{path}");
        let english = partner.console(&format!("{path}?lang=en")).await;
        assert!(english.contains("<html lang=\"en\">") && english.contains("Mock console"), "{path}");
        let url = format!("{}{path}", partner.mock.console_url());
        // The browser's language, unless the address or an earlier choice says another one.
        for (query, cookie, language) in
            [("", "", "en"), ("?lang=pt", "", "pt-BR"), ("", "mock_console_lang=pt", "pt-BR")]
        {
            let request =
                partner.http.get(format!("{url}{query}")).header("Accept-Language", "en-US,en;q=0.9");
            let answer = request.header("Cookie", cookie).send().await.unwrap();
            let chosen = answer.headers().get("set-cookie").map(|cookie| cookie.to_str().unwrap().to_owned());
            assert_eq!(
                chosen.is_some_and(|cookie| cookie.starts_with("mock_console_lang=pt;")),
                !query.is_empty()
            );
            let page = Answer::read(answer).await.text;
            assert!(page.contains(&format!("<html lang=\"{language}\">")), "{path}{query}");
        }
        let headers = partner.http.get(url).send().await.unwrap().headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(headers["x-frame-options"], "DENY");
        // A form of a page without referrer would come from nowhere.
        assert_eq!(headers["referrer-policy"], "same-origin");
        assert_eq!(headers["cache-control"], "no-store");
    }
    assert_eq!(partner.open(partner.mock.base_url()).await.location.as_deref(), Some("/_mock/console"));
    partner.send(Method::POST, "/", None, None).await.refused(404, 404);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_press_its_buttons() {
    let partner = Partner::start().await;
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Host", "evil.example"),
    ] {
        let url = format!("{}/reset", partner.mock.console_url());
        let request = partner.http.post(url).header(name, value).header(CONTENT_TYPE, "text/plain");
        Answer::read(request.send().await.unwrap()).await.refused(403, 403);
    }
    let request = partner.http.get(partner.mock.console_url()).header("Host", "evil.example");
    Answer::read(request.send().await.unwrap()).await.refused(403, 403);
    assert_eq!(partner.mock.received_requests().len(), 1, "nothing was forgotten");
}

/// Whatever is asked for or filled in: a page with a sentence, and nothing of it comes back as markup.
#[tokio::test]
async fn whatever_is_sent_gets_a_page() {
    let partner = Partner::start().await;
    let (_, id, _) = partner.consent(json!({}), "341").await;
    let nasty =
        ["<script>x</script>\"'&", "\0\u{202e}", "99999999999999999999999", "-0", "1e400", "[[", "💥", " "];
    let long = "x".repeat(100_000);
    for value in nasty.into_iter().chain([&*long]) {
        let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        for query in ["page", "state", "request", "lang", "notice", "consents", "links", "requests", "tasks"]
        {
            for page in PAGES {
                let query = format!("{query}={}", &encoded[..encoded.len().min(8_000)]);
                let text = partner.console(&format!("{page}?{query}")).await;
                assert!(!text.contains("<script>x"), "{page}?{query}");
            }
        }
        for (path, names) in [
            ("/clock".to_owned(), &["advanceSeconds", "now", "frozen", "followMachine"][..]),
            (
                "/behaviour".to_owned(),
                &[
                    "consoleWebhook",
                    "reportVersion",
                    "consentLimit",
                    "rateLimit",
                    "duplicates",
                    "slowMs",
                    "truncated",
                ],
            ),
            (
                "/faults".to_owned(),
                &["method", "path", "status", "retryAfter", "delayMs", "cut", "times", "body"],
            ),
            ("/faults/remove".to_owned(), &["fault"]),
            (
                "/trigger".to_owned(),
                &["what", "to", "transactions", "seed", "times", "version", "unsigned", "encodedCpf"],
            ),
            ("/institutions/341".to_owned(), &["outOfService"]),
            (format!("/consents/{id}"), &["act", "from", "lang"]),
            (format!("/consents/{encoded}"), &["act"]),
            (format!("/deliveries/{encoded}/resend"), &["to"]),
            ("/deliveries/1/resend".to_owned(), &["to", "tamperSignature"]),
        ] {
            if path.len() > 9_000 {
                continue;
            }
            for name in names {
                let answer = partner.submit(&format!("/_mock/console{path}"), &[(name, value)]).await;
                assert!(answer.status < 500, "{path} {name}: {answer:?}");
                let page = if answer.status == 303 {
                    let to = format!("{}{}", partner.mock.base_url(), answer.location.unwrap());
                    partner.open(&to).await.text
                } else {
                    answer.text
                };
                assert!(
                    page.starts_with("<!DOCTYPE html>") && page.contains("<h1>"),
                    "{path} {name}: {page}"
                );
                assert!(!page.contains("<script>x"), "{path} {name}");
            }
        }
        partner.mock.clear_faults();
        for path in ["deliveries", "calls"] {
            let short = &encoded[..encoded.len().min(8_000)];
            let answer = partner.open(&format!("{}/{path}/{short}", partner.mock.console_url())).await;
            assert_eq!(answer.status, 404);
            assert!(answer.text.contains("Não encontrado"), "{}", answer.text);
        }
    }
    for body in [&b"\xff\xfe"[..], b"=&=&&&", b"a=%", b"{\"act\":1}"] {
        let url = format!("{}/consents/{id}", partner.mock.console_url());
        let answer = Answer::read(partner.http.post(url).body(body.to_vec()).send().await.unwrap()).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
}
