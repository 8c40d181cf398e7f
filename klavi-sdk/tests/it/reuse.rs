//! A consent that there is, or another; the limit, and what makes room.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use klavi_sdk::klavi_types::api::{Consent, ConsentQuery, CreateConsent};
use klavi_sdk::{CleanUp, ConsentLimit, CreatedOrReused, CustomerConsents};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::{Value, json};

use crate::support::{CPF, client, create_consent, logged_in, query};

const CNPJ: &str = "12ABC34501DE35";

/// At 2026-01-01T00:00:00Z less so many seconds, when the clock of the tests begins.
fn ago(seconds: u64) -> String {
    let now: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    (now - Duration::from_secs(seconds)).to_string()
}

fn consent(id: &str, status: &str, seconds: u64) -> Value {
    json!({"consentId": id, "status": status, "institutionCode": "341", "personalTaxId": CPF, "businessTaxId": "",
        "createdAt": ago(seconds), "updatedAt": ago(seconds)})
}

fn with(mut consent: Value, name: &str, value: &str) -> Value {
    consent[name] = value.into();
    consent
}

fn list(consents: &[Value]) -> ScriptedAnswer {
    ScriptedAnswer::json(200, serde_json::to_string(consents).unwrap())
}

fn full() -> ScriptedAnswer {
    ScriptedAnswer::json(416, r#"{"statusCode":4003,"error":"x","message":"exceeds the limit"}"#)
}

fn created() -> ScriptedAnswer {
    ScriptedAnswer::json(200, r#"{"consentId":"new","consentRedirectURL":"https://bank.example/auth"}"#)
}

fn ids<'a>(consents: impl IntoIterator<Item = &'a Consent>) -> Vec<&'a str> {
    consents.into_iter().map(|consent| consent.consent_id.as_ref().unwrap().as_str()).collect()
}

async fn customer(query: &ConsentQuery, consents: &[Value]) -> CustomerConsents {
    let (client, _clock) = client(&logged_in().then(list(consents)));
    client.consents().of_customer(query).await.unwrap()
}

async fn attempt(transport: &ScriptedTransport, clean_up: CleanUp) -> klavi_sdk::Result<CreatedOrReused> {
    let (client, _clock) = client(transport);
    let session = client.links().resume("link-1", "the-link-token").unwrap();
    client.consents().create_or_reuse(&session, &create_consent(), clean_up).await
}

