//! The widget: token, pages, callbacks, consents.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::partner::{Answer, BANK, Partner, and, broken, login, problem, text};

const SCOPES: &str = "read_institutions,write_links";
const OPEN_FINANCE: &str =
    "read_institutions,write_links,read_consents,write_consents,write_consent_callback,delete_consents";
const CPF: &str = "12345678909";

fn order(partner: &Partner, more: Value) -> Value {
    let keys = json!({
        "id": partner.mock.secret_id(), "password": partner.mock.secret_password(), "scopes": SCOPES,
        "widget": {"callback_urls": {
            "success": "app://success", "exit": "https://partner.example/exit", "event": "app://event?x=1",
        }},
    });
    and(keys, more)
}

/// Without an Authorization header.
async fn ask(partner: &Partner, body: &Value) -> Answer {
    let request = partner.http.post(partner.url("/api/token/")).header("Content-Type", "application/json");
    Answer::read(request.body(body.to_string()).send().await.unwrap()).await
}

async fn token(partner: &Partner, more: Value) -> String {
    text(&ask(partner, &order(partner, more)).await.ok()["access"])
}

async fn open(partner: &Partner, path: &str, parameters: &[(&str, &str)]) -> Answer {
    let url = Url::parse_with_params(&partner.url(path), parameters).unwrap();
    Answer::read(partner.http.get(url).send().await.unwrap()).await
}

async fn submit(partner: &Partner, path: &str, form: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request =
        partner.http.post(partner.url(path)).header("Content-Type", "application/x-www-form-urlencoded");
    Answer::read(request.body(body).send().await.unwrap()).await
}

/// Where the answer sends the browser.
#[track_caller]
fn sent_to(answer: &Answer) -> Url {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let location = answer.location.as_ref().unwrap();
    Url::parse(location).or_else(|_| Url::parse("http://mock").unwrap().join(location)).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_token_needs_the_keys_in_the_body_and_known_scopes() {
    let partner = Partner::start().await;
    let answer = ask(&partner, &order(&partner, json!({}))).await.ok();
    for name in ["access", "refresh"] {
        assert_eq!(answer[name].as_str().unwrap().split('.').count(), 3, "a JWT");
    }
    for scopes in [OPEN_FINANCE, "read_consents,write_consents,write_consent_callback"] {
        ask(&partner, &order(&partner, json!({"scopes": scopes}))).await.ok();
    }
    let wrong = ask(&partner, &order(&partner, json!({"password": "x"}))).await;
    problem(&wrong, 401, "authentication_failed");
    for (more, code, field) in [
        (json!({"scopes": "read_links"}), "invalid", "scopes"),
        (json!({"link_id": "none", "scopes": format!("{SCOPES},read_links")}), "does_not_exist", "link_id"),
        (json!({"fetch_resources": "OWNERS"}), "not_a_list", "fetch_resources"),
        (json!({"widget": {"purpose": "x".repeat(601)}}), "invalid", "widget.purpose"),
        (json!({"widget": {"openfinance_feature": "x"}}), "invalid_choice", "widget.openfinance_feature"),
        (
            json!({"widget": {"callback_urls": {"success": "javascript:x"}}}),
            "invalid",
            "widget.callback_urls.success",
        ),
        (
            json!({"widget": {"consent": {"permissions": ["X"]}}}),
            "invalid_choice",
            "widget.consent.permissions",
        ),
        (
            json!({"widget": {"consent": {"identification_info": [{"type": "CPF", "number": "1", "name": "A"}]}}}),
            "invalid",
            "widget.consent.identification_info.0.number",
        ),
    ] {
        let answer = ask(&partner, &order(&partner, more)).await;
        assert_eq!(broken(&answer), [(code.to_owned(), field.to_owned())]);
    }
}

#[tokio::test]
async fn seed_the_widget_makes_a_link_and_calls_back_with_it() {
    let partner = Partner::start().await;
    let access = token(&partner, json!({"external_id": "user-1", "fetch_resources": ["OWNERS"]})).await;
    let list = open(&partner, "/widget", &[("access_token", &access), ("locale", "en")]).await;
    assert!(
        list.text.contains("Choose the institution") && list.text.contains("Erebor México"),
        "{}",
        list.text
    );
    let few = open(&partner, "/widget", &[("access_token", &access), ("country_codes", "BR")]).await;
    assert!(few.text.contains("Erebor Brasil") && !few.text.contains("Erebor México"));

    let form = [("access_token", access.as_str()), ("institution", BANK)];
    let page = open(&partner, "/widget/institution", &form).await;
    assert!(page.text.contains("name=\"password\"") && page.text.contains("PAGE_LOAD"), "{}", page.text);
    let wrong = [&form[..], &[("username", "bnk100"), ("password", "pass_invalid")]].concat();
    let wrong = submit(&partner, "/widget/institution", &wrong).await;
    assert!(wrong.status == 422 && wrong.text.contains("login_error"), "{}", wrong.text);
    assert!(!wrong.text.contains("value=\"pass_invalid\""), "a secret is not shown again");
    let right = [&form[..], &[("username", "bnk100"), ("password", "full")]].concat();
    let back = sent_to(&submit(&partner, "/widget/institution", &right).await);
    assert_eq!((back.scheme(), back.host_str()), ("app", Some("success")));
    assert_eq!(parameter(&back, "institution").unwrap(), BANK);
    let id = parameter(&back, "link").unwrap();
    let link = partner.get(&format!("/api/links/{id}/")).await.ok();
    assert_eq!((&link["external_id"], &link["fetch_resources"]), (&json!("user-1"), &json!(["OWNERS"])));

    // The token is good for one link.
    let again = open(&partner, "/widget", &[("access_token", &access)]).await;
    assert_eq!(again.status, 410);
    assert!(again.text.contains("app://event?x=1&amp;error=ACCESS_TOKEN_NOT_VALID"), "{}", again.text);
}

#[tokio::test]
async fn a_token_lives_for_ten_minutes() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    let access = token(&partner, json!({})).await;
    partner.mock.advance_clock(Duration::from_secs(599));
    assert_eq!(open(&partner, "/widget", &[("access_token", &access)]).await.status, 200);
    partner.mock.advance_clock(Duration::from_secs(1));
    assert_eq!(open(&partner, "/widget", &[("access_token", &access)]).await.status, 410);
    let form =
        [("access_token", access.as_str()), ("institution", BANK), ("username", "a"), ("password", "b")];
    assert_eq!(submit(&partner, "/widget/institution", &form).await.status, 410);
    assert_eq!(partner.get("/api/links/").await.ok()["count"], 0);
}

