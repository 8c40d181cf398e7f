//! A partner's back end, written by hand.

use belvo_mock::{MockBelvo, MockBelvoBuilder};
use http::Method;
use http::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

pub(crate) use crate::answer::{Answer, text};

/// A bank without a second factor unless the user has one.
pub(crate) const BANK: &str = "erebor_mx_retail";

pub(crate) struct Partner {
    pub(crate) mock: MockBelvo,
    pub(crate) http: reqwest::Client,
}

impl Partner {
    pub(crate) async fn start() -> Self {
        Self::with(MockBelvo::builder().seed(7)).await
    }

    pub(crate) async fn with(builder: MockBelvoBuilder) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { mock: builder.start().await.unwrap(), http }
    }

    /// With the keys.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { self.url(path) };
        self.http.request(method, url).basic_auth(self.mock.secret_id(), Some(self.mock.secret_password()))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.mock.base_url())
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Registers a link that needs no second factor.
    pub(crate) async fn link(&self, body: Value) -> Value {
        let answer = self.post("/api/links/", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// The one object of a 428.
    pub(crate) async fn demand(&self, method: Method, path: &str, body: &Value) -> Value {
        problem(&self.send(method, path, Some(body)).await, 428, "token_required")
    }

    pub(crate) async fn status_of(&self, id: &Value) -> String {
        text(&self.get(&format!("/api/links/{}/", id.as_str().unwrap())).await.ok()["status"])
    }

    /// Type and code of the webhooks so far.
    pub(crate) fn told(&self) -> Vec<(String, String)> {
        let told = self.mock.deliveries().into_iter();
        told.map(|delivery| (delivery.kind, delivery.name)).collect()
    }
}

/// The body of a registration.
pub(crate) fn login(institution: &str, username: &str, password: &str) -> Value {
    json!({"institution": institution, "username": username, "password": password})
}

/// The same with more members.
pub(crate) fn and(mut body: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("no object") };
    body.as_object_mut().unwrap().extend(more);
    body
}

/// Checks the form of Belvo's errors; answers the objects.
#[track_caller]
pub(crate) fn problems(answer: &Answer, status: u16) -> Vec<Value> {
    assert_eq!(answer.status, status, "{}", answer.text);
    let Value::Array(problems) = answer.json() else { panic!("no array: {}", answer.text) };
    assert!(!problems.is_empty());
    for problem in &problems {
        let request_id = problem["request_id"].as_str().unwrap();
        assert!(
            request_id.len() == 32 && request_id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{problem}"
        );
        assert!(problem["code"].is_string(), "{problem}");
    }
    problems
}

/// The only one, which has that code.
#[track_caller]
pub(crate) fn problem(answer: &Answer, status: u16, code: &str) -> Value {
    let problems = problems(answer, status);
    assert_eq!((problems.len(), problems[0]["code"].as_str()), (1, Some(code)), "{}", answer.text);
    problems[0].clone()
}

/// Codes with their fields.
#[track_caller]
pub(crate) fn broken(answer: &Answer) -> Vec<(String, String)> {
    let pair = |problem: &Value| (text(&problem["code"]), text(&problem["field"]));
    problems(answer, 400).iter().map(pair).collect()
}
