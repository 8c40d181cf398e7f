//! What a mock knows outlives it, whichever way it ends.

use std::path::Path;
use std::time::Duration;

use http::Method;
use klavi_mock::{DeliveryState, Error, MockKlavi, MockKlaviBuilder, Resend};
use serde_json::{Value, json};

use crate::partner::{BACK, CPF, Partner, text};
use crate::receiver::{Receiver, Reply};
use crate::visitor::Visitor;

fn with(path: &Path) -> MockKlaviBuilder {
    MockKlavi::builder().retry_base(Duration::ZERO).state_file(path)
}

/// The partner after a restart, which still has its token.
async fn restarted(partner: Partner, builder: MockKlaviBuilder) -> Partner {
    let Partner { mock, http, access_token } = partner;
    mock.shutdown().await;
    Partner { mock: builder.start().await.unwrap(), http, access_token }
}

#[tokio::test]
async fn a_client_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock.json");
    let receiver = Receiver::start([]).await;
    let builder = with(&path).seed(7).console_webhook(receiver.url("/hook"));
    let partner = Partner::with(builder.start().await.unwrap()).await;
    let link = json!({"personalTaxId": CPF, "externalInfo": {"a": [1.50, "ç"]}, "productsCallbackURL": {"all": receiver.url("/all")}});
    let (link_id, consent_id, _) = partner.consent(link, "341").await;
    let token = text(&partner.link(json!({})).await["linkToken"]);
    partner.mock.authorise(&consent_id).await.unwrap();
    let request = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]});
    let request_id = partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.settled().await;
    partner.mock.set_out_of_service("001", true).unwrap();
    partner.mock.change_behaviour(|behaviour| behaviour.fi_events = true);
    partner.mock.advance_clock(Duration::from_secs(900));
    partner.mock.freeze_clock();
    partner.post("/data/v1/links", &json!({"wrong": 1})).await.ok();
    partner.mock.settled().await;
    let (secret_key, before) = (partner.mock.secret_key().to_owned(), partner.get("/_mock/state").await.ok());

    let partner = restarted(partner, with(&path)).await;
    assert_eq!(partner.mock.secret_key(), secret_key, "the seed is kept");
    let after = partner.get("/_mock/state").await.ok();
    for name in
        ["now", "clock", "behaviour", "institutions", "links", "consents", "reportRequests", "deliveries"]
    {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_eq!(before["unknownFields"], after["unknownFields"]);
    assert_eq!(after["requests"], json!([]), "those are of one run");

    partner.get("/data/v1/refresh").await.ok();
    assert_eq!(partner.status_of(&consent_id).await, "AUTHORISED");
    partner.send(Method::GET, "/data/v1/links/institutions", Some(&token), None).await.ok();
    assert_eq!(
        receiver.received().len(),
        before["deliveries"].as_array().unwrap().len(),
        "nothing came twice"
    );
    let report =
        partner.mock.deliveries().into_iter().find(|delivery| delivery.name == "pf_balance").unwrap();
    let again = partner.mock.resend(report.id, Resend::new()).unwrap();
    partner.mock.settled().await;
    assert_eq!(receiver.received().pop().unwrap().body, report.body);
    assert_eq!(receiver.paths().pop().unwrap(), "/all");
    assert!(again.id > report.id);
    partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.settled().await;
    let body = receiver.bodies().pop().unwrap();
    assert_eq!(body["externalInfo"], json!({"a": [1.50, "ç"]}));
    assert_eq!(body["links"][0]["linkId"], link_id);
    assert_ne!(body["requestId"], request_id["requestId"]);
}

/// What was pending is sent after the restart: the attempts go on counting, and so do the numbers.
#[tokio::test]
async fn deliveries_that_wait_are_sent_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock.json");
    let receiver = Receiver::start([Reply::Status(500)]).await;
    let waiting = with(&path).retry_base(Duration::from_secs(3600)).console_webhook(receiver.url("/hook"));
    let partner = Partner::with(waiting.start().await.unwrap()).await;
    partner.link(json!({})).await;
    while partner.mock.delivery(1).unwrap().attempts.is_empty() {
        tokio::task::yield_now().await;
    }
    let partner = restarted(partner, with(&path)).await;
    partner.mock.settled().await;
    let delivery = partner.mock.delivery(1).unwrap();
    assert_eq!((delivery.state, delivery.attempts.len()), (DeliveryState::Delivered, 2));
    let received = receiver.received();
    assert_eq!(received[0].body, received[1].body);
    partner.link(json!({})).await;
    assert_eq!(partner.mock.deliveries()[1].id, 2);
}

