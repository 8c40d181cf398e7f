//! Links: registering, listing, changing, refreshing, deleting.

use std::time::Duration;

use belvo_mock::{MockBelvo, RefreshRate, TimestampForm};
use http::Method;
use serde_json::{Value, json};

use super::partner::{Answer, BANK, Partner, and, login, problem, text};

fn user(number: usize) -> Value {
    and(login(BANK, &format!("bnk{number}"), "full"), json!({"external_id": format!("user-{number}")}))
}

fn ids(page: &Value) -> Vec<String> {
    page["results"].as_array().unwrap().iter().map(|link| text(&link["id"])).collect()
}

#[tokio::test]
async fn seed_a_registered_link_has_every_member_and_is_recurrent_by_default() {
    let partner = Partner::start().await;
    let link = partner.link(user(1)).await;
    for (name, value) in [
        ("institution", json!(BANK)),
        ("access_mode", json!("recurrent")),
        ("status", json!("valid")),
        ("refresh_rate", json!("7d")),
        ("external_id", json!("user-1")),
        ("credentials_storage", json!("store")),
        ("stale_in", json!("365d")),
        ("fetch_resources", json!([])),
    ] {
        assert_eq!(link[name], value, "{name}");
    }
    for name in ["id", "created_by"] {
        uuid::Uuid::parse_str(link[name].as_str().unwrap()).unwrap();
    }
    assert_eq!(link["institution_user_id"].as_str().unwrap().len(), 44);
    let shown = partner.get(&format!("/api/links/{}/", text(&link["id"]))).await.ok();
    assert_eq!(shown, link);

    let single = and(user(2), json!({"access_mode": "single"}));
    let single = partner.link(single).await;
    assert_eq!((&single["refresh_rate"], &single["credentials_storage"]), (&json!(null), &json!("365d")));
}

#[tokio::test]
async fn seed_an_external_id_that_looks_personal_becomes_null_without_an_error() {
    let partner = Partner::start().await;
    for value in ["ana@cliente.example", "Ana Alves", "+55 11 91234-5678", "4111111111111111"] {
        let link = partner.link(and(login(BANK, "bnk100", "full"), json!({"external_id": value}))).await;
        assert_eq!(link["external_id"], Value::Null, "{value}");
    }
}

#[tokio::test]
async fn seed_the_same_user_at_the_same_institution_has_two_links_and_one_institution_user_id() {
    let partner = Partner::start().await;
    let [one, two] = [partner.link(user(1)).await, partner.link(user(1)).await];
    assert_ne!(one["id"], two["id"]);
    assert_eq!(one["institution_user_id"], two["institution_user_id"]);
    let elsewhere = partner.link(login("gringotts_mx_retail", "bnk1", "full")).await;
    assert_ne!(elsewhere["institution_user_id"], one["institution_user_id"]);
    let user_id = text(&one["institution_user_id"]);
    let query: String = url::form_urlencoded::byte_serialize(user_id.as_bytes()).collect();
    let found = partner.get(&format!("/api/links/?institution_user_id={query}")).await.ok();
    assert_eq!(found["count"], 2);
}

#[tokio::test]
async fn seed_duplicates_can_be_prevented_and_unconfirmed_links_do_not_count() {
    let opted = MockBelvo::builder().behaviour(|behaviour| behaviour.prevent_duplicates = true);
    let partner = Partner::with(opted).await;
    let factor = login(BANK, "mfa_default", "pass_valid");
    partner.demand(Method::POST, "/api/links/", &factor).await;
    let demand = partner.demand(Method::POST, "/api/links/", &factor).await;
    let body = json!({"session": demand["session"], "link": demand["link"], "token": "123456"});
    let link = partner.patch("/api/links/", &body).await.json();
    let refused = problem(&partner.post("/api/links/", &factor).await, 400, "duplicated");
    assert_eq!(refused["institution_user_id"], link["institution_user_id"]);
}

#[tokio::test]
async fn seed_orphans_are_found_by_their_external_id() {
    let partner = Partner::start().await;
    let [mine, other] = [partner.link(user(1)).await, partner.link(user(2)).await];
    let found = partner.get("/api/links/?external_id=user-1").await.ok();
    assert_eq!(ids(&found), [text(&mine["id"])]);
    let both = partner.get("/api/links/?external_id__in=user-1,user-2,user-3").await.ok();
    assert_eq!(ids(&both), [text(&other["id"]), text(&mine["id"])]);
}

