//! Which words and names of members are documented, told from the JSON Schemas of everything that is pushed.
//!
//! Knows nothing of documents and of replacements.

use std::collections::{HashMap, HashSet};

use belvo_types::webhooks::{
    ConsentAction, PaymentWebhookCode, PaymentWebhookType, ProcessType, WebhookCode, WebhookType,
};
use klavi_types::ProductName;
use klavi_types::events::{EventName, TrackingEventName, events_schema};
use klavi_types::kaas::UserData;
use klavi_types::legacy::{LegacyReportType, legacy_report_schema};
use klavi_types::reports::{MaritalStatus, Sex, report_schema};
use serde_json::{Map, Value};

/// Replaces every sex and every marital status: a word of both vocabularies.
pub(crate) const SENSITIVE: &str = "OUTRO";

/// The documented names of members, each with its words in lower case.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    members: HashMap<String, HashSet<String>>,
    words: HashSet<String>,
}

/// What is known of the member in which a value stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Member<'v> {
    words: Option<&'v HashSet<String>>,
    pub(crate) rule: Rule,
}

/// Which values of a member stay or change in a way of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rule {
    #[default]
    Plain,
    /// A currency code stays.
    Currency,
    /// The version of a product stays.
    Version,
    /// A date of birth does not move with the other dates.
    Birth,
    /// Every word becomes the same one.
    Sensitive,
    /// The status code of a whole body stays.
    Code,
}

impl Vocabulary {
    /// Everything that Klavi documents, and the webhooks of Belvo.
    pub(crate) fn documented() -> Self {
        let mut vocabulary = Self::default();
        ProductName::ALL.iter().for_each(|name| vocabulary.add_schema(&report_schema(*name)));
        LegacyReportType::ALL.iter().for_each(|name| vocabulary.add_schema(&legacy_report_schema(name)));
        vocabulary.add_schema(&events_schema());
        vocabulary.add_schema(&klavi_types::json_schema::<UserData>());

        // Schemas name neither other spellings of a member nor names that are read as events on second thoughts.
        for member in ["eventName", "event"] {
            vocabulary.add_words(member, EventName::ALL.iter().map(EventName::as_str));
            vocabulary.add_words(member, TrackingEventName::ALL.iter().map(TrackingEventName::as_str));
        }
        vocabulary.add_words("message", ["OK"]);
        vocabulary.add_words("msg", ["OK"]);

        vocabulary.add_words("webhook_type", WebhookType::ALL.iter().map(WebhookType::as_str));
        vocabulary.add_words("webhook_type", PaymentWebhookType::ALL.iter().map(PaymentWebhookType::as_str));
        vocabulary.add_words("webhook_code", WebhookCode::ALL.iter().map(WebhookCode::as_str));
        vocabulary.add_words("webhook_code", ["consent_expired"]);
        vocabulary.add_words("webhook_code", PaymentWebhookCode::ALL.iter().map(PaymentWebhookCode::as_str));
        vocabulary.add_words("process_type", ProcessType::ALL.iter().map(ProcessType::as_str));
        vocabulary.add_words("action", ConsentAction::ALL.iter().map(ConsentAction::as_str));
        vocabulary
    }

    fn add_words<'a>(&mut self, member: &str, words: impl IntoIterator<Item = &'a str>) {
        let of_member = self.members.entry(member.to_owned()).or_default();
        for word in words.into_iter().map(str::to_ascii_lowercase) {
            // The types read both spellings, schemas name the first.
            let other = word.replace("authoris", "authoriz");
            for word in [word, other] {
                self.words.insert(word.clone());
                of_member.insert(word);
            }
        }
    }

    fn add_schema(&mut self, root: &Value) {
        let mut open = vec![root];
        while let Some(schema) = open.pop() {
            match schema {
                Value::Object(keywords) => {
                    for (name, of_member) in
                        keywords.get("properties").and_then(Value::as_object).into_iter().flatten()
                    {
                        self.add_words(name, words_of(root, of_member));
                    }
                    open.extend(keywords.values());
                }
                Value::Array(schemas) => open.extend(schemas),
                _ => {}
            }
        }
    }

    pub(crate) fn is_member(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Whether the text is a word of any member.
    pub(crate) fn is_word(&self, text: &str) -> bool {
        self.words.contains(&text.to_ascii_lowercase())
    }

    /// What is known of the member of that name. `in_root`: it stands in the outermost object.
    pub(crate) fn member(&self, name: &str, in_root: bool) -> Member<'_> {
        let words = self.members.get(name);
        let lower = name.to_ascii_lowercase();
        let rule = if words.is_some_and(is_sensitive) {
            Rule::Sensitive
        } else if in_root && name == "code" {
            Rule::Code
        } else if lower.contains("birth") || lower.contains("nascimento") {
            Rule::Birth
        } else if lower.contains("currency") {
            Rule::Currency
        } else if lower == "version" || name.ends_with("Version") || lower.ends_with("_version") {
            Rule::Version
        } else {
            Rule::Plain
        };
        Member { words, rule }
    }
}

impl Member<'_> {
    pub(crate) fn has_word(&self, text: &str) -> bool {
        self.words.is_some_and(|words| words.contains(&text.to_ascii_lowercase()))
    }
}

/// Whether the words tell a customer's sex or marital status.
fn is_sensitive(words: &HashSet<String>) -> bool {
    let sex = Sex::ALL.iter().map(Sex::as_str);
    let personal = sex.chain(MaritalStatus::ALL.iter().map(MaritalStatus::as_str));
    personal.filter(|word| *word != SENSITIVE).any(|word| words.contains(&word.to_ascii_lowercase()))
}

/// The words of one member: its own, those of its alternatives and of its elements.
fn words_of<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a str> {
    let (mut words, mut open) = (Vec::new(), vec![schema]);
    let pointer =
        |keywords: &'a Map<String, Value>| root.pointer(keywords.get("$ref")?.as_str()?.strip_prefix('#')?);
    while let Some(schema) = open.pop() {
        let Some(keywords) = schema.as_object() else { continue };
        words.extend(
            keywords.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str),
        );
        open.extend(pointer(keywords));
        open.extend(keywords.get("items"));
        open.extend(keywords.get("anyOf").and_then(Value::as_array).into_iter().flatten());
    }
    words
}
