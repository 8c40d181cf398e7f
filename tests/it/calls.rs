//! Calls beyond the plain ones, against the mock: waiting, reusing, second factors, KaaS, analyses, calls without a method.

use std::time::Duration;

use http::Method;
use klavi_sdk::klavi_types::api::{ConsentQuery, CreateConsent, CreateLink, SubmitMfa, TaskStatus};
use klavi_sdk::klavi_types::kaas::{
    CategorizationRequest, CategorizedEntry, TransactionSource, UserAccount, UserData,
};
use klavi_sdk::klavi_types::{Amount, ConsentId, InstitutionCode, Level};
use klavi_sdk::{CleanUp, Client, CreatedOrReused, Credentials, Environment, KaasCredentials, LinkSession};

use klavi_mock::MockKlavi;

const CPF: &str = "12345678909";
const SOON: Duration = Duration::from_millis(5);

struct Partner {
    mock: MockKlavi,
    client: Client,
    session: LinkSession,
}

impl Partner {
    async fn new() -> Self {
        let mock = MockKlavi::builder().seed(7).start().await.unwrap();
        let keys = Credentials::new(mock.access_key(), mock.secret_key());
        let client = Client::builder(keys, Environment::Custom(mock.base_url().to_owned())).build().unwrap();
        let link = CreateLink::builder().personal_tax_id(CPF).build().unwrap();
        let session = client.links().create(&link).await.unwrap();
        Self { mock, client, session }
    }

    async fn attempt(&self, track: &str, clean_up: CleanUp) -> CreatedOrReused {
        let request = CreateConsent::builder("341", track, "https://partner.example/back")
            .personal_tax_id(CPF)
            .build()
            .unwrap();
        self.client.consents().create_or_reuse(&self.session, &request, clean_up).await.unwrap()
    }

    async fn created(&self, track: &str) -> ConsentId {
        let made = self.attempt(track, CleanUp::nothing()).await;
        assert!(matches!(made, CreatedOrReused::Created(_)), "{made:?}");
        made.consent_id().unwrap().clone()
    }
}

#[tokio::test]
async fn a_consent_is_watched_through_the_banks_pages() {
    let partner = Partner::new().await;
    let id = partner.created("track-1").await;
    let mut watch = partner.client.consents().watch(&id).backoff(SOON, SOON);
    let mut seen = Vec::new();
    while let Some(consent) = watch.next().await {
        let consent = consent.unwrap();
        seen.push(consent.status.as_ref().unwrap().to_string());
        match seen.len() {
            1 => partner.mock.approve(&id).await.unwrap(),
            2 => partner.mock.authorise(&id).await.unwrap(),
            _ => {
                assert!(consent.products_granted(Level::Institution).contains(&"pf_checking_account".into()));
            }
        }
    }
    assert_eq!(seen, ["AWAITING_AUTHORISATION", "AWAITING_LGPD_AUTHORISATION", "AUTHORISED"]);
}

#[tokio::test]
async fn the_limit_is_kept_and_what_works_stays() {
    let partner = Partner::new().await;
    let mut made = Vec::new();
    let limit = loop {
        match partner.attempt(&format!("track-{}", made.len()), CleanUp::nothing()).await {
            CreatedOrReused::Created(created) => made.push(created.consent_id.unwrap()),
            CreatedOrReused::LimitReached(limit) => break limit,
            other => panic!("{other:?}"),
        }
    };
    assert!(made.len() > 1 && limit.pending().len() == made.len());
    assert!(limit.ended().is_empty() && limit.authorised().is_empty());

    let clean_up = CleanUp::nothing().abandoned_for(Duration::ZERO);
    let newest = partner.attempt("track-new", clean_up).await.consent_id().unwrap().clone();
    partner.mock.authorise(&newest).await.unwrap();
    let found = partner.attempt("track-again", clean_up).await;
    assert!(
        matches!(&found, CreatedOrReused::Authorised(_)) && found.consent_id() == Some(&newest),
        "{found:?}"
    );

    let query = ConsentQuery::personal(CPF.parse().unwrap());
    let customer = partner.client.consents().of_customer(&query).await.unwrap();
    let bank = InstitutionCode::from("341");
    assert_eq!(customer.by_institution()[&bank].len(), made.len() + 1);
    assert_eq!(customer.deletable(&bank, clean_up.ended()).count(), made.len());
    assert_eq!(customer.authorised(&bank).unwrap().consent_id.as_ref(), Some(&newest));
}