/// A user whose mock is started anew at every step notices nothing.
#[tokio::test]
async fn a_user_finishes_what_was_begun_on_the_pages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock.json");
    let partner = Partner::with(with(&path).seed(7).start().await.unwrap()).await;
    let link = partner
        .link(json!({
            "redirectURL": BACK,
            "appLink": "app.partner://open",
            "appRedirectURLKey": "go_on",
            "externalInfo": {"id": 1},
        }))
        .await;
    let begun = partner.get("/_mock/state").await.ok();
    assert_eq!(begun["links"][0]["appLink"], json!({"url": "app.partner://open", "parameter": "go_on"}));
    let page = text(&link["linkURL"]).replace(partner.mock.base_url(), "");

    let partner = restarted(partner, with(&path)).await;
    let mut visitor = Visitor::open(&partner, &page).await;
    visitor.click("Continuar").await;
    visitor.send("Continuar", &[("tax_id", CPF)]).await;
    let list = visitor.address;

    // Whom the user named is kept.
    let partner = restarted(partner, with(&path)).await;
    let mut visitor = Visitor::open(&partner, &list).await;
    visitor.click("Itaú (mock)").await;
    assert!(visitor.sees("CPF ***.456.789-**"), "{}", visitor.page.text);
    let to_bank = visitor.post("Continuar em Itaú (mock)", &[]).await.location.unwrap();
    let (form, address) = (visitor.page, visitor.address);

    // The form counts once, and the way to the bank still opens once.
    let partner = restarted(partner, with(&path)).await;
    let again = Visitor { partner: &partner, page: form, address };
    assert_eq!(again.post("Continuar em Itaú (mock)", &[]).await.location.unwrap(), to_bank);
    let mut visitor = Visitor::open(&partner, &to_bank).await;
    visitor.send("Entrar", &[("password", "segredo")]).await;
    let at_bank = visitor.address;

    let partner = restarted(partner, with(&path)).await;
    assert_eq!(partner.open(&format!("{}{to_bank}", partner.mock.base_url())).await.status, 410);
    let mut visitor = Visitor::open(&partner, &at_bank).await;
    visitor.click("Autorizar").await;
    let (bare, query) = visitor.sent_to();
    assert_eq!(bare, "app.partner://open");
    let go_on = query["go_on"].replace(partner.mock.base_url(), "");

    let partner = restarted(partner, with(&path)).await;
    let mut visitor = Visitor::open(&partner, &go_on).await;
    assert_eq!(visitor.title(), "Autorize o repasse dos dados");
    visitor.click("Autorizar o repasse").await;
    let result = visitor.address;

    let partner = restarted(partner, with(&path)).await;
    let mut visitor = Visitor::open(&partner, &result).await;
    assert_eq!(visitor.title(), "Conta conectada");
    visitor.click("Concluir").await;
    let (_, query) = visitor.sent_to();
    assert_eq!((&query["link_id"], &*query["external_info"]), (&text(&link["linkId"]), "{\"id\":1}"));
    let consents = partner.get(&format!("/data/v1/consents?personalTaxId={CPF}")).await.ok();
    assert_eq!((consents.as_array().unwrap().len(), &consents[0]["status"]), (1, &json!("AUTHORISED")));
    let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
    assert_eq!(names, ["link_created", "consent_authorised"]);
}

/// A flag that is given goes before the file, one that is not leaves it alone; a reset forgets the file's.
#[tokio::test]
async fn what_is_asked_for_goes_before_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock.json");
    let mock = with(&path).seed(7).unsigned(true).consent_limit(3).start().await.unwrap();
    mock.shutdown().await;
    let mock = with(&path).seed(7).unsigned(false).start().await.unwrap();
    assert!(!mock.behaviour().unsigned && mock.behaviour().consent_limit == 3);
    mock.reset();
    assert_eq!(mock.behaviour().consent_limit, 10);
    mock.shutdown().await;
    let error = with(&path).seed(8).start().await.unwrap_err();
    assert!(matches!(error, Error::OtherSeed { kept: 7, asked: 8 }), "{error}");
    assert_eq!(error.to_string(), "the state file is of seed 7, so the mock cannot start with seed 8");
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mock.json");
    let mock = with(&path).seed(7).start().await.unwrap();
    let shown = path.display();
    let error = with(&path).start().await.unwrap_err();
    assert_eq!(error.to_string(), format!("the state file {shown} is in use by another mock"));
    mock.shutdown().await;
    let whole = std::fs::read(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let refused = async |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let error = with(&path).start().await.unwrap_err().to_string();
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is left as it is");
        error
    };
    let mut newer: Value = serde_json::from_slice(&whole).unwrap();
    newer["format"] = json!(3);
    newer["state"] = json!("in a form of its own");
    let sentence = refused(newer.to_string().as_bytes()).await;
    assert_eq!(
        sentence,
        format!("the state file {shown} has format 3, of a newer mock; this one reads up to format 2")
    );
    let sentence = refused(b"{\"format\":1,\"state\":{}}").await;
    assert_eq!(
        sentence,
        format!("the state file {shown} has format 1, of an older mock; take it away to begin anew")
    );
    let half = &whole[..whole.len() / 2];
    for damaged in [b"".as_slice(), half, b"{}", b"\xff", b"{\"format\":2,\"state\":{\"seed\":\"s3cret\"}}"] {
        let sentence = refused(damaged).await;
        assert!(sentence.starts_with(&format!("the state file {shown} is damaged at line ")), "{sentence}");
        assert!(!sentence.contains("s3cret"), "{sentence}");
    }
    let nowhere = with(&folder.path().join("none/mock.json")).start().await.unwrap_err();
    assert!(nowhere.to_string().ends_with("cannot be read or written"), "{nowhere}");

    std::fs::write(&path, whole).unwrap();
    with(&path).start().await.unwrap();
}

#[tokio::test]
async fn a_state_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mock = with(&folder.path().join("mock.json")).start().await.unwrap();
    mock.save_state().await.unwrap();
    folder.close().unwrap();
    let error = mock.save_state().await.unwrap_err();
    assert!(matches!(error, Error::StateFile(_)), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}
