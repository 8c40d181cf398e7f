use std::time::Duration;

use http::header::{CONTENT_SECURITY_POLICY, REFRESH};
use klavi_mock::{DeliveryState, MockKlavi};
use klavi_types::DeliveryKind;
use serde_json::{Value, json};

use crate::partner::{Answer, CPF, Partner};
use crate::receiver::Receiver;

const CALLBACK: &str = "https://partner.example/done?partnerParameter=value";
const CANCEL: &str = "app://canceled";

/// A browser that has the Link page open, alone or in a frame.
struct Browser<'a> {
    partner: &'a Partner,
    at: String,
    session: String,
}

impl<'a> Browser<'a> {
    async fn open(partner: &'a Partner, parameters: &[(&str, &str)], destination: Option<&str>) -> Self {
        let answer = opened(partner, parameters, destination).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let at = answer.location.unwrap();
        let session = at.split_once("session=").unwrap().1.to_owned();
        Self { partner, at, session }
    }

    /// The page as it stands, and what it tells the page around it.
    async fn look(&self) -> (Answer, Vec<Value>) {
        let answer = self.partner.open(&format!("{}{}", self.partner.mock.base_url(), self.at)).await;
        let told = told(&answer.text);
        (answer, told)
    }

    async fn told(&self) -> Vec<String> {
        self.look().await.1.iter().map(|message| message["page"].as_str().unwrap().to_owned()).collect()
    }

    async fn submit(&self, word: &str, form: &[(&str, &str)]) -> Answer {
        let path = format!("/link/{}/{word}", self.partner.mock.partner_code());
        let form = [form, &[("session", self.session.as_str())]].concat();
        self.partner.submit(&path, &form).await
    }