#[tokio::test]
async fn pages_are_linked_absolutely_and_repeat_the_filters() {
    let partner = Partner::start().await;
    for number in 0..7 {
        partner.link(user(number)).await;
    }
    let mut next = format!("/api/links/?page_size=3&institution={BANK}");
    let mut seen = Vec::new();
    let previous = loop {
        let page = partner.get(&next).await.ok();
        assert_eq!((&page["count"], page["previous"].is_null()), (&json!(7), seen.is_empty()));
        seen.extend(ids(&page));
        let Some(address) = page["next"].as_str() else { break page["previous"].clone() };
        assert!(address.starts_with(partner.mock.base_url()) && address.contains(BANK), "{address}");
        next = address.to_owned();
    };
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
    assert_eq!(partner.get(previous.as_str().unwrap()).await.ok()["results"].as_array().unwrap().len(), 3);
    problem(&partner.get("/api/links/?page=99").await, 404, "not_found");
    for query in ["page_size=0", "page_size=-1", "page_size=x", "page=0"] {
        problem(&partner.get(&format!("/api/links/?{query}")).await, 400, "invalid");
    }
    // More than 1000 counts as 1000, which shows all seven.
    assert_eq!(partner.get("/api/links/?page_size=5000").await.ok()["next"], Value::Null);
    partner.mock.change_behaviour(|behaviour| behaviour.page_size = 10);
    for number in 7..12 {
        partner.link(user(number)).await;
    }
    assert_eq!(ids(&partner.get("/api/links/").await.ok()).len(), 10, "as in the sandbox");
}

#[tokio::test]
async fn every_filter_of_the_reference_filters() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    partner.mock.set_clock("2026-03-01T12:00:00Z".parse().unwrap()).unwrap();
    let early = partner.link(user(1)).await;
    partner.mock.set_clock("2026-03-02T12:00:00Z".parse().unwrap()).unwrap();
    let late = and(login("gringotts_mx_retail", "bnk2", "full"), json!({"access_mode": "single"}));
    let late = partner.link(late).await;
    partner.mock.invalidate(text(&late["id"])).unwrap();
    let (one, two) = (text(&early["id"]), text(&late["id"]));
    for (query, found) in [
        ("access_mode=single".to_owned(), vec![&two]),
        ("status=valid".to_owned(), vec![&one]),
        ("status__in=valid,invalid".to_owned(), vec![&two, &one]),
        ("refresh_rate=7d".to_owned(), vec![&one]),
        (format!("institution={BANK}"), vec![&one]),
        (format!("institution__in={BANK},gringotts_mx_retail"), vec![&two, &one]),
        (format!("id={one}"), vec![&one]),
        (format!("id__in={one},{two}"), vec![&two, &one]),
        (format!("created_by__not_in={}", text(&early["created_by"])), vec![]),
        ("created_at=2026-03-01".to_owned(), vec![&one]),
        ("created_at__gt=2026-03-01".to_owned(), vec![&two]),
        ("created_at__gte=2026-03-01T12:00:00Z".to_owned(), vec![&two, &one]),
        ("created_at__lt=2026-03-02T12:00:00".to_owned(), vec![&one]),
        ("created_at__lte=2026-03-02".to_owned(), vec![&two, &one]),
        ("created_at__range=2026-03-02,2026-03-03".to_owned(), vec![&two]),
        ("external_id=&institution=".to_owned(), vec![&two, &one]),
    ] {
        let page = partner.get(&format!("/api/links/?{query}")).await.ok();
        assert_eq!(ids(&page).iter().collect::<Vec<_>>(), found, "{query}");
    }
    for (query, code) in [
        ("status=good", "invalid_choice"),
        ("access_mode=both", "invalid_choice"),
        ("refresh_rate=1h", "invalid_choice"),
        ("created_at__gt=yesterday", "invalid"),
        ("created_at__range=2026-03-01", "invalid"),
    ] {
        problem(&partner.get(&format!("/api/links/?{query}")).await, 400, code);
    }
    let few = partner.get(&format!("/api/links/{one}/?fields=id,status")).await.ok();
    assert_eq!(few, json!({"id": one, "status": "valid"}));
    let fewer = partner.get(&format!("/api/links/{one}/?omit=status,stale_in")).await.ok();
    assert_eq!(fewer.as_object().unwrap().len(), early.as_object().unwrap().len() - 2);
}