#[tokio::test]
async fn seed_the_widget_asks_for_each_second_factor() {
    let partner = Partner::start().await;
    for username in ["mfa_default", "mfa_numeric", "mfa_qr", "mfa_text", "mfa_confirm"] {
        let access = token(&partner, json!({})).await;
        let form = [
            ("access_token", access.as_str()),
            ("institution", BANK),
            ("username", username),
            ("password", "pass_valid"),
        ];
        let next = sent_to(&submit(&partner, "/widget/institution", &form).await);
        let session = parameter(&next, "session").unwrap();
        let form = [("access_token", access.as_str()), ("institution", BANK), ("session", session.as_str())];
        let page = open(&partner, "/widget/token", &form).await;
        assert_eq!(page.text.contains("name=\"token\""), username != "mfa_confirm", "{}", page.text);
        if username == "mfa_qr" {
            let picture = partner.http.get(partner.url(&format!("/widget/picture?session={session}")));
            let mut picture = picture.send().await.unwrap();
            assert_eq!(picture.headers()["content-type"], "image/png");
            assert!(picture.chunk().await.unwrap().unwrap().starts_with(b"\x89PNG"));
        }
        if username != "mfa_confirm" {
            let missing = submit(&partner, "/widget/token", &form).await;
            assert_eq!(missing.status, 422);
        }
        let answer = match page.text.split_once("Quanto é ") {
            Some((_, question)) => {
                let sum = question.split('?').next().unwrap().split('+');
                sum.map(|number| number.trim().parse::<u32>().unwrap()).sum::<u32>().to_string()
            }
            None => "123456".to_owned(),
        };
        let form = [&form[..], &[("token", answer.as_str())]].concat();
        let back = sent_to(&submit(&partner, "/widget/token", &form).await);
        let link = parameter(&back, "link").unwrap();
        assert_eq!(partner.status_of(&json!(link)).await, "valid", "{username}");
    }
}

