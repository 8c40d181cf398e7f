//! The pages behind `linkURL`, as a user without script goes through them.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::partner::{BACK, CNPJ, CPF, OTHER_CPF, Partner, text};
use crate::visitor::Visitor;

async fn visit(partner: &Partner, link: Value) -> (Visitor<'_>, Value) {
    let link = partner.link(link).await;
    (Visitor::open(partner, &text(&link["linkURL"])).await, link)
}

async fn consents(partner: &Partner, cpf: &str) -> Vec<Value> {
    partner.get(&format!("/data/v1/consents?personalTaxId={cpf}")).await.ok().as_array().unwrap().clone()
}

#[tokio::test]
async fn from_the_first_page_to_the_partner_and_one_bank_more() {
    let partner = Partner::start().await;
    let info = json!({"id": 1});
    let (mut visitor, link) =
        visit(&partner, json!({"personalTaxId": CPF, "redirectURL": BACK, "externalInfo": info})).await;
    assert!(visitor.sees("Fintech de Exemplo"));
    visitor.click("Continuar").await;
    assert_eq!(visitor.title(), "Escolha a sua instituição");
    assert!(visitor.sees("Fora do ar") && visitor.sees("Beta") && !visitor.sees("Conectada"));
    assert!(visitor.link("Banco Fora do Ar (mock)").is_none(), "out of service");
    visitor.click("Itaú (mock)").await;
    assert_eq!(visitor.title(), "Confirme o que compartilhar");
    assert!(visitor.sees("CPF ***.456.789-**") && !visitor.sees(CPF));
    assert!(consents(&partner, CPF).await.is_empty(), "looking makes no consent");

    // Up to the bank's page the flow has only begun.
    let to_bank = visitor.post("Continuar em Itaú (mock)", &[]).await;
    assert_eq!(consents(&partner, CPF).await[0]["status"], "STARTED");
    visitor.go(to_bank.location.as_ref().unwrap()).await;
    assert_eq!(visitor.title(), "Entre na sua conta");
    assert_eq!(consents(&partner, CPF).await[0]["status"], "AWAITING_AUTHORISATION");
    visitor.at_bank("Autorizar").await;
    assert_eq!(visitor.title(), "Autorize o repasse dos dados");
    assert_eq!(consents(&partner, CPF).await[0]["status"], "AWAITING_LGPD_AUTHORISATION");
    visitor.click("Autorizar o repasse").await;
    assert_eq!(visitor.title(), "Conta conectada");
    assert_eq!(consents(&partner, CPF).await[0]["status"], "AUTHORISED");

    visitor.click("Conectar outra instituição").await;
    assert!(visitor.sees("Conectada"));
    visitor.click("Nubank (mock)").await;
    visitor.click("Continuar em Nubank (mock)").await;
    visitor.at_bank("Autorizar").await;
    visitor.click("Autorizar o repasse").await;
    visitor.click("Concluir").await;
    let (bare, query) = visitor.sent_to();
    assert_eq!(bare, "https://partner.example/back");
    assert_eq!(query["link_id"], link["linkId"]);
    assert_eq!(query["external_info"], info.to_string());
    assert_eq!(query.len(), 3, "no consent_id, no error: {query:?}");

    let made = consents(&partner, CPF).await;
    assert_eq!(made.len(), 2);
    assert!(made.iter().all(|consent| consent["status"] == "AUTHORISED"));
    assert_ne!(made[0]["externalTrackId"], made[1]["externalTrackId"]);
    assert!(text(&made[0]["expireAt"]).ends_with("T23:59:59.999Z"));
    let token = text(&link["linkToken"]);
    let status =
        partner.send(Method::GET, "/data/v1/links/institutions/status", Some(&token), None).await.ok();
    assert_eq!(status.as_array().unwrap().len(), 2);
    let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
    assert_eq!(names, ["link_created", "consent_authorised", "consent_authorised"]);
}