#[tokio::test]
async fn seed_the_four_statuses_and_the_way_back_to_valid() {
    let partner = Partner::start().await;
    let link = partner.link(user(1)).await;
    let id = text(&link["id"]);
    let path = format!("/api/links/{id}/");
    partner.mock.invalidate(&id).unwrap();
    assert_eq!(partner.status_of(&link["id"]).await, "invalid");
    problem(&partner.post(&format!("{path}refresh/"), &json!({})).await, 400, "invalid_link");
    assert_eq!(partner.put(&path, &json!({"password": "new"})).await.ok()["status"], "valid");

    // Needs a token again: the refresh asks for it, the answer mends it.
    let demand = partner.demand(Method::POST, "/api/links/", &login(BANK, "mfa_text", "pass_valid")).await;
    assert_eq!(partner.status_of(&demand["link"]).await, "unconfirmed");
    let factor = format!("/api/links/{}/", text(&demand["link"]));
    let unconfirmed = partner.post(&format!("{factor}refresh/"), &json!({})).await;
    problem(&unconfirmed, 400, "unconfirmed_link");

    let demand = partner.demand(Method::POST, "/api/links/", &login(BANK, "mfa_default", "pass_valid")).await;
    let body = json!({"session": demand["session"], "link": demand["link"], "token": "123456"});
    let link = partner.patch("/api/links/", &body).await.json();
    partner.mock.require_token(text(&link["id"])).unwrap();
    assert_eq!(partner.status_of(&link["id"]).await, "token_required");
    let refresh = format!("/api/links/{}/refresh/", text(&link["id"]));
    let demand = partner.demand(Method::POST, &refresh, &json!({})).await;
    let body = json!({"session": demand["session"], "link": demand["link"], "token": "123456"});
    assert_eq!(partner.patch("/api/links/", &body).await.json()["status"], "valid");
}

#[tokio::test]
async fn new_credentials_are_judged_and_may_need_a_token() {
    let partner = Partner::start().await;
    let link = partner.link(user(1)).await;
    let path = format!("/api/links/{}/", text(&link["id"]));
    problem(&partner.put(&path, &json!({})).await, 400, "required");
    problem(&partner.put(&path, &json!({"password": "pass_invalid"})).await, 400, "login_error");
    let half = partner.put(&path, &json!({"password": "a", "certificate": "YQ=="})).await;
    assert_eq!(problem(&half, 400, "required")["field"], "private_key");
    problem(&partner.put("/api/links/none/", &json!({"password": "a"})).await, 404, "not_found");

    let demand = partner.demand(Method::POST, "/api/links/", &login(BANK, "mfa_default", "pass_valid")).await;
    let path = format!("/api/links/{}/", text(&demand["link"]));
    partner.demand(Method::PUT, &path, &json!({"password": "pass_valid"})).await;
    let with_token = json!({"password": "pass_valid", "token": "123456"});
    assert_eq!(partner.put(&path, &with_token).await.ok()["status"], "valid");
}

#[tokio::test]
async fn the_access_mode_changes_where_credentials_are_stored() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    partner.mock.set_clock("2026-03-01T12:00:00Z".parse().unwrap()).unwrap();
    let stored =
        partner.link(and(user(1), json!({"access_mode": "single", "credentials_storage": "30d"}))).await;
    let path = format!("/api/links/{}/", text(&stored["id"]));
    let changed = partner.patch(&path, &json!({"access_mode": "recurrent", "stale_in": "90d"})).await.ok();
    assert_eq!((&changed["refresh_rate"], &changed["stale_in"]), (&json!("7d"), &json!("90d")));
    assert!(partner.mock.deliveries().is_empty(), "its history comes on the next day");
    partner.mock.set_clock("2026-03-02T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(partner.told()[0].1, "historical_update");

    let nostore =
        json!({"access_mode": "single", "credentials_storage": "nostore", "fetch_resources": ["OWNERS"]});
    let nostore = partner.link(and(user(2), nostore)).await;
    let path = format!("/api/links/{}/", text(&nostore["id"]));
    let refused = partner.patch(&path, &json!({"access_mode": "recurrent"})).await;
    problem(&refused, 400, "invalid_access_mode_switch");
    problem(&partner.patch(&path, &json!({"fetch_resources": "OWNERS"})).await, 400, "not_a_list");
}

#[tokio::test]
async fn a_refresh_has_ten_minutes_of_cooldown() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    let link = partner.link(user(1)).await;
    let refresh = format!("/api/links/{}/refresh/", text(&link["id"]));
    let accepted = partner.post(&refresh, &json!({"fetch_resources": ["ACCOUNTS"]})).await;
    assert_eq!(accepted.status, 202);
    let request_id = text(&accepted.json()["request_id"]);
    let told = partner.mock.deliveries().pop().unwrap().json();
    assert_eq!(text(&told["request_id"]).replace('-', ""), request_id);
    assert_ne!(text(&told["request_id"]), request_id, "hyphens in one, none in the other");

    partner.mock.advance_clock(Duration::from_secs(61));
    let early = partner.post(&refresh, &json!({})).await;
    let problems = super::partner::problems(&early, 409);
    let message = "The link has already been refreshed. Please wait 9 minutes before trying again.";
    assert_eq!(problems[0]["message"], message);
    partner.mock.advance_clock(Duration::from_secs(539));
    // Without a body at all.
    assert_eq!(partner.send(Method::POST, &refresh, None).await.status, 202);
    let unknown = partner.post(&refresh, &json!({"fetch_resources": ["INVOICES"]})).await;
    problem(&unknown, 400, "invalid");
}