#[tokio::test]
async fn a_late_code_is_replaced_and_a_wrong_token_ends_the_session() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    let access = token(&partner, json!({})).await;
    let form = [
        ("access_token", access.as_str()),
        ("institution", BANK),
        ("username", "mfa_numeric"),
        ("password", "pass_valid"),
    ];
    let session =
        parameter(&sent_to(&submit(&partner, "/widget/institution", &form).await), "session").unwrap();
    partner.mock.advance_clock(Duration::from_secs(60));
    let form = [("access_token", access.as_str()), ("institution", BANK), ("token", "123456")];
    let late = submit(&partner, "/widget/token", &[&form[..], &[("session", &session)]].concat()).await;
    assert!(late.status == 422 && !late.text.contains(&session), "{}", late.text);
    let (_, rest) = late.text.split_once("name=\"session\" value=\"").unwrap();
    let session = &rest[..32];
    let form =
        [("access_token", access.as_str()), ("institution", BANK), ("token", "0"), ("session", session)];
    let ended = submit(&partner, "/widget/token", &form).await;
    assert!(ended.status == 422 && ended.text.contains("login_error"), "{}", ended.text);
    let over = sent_to(&submit(&partner, "/widget/token", &form).await);
    assert_eq!(over.path(), "/widget/institution", "from the beginning");
}

#[tokio::test]
async fn a_user_connects_without_pages_and_is_refused_as_on_them() {
    let partner = Partner::start().await;
    let access = token(&partner, json!({"external_id": "user-1"})).await;
    let refused = |access: &str, institution: &str, username: &str| {
        partner.mock.connect(access, institution, username).unwrap_err().to_string()
    };
    assert_eq!(refused(&access, "no_such_bank", "bnk100"), "there is no such institution");
    assert_eq!(refused(&access, BANK, "too_many_sessions"), "it is refused: too_many_sessions");
    let id = partner.mock.connect(&access, BANK, "bnk100").unwrap();
    assert_eq!(partner.get(&format!("/api/links/{id}/")).await.ok()["external_id"], "user-1");
    assert_eq!(refused(&access, BANK, "bnk100"), "it is refused: session_expired_ob");

    partner.mock.invalidate(&id).unwrap();
    let access = token(&partner, json!({"link_id": id, "scopes": format!("{SCOPES},read_links")})).await;
    assert_eq!(partner.mock.connect(&access, BANK, "bnk100").unwrap(), id);
    assert_eq!(partner.status_of(&json!(id)).await, "valid");

    let access = token(&partner, json!({"scopes": OPEN_FINANCE})).await;
    let bank = "ofmockbank_br_retail";
    assert_eq!(refused(&access, bank, "bnk100"), "the institution asks for a login of another form");
    partner.mock.connect(&access, bank, "123.456.789-09").unwrap();
    let list = partner.get(&format!("/api/consents/?user_document={CPF}")).await.ok();
    assert_eq!(list["results"][0]["status"], "AUTHORISED");
}

#[tokio::test]
async fn the_exit_says_where_the_user_was() {
    let partner = Partner::start().await;
    let access = token(&partner, json!({})).await;
    let parameters = [("access_token", access.as_str()), ("institution", BANK), ("step", "login")];
    let back = sent_to(&open(&partner, "/widget/leave", &parameters).await);
    assert_eq!(back.host_str(), Some("partner.example"));
    assert_eq!(parameter(&back, "meta_data_institution_name").unwrap(), BANK);
    assert_eq!(parameter(&back, "meta_data_step").unwrap(), "login");
}

#[tokio::test]
async fn seed_update_mode_mends_the_link() {
    let partner = Partner::start().await;
    let link = partner.link(login(BANK, "bnk100", "full")).await;
    let id = text(&link["id"]);
    partner.mock.invalidate(&id).unwrap();
    let access = token(&partner, json!({"link_id": id, "scopes": format!("{SCOPES},read_links")})).await;
    let first = sent_to(&open(&partner, "/widget", &[("access_token", &access)]).await);
    assert_eq!(
        (first.path(), parameter(&first, "institution").unwrap().as_str()),
        ("/widget/institution", BANK)
    );
    let page = Answer::read(
        partner.http.get(partner.url(&first[url::Position::BeforePath..])).send().await.unwrap(),
    )
    .await;
    assert!(
        page.text.contains("name=\"password\"") && !page.text.contains("name=\"username\""),
        "{}",
        page.text
    );
    let form = [("access_token", access.as_str()), ("institution", BANK), ("password", "new")];
    let back = sent_to(&submit(&partner, "/widget/institution", &form).await);
    assert_eq!(parameter(&back, "link").unwrap(), id, "the same link");
    assert_eq!(partner.status_of(&link["id"]).await, "valid");
}