    async fn log_in(&self, password: &str) {
        let form = [("bank_id", "341"), ("agency", "1234"), ("account", "123456"), ("password", password)];
        let answer = self.submit("login", &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
}

async fn opened(partner: &Partner, parameters: &[(&str, &str)], destination: Option<&str>) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let url = format!("{}/link/{}?{query}", partner.mock.base_url(), partner.mock.partner_code());
    let mut request = partner.http.get(url);
    if let Some(destination) = destination {
        request = request.header("Sec-Fetch-Dest", destination);
    }
    Answer::read(request.send().await.unwrap()).await
}

/// The messages that the script posts for a page once it is shown.
fn told(page: &str) -> Vec<Value> {
    let messages = page.split_once("data-events=\"").unwrap_or_else(|| panic!("no messages in {page}")).1;
    serde_json::from_str(&messages.split_once('"').unwrap().0.replace("&quot;", "\"")).unwrap()
}

/// What a click on that text posts.
fn told_by(page: &str, text: &str) -> Value {
    let before = page.split_once(&format!(">{text}<")).unwrap_or_else(|| panic!("no {text} in {page}")).0;
    let message = before.rsplit_once("data-event=\"").unwrap().1.trim_end_matches('"');
    serde_json::from_str(&message.replace("&quot;", "\"")).unwrap()
}

fn good() -> Vec<(&'static str, &'static str)> {
    vec![("uuid", "user-7"), ("cpf", CPF), ("callback_url", CALLBACK), ("cancel_url", CANCEL)]
}

async fn reports(mock: &MockKlavi) -> Vec<Value> {
    mock.made().await;
    let deliveries = mock.deliveries().into_iter();
    let reports = deliveries.filter(|delivery| delivery.kind == DeliveryKind::LegacyReport.as_str());
    reports.map(|delivery| serde_json::from_slice(&delivery.body).unwrap()).collect()
}

#[tokio::test]
async fn a_visit_tells_each_step_once_and_its_reports_bring_the_partners_parameters_back() {
    let receiver = Receiver::start([]).await;
    let mock = MockKlavi::builder().seed(7).console_webhook(receiver.url("/console")).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let own = [good(), vec![("bank_id", "341"), ("session", "a b&c"), ("x[]", "<1>")]].concat();
    let browser = Browser::open(&partner, &own, Some("document")).await;

    let (page, messages) = browser.look().await;
    assert_eq!(messages, [json!({"code": 200, "msg": "OK", "page": "institution_login"})]);
    assert!(page.text.contains("Itaú (mock)") && !page.text.contains("name=\"cpf\""), "{}", page.text);
    let told_of = |page: &str| json!({"code": 200, "msg": "OK", "page": page});
    assert_eq!(told_by(&page.text, "Termos de uso"), told_of("institution_terms"));
    assert_eq!(told_by(&page.text, "Política de privacidade"), told_of("institution_policy"));
    assert!(!page.text.contains("page_duration"), "today's pages tell of that, this one does not");
    assert!(!page.text.contains("src=\"http") && !page.text.contains("href=\"http"), "{}", page.text);
    assert_eq!(browser.told().await, Vec::<String>::new(), "looking again tells nothing");

    browser.log_in("senha302").await;
    let (page, messages) = browser.look().await;
    assert!(page.text.contains("*****-0000"), "{}", page.text);
    let pages: Vec<_> = messages.iter().map(|message| message["page"].as_str().unwrap()).collect();
    assert_eq!(pages, ["institution_loading", "institution_MFA"]);
    assert!(reports(&partner.mock).await.is_empty());

    browser.submit("mfa", &[("mfa_id", "30"), ("code", "123456")]).await;
    let (page, messages) = browser.look().await;
    assert_eq!(messages, [json!({"code": 200, "msg": "OK", "page": "sync_starting"})]);
    assert!(page.text.contains(&format!("href=\"{CALLBACK}\"")), "{}", page.text);

    partner.mock.settled().await;
    let reports = reports(&partner.mock).await;
    let types: Vec<_> =
        reports.iter().map(|report| report["data"]["report_type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "category_checking",
            "category_creditcard",
            "balance",
            "identity",
            "income",
            "liabilities",
            "financial_insight",
            "score_k1",
            "k_label"
        ]
    );
    for report in &reports {
        assert_eq!(report["query_param"], json!({"uuid": "user-7", "session": "a b&c", "x[]": "<1>"}));
        assert_eq!(report["data"]["connection_key"], reports[0]["data"]["connection_key"]);
    }
    assert_eq!(receiver.received().len(), 9);
    assert!(partner.mock.deliveries().iter().all(|delivery| delivery.state == DeliveryState::Delivered));
}

#[tokio::test]
async fn without_a_second_factor_the_collection_starts_at_once() {
    let partner = Partner::start().await;
    let browser = Browser::open(&partner, &good(), None).await;
    browser.told().await;
    browser.log_in("senha").await;
    assert_eq!(browser.told().await, ["institution_loading", "sync_starting"]);
    assert_eq!(reports(&partner.mock).await.len(), 9);
    // The same form once more: nothing is collected twice.
    browser.log_in("senha").await;
    assert_eq!(reports(&partner.mock).await.len(), 9);
}

#[tokio::test]
async fn breaking_off_goes_to_the_cancel_address_or_tells_the_page_around() {
    let partner = Partner::start().await;
    let alone = Browser::open(&partner, &good(), Some("document")).await;
    alone.log_in("senha301").await;
    let answer = alone.submit("cancel", &[]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(CANCEL)));

    let framed = Browser::open(&partner, &[("uuid", "u"), ("cpf", CPF)], Some("iframe")).await;
    framed.log_in("senha301").await;
    framed.told().await;
    let answer = framed.submit("cancel", &[]).await;
    assert_eq!((answer.status, answer.location.as_ref()), (303, Some(&framed.at)));
    let (page, messages) = framed.look().await;
    assert_eq!(messages, [json!({"code": 402, "msg": "User credential error", "page": "sync_canceled"})]);
    assert!(page.text.contains("402") && page.text.contains("fechar esta página"), "{}", page.text);
    let codes: Vec<_> = reports(&partner.mock).await.iter().map(|report| report["code"].clone()).collect();
    assert_eq!(codes, [402, 402], "one report each says why there is none");
    assert_eq!(reports(&partner.mock).await[1]["query_param"], json!({"uuid": "u"}));
    assert_eq!(reports(&partner.mock).await[1]["data"].get("Category_checking"), Some(&Value::Null));
    // Nothing is left to break off, and the user may try again.
    assert_eq!(framed.submit("cancel", &[]).await.status, 303);
    let again = partner.open(&format!("{}{}&again=1", partner.mock.base_url(), framed.at)).await;
    assert!(again.text.contains("name=\"password\""));
    framed.log_in("senha").await;
    assert_eq!(framed.told().await, ["institution_loading", "sync_starting"]);
}