#[tokio::test]
async fn credentials_run_out_and_six_failed_posts_make_a_link_invalid() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    let single = json!({"access_mode": "single", "credentials_storage": "5d"});
    let link = partner.link(and(user(1), single)).await;
    let refresh = format!("/api/links/{}/refresh/", text(&link["id"]));
    partner.mock.advance_clock(Duration::from_secs(5 * 24 * 3600));
    assert_eq!(partner.status_of(&link["id"]).await, "invalid");
    problem(&partner.post(&refresh, &json!({})).await, 404, "expired_credentials");

    let link = partner.link(user(2)).await;
    let refresh = format!("/api/links/{}/refresh/", text(&link["id"]));
    partner.mock.change_password(text(&link["id"])).unwrap();
    for _ in 0..6 {
        assert_eq!(partner.status_of(&link["id"]).await, "valid");
        problem(&partner.post(&refresh, &json!({})).await, 400, "login_error");
    }
    assert_eq!(partner.status_of(&link["id"]).await, "invalid");
    let told = partner.mock.deliveries().pop().unwrap().json();
    assert_eq!(told["webhook_code"], "invalid_credentials");
    assert_eq!((&told["data"]["error_code"], &told["data"]["status"]), (&json!("login_error"), &json!(400)));
    problem(&partner.post(&refresh, &json!({})).await, 400, "invalid_link");
}

#[tokio::test]
async fn five_links_are_deleted_in_a_minute_and_any_number_asynchronously() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    let mut links = Vec::new();
    for number in 0..8 {
        links.push(format!("/api/links/{}/", text(&partner.link(user(number)).await["id"])));
    }
    for path in &links[..5] {
        let gone = partner.delete(path).await;
        assert_eq!((gone.status, gone.text.as_str()), (204, ""));
        problem(&partner.get(path).await, 404, "not_found");
    }
    super::partner::problems(&partner.delete(&links[5]).await, 429);
    for path in &links[6..] {
        let request = partner.request(Method::DELETE, path).header("X-Belvo-Request-Mode", "async");
        let accepted = Answer::read(request.send().await.unwrap()).await;
        assert_eq!(accepted.status, 202);
        let told = partner.mock.deliveries().pop().unwrap().json();
        assert_eq!((&told["webhook_type"], &told["webhook_code"]), (&json!("LINK"), &json!("link_deleted")));
        assert_eq!(text(&told["request_id"]).replace('-', ""), text(&accepted.json()["request_id"]));
    }
    partner.mock.advance_clock(Duration::from_secs(60));
    assert_eq!(partner.delete(&links[5]).await.status, 204);
    problem(&partner.delete(&links[5]).await, 404, "not_found");
    assert_eq!(partner.get("/api/links/").await.ok()["count"], 0);
}

#[tokio::test]
async fn timestamps_come_in_four_forms_and_required_members_may_be_null() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    partner.mock.set_clock("2024-02-02T13:11:42.593032Z".parse().unwrap()).unwrap();
    let link = partner.link(user(1)).await;
    let path = format!("/api/links/{}/", text(&link["id"]));
    for (form, written) in [
        (TimestampForm::Zulu, "2024-02-02T13:11:42.593032Z"),
        (TimestampForm::Offset, "2024-02-02T13:11:42.593+00:00"),
        (TimestampForm::Naive, "2024-02-02T13:11:42.593032"),
        (TimestampForm::WholeSeconds, "2024-02-02T13:11:42Z"),
    ] {
        partner.mock.change_behaviour(|behaviour| behaviour.timestamps = form);
        let shown = text(&partner.get(&path).await.ok()["created_at"]);
        assert_eq!(shown, written);
    }
    partner.mock.change_behaviour(|behaviour| behaviour.null_members = true);
    let shown = partner.get(&path).await.ok();
    assert!(shown["id"].is_string() && shown["institution"].is_null() && shown["created_at"].is_null());
}

#[tokio::test]
async fn seed_each_refresh_rate_can_be_agreed_with_sales() {
    for rate in RefreshRate::ALL {
        let agreed = MockBelvo::builder().behaviour(move |behaviour| behaviour.refresh_rate = rate);
        let partner = Partner::with(agreed).await;
        assert_eq!(partner.link(user(1)).await["refresh_rate"], rate.as_str());
    }
}
