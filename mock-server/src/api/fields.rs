use jiff::civil::Date;
use klavi_types::Json;
use serde_json::{Map, Value};
use synthetic_data::{Subject, tax_id};

use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::Note;
use provider_mock::UnknownFields;
use provider_mock::address;
use provider_mock::control::integer;
use provider_mock::rule::Rule;

/// The members of a request's body, taken out one by one; what is left over is not documented.
pub(crate) struct Fields {
    members: Map<String, Value>,
    problems: Vec<Problem>,
    invalid_phone: bool,
}

struct Problem {
    rule: &'static Rule,
    what: String,
}

impl Fields {
    /// Reads a body that must be a JSON object.
    pub(crate) fn read(headers: &http::HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::by(&rules::CONTENT_TYPE, "Content-Type must be application/json"));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self { members, problems: Vec::new(), invalid_phone: false }),
            Ok(_) => Err(Refusal::by(&rules::BODY, "The body must be a JSON object")),
            Err(_) => Err(Refusal::by(&rules::BODY, "The body is not valid JSON")),
        }
    }

    /// The parameters of an address, all of them text.
    pub(crate) fn of_query(parameters: impl IntoIterator<Item = (String, String)>) -> Self {
        let members = parameters.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Self { members, problems: Vec::new(), invalid_phone: false }
    }

    /// Takes a member out; `null` counts as absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    pub(crate) fn problem(&mut self, rule: &'static Rule, name: &str, what: &str) {
        self.problems.push(Problem { rule, what: format!("{name} {what}") });
    }

    /// Text; an empty one counts as absent, as in Klavi's own answers.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text).filter(|text| !text.is_empty()),
            _ => {
                self.problem(&rules::TYPE, name, "must be a string");
                None
            }
        }
    }

    pub(crate) fn required_text(&mut self, name: &str) -> String {
        self.required(name, Self::text)
    }

    /// A field that must be there; its own problems, if it has any, say more than that it is missing.
    pub(crate) fn required(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self, &str) -> Option<String>,
    ) -> String {
        let problems = self.problems.len();
        let text = read(self, name);
        if text.is_none() && self.problems.len() == problems {
            self.problem(&rules::REQUIRED, name, "is required");
        }
        text.unwrap_or_default()
    }

    pub(crate) fn required_integer(&mut self, name: &str) -> i64 {
        match self.take(name).map(|value| integer(&value)) {
            Some(Some(number)) => return number,
            Some(None) => self.problem(&rules::TYPE, name, "must be a whole number"),
            None => self.problem(&rules::REQUIRED, name, "is required"),
        }
        0
    }

    /// Any JSON number.
    pub(crate) fn required_number(&mut self, name: &str) {
        match self.take(name) {
            Some(Value::Number(_)) => {}
            Some(_) => self.problem(&rules::TYPE, name, "must be a number"),
            None => self.problem(&rules::REQUIRED, name, "is required"),
        }
    }

    /// One of the words.
    pub(crate) fn required_word(&mut self, name: &str, words: &[&str]) {
        let among = |fields: &mut Self, name: &str| {
            let fits = |text: &str| words.contains(&text);
            fields.checked(&rules::TYPE, name, fits, &format!("must be {}", words.join(" or ")))
        };
        self.required(name, among);
    }

    /// A day, `2022-02-09`.
    pub(crate) fn required_day(&mut self, name: &str) {
        let fits = |text: &str| text.len() == 10 && Date::strptime("%Y-%m-%d", text).is_ok();
        self.required(name, |fields, name| {
            fields.checked(&rules::DAY, name, fits, "must be a day, YYYY-MM-DD")
        });
    }

    /// An array of objects, at least one; each is read by itself.
    pub(crate) fn required_items(&mut self, name: &str, mut read: impl FnMut(&mut Self)) {
        let items = match self.take(name) {
            Some(Value::Array(items)) if !items.is_empty() => items,
            Some(Value::Array(_)) => return self.problem(&rules::TYPE, name, "needs at least one item"),
            Some(_) => return self.problem(&rules::TYPE, name, "must be an array of objects"),
            None => return self.problem(&rules::REQUIRED, name, "is required"),
        };
        for (place, item) in items.into_iter().enumerate() {
            let Value::Object(members) = item else {
                self.problem(&rules::TYPE, &format!("{name}[{place}]"), "must be an object");
                continue;
            };
            let mut fields = Self { members, problems: Vec::new(), invalid_phone: false };
            read(&mut fields);
            let problems = fields.problems.into_iter();
            self.problems.extend(
                problems
                    .map(|Problem { rule, what }| Problem { rule, what: format!("{name}[{place}].{what}") }),
            );
            // What is left over is noted with the rest.
            let unknown = fields.members.into_iter().map(|(own, _)| (format!("{name}[].{own}"), Value::Null));
            self.members.extend(unknown);
        }
    }

    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        let texts = match self.take(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items.into_iter().map(as_text).collect::<Option<_>>(),
            Some(_) => None,
        };
        texts.unwrap_or_else(|| {
            self.problem(&rules::TYPE, name, "must be an array of strings");
            Vec::new()
        })
    }

    pub(crate) fn object(&mut self, name: &str) -> Option<Json> {
        let value = self.take(name)?;
        if !value.is_object() {
            self.problem(&rules::TYPE, name, "must be an object");
            return None;
        }
        Json::from_value(&value).ok()
    }

    pub(crate) fn cpf(&mut self, name: &str) -> Option<String> {
        self.checked(&rules::TAX_ID, name, tax_id::is_cpf, "must be a CPF: 11 digits with valid check digits")
    }

    pub(crate) fn cnpj(&mut self, name: &str) -> Option<String> {
        self.checked(
            &rules::TAX_ID,
            name,
            tax_id::is_cnpj,
            "must be a CNPJ: 14 characters with valid check digits",
        )
    }

    pub(crate) fn redirect(&mut self, name: &str) -> Option<String> {
        self.checked(&rules::URL, name, |text| address::redirect(text).is_some(), "must be an absolute URL")
    }

    /// The two fields of most requests that say whom they are about.
    pub(crate) fn subject(&mut self) -> Option<Subject> {
        let problems = self.problems.len();
        let (cpf, cnpj) = (self.cpf("personalTaxId"), self.cnpj("businessTaxId"));
        let subject = Subject::new(cpf, cnpj);
        if subject.is_none() && self.problems.len() == problems {
            self.problem(&rules::REQUIRED, "personalTaxId or businessTaxId", "is required");
        }
        subject
    }

    /// E-mail and phone, which the mock checks and does not keep.
    pub(crate) fn contacts(&mut self) {
        self.checked(&rules::EMAIL, "email", |text| text.contains('@'), "must be an e-mail address");
        let phone = self.text("phone");
        self.invalid_phone = phone.is_some_and(|phone| !is_phone(&phone));
    }

    /// What the checks so far found, and notes members that the documentation does not have.
    pub(crate) fn finish(self, mock: &Instance, endpoint: &'static str) -> Result<(), Refusal> {
        note_unknown(mock, endpoint, self.members.into_iter().map(|(name, _)| name).collect());
        if self.invalid_phone {
            return Err(Refusal::by(&rules::PHONE, "Invalid phone"));
        }
        if self.problems.is_empty() {
            return Ok(());
        }
        let rules = self.problems.iter().map(|problem| problem.rule).collect();
        Err(Refusal::by_all(rules, sentence(&self.problems)))
    }

    fn checked(
        &mut self,
        rule: &'static Rule,
        name: &str,
        fits: impl Fn(&str) -> bool,
        otherwise: &str,
    ) -> Option<String> {
        let text = self.text(name)?;
        if !fits(&text) {
            self.problem(rule, name, otherwise);
            return None;
        }
        Some(text)
    }
}