async fn limit(transport: &ScriptedTransport, clean_up: CleanUp) -> ConsentLimit {
    match attempt(transport, clean_up).await.unwrap() {
        CreatedOrReused::LimitReached(limit) => *limit,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn companies_of_a_person_are_told_apart() {
    let company = with(consent("company", "AUTHORISED", 9), "businessTaxId", CNPJ);
    let mut silent = consent("silent", "AUTHORISED", 8);
    silent.as_object_mut().unwrap().remove("businessTaxId");
    let encoded = with(consent("encoded", "AUTHORISED", 7), "personalTaxId", "s1Qx0t8W3c2kTkq5ZbXn4A==");
    let other = with(consent("other", "AUTHORISED", 6), "personalTaxId", "52998224725");
    let all = [company, silent, encoded, other, consent("own", "AUTHORISED", 5)];
    assert_eq!(ids(customer(&query(), &all).await.all()), ["silent", "encoded", "own"]);
    let business = ConsentQuery::business(CNPJ.parse().unwrap());
    assert_eq!(ids(customer(&business, &all).await.all()), ["company"]);
}

#[tokio::test]
async fn banks_are_told_apart_and_the_oldest_comes_first() {
    let mut nameless = consent("nameless", "AUTHORISED", 5);
    nameless.as_object_mut().unwrap().remove("institutionCode");
    let all = [
        consent("newer", "REJECTED", 10),
        with(consent("elsewhere", "AUTHORISED", 30), "institutionCode", "001"),
        consent("older", "AUTHORISED", 20),
        nameless,
    ];
    let customer = customer(&query(), &all).await;
    let groups: Vec<_> = customer
        .by_institution()
        .into_iter()
        .map(|(code, group)| format!("{code} {}", ids(group).join(" ")))
        .collect();
    assert_eq!(groups, ["001 elsewhere", "341 older newer"]);
    assert_eq!(ids(customer.at(&"341".into())), ["older", "newer"]);
    assert_eq!(customer.all().len(), 4);
}

#[tokio::test]
async fn what_can_be_used_as_it_is() {
    let page = |id: &str, status: &str, age| {
        with(consent(id, status, age), "consentRedirectUrl", "https://b.example")
    };
    let ended = |id: &str| with(consent(id, "AUTHORISED", 1), "expireAt", "2025-12-31T23:59:59.999Z");
    let lasting = |id: &str, age| with(consent(id, "authorized", age), "expireAt", "2026-01-01T00:00:01Z");
    for (all, expected) in [
        (vec![], None),
        (vec![lasting("old", 99), lasting("new", 9), page("page", "STARTED", 1)], Some("new")),
        (vec![ended("over")], None),
        (vec![ended("over"), lasting("lasting", 99)], Some("lasting")),
        (vec![page("first", "STARTED", 49), page("second", "AWAITING_AUTHORIZATION", 9)], Some("second")),
        (vec![page("late", "STARTED", 50)], None),
        (vec![consent("without a page", "STARTED", 1)], None),
        (vec![page("beyond the bank", "AWAITING_LGPD_AUTHORISATION", 1)], None),
        (vec![page("rejected", "REJECTED", 1), page("unknown", "NEW_WORD", 1)], None),
        (vec![with(lasting("elsewhere", 9), "institutionCode", "001")], None),
    ] {
        let customer = customer(&query(), &all).await;
        let reusable = customer.reusable(&"341".into());
        assert_eq!(reusable.map(|consent| ids([consent])[0]), expected);
        let authorised = reusable.filter(|consent| consent.is_authorised());
        assert_eq!(customer.authorised(&"341".into()), authorised);
    }
}

#[tokio::test]
async fn nothing_that_works_may_be_deleted() {
    let mut dateless = consent("dateless", "STARTED", 0);
    dateless.as_object_mut().unwrap().retain(|name, _| !name.ends_with("At"));
    let all = [
        with(consent("over", "AUTHORISED", 9000), "expireAt", "2025-12-31T00:00:00Z"),
        consent("unknown", "NEW_WORD", 9000),
        consent("error", "ERROR", 700),
        consent("rejected", "REJECTED", 600),
        consent("expired", "EXPIRED", 500),
        consent("revoked", "REVOKED", 400),
        consent("deleted", "DELETED_BY_USER", 300),
        consent("idle", "AWAITING_AUTHORISATION", 200),
        with(consent("busy", "STARTED", 9000), "updatedAt", &ago(199)),
        dateless,
        with(consent("elsewhere", "REJECTED", 600), "institutionCode", "001"),
    ];
    let customer = customer(&query(), &all).await;
    let bank = "341".into();
    let deletable = |clean_up| ids(customer.deletable(&bank, clean_up));
    assert!(deletable(CleanUp::nothing()).is_empty());
    let ended = ["error", "rejected", "expired", "revoked", "deleted"];
    assert_eq!(deletable(CleanUp::nothing().ended()), ended);
    let abandoned = CleanUp::nothing().abandoned_for(Duration::from_secs(200));
    assert_eq!(deletable(abandoned), ["idle"]);
    assert_eq!(deletable(CleanUp::nothing().abandoned_for(Duration::ZERO)), ["busy", "idle"]);
    assert!(deletable(CleanUp::nothing().abandoned_for(Duration::MAX)).is_empty());
}

#[tokio::test]
async fn one_that_can_be_used_spares_the_creation() {
    let transport = logged_in().then(list(&[consent("works", "AUTHORISED", 99)]));
    let found = attempt(&transport, CleanUp::nothing()).await.unwrap();
    assert!(matches!(found, CreatedOrReused::Authorised(_)), "{found:?}");
    assert_eq!((found.consent_id().unwrap().as_str(), found.redirect_url()), ("works", None));

    let waits = with(consent("waits", "STARTED", 9), "consentRedirectURL", "https://bank.example/1");
    let transport = logged_in().then(list(&[waits]));
    let found = attempt(&transport, CleanUp::nothing()).await.unwrap();
    assert!(matches!(found, CreatedOrReused::Pending(_)), "{found:?}");
    assert_eq!(found.redirect_url().unwrap().expose(), "https://bank.example/1");

    let transport = logged_in().then(list(&[consent("no", "REJECTED", 9)])).then(created());
    let found = attempt(&transport, CleanUp::nothing()).await.unwrap();
    assert_eq!(found.consent_id().unwrap().as_str(), "new");
    assert_eq!(found.redirect_url().unwrap().expose(), "https://bank.example/auth");
    assert_eq!(transport.calls()[1..], ["GET /data/v1/consents", "POST /data/v1/consents"]);
}

#[tokio::test]
async fn a_company_is_asked_for_by_its_cnpj() {
    let transport = logged_in().then(list(&[])).then(created());
    let (client, _clock) = client(&transport);
    let session = client.links().resume("link-1", "the-link-token").unwrap();
    let request = CreateConsent::builder("341", "track-1", "https://partner.example/back")
        .personal_tax_id(CPF)
        .business_tax_id(CNPJ)
        .build()
        .unwrap();
    let made = client.consents().create_or_reuse(&session, &request, CleanUp::nothing()).await.unwrap();
    assert!(matches!(made, CreatedOrReused::Created(_)));
    assert_eq!(transport.requests()[1].uri().query().unwrap(), format!("businessTaxId={CNPJ}"));
}

#[tokio::test]
async fn at_the_limit_nothing_is_deleted_unasked() {
    let known = list(&[
        consent("rejected", "REJECTED", 900),
        consent("idle", "STARTED", 800),
        with(consent("elsewhere", "REJECTED", 900), "institutionCode", "001"),
        with(consent("over", "AUTHORISED", 700), "expireAt", "2025-12-31T00:00:00Z"),
    ]);
    let transport = logged_in().then(list(&[])).then(full()).then(known);
    let limit = limit(&transport, CleanUp::nothing()).await;
    assert!(limit.error().is_consent_limit());
    assert_eq!(ids(limit.ended()), ["rejected"]);
    assert_eq!(ids(limit.pending()), ["idle"]);
    assert_eq!(ids(limit.authorised()), ["over"]);
    assert!(!transport.calls().iter().any(|call| call.starts_with("DELETE")));
    assert_eq!(transport.unused(), 0);
}

#[tokio::test]
async fn what_may_be_deleted_makes_room_for_one_more_try() {
    let known = [consent("rejected", "REJECTED", 900), consent("idle", "STARTED", 800)];
    let transport = logged_in()
        .then(list(&known))
        .then(full())
        .then(list(&known))
        .then(ScriptedAnswer::empty(204))
        .then(ScriptedAnswer::json(200, known[1].to_string()))
        .then(ScriptedAnswer::json(200, r#"{"message":"ok"}"#))
        .then(created());
    let clean_up = CleanUp::nothing().ended().abandoned_for(Duration::from_secs(600));
    let made = attempt(&transport, clean_up).await.unwrap();
    assert_eq!(made.consent_id().unwrap().as_str(), "new");
    assert_eq!(
        transport.calls()[1..],
        [
            "GET /data/v1/consents",
            "POST /data/v1/consents",
            "GET /data/v1/consents",
            "DELETE /data/v1/consents/rejected/revoke",
            "GET /data/v1/consents/idle",
            "DELETE /data/v1/consents/idle/revoke",
            "POST /data/v1/consents",
        ]
    );
}

#[tokio::test]
async fn one_that_the_user_authorises_meanwhile_is_left_alone() {
    let pending = [consent("idle", "STARTED", 800)];
    let transport = logged_in()
        .then(list(&pending))
        .then(full())
        .then(list(&pending))
        .then(ScriptedAnswer::json(200, consent("idle", "AUTHORISED", 0).to_string()));
    let limit = limit(&transport, CleanUp::nothing().abandoned_for(Duration::ZERO)).await;
    assert_eq!(ids(limit.pending()), ["idle"]);
    assert_eq!(transport.calls().last().unwrap(), "GET /data/v1/consents/idle");
}

#[tokio::test]
async fn refused_deletions_are_passed_over_and_gone_ones_count() {
    let known =
        [consent("stays", "ERROR", 900), consent("gone", "ERROR", 800), consent("works", "AUTHORISED", 1)];
    let transport = logged_in()
        .then(list(&known[..2]))
        .then(full())
        .then(list(&known[..2]))
        .then(ScriptedAnswer::json(416, r#"{"statusCode":4001,"message":"x"}"#))
        .then(ScriptedAnswer::empty(404))
        .then(full())
        .then(list(&[known[0].clone(), known[2].clone()]));
    let limit = limit(&transport, CleanUp::nothing().ended()).await;
    assert_eq!((ids(limit.ended()), ids(limit.authorised())), (vec!["stays"], vec!["works"]));
    assert_eq!(transport.unused(), 0);

    let transport = logged_in()
        .then(list(&known[..1]))
        .then(full())
        .then(list(&known[..1]))
        .then(ScriptedAnswer::json(400, r#"{"statusCode":400,"message":"x"}"#));
    let limit = self::limit(&transport, CleanUp::nothing().ended()).await;
    assert_eq!(ids(limit.ended()), ["stays"]);
    assert_eq!(transport.unused(), 0, "without room there is no second try");
}

#[tokio::test]
async fn a_creation_of_unknown_outcome_is_not_tried_again() {
    let transport = logged_in().then(list(&[])).then(ScriptedAnswer::empty(500)).then(created());
    let error = attempt(&transport, CleanUp::nothing().ended()).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(transport.unused(), 1);
}
