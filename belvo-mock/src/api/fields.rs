use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The members of a body, taken out one by one. What is wrong is collected, so that one answer names all of it.
pub(super) struct Fields {
    members: Map<String, Value>,
    /// Goes before each name in an answer: `widget.callback_urls.`.
    prefix: String,
    problems: Option<Refusal>,
}

impl Fields {
    /// Reads a body that must be a JSON object.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::bad_request("parse_error", "The body has to be application/json"));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self::of(members, String::new())),
            Ok(_) => Err(Refusal::bad_request("invalid", "Invalid data. Expected a dictionary.")),
            Err(error) => {
                let place = format!("line {} column {}", error.line(), error.column());
                Err(Refusal::bad_request("parse_error", format!("JSON parse error at {place}")))
            }
        }
    }

    /// The same of a body that need not be there.
    pub(super) fn read_optional(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() { Ok(Self::of(Map::new(), String::new())) } else { Self::read(headers, body) }
    }

    fn of(members: Map<String, Value>, prefix: String) -> Self {
        Self { members, prefix, problems: None }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(super) fn problem(&mut self, code: &'static str, name: &str, message: impl Into<String>) {
        let refusal = Refusal::of_field(code, &format!("{}{name}", self.prefix), message);
        self.problems = Some(match self.problems.take() {
            Some(problems) => problems.and(refusal),
            None => refusal,
        });
    }

    /// A member that is there and not `null`.
    fn take(&mut self, name: &str) -> Option<Value> {
        let value = self.members.remove(name)?;
        if value.is_null() {
            self.problem("null", name, "This field may not be null.");
            return None;
        }
        Some(value)
    }

    /// Lets `null` count as absent.
    pub(super) fn nullable(&mut self, name: &str) {
        if self.members.get(name).is_some_and(Value::is_null) {
            self.members.remove(name);
        }
    }

    /// Text that is not empty.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) if text.trim().is_empty() => {
                self.problem("blank", name, "This field may not be blank.");
                None
            }
            Value::String(text) => Some(text),
            // As Django does with the id of a branch or a token.
            Value::Number(number) => Some(number.to_string()),
            _ => {
                self.problem("invalid", name, "Not a valid string.");
                None
            }
        }
    }

    pub(super) fn required_text(&mut self, name: &str) -> String {
        if !self.has(name) {
            self.problem("required", name, "This field is required.");
        }
        self.text(name).unwrap_or_default()
    }

    pub(super) fn choice(&mut self, name: &str, words: &[&str]) -> Option<String> {
        let word = self.text(name)?;
        if words.contains(&word.as_str()) {
            return Some(word);
        }
        self.problem("invalid_choice", name, format!("\"{word}\" is not a valid choice."));
        None
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        if value.as_bool().is_none() {
            self.problem("invalid", name, "Must be a valid boolean.");
        }
        value.as_bool()
    }

    pub(super) fn list(&mut self, name: &str) -> Option<Vec<Value>> {
        match self.take(name)? {
            Value::Array(items) => Some(items),
            other => {
                let kind = match other {
                    Value::String(_) => "str",
                    Value::Object(_) => "dict",
                    Value::Bool(_) => "bool",
                    _ => "int",
                };
                let message = format!("Expected a list of items but got type \"{kind}\".");
                self.problem("not_a_list", name, message);
                None
            }
        }
    }

    /// Words of a vocabulary; the others are refused one by one.
    pub(super) fn words(
        &mut self,
        name: &str,
        known: &[&'static str],
        code: &'static str,
    ) -> Option<Vec<&'static str>> {
        let mut words = Vec::new();
        for item in self.list(name)? {
            match known.iter().find(|word| item.as_str() == Some(**word)) {
                Some(word) if words.contains(word) => {}
                Some(word) => words.push(*word),
                None => self.problem(code, name, format!("{item} is not supported.")),
            }
        }
        Some(words)
    }

    /// An object, read by itself; its problems come under its name.
    pub(super) fn object(&mut self, name: &str, read: impl FnOnce(&mut Self)) {
        match self.take(name) {
            None => {}
            Some(Value::Object(members)) => {
                let mut inner = Self::of(members, format!("{}{name}.", self.prefix));
                read(&mut inner);
                self.add(inner);
            }
            Some(_) => self.problem("invalid", name, "Invalid data. Expected a dictionary."),
        }
    }

    /// A list of objects, each read by itself.
    pub(super) fn objects(&mut self, name: &str, mut read: impl FnMut(&mut Self)) {
        for (place, item) in self.list(name).unwrap_or_default().into_iter().enumerate() {
            let Value::Object(members) = item else {
                self.problem("invalid", name, "Invalid data. Expected a dictionary.");
                continue;
            };
            let mut inner = Self::of(members, format!("{}{name}.{place}.", self.prefix));
            read(&mut inner);
            self.add(inner);
        }
    }

    fn add(&mut self, inner: Self) {
        if let Some(found) = inner.problems {
            self.problems = Some(match self.problems.take() {
                Some(problems) => problems.and(found),
                None => found,
            });
        }
    }

    /// Whether something is wrong.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        self.problems.map_or(Ok(()), Err)
    }
}