#[tokio::test]
async fn any_page_may_have_it_in_a_frame_and_no_script_but_the_mocks_runs() {
    let partner = Partner::start().await;
    let browser = Browser::open(&partner, &good(), Some("iframe")).await;
    let url = format!("{}{}", partner.mock.base_url(), browser.at);
    let response = partner.http.get(&url).send().await.unwrap();
    let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    let answer = Answer::read(response).await;
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), "{policy}");
    assert!(!policy.contains("frame-ancestors"), "{policy}");
    let scripts: Vec<_> = answer.text.split("<script").skip(1).collect();
    assert!(scripts.iter().all(|script| script.starts_with(" src=\"/assets/")), "{scripts:?}");
}

#[tokio::test]
async fn a_look_without_the_page_uses_no_message_up() {
    let partner = Partner::start().await;
    let browser = Browser::open(&partner, &good(), None).await;
    let head = partner.http.head(format!("{}{}", partner.mock.base_url(), browser.at)).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(browser.told().await, ["institution_login"]);
}

#[tokio::test]
async fn a_wrong_code_is_said_to_be_wrong_and_asked_for_again() {
    let partner = Partner::start().await;
    let browser = Browser::open(&partner, &good(), Some("iframe")).await;
    browser.log_in("senha301").await;
    browser.told().await;
    let wrong = browser.submit("mfa", &[("mfa_id", "22"), ("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("role=\"alert\"") && wrong.text.contains("A resposta está errada"));
    assert_eq!(told(&wrong.text)[0]["page"], "institution_MFA", "the dialogue is shown once more");
    let empty = browser.submit("mfa", &[("mfa_id", "23"), ("lang", "en")]).await;
    assert!(empty.status == 422 && empty.text.contains("Answer what is asked."), "{}", empty.text);
    browser.submit("mfa", &[("mfa_id", "23"), ("code", "123456")]).await;
    assert_eq!(browser.told().await, ["sync_starting"]);
}

#[tokio::test]
async fn a_pending_collection_is_looked_at_again_by_the_page() {
    let mock = MockKlavi::builder().seed(7).task_pace(Duration::from_secs(600)).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let browser = Browser::open(&partner, &good(), None).await;
    browser.told().await;
    browser.log_in("senha304").await;
    let response =
        partner.http.get(format!("{}{}", partner.mock.base_url(), browser.at)).send().await.unwrap();
    assert!(response.headers().contains_key(REFRESH));
    assert_eq!(told(&Answer::read(response).await.text)[0]["page"], "institution_loading");
    partner.mock.advance_clock(Duration::from_secs(600));
    assert_eq!(browser.told().await, ["institution_MFA"]);
    let choice = [("mfa_id", "51"), ("switch_verification_type", "2")];
    browser.submit("mfa", &choice).await;
    assert_eq!(browser.told().await, ["institution_MFA"], "the dialogue for the code is another one");
    browser.submit("mfa", &[("mfa_id", "30"), ("code", "123456")]).await;
    assert_eq!(browser.told().await, ["sync_starting"]);
    partner.mock.advance_clock(Duration::from_secs(600));
    assert_eq!(reports(&partner.mock).await.len(), 9);
    assert_eq!(browser.told().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_parameters_are_judged() {
    let partner = Partner::start().await;
    for (name, value, problem) in [
        ("uuid", "", "uuid is required"),
        ("cpf", "12345678900", "cpf must be a CPF"),
        ("bank_id", "260", "bank_id is of no bank of this page"),
        ("callback_url", "/relative", "callback_url must be an absolute URL"),
        ("cancel_url", "javascript:alert(1)", "cancel_url must be an absolute URL"),
        ("callback_url", "", "callback_url is required outside an iframe"),
        ("connection_key", "none", "connection_key is of no connection"),
    ] {
        let mut parameters = good();
        parameters.retain(|(given, _)| *given != name);
        parameters.push((name, value));
        let answer = opened(&partner, &parameters, Some("document")).await;
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.text.contains(problem), "{problem} in {}", answer.text);
        assert!(!answer.text.contains("javascript:"), "{}", answer.text);
    }
    let base = partner.mock.base_url();
    for path in ["/link/unknown?uuid=1", "/link/%FF", "/link/x/visit?session=none", "/link/x/visit"] {
        assert_eq!(partner.open(&format!("{base}{path}")).await.status, 404, "{path}");
    }
    for word in ["login", "mfa", "cancel"] {
        assert_eq!(partner.submit(&format!("/link/x/{word}"), &[("session", "none")]).await.status, 404);
    }
}

#[tokio::test]
async fn the_login_is_judged_and_the_user_may_have_to_choose_and_to_name_himself() {
    let partner = Partner::start().await;
    let browser = Browser::open(&partner, &[("uuid", "u")], Some("iframe")).await;
    let (page, _) = browser.look().await;
    for code in ["001", "237", "104", "341", "033"] {
        assert!(page.text.contains(&format!("value=\"{code}\"")), "{code}");
    }
    assert!(page.text.contains("name=\"cpf\""));
    assert_eq!(browser.submit("login", &[]).await.status, 422);
    let mut form = vec![
        ("bank_id", "341"),
        ("cpf", "12345678900"),
        ("agency", "12"),
        ("account", "x"),
        ("password", "1"),
    ];
    let wrong = browser.submit("login", &form).await;
    assert_eq!(wrong.status, 422);
    for field in ["cpf", "agency", "account", "password"] {
        assert!(wrong.text.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert!(wrong.text.contains("value=\"341\" required checked"), "the choice stays: {}", wrong.text);
    partner.mock.set_out_of_service("341", true).unwrap();
    form[1] = ("cpf", CPF);
    form[2..].copy_from_slice(&[("agency", "1234"), ("account", "123456"), ("password", "1234")]);
    assert_eq!(browser.submit("login", &form).await.status, 422);
    partner.mock.set_out_of_service("341", false).unwrap();
    form.push(("allow_autoupdate", "1"));
    assert_eq!(browser.submit("login", &form).await.status, 303);
    let report = &reports(&partner.mock).await[0];
    assert_eq!(report["data"]["allow_autoupdate"], "Yes");
    assert_eq!(report["data"]["enquiry_cpf"], CPF);
    partner.mock.advance_clock(Duration::from_secs(1800));
    assert_eq!(browser.look_status().await, 404);
}

impl Browser<'_> {
    async fn look_status(&self) -> u16 {
        self.partner.open(&format!("{}{}", self.partner.mock.base_url(), self.at)).await.status
    }
}

#[tokio::test]
async fn an_update_skips_the_choice_and_the_login() {
    let partner = Partner::start().await;
    let first = Browser::open(&partner, &good(), None).await;
    first.log_in("senha").await;
    let key = reports(&partner.mock).await[0]["data"]["connection_key"].as_str().unwrap().to_owned();

    let update = [good(), vec![("connection_key", key.as_str())]].concat();
    let browser = Browser::open(&partner, &update, None).await;
    let (page, _) = browser.look().await;
    assert!(page.text.contains("Atualizar") && !page.text.contains("name=\"password\""), "{}", page.text);
    assert_eq!(browser.submit("login", &[]).await.status, 303);
    assert_eq!(browser.told().await, ["institution_loading", "sync_starting"]);
    let reports = reports(&partner.mock).await;
    assert_eq!(reports.len(), 18);
    assert_eq!(reports[9]["data"]["connection_key"], key.as_str());
    assert_ne!(reports[9]["data"]["connection_id"], reports[0]["data"]["connection_id"]);
}