#[tokio::test]
async fn seed_the_widget_tells_of_a_duplicate_with_its_error_event() {
    let partner = Partner::start().await;
    partner.mock.change_behaviour(|behaviour| behaviour.prevent_duplicates = true);
    partner.link(login(BANK, "bnk100", "full")).await;
    let access = token(&partner, json!({})).await;
    let form = [
        ("access_token", access.as_str()),
        ("institution", BANK),
        ("username", "bnk100"),
        ("password", "full"),
    ];
    let page = submit(&partner, "/widget/institution", &form).await;
    assert_eq!(page.status, 422);
    let (_, events) = page.text.split_once("data-events=\"").unwrap();
    let events = events.split('"').next().unwrap().replace("&quot;", "\"");
    let events: Value = serde_json::from_str(&events).unwrap();
    assert_eq!(
        (&events[0]["eventName"], &events[0]["meta_data"]["error_code"]),
        (&json!("ERROR"), &json!("duplicated"))
    );
    assert_eq!(events[0]["meta_data"]["institution_name"], BANK);
}

/// The user's way to the bank; answers the address of its page.
async fn to_the_bank(partner: &Partner, access: &str) -> Url {
    let form =
        [("access_token", access), ("institution", "ofmockbank_br_retail"), ("username", "123.456.789-09")];
    let bank = sent_to(&submit(partner, "/widget/institution", &form).await);
    assert_eq!(bank.path(), "/mock-bank");
    bank
}

async fn decide(partner: &Partner, access: &str, bank: &Url, more: &[(&str, &str)]) -> Answer {
    let consent = parameter(bank, "consent").unwrap();
    let form = [("access_token", access), ("institution", "ofmockbank_br_retail"), ("consent", &consent)];
    submit(partner, "/mock-bank", &[&form[..], more].concat()).await
}

#[tokio::test]
async fn a_consent_is_given_at_the_bank_and_makes_a_recurrent_link() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    partner.mock.set_clock("2026-03-01T12:00:00Z".parse().unwrap()).unwrap();
    let access = token(&partner, json!({"scopes": OPEN_FINANCE})).await;
    let bank = to_the_bank(&partner, &access).await;
    let path = &bank[url::Position::BeforePath..];
    let page = Answer::read(partner.http.get(partner.url(path)).send().await.unwrap()).await;
    assert!(
        page.text.contains("class=\"green\"") && page.text.contains("CPF ***.456.789-**"),
        "{}",
        page.text
    );
    let no_password = decide(&partner, &access, &bank, &[("decision", "authorise")]).await;
    assert_eq!(no_password.status, 422);
    let yes = [("decision", "authorise"), ("password", "any"), ("validity", "year")];
    let back = sent_to(&decide(&partner, &access, &bank, &yes).await);
    let id = parameter(&back, "link").unwrap();
    let link = partner.get(&format!("/api/links/{id}/")).await.ok();
    assert_eq!((&link["access_mode"], &link["status"]), (&json!("recurrent"), &json!("valid")));

    let list = partner.get(&format!("/api/consents/?user_document={CPF}")).await.ok();
    let consent = &list["results"][0];
    assert_eq!((&list["count"], &consent["status"]), (&json!(1), &json!("AUTHORISED")));
    assert!(text(&consent["expired_at"]).starts_with("2027-03-01T12:00:00"));
    for name in ["ACCOUNTS", "CREDIT_CARDS", "CREDIT_OPERATIONS", "REGISTER", "RESOURCES"] {
        assert!(!consent["permissions"][name].is_null(), "{name}");
    }
    let path = format!("/api/consents/{}/", text(&consent["id"]));
    assert_eq!(partner.get(&path).await.ok(), *consent);
    problem(&partner.get("/api/consents/").await, 400, "required");

    // In OFDA a consent is taken back with its link.
    assert_eq!(partner.delete(&format!("/api/links/{id}/")).await.status, 204);
    assert_eq!(partner.get(&path).await.ok()["status"], "REJECTED");
}