/// The first problems; a body can have any number of them.
fn sentence(problems: &[Problem]) -> String {
    const NAMED: usize = 10;
    let mut sentence =
        problems.iter().take(NAMED).map(|problem| &*problem.what).collect::<Vec<_>>().join("; ");
    if problems.len() > NAMED {
        sentence += "; and more";
    }
    sentence
}

/// Keeps the names of what the documentation does not have.
pub(crate) fn note_unknown(mock: &Instance, endpoint: &'static str, names: Vec<String>) {
    if !names.is_empty() {
        let mut store = mock.store();
        UnknownFields::new(endpoint, names).note(&mut store.unknown_fields);
    }
}

/// Keeps that a rule let a call pass although the documentation does not.
pub(crate) fn note(mock: &Instance, endpoint: &'static str, rule: &'static Rule) {
    tracing::debug!(endpoint, rule = rule.id, "{}", rule.says);
    let note = Note { endpoint: endpoint.into(), rule: rule.id.into(), says: rule.says.into() };
    let mut store = mock.store();
    if !store.notes.contains(&note) {
        store.notes.push(note);
    }
}

fn as_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// E.164 with `+55` and 10 or 11 digits (observed).
fn is_phone(text: &str) -> bool {
    text.strip_prefix("+55")
        .is_some_and(|rest| matches!(rest.len(), 10 | 11) && rest.bytes().all(|byte| byte.is_ascii_digit()))
}