#[tokio::test]
async fn whoever_is_not_named_is_asked() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({"institutionCode": "260"})).await;
    visitor.click("Continuar").await;
    assert_eq!(visitor.title(), "Quem é você?");
    visitor.send("Continuar", &[("tax_id", "<b>123")]).await;
    assert_eq!(visitor.page.status, 422);
    assert!(visitor.sees("CPF ou CNPJ válido") && visitor.sees("href=\"#tax_id\""));
    assert!(visitor.sees("value=\"&lt;b&gt;123\"") && visitor.sees("aria-invalid=\"true\""));
    visitor.send("Continuar", &[("tax_id", "529.982.247-25")]).await;
    assert_eq!(visitor.title(), "Confirme o que compartilhar", "the partner has chosen the bank");
    visitor.send("Continuar em Nubank (mock)", &[("validity", "0"), ("institution_code", "341")]).await;
    visitor.at_bank("Autorizar").await;
    visitor.click("Autorizar o repasse").await;
    assert!(visitor.sees("sem data de término") && visitor.link("Conectar outra instituição").is_none());
    visitor.click("Concluir").await;
    assert!(visitor.title() == "Concluído" && visitor.sees("fechar esta página"), "there is no redirectURL");
    let made = consents(&partner, OTHER_CPF).await;
    assert_eq!(made[0]["institutionCode"], "260");
    assert!(made[0].get("expireAt").is_none(), "no end was chosen: {}", made[0]);
}

#[tokio::test]
async fn a_company_is_asked_or_given_as_a_person_is() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({})).await;
    visitor.click("Continuar").await;
    visitor.send("Continuar", &[("tax_id", "11.222.333/0001-81")]).await;
    visitor.click("Itaú (mock)").await;
    assert!(visitor.sees("CNPJ 11.222.***/****-81") && !visitor.sees(CNPJ));
    visitor.click("Continuar em Itaú (mock)").await;
    visitor.at_bank("Autorizar").await;
    let made = partner.get(&format!("/data/v1/consents?businessTaxId={CNPJ}")).await.ok();
    assert_eq!(made[0]["status"], "AWAITING_LGPD_AUTHORISATION");

    let (mut visitor, _) = visit(&partner, json!({"personalTaxId": CPF, "businessTaxId": CNPJ})).await;
    let token = visitor.address.split_once("v=").unwrap().1.to_owned();
    partner.submit("/conecte/identity", &[("v", &token), ("tax_id", OTHER_CPF)]).await;
    visitor.click("Continuar").await;
    visitor.click("Itaú (mock)").await;
    assert!(visitor.sees("CNPJ 11.222.***/****-81, CPF ***.456.789-**"), "what the partner gave stays");
}

#[tokio::test]
async fn refusals_and_failures_end_on_a_page_that_lets_one_try_again() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({"personalTaxId": CPF, "redirectURL": BACK})).await;
    visitor.click("Continuar").await;
    for (decision, at_klavi, status, error, words) in [
        ("Recusar", None, "REJECTED", "access_denied", "Você recusou"),
        ("Autorizar", Some("Recusar"), "REJECTED", "access_denied", "Você recusou"),
        ("Simular uma falha do banco", None, "ERROR", "server_error", "não conseguiu concluir"),
    ] {
        visitor.click("Itaú (mock)").await;
        visitor.click("Continuar em Itaú (mock)").await;
        visitor.at_bank(decision).await;
        if let Some(at_klavi) = at_klavi {
            visitor.click(at_klavi).await;
        }
        assert_eq!(visitor.title(), "Conta não conectada");
        assert!(visitor.sees(words), "{}", visitor.page.text);
        assert_eq!(consents(&partner, CPF).await.last().unwrap()["status"], status);
        let back = visitor.link("Voltar ao aplicativo").unwrap();
        let left = Visitor::open(&partner, &back).await;
        let (_, query) = left.sent_to();
        assert_eq!(query["error"], error, "{decision}");
        assert!(!query["error_description"].is_empty() && !query.contains_key("consent_id"));
        visitor.click("Tentar de novo").await;
        assert_eq!(visitor.title(), "Escolha a sua instituição");
    }
    visitor.click("Sair").await;
    assert_eq!(visitor.sent_to().1["error"], "access_denied", "left without a bank");
}