#[tokio::test]
async fn a_consent_is_announced_before_its_end_and_ends_the_link() {
    let partner = Partner::start().await;
    partner.mock.change_behaviour(|behaviour| behaviour.consent_warnings = true);
    partner.mock.freeze_clock();
    partner.mock.set_clock("2026-03-01T12:00:00Z".parse().unwrap()).unwrap();
    let access = token(&partner, json!({"scopes": OPEN_FINANCE})).await;
    let bank = to_the_bank(&partner, &access).await;
    let yes = [("decision", "authorise"), ("password", "any")];
    let back = sent_to(&decide(&partner, &access, &bank, &yes).await);
    let id = parameter(&back, "link").unwrap();
    partner.mock.set_clock("2027-03-02T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(partner.status_of(&json!(id)).await, "invalid");
    let of_consent = |code: &str| {
        let mut told = partner.mock.deliveries().into_iter().filter(|delivery| delivery.name == code);
        (told.next().unwrap().json(), told.count())
    };
    let (warning, more) = of_consent("openfinance_consent_about_to_expire");
    assert_eq!(
        (&warning["webhook_type"], more),
        (&json!("CONSENT"), 0),
        "with the one update in the last 7 days"
    );
    assert_eq!(warning["data"]["consent_due_date"], "2027-03-01");
    assert!(warning.get("request_id").is_none());
    let (expired, more) = of_consent("openfinance_consent_expired");
    assert_eq!((&expired["data"]["action"], more), (&json!("renew"), 0));

    // My Belvo Portal gives the link a new consent.
    let scopes = "read_consents,write_consents,write_consent_callback";
    let access = token(&partner, json!({"scopes": scopes})).await;
    let renewed = [("access_token", access.as_str()), ("link_id", &id), ("action", "renew")];
    let bank = sent_to(&open(&partner, "/portal", &renewed).await);
    let yes = [("decision", "authorise"), ("password", "any"), ("validity", "endless")];
    let back = sent_to(&decide(&partner, &access, &bank, &yes).await);
    assert_eq!(parameter(&back, "link").unwrap(), id);
    assert_eq!(partner.status_of(&json!(id)).await, "valid");
    let list = partner.get(&format!("/api/consents/?user_document={CPF}")).await.ok();
    assert_eq!(list["results"][0]["undefined_consent_expiration"], true);
    assert_eq!(
        (&list["results"][0]["expired_at"], &list["results"][1]["status"]),
        (&Value::Null, &json!("EXPIRED"))
    );
}

#[tokio::test]
async fn the_user_has_sixty_seconds_to_get_to_the_bank_and_may_refuse() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    let access = token(&partner, json!({"scopes": OPEN_FINANCE})).await;
    let bank = to_the_bank(&partner, &access).await;
    partner.mock.advance_clock(Duration::from_secs(60));
    let path = &bank[url::Position::BeforePath..];
    let late = Answer::read(partner.http.get(partner.url(path)).send().await.unwrap()).await;
    assert!(late.status == 410 && late.text.contains("session_expired_ob"), "{}", late.text);

    let bank = to_the_bank(&partner, &access).await;
    let back = sent_to(&decide(&partner, &access, &bank, &[("decision", "reject")]).await);
    assert_eq!(parameter(&back, "last_encountered_error_code").unwrap(), "access_denied");
    let list = partner.get(&format!("/api/consents/?user_document={CPF}")).await.ok();
    assert_eq!(list["results"][0]["status"], "REJECTED");
    assert_eq!(partner.get("/api/links/").await.ok()["count"], 0);
}

#[tokio::test]
async fn pages_have_no_script_of_others_and_survive_whatever_comes() {
    let partner = Partner::start().await;
    let access =
        token(&partner, json!({"widget": {"branding": {"company_name": "<script>x</script>"}}})).await;
    let answer =
        partner.http.get(partner.url(&format!("/widget?access_token={access}"))).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"), "{policy}");
    let page = Answer::read(answer).await;
    assert!(page.text.contains("&lt;script&gt;") && !page.text.contains("<script>x"), "{}", page.text);
    for path in [
        "/widget",
        "/widget/institution",
        "/widget/token",
        "/widget/leave",
        "/mock-bank",
        "/portal",
        "/widget/picture",
    ] {
        for value in ["", "%ff", "\"'><b>", &access] {
            let parameters = [
                ("access_token", access.as_str()),
                ("institution", value),
                ("session", value),
                ("consent", value),
                ("link_id", value),
            ];
            let page = open(&partner, path, &parameters).await;
            assert!(page.status < 500 && !page.text.contains("><b>"), "{path}: {}", page.text);
            let page = submit(
                &partner,
                path,
                &[("access_token", value), ("institution", value), ("consent", value)],
            )
            .await;
            assert!(page.status < 500, "{path}: {}", page.text);
        }
    }
    for asset in ["/assets/none.css", "/logos/none.svg", "/logos/%ff"] {
        assert!((400..500).contains(&open(&partner, asset, &[]).await.status));
    }
    assert_eq!(open(&partner, "/logos/erebor_br_retail-icon.svg", &[]).await.status, 200);
}
