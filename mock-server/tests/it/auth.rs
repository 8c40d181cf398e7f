use http::Method;
use serde_json::{Value, json};

use crate::partner::{Answer, Partner, text};

#[tokio::test]
async fn keys_give_a_token_and_a_token_gives_another() {
    let partner = Partner::start().await;
    let keys = json!({"accessKey": partner.mock.access_key(), "secretKey": partner.mock.secret_key()});
    let token = partner.send(Method::POST, "/data/v1/auth", None, Some(&keys)).await.ok();
    assert_eq!(token["expireIn"], 1800);

    let refreshed = partner.get("/data/v1/refresh").await.ok();
    assert_eq!(refreshed["expireIn"], 1800);
    assert_ne!(refreshed["accessToken"], partner.access_token);
    let new = text(&refreshed["accessToken"]);
    partner.send(Method::POST, "/data/v1/links", Some(&new), Some(&json!({}))).await.ok();
}

#[tokio::test]
async fn wrong_keys_get_the_documented_body() {
    let partner = Partner::start().await;
    let good = json!({"accessKey": partner.mock.access_key(), "secretKey": partner.mock.secret_key()});
    for name in ["accessKey", "secretKey"] {
        let mut keys = good.clone();
        keys[name] = "wrong".into();
        let answer = partner.send(Method::POST, "/data/v1/auth", None, Some(&keys)).await;
        assert_eq!(answer.status, 401);
        let documented: Value = serde_json::from_str(
            r#"{"statusCode": 401, "error": "Unauthorized", "message": "Invalid accessKey or secretKey"}"#,
        )
        .unwrap();
        assert_eq!(answer.json(), documented);
    }
}

#[tokio::test]
async fn a_login_without_keys_or_json_is_malformed() {
    let partner = Partner::start().await;
    let missing = partner.send(Method::POST, "/data/v1/auth", None, Some(&json!({"accessKey": "a"}))).await;
    assert_eq!(missing.refused(422, 422), "secretKey is required");
    let number = json!({"accessKey": 1, "secretKey": "s"});
    let number = partner.send(Method::POST, "/data/v1/auth", None, Some(&number)).await;
    assert_eq!(number.refused(422, 422), "accessKey must be a string");
    let array = partner.send(Method::POST, "/data/v1/auth", None, Some(&json!([]))).await;
    array.refused(400, 400);

    let request = partner.http.post(format!("{}/data/v1/auth", partner.mock.base_url()));
    let request = request.header("content-type", "application/json").body("{\"accessKey\":");
    let cut_off = Answer::read(request.send().await.unwrap()).await;
    assert_eq!(cut_off.refused(400, 400), "The body is not valid JSON");

    let request = partner.http.post(format!("{}/data/v1/auth", partner.mock.base_url())).body("{}");
    let untyped = Answer::read(request.send().await.unwrap()).await;
    assert_eq!(untyped.refused(400, 400), "Content-Type must be application/json");
}

#[tokio::test]
async fn each_call_takes_only_its_own_kind_of_token() {
    let partner = Partner::start().await;
    let link_token = text(&partner.link(json!({})).await["linkToken"]);
    let access_calls = [
        (Method::GET, "/data/v1/refresh"),
        (Method::POST, "/data/v1/links"),
        (Method::GET, "/data/v1/consents/1"),
        (Method::GET, "/data/v1/consents?personalTaxId=12345678909"),
        (Method::DELETE, "/data/v1/consents/1/revoke"),
        (Method::POST, "/data/v1/personal/institution-data"),
        (Method::POST, "/data/v1/personal/user-data"),
        (Method::POST, "/data/v1/business/institution-data"),
        (Method::POST, "/data/v1/business/user-data"),
    ];
    let link_calls = [
        (Method::GET, "/data/v1/links/institutions"),
        (Method::GET, "/data/v1/links/institutions/status"),
        (Method::POST, "/data/v1/consents"),
        (Method::GET, "/data/v1/tasks/1/status"),
        (Method::POST, "/data/v1/tasks/1/mfa"),
    ];
    for (calls, wrong) in
        [(&access_calls[..], link_token.as_str()), (&link_calls[..], partner.access_token.as_str())]
    {
        for (method, path) in calls {
            for token in [None, Some("mock.access.made-up"), Some("")] {
                let answer = partner.send(method.clone(), path, token, Some(&json!({}))).await;
                answer.refused(401, 401);
            }
            // A good token that lacks the permission.
            let answer = partner.send(method.clone(), path, Some(wrong), Some(&json!({}))).await;
            answer.refused(403, 403);
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_answers_in_the_same_form() {
    let partner = Partner::start().await;
    partner.get("/data/v1/nothing").await.refused(404, 404);
    partner.get("/data/v1/auth").await.refused(405, 405);
    partner.send(Method::PUT, "/data/v1/links", None, None).await.refused(405, 405);
    let huge = json!({"externalInfo": {"text": "x".repeat(3 << 20)}});
    partner.post("/data/v1/links", &huge).await.refused(413, 413);
}

#[tokio::test]
async fn default_keys_come_from_the_seed_and_say_what_they_are() {
    let partner = Partner::start().await;
    assert!(partner.mock.access_key().contains("mock"));
    let secret_key = partner.mock.secret_key();
    let lengths: Vec<_> = secret_key.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "the form of a UUID");
    assert!(secret_key.starts_with("MOCK") && secret_key == secret_key.to_uppercase());

    let again = Partner::start().await;
    assert_eq!(again.mock.secret_key(), secret_key);
    let other = klavi_mock::MockKlavi::builder().seed(8).start().await.unwrap();
    assert_ne!(other.secret_key(), secret_key);
    assert_ne!(other.access_key(), partner.mock.access_key());
}