#[tokio::test]
async fn who_leaves_with_a_bank_connected_has_not_failed() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({"personalTaxId": CPF, "redirectURL": BACK})).await;
    visitor.click("Continuar").await;
    visitor.click("Itaú (mock)").await;
    visitor.click("Continuar em Itaú (mock)").await;
    visitor.at_bank("Autorizar").await;
    visitor.click("Autorizar o repasse").await;
    visitor.click("Conectar outra instituição").await;
    visitor.click("Sair").await;
    assert!(!visitor.sent_to().1.contains_key("error"));
}

#[tokio::test]
async fn the_list_is_searched_without_script() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({"personalTaxId": CPF})).await;
    visitor.click("Continuar").await;
    let list = visitor.address.clone();
    let shown = async |searched: &str| {
        let query = url::form_urlencoded::byte_serialize(searched.as_bytes()).collect::<String>();
        let page = partner.open(&format!("{}{list}&q={query}", partner.mock.base_url())).await.text;
        let entries: Vec<_> = page.split("<li data-key=").skip(1).map(str::to_owned).collect();
        assert!(entries.len() >= 8, "hidden ones stay, for the script");
        let visible = entries.iter().filter(|entry| !entry.split('>').next().unwrap().ends_with(" hidden"));
        let names: Vec<_> = visible
            .map(|entry| entry.split_once("class=\"name\">").unwrap().1.split_once('<').unwrap().0.to_owned())
            .collect();
        (names, page)
    };
    assert!(shown("").await.0.len() >= 8);
    assert_eq!(shown("ITAU").await.0, ["Itaú (mock)"]);
    assert_eq!(shown(" unibânco ").await.0, ["Itaú (mock)"], "legal names count");
    assert_eq!(shown("260").await.0, ["Nubank (mock)"]);
    let (none, page) = shown("\"><script>").await;
    assert!(none.is_empty() && page.contains("Nenhuma instituição com esse nome"));
    assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;\""), "{page}");
    assert!(!page.contains("<script>"));
}

#[tokio::test]
async fn english_stays_through_the_whole_flow() {
    let partner = Partner::start().await;
    let link = partner.link(json!({"redirectURL": BACK})).await;
    let mut visitor = Visitor::open(&partner, &text(&link["linkURL"])).await;
    assert!(visitor.sees("<html lang=\"pt-BR\">"));
    let mut titles = Vec::new();
    for (button, filled) in [
        ("English", &[][..]),
        ("Continue", &[]),
        ("Continue", &[("tax_id", CPF)]),
        ("Itaú (mock)", &[]),
        ("Continue at Itaú (mock)", &[]),
        ("Log in", &[("password", "errada")]),
        ("Log in", &[("password", "x")]),
        ("Authorise", &[]),
        ("Authorise the sharing", &[]),
    ] {
        if filled.is_empty() {
            visitor.click(button).await;
        } else {
            visitor.send(button, filled).await;
        }
        assert!(visitor.sees("<html lang=\"en\">"), "{button}: {}", visitor.page.text);
        assert!(visitor.link("Português").is_some(), "{button}");
        titles.push(visitor.title());
    }
    titles.dedup();
    assert_eq!(
        titles,
        [
            "Connect your account",
            "Who are you?",
            "Choose your institution",
            "Confirm what you share",
            "Log in to your account",
            "Authorise the sharing",
            "Authorise the sharing of the data",
            "Account connected"
        ]
    );
    let back = visitor.link("Português").unwrap();
    visitor.go(&back).await;
    assert_eq!(visitor.title(), "Conta conectada");
    visitor.go(&format!("{}&lang=en", text(&link["linkURL"]).replace("v=", "v=x"))).await;
    assert!(visitor.page.status == 404 && visitor.sees("This link does not exist."));
}

