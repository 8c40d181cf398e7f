//! A partner's back end, written by hand.

use http::Method;
use http::header::CONTENT_TYPE;
use klavi_mock::MockKlavi;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

pub(crate) use crate::answer::{Answer, text};

pub(crate) const CPF: &str = "12345678909";
pub(crate) const OTHER_CPF: &str = "52998224725";
pub(crate) const CNPJ: &str = "11222333000181";
pub(crate) const BACK: &str = "https://partner.example/back?session=9";

pub(crate) struct Partner {
    pub(crate) mock: MockKlavi,
    pub(crate) http: reqwest::Client,
    pub(crate) access_token: String,
}

impl Partner {
    pub(crate) async fn start() -> Self {
        Self::with(MockKlavi::builder().seed(7).start().await.unwrap()).await
    }

    /// Logs in.
    pub(crate) async fn with(mock: MockKlavi) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        let mut partner = Self { mock, http, access_token: String::new() };
        partner.access_token = partner.log_in().await;
        partner
    }

    pub(crate) async fn log_in(&self) -> String {
        let keys = json!({"accessKey": self.mock.access_key(), "secretKey": self.mock.secret_key()});
        text(&self.send(Method::POST, "/data/v1/auth", None, Some(&keys)).await.ok()["accessToken"])
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.mock.base_url()));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        Answer::read(request.send().await.unwrap()).await
    }

    /// GET with the accessToken.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Some(&self.access_token), None).await
    }

    /// POST with the accessToken.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(&self.access_token), Some(body)).await
    }

    pub(crate) async fn open(&self, url: &str) -> Answer {
        Answer::read(self.http.get(url).send().await.unwrap()).await
    }

    /// Sends a form of a page.
    pub(crate) async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .http
            .post(format!("{}{path}", self.mock.base_url()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn link(&self, body: Value) -> Value {
        self.post("/data/v1/links", &body).await.ok()
    }

    pub(crate) async fn create_consent(&self, link_token: &str, body: &Value) -> Answer {
        self.send(Method::POST, "/data/v1/consents", Some(link_token), Some(body)).await
    }

    /// A link and a consent of the person at a bank; link id, consent id, address of the bank's page.
    pub(crate) async fn consent(&self, link: Value, institution_code: &str) -> (String, String, String) {
        let link = self.link(link).await;
        let track = uuid::Uuid::new_v4().to_string();
        let body = consent_body(institution_code, &track);
        let consent = self.create_consent(link["linkToken"].as_str().unwrap(), &body).await.ok();
        (text(&link["linkId"]), text(&consent["consentId"]), text(&consent["consentRedirectURL"]))
    }

    /// A consent that the user has authorised: link id and consent id.
    pub(crate) async fn authorised(&self, institution_code: &str) -> (String, String) {
        let (link_id, consent_id, _) = self.consent(json!({"personalTaxId": CPF}), institution_code).await;
        self.mock.authorise(&consent_id).await.unwrap();
        (link_id, consent_id)
    }

    pub(crate) async fn status_of(&self, consent_id: &str) -> String {
        text(&self.get(&format!("/data/v1/consents/{consent_id}")).await.ok()["status"])
    }
}

pub(crate) fn consent_body(institution_code: &str, external_track_id: &str) -> Value {
    json!({
        "externalTrackId": external_track_id,
        "personalTaxId": CPF,
        "institutionCode": institution_code,
        "redirectURL": BACK,
        "validityPeriod": 12,
    })
}

/// The object with one member replaced, or taken out where the value is `null`.
pub(crate) fn with(mut body: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        body.as_object_mut().unwrap().remove(name);
    } else {
        body[name] = value;
    }
    body
}
