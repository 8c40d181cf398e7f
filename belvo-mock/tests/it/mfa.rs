//! Second factors: the four kinds, their time limits, and answers that are wrong.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use belvo_mock::{ExpiryForm, MockBelvo, UserInputMember};
use http::Method;
use serde_json::{Value, json};

use super::partner::{BANK, Partner, login, problem, text};

async fn asked(partner: &Partner, username: &str) -> Value {
    partner.demand(Method::POST, "/api/links/", &login(BANK, username, "pass_valid")).await
}

fn answer(demand: &Value, token: Option<&str>) -> Value {
    let mut body = json!({"session": demand["session"], "link": demand["link"]});
    if let Some(token) = token {
        body["token"] = json!(token);
    }
    body
}

/// What a user of the mock answers.
fn token(demand: &Value) -> Option<String> {
    let data = &demand["token_generation_data"];
    match (data["expects_user_input"].as_bool(), data["type"].as_str()) {
        (Some(false), _) => None,
        (_, Some("text")) => {
            let question = data["value"].as_str().unwrap();
            let numbers = question.split(|letter: char| !letter.is_ascii_digit());
            Some(numbers.filter_map(|number| number.parse::<u32>().ok()).sum::<u32>().to_string())
        }
        _ => Some("123456".to_owned()),
    }
}

#[tokio::test]
async fn seed_each_kind_is_asked_with_session_expiry_link_and_generation_data() {
    let partner = Partner::start().await;
    for (username, kind, input) in [
        ("mfa_default", "inputless", true),
        ("mfa_numeric", "numeric", true),
        ("mfa_qr", "qr", true),
        ("mfa_text", "text", true),
        ("mfa_confirm", "inputless", false),
        ("mfa_qr_scan", "qr", false),
    ] {
        let demand = asked(&partner, username).await;
        let seconds = if matches!(kind, "numeric" | "qr") { "60" } else { "720" };
        assert_eq!(demand["expiry"], seconds, "text, as in the article");
        assert_eq!(demand["message"], "A MFA token is required by the institution to login");
        let session = demand["session"].as_str().unwrap();
        assert!(session.len() == 32 && session.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let data = &demand["token_generation_data"];
        assert_eq!((&data["type"], &data["expects_user_input"]), (&json!(kind), &json!(input)));
        assert_eq!(data["value"].is_null(), kind == "inputless", "{data}");
        assert!(data["instructions"].is_string());
        assert_eq!(partner.status_of(&demand["link"]).await, "unconfirmed");

        let resumed = partner.patch("/api/links/", &answer(&demand, token(&demand).as_deref())).await;
        assert_eq!((resumed.status, &resumed.json()["status"]), (201, &json!("valid")), "{username}");
        assert_eq!(resumed.json()["id"], demand["link"]);
    }
}

#[tokio::test]
async fn seed_the_picture_is_a_png_in_base64() {
    let partner = Partner::start().await;
    let demand = asked(&partner, "mfa_qr").await;
    let picture = STANDARD.decode(demand["token_generation_data"]["value"].as_str().unwrap()).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&picture)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let (side, row) = (frame.width as usize, frame.line_size);
    assert_eq!(frame.width, frame.height);
    // A camera reads what it holds.
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if pixels[y * row + x / 8] >> (7 - x % 8) & 1 == 1 { 255 } else { 0 }
    });
    let (_, content) = image.detect_grids()[0].decode().unwrap();
    assert!(content.starts_with("belvo-mock:"), "{content}");
}

#[tokio::test]
async fn seed_a_code_that_comes_late_is_replaced_by_a_new_428() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    for (username, seconds) in [("mfa_numeric", 60), ("mfa_qr", 30)] {
        partner.mock.change_behaviour(|behaviour| behaviour.code_seconds = seconds);
        let demand = asked(&partner, username).await;
        assert_eq!(demand["expiry"], seconds.to_string());
        partner.mock.advance_clock(Duration::from_secs(u64::from(seconds)));
        let late = partner.demand(Method::PATCH, "/api/links/", &answer(&demand, Some("123456"))).await;
        let value = |demand: &Value| demand["token_generation_data"]["value"].clone();
        assert_ne!((value(&late), &late["session"]), (value(&demand), &demand["session"]));
        assert_eq!(late["link"], demand["link"]);
        // The old session is gone, the new one works.
        let old = partner.patch("/api/links/", &answer(&demand, Some("123456"))).await;
        problem(&old, 400, "session_expired");
        assert_eq!(partner.patch("/api/links/", &answer(&late, Some("123456"))).await.status, 201);
    }
}