#[tokio::test]
async fn a_form_sent_twice_counts_once_and_a_new_one_is_a_new_consent() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({"personalTaxId": CPF, "institutionCode": "341"})).await;
    visitor.click("Continuar").await;
    let confirm = visitor.address.clone();
    let first = visitor.post("Continuar em Itaú (mock)", &[]).await;
    let second = visitor.post("Continuar em Itaú (mock)", &[]).await;
    assert_eq!(first.location, second.location, "not opened yet");
    assert_eq!(consents(&partner, CPF).await.len(), 1);
    let mut bank = Visitor::open(&partner, first.location.as_ref().unwrap()).await;
    let third = visitor.post("Continuar em Itaú (mock)", &[]).await;
    assert_eq!(third.location.as_ref(), Some(&bank.address), "into the opened pages");
    bank.at_bank("Autorizar").await;
    bank.click("Autorizar o repasse").await;
    let fourth = visitor.post("Continuar em Itaú (mock)", &[]).await;
    assert_eq!(fourth.location.as_ref(), Some(&bank.address), "to the result");
    assert_eq!(consents(&partner, CPF).await.len(), 1);

    // Every new form leaves a consent behind, up to the limit.
    for _ in 1..10 {
        visitor.go(&confirm).await;
        assert_eq!(visitor.post("Continuar em Itaú (mock)", &[]).await.status, 303);
    }
    visitor.go(&confirm).await;
    visitor.click("Continuar em Itaú (mock)").await;
    assert_eq!(visitor.page.status, 422);
    assert!(visitor.sees("consentimentos demais"), "{}", visitor.page.text);
    assert_eq!(consents(&partner, CPF).await.len(), 10);
}

#[tokio::test]
async fn a_bank_that_goes_out_of_service_meanwhile_is_told() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({"personalTaxId": CPF})).await;
    visitor.click("Continuar").await;
    visitor.click("Itaú (mock)").await;
    partner.mock.set_out_of_service("341", true).unwrap();
    visitor.click("Continuar em Itaú (mock)").await;
    assert!(visitor.page.status == 422 && visitor.sees("fora do ar"), "{}", visitor.page.text);
    let token = visitor.link("Voltar").unwrap().split_once("v=").unwrap().1.to_owned();
    visitor.go(&format!("/conecte/confirm?v={token}&institution_code=000")).await;
    assert!(visitor.page.status == 404 && visitor.title() == "Instituição desconhecida");
    visitor.click("Ver instituições").await;
    assert_eq!(visitor.title(), "Escolha a sua instituição");
}

#[tokio::test]
async fn an_expired_link_says_so_and_what_was_at_the_bank_can_be_finished() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({"personalTaxId": CPF, "redirectURL": BACK})).await;
    visitor.click("Continuar").await;
    let list = visitor.address.clone();
    visitor.click("Itaú (mock)").await;
    let confirm = visitor.address.clone();
    visitor.click("Continuar em Itaú (mock)").await;
    partner.mock.advance_clock(Duration::from_secs(1800));
    let mut late = Visitor::open(&partner, &list).await;
    for address in
        [list.clone(), confirm, list.replace("institutions", "leave"), list.replace("/institutions", "")]
    {
        late.go(&address).await;
        assert_eq!(late.page.status, 410, "{address}");
        assert!(late.sees("Este link expirou"));
    }
    let token = list.split_once("v=").unwrap().1;
    for path in ["/conecte/identity", "/conecte/confirm"] {
        assert_eq!(partner.submit(path, &[("v", token)]).await.status, 410, "{path}");
    }
    visitor.at_bank("Autorizar").await;
    visitor.click("Autorizar o repasse").await;
    assert_eq!(visitor.title(), "Conta conectada");
    assert!(visitor.link("Conectar outra instituição").is_none(), "the link is over");
    visitor.click("Concluir").await;
    assert!(!visitor.sent_to().1.contains_key("error"));
}

