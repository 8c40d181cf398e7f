//! What a mock answers.

use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn read(mut response: reqwest::Response) -> Self {
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.unwrap() {
            body.extend_from_slice(&chunk);
            assert!(body.len() < 16 << 20, "an answer of the mock is small");
        }
        let text = String::from_utf8(body).unwrap();
        Self { status: response.status().as_u16(), location, text }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The body of a success.
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// Checks the form of Klavi's error bodies and the code in it; answers the message.
    pub(crate) fn refused(&self, status: u16, code: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let body = self.json();
        assert_eq!(body["statusCode"], code, "{body}");
        assert!(body["error"].is_string() && body.as_object().unwrap().len() == 3, "{body}");
        body["message"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
