//! The rules of a mock, each with what it rests on: documentation, observation, inference or the mock's own choice.
//! Must not know any provider; each has a table of its own.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// The header of a refusal that names the rules behind it that are not documented.
pub const HEADER: &str = "x-mock-rule";

/// What a rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The provider's documentation says so.
    Documented,
    /// Public code of others relies on it.
    Observed,
    /// It follows from what is documented or observed.
    Inferred,
    /// The mock chose it.
    Mock,
}

impl Source {
    /// The word for it in descriptions and headers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
            Self::Mock => "mock",
        }
    }
}

/// One rule of a mock.
#[derive(Debug)]
pub struct Rule {
    /// Unique within the provider, in kebab case.
    pub id: &'static str,
    /// Method and path of the one call that it is about, else the area in words.
    pub on: &'static str,
    /// Status of the refusal; 0 where the rule refuses nothing.
    pub status: u16,
    /// The provider's code in the body of the refusal, where it is not the status.
    pub code: &'static str,
    /// What it rests on.
    pub source: Source,
    /// The rule, in a sentence.
    pub says: &'static str,
    /// Where it is from.
    pub from: &'static str,
}

/// A provider's table: each rule by its name, and all of them as `ALL`, in the order of the table.
#[macro_export]
macro_rules! rule_table {
    ($( $name:ident: $id:literal, $on:literal, $status:literal $code:literal, $source:ident, $says:literal, $from:literal; )*) => {
        $(
            pub(crate) static $name: $crate::rule::Rule = $crate::rule::Rule {
                id: $id,
                on: $on,
                status: $status,
                code: $code,
                source: $crate::rule::Source::$source,
                says: $says,
                from: $from,
            };
        )*
        pub(crate) static ALL: &[&$crate::rule::Rule] = &[$(&$name),*];
    };
}

/// Names the rules in the header, but the documented ones.
pub fn name(headers: &mut HeaderMap, rules: &[&'static Rule]) {
    let mut named: Vec<_> = rules.iter().filter(|rule| rule.source != Source::Documented).collect();
    named.sort_by_key(|rule| rule.id);
    named.dedup_by_key(|rule| rule.id);
    let named: Vec<_> =
        named.iter().map(|rule| format!("{}; source={}", rule.id, rule.source.as_str())).collect();
    if let (false, Ok(value)) = (named.is_empty(), HeaderValue::try_from(named.join(", "))) {
        headers.insert(HEADER, value);
    }
}

/// Marks a description: `x-rules` at its head has all rules, `x-source` of each operation and response what it rests on.
/// An operation without a rule of its own is documented, one of the control API the mock's own; a refusal is as its weakest
/// rule.
pub fn mark(document: &mut Value, rules: &[&Rule]) {
    document["x-rules"] = rules.iter().map(|rule| view(rule)).collect();
    let operations: BTreeMap<_, _> =
        rules.iter().filter(|rule| rule.status == 0).map(|rule| (rule.on, rule.source)).collect();
    // The refusals that several operations refer to, each of one status.
    let mut shared = BTreeMap::new();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let call = format!("{} {path}", method.to_uppercase());
            let own = if path.starts_with("/_mock/") { Source::Mock } else { Source::Documented };
            let source = operations.get(call.as_str()).copied().unwrap_or(own);
            operation["x-source"] = json!(source.as_str());
            for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                match response["$ref"].as_str().and_then(|address| address.rsplit('/').next()) {
                    Some(name) => drop(shared.insert(name.to_owned(), status.clone())),
                    None => response["x-source"] = json!(source.as_str()),
                }
            }
        }
    }
    for (name, response) in document["components"]["responses"].as_object_mut().into_iter().flatten() {
        let Some(status) = shared.get(name) else { continue };
        let refuse: Vec<_> = rules.iter().filter(|rule| rule.status.to_string() == *status).collect();
        // Those of the control API are the mock's own, whatever their status.
        let refuse = if name.starts_with("Control") { Vec::new() } else { refuse };
        let weakest = refuse.iter().map(|rule| rule.source).max_by_key(|source| *source as u8);
        response["x-source"] = json!(weakest.unwrap_or(Source::Mock).as_str());
        if !refuse.is_empty() {
            response["x-rules"] = refuse.iter().map(|rule| rule.id).collect();
        }
    }
}

fn view(rule: &Rule) -> Value {
    let mut view = json!({
        "id": rule.id, "on": rule.on, "x-source": rule.source.as_str(), "says": rule.says, "from": rule.from,
    });
    if rule.status != 0 {
        view["status"] = json!(rule.status);
    }
    if !rule.code.is_empty() {
        view["code"] = json!(rule.code);
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    rule_table! {
        ONE: "one", "every call", 409 "", Mock, "A.", "b";
        TWO: "two", "every call", 400 "4006", Documented, "C.", "d";
    }

    #[test]
    fn the_header_names_what_is_not_documented() {
        let mut headers = HeaderMap::new();
        name(&mut headers, &[&TWO]);
        assert!(headers.is_empty());
        name(&mut headers, &[&ONE, &TWO, &ONE]);
        assert_eq!(headers[HEADER], "one; source=mock");
        assert_eq!(ALL.len(), 2);
    }
}