#[tokio::test]
async fn steps_cannot_be_skipped_and_other_peoples_tokens_open_nothing() {
    let partner = Partner::start().await;
    let (mut visitor, _) = visit(&partner, json!({})).await;
    let token = visitor.address.split_once("v=").unwrap().1.to_owned();
    for path in ["institutions", "confirm"] {
        visitor.go(&format!("/conecte/{path}?v={token}&institution_code=341")).await;
        assert_eq!(visitor.title(), "Quem é você?", "{path}");
    }
    let skipped = partner.submit("/conecte/confirm", &[("v", &token), ("institution_code", "341")]).await;
    assert!(skipped.location.unwrap().starts_with("/conecte/identity"));
    for path in ["", "/identity", "/institutions", "/confirm", "/leave", "/sharing", "/result"] {
        for query in ["", "v=none&c=none", "v=<script>", "v=%ff%00", "v=a&v=b"] {
            visitor.go(&format!("/conecte{path}?{query}")).await;
            assert_eq!(visitor.page.status, 404, "{path} {query}");
            assert!(visitor.sees("Este link não existe.") && !visitor.sees("<script>"), "{path} {query}");
        }
    }
}

#[tokio::test]
async fn an_app_is_opened_after_the_bank_and_finds_the_result() {
    let partner = Partner::start().await;
    for (link, app, parameter) in [
        (
            json!({"appLink": "https://app.example/open?a=1", "appRedirectURLKey": "go to"}),
            "https://app.example/open",
            "go to",
        ),
        (json!({"applicationLink": "app://open"}), "app://open", "link_callback_url"),
    ] {
        let mut link = link;
        link["personalTaxId"] = json!(CPF);
        link["institutionCode"] = json!("341");
        let (mut visitor, _) = visit(&partner, link).await;
        visitor.click("Continuar").await;
        visitor.click("Continuar em Itaú (mock)").await;
        visitor.at_bank("Autorizar").await;
        let (bare, query) = visitor.sent_to();
        assert_eq!(bare, app);
        visitor.go(&query[parameter]).await;
        assert_eq!(visitor.title(), "Autorize o repasse dos dados");
        visitor.click("Autorizar o repasse").await;
        assert_eq!(visitor.title(), "Conta conectada");
    }
    assert!(partner.mock.unknown_fields().is_empty());
}

#[tokio::test]
async fn pages_keep_to_themselves_but_may_be_embedded() {
    let partner = Partner::start().await;
    let link = partner.link(json!({"personalTaxId": CPF})).await;
    let url = text(&link["linkURL"]);
    let answer = partner.http.get(&url).send().await.unwrap();
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let policy = header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';") && policy.contains("form-action 'self'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("frame-ancestors"), "{policy}");
    assert_eq!(header("x-frame-options"), None);
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(header("referrer-policy").as_deref(), Some("no-referrer"));

    let page = partner.open(&url).await.text;
    assert!(!page.contains("http"), "nothing from elsewhere: {page}");
    let assets: Vec<_> =
        page.split("\"/assets/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(assets.len(), 3, "{assets:?}");
    for asset in assets {
        let url = format!("{}/assets/{asset}", partner.mock.base_url());
        let answer = partner.http.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{asset}");
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    }
    assert_eq!(partner.open(&format!("{}/assets/style.css", partner.mock.base_url())).await.status, 404);
}

#[tokio::test]
async fn whatever_is_posted_gets_a_page() {
    let partner = Partner::start().await;
    let (visitor, _) = visit(&partner, json!({})).await;
    let token = visitor.address.split_once("v=").unwrap().1.to_owned();
    let huge = "a".repeat(3 << 20);
    for path in [
        "/conecte/identity",
        "/conecte/confirm",
        "/conecte/sharing",
        "/mock-bank/login",
        "/mock-bank/consent",
    ] {
        let (valid, json) = (format!("v={token}&tax_id=%ff"), json!({"v": token}).to_string());
        for (content_type, body) in [
            ("application/x-www-form-urlencoded", &*valid),
            ("application/json", &json),
            ("multipart/form-data", "--x"),
            ("", "\0&&&==%"),
            ("application/x-www-form-urlencoded", &huge),
        ] {
            let request = partner.http.post(format!("{}{path}", partner.mock.base_url()));
            let sent = request.header("Content-Type", content_type).body(body.to_owned()).send().await;
            // A body over the limit may be cut off before the answer is read.
            let Ok(answer) = sent else { continue };
            assert!((300..500).contains(&answer.status().as_u16()), "{path} {content_type}: {answer:?}");
        }
    }
}
