use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;
use provider_mock::UnknownFields;
use provider_mock::rule::Rule;

/// The members of a body, taken out one by one. What is wrong is collected, so that one answer names all of it.
pub(super) struct Fields {
    members: Map<String, Value>,
    /// Goes before each name in an answer: `widget.callback_urls.`.
    prefix: String,
    problems: Option<Refusal>,
    /// Of objects within, what was left over.
    unknown: Vec<String>,
}

impl Fields {
    /// Reads a body that must be a JSON object.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::by(&rules::CONTENT_TYPE, "The body has to be application/json"));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self::of(members, String::new())),
            Ok(_) => Err(Refusal::by(&rules::OBJECT, "Invalid data. Expected a dictionary.")),
            Err(error) => {
                let place = format!("line {} column {}", error.line(), error.column());
                Err(Refusal::by(&rules::BODY, format!("JSON parse error at {place}")))
            }
        }
    }

    /// The same of a body that need not be there.
    pub(super) fn read_optional(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() { Ok(Self::of(Map::new(), String::new())) } else { Self::read(headers, body) }
    }

    fn of(members: Map<String, Value>, prefix: String) -> Self {
        Self { members, prefix, problems: None, unknown: Vec::new() }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(super) fn problem(&mut self, rule: &'static Rule, name: &str, message: impl Into<String>) {
        let refusal = Refusal::in_field(rule, &format!("{}{name}", self.prefix), message);
        self.problems = Some(match self.problems.take() {
            Some(problems) => problems.and(refusal),
            None => refusal,
        });
    }

    /// A member that is there and not `null`.
    fn take(&mut self, name: &str) -> Option<Value> {
        let value = self.members.remove(name)?;
        if value.is_null() {
            self.problem(&rules::NULL, name, "This field may not be null.");
            return None;
        }
        Some(value)
    }

    /// A documented member of which nothing is checked.
    pub(super) fn pass(&mut self, name: &str) {
        self.members.remove(name);
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
                self.problem(&rules::BLANK, name, "This field may not be blank.");
                None
            }
            Value::String(text) => Some(text),
            // As Django does with the id of a branch or a token.
            Value::Number(number) => Some(number.to_string()),
            _ => {
                self.problem(&rules::TYPE, name, "Not a valid string.");
                None
            }
        }
    }

    pub(super) fn required_text(&mut self, name: &str) -> String {
        if !self.has(name) {
            self.problem(&rules::REQUIRED, name, "This field is required.");
        }
        self.text(name).unwrap_or_default()
    }

    pub(super) fn choice(&mut self, name: &str, words: &[&str]) -> Option<String> {
        let word = self.text(name)?;
        if words.contains(&word.as_str()) {
            return Some(word);
        }
        self.problem(&rules::CHOICE, name, format!("\"{word}\" is not a valid choice."));
        None
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        if value.as_bool().is_none() {
            self.problem(&rules::TYPE, name, "Must be a valid boolean.");
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
                self.problem(&rules::NOT_A_LIST, name, message);
                None
            }
        }
    }

    /// Words of a vocabulary; the others are refused one by one.
    pub(super) fn words(
        &mut self,
        name: &str,
        known: &[&'static str],
        rule: &'static Rule,
    ) -> Option<Vec<&'static str>> {
        let mut words = Vec::new();
        for item in self.list(name)? {
            match known.iter().find(|word| item.as_str() == Some(**word)) {
                Some(word) if words.contains(word) => {}
                Some(word) => words.push(*word),
                None => self.problem(rule, name, format!("{item} is not supported.")),
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
            Some(_) => self.problem(&rules::OBJECT, name, "Invalid data. Expected a dictionary."),
        }
    }

    /// A list of objects, each read by itself.
    pub(super) fn objects(&mut self, name: &str, mut read: impl FnMut(&mut Self)) {
        for (place, item) in self.list(name).unwrap_or_default().into_iter().enumerate() {
            let Value::Object(members) = item else {
                self.problem(&rules::OBJECT, name, "Invalid data. Expected a dictionary.");
                continue;
            };
            let mut inner = Self::of(members, format!("{}{name}.{place}.", self.prefix));
            read(&mut inner);
            self.add(inner);
        }
    }

    fn add(&mut self, mut inner: Self) {
        self.unknown.append(&mut inner.unknown);
        self.unknown.extend(inner.members.keys().map(|name| format!("{}{name}", inner.prefix)));
        if let Some(found) = inner.problems {
            self.problems = Some(match self.problems.take() {
                Some(problems) => problems.and(found),
                None => found,
            });
        }
    }

    /// Whether something is wrong; and notes members that the documentation does not have.
    pub(super) fn finish(mut self, mock: &Instance, endpoint: &'static str) -> Result<(), Refusal> {
        self.unknown.extend(self.members.into_iter().map(|(name, _)| name));
        if !self.unknown.is_empty() {
            UnknownFields::new(endpoint, self.unknown).note(&mut mock.store().unknown_fields);
        }
        self.problems.map_or(Ok(()), Err)
    }
}
