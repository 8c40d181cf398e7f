use std::fmt;

use provider_wire::Json;

/// Why a request is not sent: every field that Klavi would refuse, with the reason. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest {
    problems: Vec<Problem>,
}

/// One broken field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The field's name on the wire.
    pub field: &'static str,
    /// What is wrong, in a few words.
    pub reason: String,
}

impl InvalidRequest {
    /// Every broken field.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether that field (its name on the wire) is among the broken ones.
    pub fn names(&self, field: &str) -> bool {
        self.problems.iter().any(|problem| problem.field == field)
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request is invalid: ")?;
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", problem.field, problem.reason)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidRequest {}

/// Collects problems while fields are taken over.
///
/// Public for `klavi-sdk`, whose URLs obey the same rules; no part of what this crate promises.
#[derive(Debug, Default)]
pub struct Check(Vec<Problem>);

impl Check {
    /// Notes a broken field.
    pub fn problem(&mut self, field: &'static str, reason: impl fmt::Display) {
        self.0.push(Problem { field, reason: reason.to_string() });
    }

    /// Parses an optional field. An empty text counts as absent.
    pub fn parse<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        field: &'static str,
        text: Option<String>,
    ) -> Option<T> {
        let text = text.filter(|text| !text.is_empty())?;
        text.parse().map_err(|error| self.problem(field, error)).ok()
    }

    /// An optional e-mail address. An empty text counts as absent.
    pub fn email(&mut self, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        // Enough to catch a name or phone in the wrong field; whether the address exists only mail can tell.
        let shaped = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        });
        if !shaped || text.contains(char::is_whitespace) {
            self.problem("email", "not an e-mail address");
        }
        Some(text)
    }

    /// An optional URL for a browser or app. An empty text counts as absent.
    pub fn redirect(&mut self, field: &'static str, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        if !crate::url_rule::is_redirect(&text) {
            self.problem(field, "not an absolute URL that a browser or app can open");
        }
        Some(text)
    }

    /// An optional URL that reports can be sent to. An empty text counts as absent.
    pub fn callback(&mut self, field: &'static str, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        if !crate::url_rule::is_callback(&text) {
            self.problem(field, "not an absolute https URL (http only to this machine)");
        }
        Some(text)
    }

    pub(crate) fn external_info(&mut self, info: Option<Json>) -> Option<Json> {
        if info.as_ref().is_some_and(|info| !info.get().starts_with('{')) {
            self.problem("externalInfo", "not a JSON object");
        }
        info
    }

    /// Whether that field is among the broken ones.
    pub fn names(&self, field: &str) -> bool {
        self.0.iter().any(|problem| problem.field == field)
    }

    /// Notes an absent field, unless it has a problem of its own.
    pub fn require(&mut self, field: &'static str, present: bool) {
        if !present && !self.names(field) {
            self.problem(field, "is required");
        }
    }

    /// Ends the check.
    ///
    /// # Errors
    /// If there is any problem; the error names all of them.
    pub fn finish(self) -> Result<(), InvalidRequest> {
        if self.0.is_empty() { Ok(()) } else { Err(InvalidRequest { problems: self.0 }) }
    }
}