#[tokio::test]
async fn second_factors_are_answered_on_the_way() {
    let partner = Partner::new().await;
    let link_id = partner.session.link_id().unwrap();
    for (ending, factors) in [("000", 0), ("301", 1), ("303", 1), ("304", 2)] {
        let id = partner.mock.start_task(link_id, "5001", CPF, &format!("123{ending}")).await.unwrap();
        let task = partner.session.task(&*id);
        let mut watch = task.watch().backoff(SOON, SOON);
        let mut answered = 0;
        while let Some(state) = watch.next().await {
            let state = state.unwrap();
            if state.status == Some(TaskStatus::Success) {
                continue;
            }
            let mfa = state.mfa_info.unwrap();
            let answer = SubmitMfa::builder(mfa.mfa_id.unwrap().get());
            let answer = match (mfa.multichoices.first(), mfa.questions.first()) {
                (Some(way), _) => {
                    answer.switch_verification_type(way.value.as_ref().unwrap().as_str()).build()
                }
                (None, Some(question)) => {
                    answer.code(question.options[1].value.as_ref().unwrap().as_str()).build()
                }
                (None, None) => answer.code("123456").build(),
            };
            task.submit_mfa(&answer.unwrap()).await.unwrap();
            answered += 1;
        }
        assert_eq!(answered, factors, "{ending}");
        assert_eq!(task.status().await.unwrap().status, Some(TaskStatus::Success));
    }
    let id = partner.mock.start_task(link_id, "5001", CPF, "123402").await.unwrap();
    let failed = partner.session.task(id).watch().settled().await.unwrap();
    assert_eq!(failed.failure().unwrap().get(), 402);
}

#[tokio::test]
async fn data_of_ones_own_are_categorised_and_analysed() {
    let partner = Partner::new().await;
    let mut entry = CategorizedEntry::default();
    entry.transaction_id = Some("t-1".into());
    entry.transaction_date = Some("2022-02-09".parse().unwrap());
    entry.transaction_name = Some("PADARIA EXEMPLO".into());
    entry.amount = Some("12345678901234567.89".parse::<Amount>().unwrap().into());
    entry.credit_debit_type = Some("DEBITO".into());
    let request = CategorizationRequest::builder("user-7", "208", TransactionSource::Checking)
        .transactions(vec![entry.clone()])
        .build()
        .unwrap();
    let (code, token) = (partner.mock.partner_code(), partner.mock.partner_token());
    let mut account = UserAccount::default();
    account.head.compe_code = Some("001".into());
    let mut data = UserData::default();
    data.accounts = vec![account].into();
    for credentials in [KaasCredentials::partner(code, token), KaasCredentials::client(code, token)] {
        let kaas = partner.client.kaas(credentials.unwrap());
        let answer = kaas.categorise(&request).await.unwrap();
        let answered = &answer.transactions()[0];
        assert!(answered.category.is_some() && answered.third_category.is_some());
        assert_eq!(answered.amount, entry.amount);
        let accepted = kaas.analyse("/klaas/open-finance/v1/analytics", &data).await.unwrap();
        assert!(accepted.request_id.is_some());
    }
    let keys = KaasCredentials::partner(partner.mock.access_key(), partner.mock.secret_key()).unwrap();
    assert!(partner.client.kaas(keys).categorise(&request).await.unwrap_err().is_auth());
    assert!(partner.mock.unknown_fields().is_empty(), "{:?}", partner.mock.unknown_fields());
}

#[tokio::test]
async fn finished_analyses_are_pulled() {
    let partner = Partner::new().await;
    let events = partner.client.analysis().events().await.unwrap();
    let payload = events[0].payload.as_ref().unwrap();
    assert!(payload.batch_id.is_some() && payload.presigned_url.is_some());
}

#[tokio::test]
async fn a_call_without_a_method_has_its_token() {
    let partner = Partner::new().await;
    let id = partner.created("track-1").await;
    let consent: serde_json::Value = partner
        .client
        .request(Method::GET, "/data/v1/consents/{consentId}")
        .path_value("consentId", id.as_str())
        .send()
        .await
        .unwrap();
    assert_eq!(consent["externalTrackId"], "track-1");
    let banks = partner.session.request(Method::GET, "/data/v1/links/institutions").send_raw().await.unwrap();
    assert!(banks.body().starts_with(b"["));
}