#[tokio::test]
async fn a_session_that_comes_too_late_has_expired() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    for username in ["mfa_default", "mfa_text", "mfa_numeric", "mfa_confirm"] {
        let demand = asked(&partner, username).await;
        partner.mock.advance_clock(Duration::from_secs(719));
        let in_time = partner.patch("/api/links/", &answer(&demand, Some("x"))).await;
        assert_ne!(in_time.status, 404);
        let demand = asked(&partner, username).await;
        partner.mock.advance_clock(Duration::from_secs(720));
        let late = partner.patch("/api/links/", &answer(&demand, token(&demand).as_deref())).await;
        problem(&late, 400, "session_expired");
        assert_eq!(partner.status_of(&demand["link"]).await, "unconfirmed");
    }
}

#[tokio::test]
async fn seed_the_link_must_be_that_of_the_428() {
    let partner = Partner::start().await;
    let one = asked(&partner, "mfa_default").await;
    let two = asked(&partner, "mfa_default").await;
    let crossed = json!({"session": one["session"], "link": two["link"], "token": "123456"});
    assert_eq!(problem(&partner.patch("/api/links/", &crossed).await, 400, "invalid")["field"], "link");
    let nobodys =
        json!({"session": one["session"], "link": uuid::Uuid::new_v4().to_string(), "token": "123456"});
    problem(&partner.patch("/api/links/", &nobodys).await, 400, "does_not_exist");
    let unknown = json!({"session": "0".repeat(32), "link": one["link"], "token": "123456"});
    problem(&partner.patch("/api/links/", &unknown).await, 400, "session_expired");
    // None of it did harm.
    assert_eq!(partner.patch("/api/links/", &answer(&one, Some("123456"))).await.status, 201);
}

#[tokio::test]
async fn a_wrong_token_ends_the_session_and_a_missing_one_does_not() {
    let partner = Partner::start().await;
    let demand = asked(&partner, "mfa_default").await;
    let missing = partner.patch("/api/links/", &answer(&demand, None)).await;
    assert_eq!(problem(&missing, 400, "required")["field"], "token");
    problem(&partner.patch("/api/links/", &answer(&demand, Some("654321"))).await, 400, "login_error");
    problem(&partner.patch("/api/links/", &answer(&demand, Some("123456"))).await, 400, "session_expired");
    assert_eq!(partner.status_of(&demand["link"]).await, "unconfirmed");
    assert!(partner.mock.deliveries().is_empty(), "nothing was fetched");
}

#[tokio::test]
async fn data_that_are_not_kept_are_answered_with_200() {
    let partner = Partner::start().await;
    let demand = asked(&partner, "mfa_default").await;
    let mut body = answer(&demand, Some("123456"));
    body["save_data"] = json!(false);
    assert_eq!(partner.patch("/api/links/", &body).await.status, 200);
}

#[tokio::test]
async fn both_spellings_and_both_forms_of_expiry_can_be_had() {
    let spelled = |member| {
        MockBelvo::builder().behaviour(move |behaviour| {
            (behaviour.user_input, behaviour.expiry) = (member, ExpiryForm::Number);
        })
    };
    let partner = Partner::with(spelled(UserInputMember::Expect)).await;
    let demand = asked(&partner, "mfa_confirm").await;
    assert!((1..=720).contains(&demand["expiry"].as_i64().unwrap()));
    assert_eq!(demand["token_generation_data"]["expect_user_input"], false);
    assert!(demand["token_generation_data"]["expects_user_input"].is_null());

    let partner = Partner::with(spelled(UserInputMember::OnlyFalse)).await;
    let [asks, confirms] = [asked(&partner, "mfa_text").await, asked(&partner, "mfa_confirm").await];
    assert_eq!(asks["token_generation_data"].as_object().unwrap().len(), 3);
    assert_eq!(confirms["token_generation_data"]["expects_user_input"], false);
}

#[tokio::test]
async fn a_428_without_a_session_is_no_second_factor() {
    let partner = Partner::start().await;
    let answer = partner.post("/api/links/", &login(BANK, "activation_required", "full")).await;
    let problem = problem(&answer, 428, "activation_required");
    assert!(problem["session"].is_null() && problem["link"].is_null(), "{problem}");
    assert_eq!(text(&problem["message"]), "This user doesn't have web access activated yet.");
}

#[tokio::test]
async fn a_token_can_come_with_the_registration_where_nothing_has_to_be_seen() {
    let partner = Partner::start().await;
    let with = |username: &str, token: &str| {
        let mut body = login(BANK, username, "pass_valid");
        body["token"] = json!(token);
        body
    };
    assert_eq!(partner.link(with("mfa_default", "123456")).await["status"], "valid");
    let wrong = partner.post("/api/links/", &with("mfa_default", "1")).await;
    problem(&wrong, 400, "login_error");
    partner.demand(Method::POST, "/api/links/", &with("mfa_numeric", "123456")).await;
    let wrong = partner.post("/api/links/", &login(BANK, "mfa_default", "full")).await;
    problem(&wrong, 400, "login_error");
}
